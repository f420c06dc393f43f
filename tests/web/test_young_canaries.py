"""A canary of fourteen: which role reads which word of a child, in every list, figure, API and mail."""

import pytest
from litestar.routes import HTTPRoute

from app import places_of
from marketplace.models import OutboxMessage, StaffRoleKind
from marketplace.queries import work
from marketplace.young import parents
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_proposal, a_request, on_duty
from tests.support.clock import NOW
from tests.support.young_builders import a_child, a_young_volunteer, an_asking
from web.mails import words_of

pytestmark = pytest.mark.database("sqlite")

WAITS, STOPPED, HELPS = "Kanariewacht", "Kanariestop", "Kanariehelpt"
SENTENCE = "kanariezinvaneenkind"
NOT_LISTS = ("/static", "/healthz", "/readyz", "/mijn/privacy/export")


def lists_of(site):
    """Every address that needs nothing but itself."""
    for route in site.routes:
        is_list = isinstance(route, HTTPRoute) and "{" not in route.path and not route.path.startswith(NOT_LISTS)
        if is_list and any("GET" in handler.http_methods for handler in route.route_handlers):
            yield route.path


@pytest.fixture
def town(sessions):
    """One waits for a parent, of one a parent stopped it, one helps; each with a canary for a name."""
    with sessions.begin() as session:
        carla = a_coordinator(session)
        on_duty(session, carla)
        an_asking(session, a_child(name=WAITS, email="kanariewacht@voorbeeld.nl", telephone="06 76000001"))
        stopped, consent_id = a_young_volunteer(
            session, child=a_child(name=STOPPED, email="kanariestop@voorbeeld.nl"), sentence=SENTENCE, is_public=True
        )
        for _ in range(2):
            a_match(session, a_request(session, skill="home.pets", is_at_home=False), stopped)
        a_proposal(session, a_request(session, skill="home.pets", is_at_home=False), stopped)
        helps, _ = a_young_volunteer(
            session, child=a_child(name=HELPS, email="kanariehelpt@voorbeeld.nl"), sentence=SENTENCE, is_public=True
        )
        parents.withdraw(session, consent_id=consent_id, now=NOW)
        people = {"anybody": None, "resident": a_person(session, "Riet").id, "coordinator": carla.person_id}
        for kind in StaffRoleKind:
            if kind is not StaffRoleKind.COORDINATOR:
                people[kind.value] = a_coordinator(session, kind.value.title(), kind=kind).person_id
        people["the child who helps"] = helps.person_id
        return people


def test_no_role_reads_of_a_child_who_waits_and_nobody_in_public_of_one_who_was_stopped(page, site, sign_in, town):
    """Of who waits nobody reads a word. Of who was stopped, or helps, no resident and no stranger does in any list."""
    addresses = sorted(lists_of(site))
    assert "/cijfers" in addresses
    assert len(addresses) > 30
    for who, person_id in town.items():
        reader = page.another()
        if person_id is not None:
            sign_in(reader, person_id)
        read = {address: reader.send("GET", address).text for address in addresses}
        hidden = [WAITS, WAITS.lower(), "76000001"]
        if who in ("anybody", "resident", "reader", "concern_handler"):
            hidden += [STOPPED, STOPPED.lower(), HELPS, HELPS.lower(), SENTENCE, "2011-09-12"]
        told = [(address, word) for address, text in read.items() for word in hidden if word in text]
        assert told == [], f"{who} reads {told}"
        # The canaries sing where they may: the desk knows who helps with a parent's yes.
        assert (HELPS in read["/werk/jong"]) == (who in ("coordinator", "team_lead"))


def test_the_mails_speak_of_a_child_who_waits_to_the_parent_only_and_to_one_who_was_stopped_not_at_all(
    sessions, settings, clock, town
):
    places = places_of(settings)
    with sessions.read() as session:
        for message in session.exec(rows.all_of(OutboxMessage)):
            facts = work.read_facts(session, message, now=clock())
            text = words_of(session, message, facts, places, clock())
            if text is None:
                continue
            said = f"{text.subject} {' '.join(text.paragraphs)}"
            if WAITS in said:
                assert message.kind.value == "parent_asked"
            to = facts.to
            assert to is None or to.first_name != STOPPED, f"{message.kind} still goes to a child who was stopped"
            assert SENTENCE not in said
