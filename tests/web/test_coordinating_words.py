"""The words of a case: every kind of event, every reason, every near miss, and what the machine did."""

import re
from datetime import datetime, timedelta

import pytest

from marketplace.models import ActingAs, EventKind
from matching.reasons import WhyNobody
from matching.rules import CHECKS
from tests.support.clock import AMSTERDAM, NOW
from web.dates import when
from web.labels import escalation, events
from web.labels.events import Told


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_of_event_has_a_sentence(kind):
    told = Told(kind, ActingAs.STAFF, who="Carla", whom="Piet")
    assert re.fullmatch(r"[A-Z].+", events.sentence(told))
    assert not re.search(r"\bmatch|gebruiker|None", events.sentence(told))


@pytest.mark.parametrize(
    ("relax", "by", "told"),
    [
        ("max_km", 1.43, "Piet woont 1,4 km buiten het eigen bereik."),
        ("minutes", 30, "Piet heeft een half uur te weinig tijd achter elkaar."),
        ("window", 90, "Piet kan wel anderhalf uur eerder of later."),
        ("window", 2880, "Piet kan wel 2 dagen eerder of later."),
        ("qualification", "vog", "Piet heeft nog niet: een VOG."),
        ("language", "pl", "Piet spreekt geen Pools."),
        ("min_age", 1, "Piet is 1 jaar te jong."),
        ("min_age", 65, "Piet is misschien te jong: het geboortejaar is niet bekend."),
        ("capacity", 1, "Piet helpt al het aantal mensen dat is afgesproken."),
        ("max_proposals_per_week", 1, "Piet is deze week al zo vaak gevraagd als is afgesproken."),
        ("paused_until", "2026-03-05T09:00:00+00:00", "Piet heeft pauze tot donderdag."),
    ],
)
def test_the_nearest_misses_say_what_would_have_to_give_way(relax, by, told):
    assert escalation.near_miss("Piet", relax, by, now=NOW) == told


def test_every_reason_and_every_rule_has_words():
    reasons = [escalation.reason_of({"reason": reason.value}) for reason in WhyNobody]
    assert len(set(reasons)) == len(reasons)
    about_people = [rule for rule, _ in CHECKS]
    assert len({escalation.misfit(rule) for rule in about_people}) == len(about_people)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((3, 0, 2, 1, 0, 4, 6.2), "3 mensen gevraagd, 2 zeiden nee, 1 antwoordde niet. Binnen 7 km zijn er nog 4."),
        ((1, 0, 1, 0, 0, 1, 0.0), "1 mens gevraagd, 1 zei nee. Binnen 1 km is er nog 1."),
        ((0, 0, 0, 0, 0, 0, 0.0), "Nog niemand gevraagd. Er past nu niemand."),
        ((2, 1, 0, 0, 1, 0, 0.0), "2 mensen gevraagd, 1 zei ja, 1 denkt nog na. Verder past nu niemand."),
    ],
)
def test_what_the_machine_did_is_told_in_words(counts, told):
    names = ("asked", "agreed", "declined", "lapsed", "waiting", "fitting", "within_km")
    assert escalation.machine_story(**dict(zip(names, counts, strict=True))) == told


def test_what_is_due_at_midnight_is_due_at_the_end_of_the_day_before():
    """NOW is a Tuesday at ten."""
    midnight = datetime(2026, 3, 4, tzinfo=AMSTERDAM)
    assert when(midnight, now=NOW) == "eind van vandaag"
    assert when(midnight + timedelta(days=2), now=NOW) == "eind van donderdag"
    assert when(midnight + timedelta(hours=9), now=NOW) == "morgen om 9.00 uur"
