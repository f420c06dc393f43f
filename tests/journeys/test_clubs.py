"""A football club's vacancy of three shifts and five places, from posting to the day itself; through the browser."""

from datetime import timedelta

import pytest

from marketplace.invariants import find_violations
from marketplace.lifecycle import STANDING_MATCHES
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Happening
from marketplace.models import Match, Origin, Vacancy, WaitingPlace, WaitingStatus
from tests.support import builders, club_builders, rows
from tests.support.club_builders import BAR
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]

SHIFTS = (("10:00", "13:00", "2"), ("13:00", "16:00", "2"), ("16:00", "18:00", "1"))
ASKED = ("mia@voorbeeld.nl", "bob@voorbeeld.nl")


def test_five_places_are_filled_by_engine_and_applications_and_the_waiting_list_fills_one_late(town: Town):
    """Nobody of the staff has a hand in it, and every match counts as made without a person in between."""
    frans, ids = the_people(town)
    frans.open("/organisaties").follow("Regel het voor VV Oosterhout").follow("Nieuwe vacature")
    fields = {"title": "Kantine bij het toernooi", "text": "U schenkt koffie en bakt tosti's."}
    for number, (start, until, people) in enumerate(SHIFTS, 1):
        fields |= {
            f"shift_{number}_day": "2026-03-14",
            f"shift_{number}_from": start,
            f"shift_{number}_until": until,
            f"shift_{number}_people": people,
        }
    frans.fill(**fields)
    frans.tab.locator("[name='skill']").select_option(BAR)
    frans.press("Plaats de vacature")
    assert "Wij vragen nu mensen in de buurt." in frans.text

    town.do_what_is_due()
    for email in ASKED:  # the engine asked who fits: each says yes to the first
        town.somebody().open(next(one for one in town.sink.to(email) if "Kunt u" in one.subject).links[0]).press(
            "Ja, graag"
        )
    with town.database.sessions.read() as session:
        vacancy_id = session.exec(rows.all_of(Vacancy)).one().id
        assert {match.origin for match in standing(session)} == {Origin.ENGINE}
    for name in ("Ans", "Cor", "Dora"):
        visitor = signed_in(town, ids[name]).open(f"/vacatures/{vacancy_id}")
        visitor.tab.locator("label.chip").first.click()
        visitor.press("Ik help")
        assert "U komt helpen." in visitor.text
    with town.database.sessions.read() as session:
        assert len(standing(session)) == 5
        assert {match.origin for match in standing(session)} == {Origin.ENGINE, Origin.APPLICATION}
        leaving = next(match for match in standing(session) if match.person_id == ids["Ans"])

    wanda = signed_in(town, ids["Wanda"]).open(f"/vacatures/{vacancy_id}")
    assert wanda.tab.get_by_role("button", name="Ik help", exact=True).count() == 0, "everything is full"
    for _ in SHIFTS:  # for each of them; who is placed at once need not be asked
        wanda.tab.locator("label.choice--check").first.click()
        wanda.tab.get_by_role("button", name="Zet mij op de wachtlijst").first.click()
        assert "U staat op de wachtlijst" in wanda.text

    town.clock.set(builders.local(2026, 3, 14, 8, 30))  # an hour and a half before the first shift
    town.do_what_is_due()
    signed_in(town, ids["Ans"]).open(f"/koppelingen/{leaving.id}/afzeggen").press_first("Afspraak afzeggen")
    town.do_what_is_due()
    assert "Er kwam een plek vrij" in town.mail("wanda@voorbeeld.nl", "u helpt VV Oosterhout").text
    with town.database.sessions.read() as session:
        assert len(standing(session)) == 5
        assert ids["Wanda"] in {match.person_id for match in standing(session)}
        assert [one.status for one in session.exec(rows.all_of(WaitingPlace))].count(WaitingStatus.PLACED) == 1
        events = [
            Happening(
                one.seq, one.at, one.kind, one.acting_as, one.request_id, one.slot_number, one.match_id, one.detail
            )
            for one in rows.all_events(session)
            if one.request_id is not None and one.seq is not None
        ]
        rulings = rule_matches(events)
        assert len(rulings) == 6
        assert not any(ruling.mediated for ruling in rulings.values())
        assert not find_violations(session, now=town.clock())
    frans = signed_in(town, ids["Frans"]).open(f"/vacatures/{vacancy_id}").follow("Bekijk wie er komt")
    assert "Wanda" in frans.text
    assert "Ans" not in frans.text


def the_people(town: Town) -> tuple[Visitor, dict[str, object]]:
    """A club on the list; two who are asked, three who look around, and Wanda."""
    with town.database.sessions.begin() as session:
        frans = builders.a_person(session, "Frans", email="frans@voorbeeld.nl")
        club_builders.an_organisation(session, owner=frans)
        ids = {"Frans": frans.id}
        for name in ("Mia", "Bob", "Ans", "Cor", "Dora", "Wanda"):
            person = builders.a_person(session, name, email=f"{name.lower()}@voorbeeld.nl")
            is_asked = f"{name.lower()}@voorbeeld.nl" in ASKED
            offer = builders.a_volunteer(
                session, name, person=person, skills={BAR}, capacity=5, asked_per_week=7 if is_asked else 1
            )
            if not is_asked:  # they have had their question of this week; offering of one's own accord is free
                builders.a_proposal(
                    session,
                    builders.a_request(session, now=town.clock() - timedelta(days=1)),
                    offer,
                    now=town.clock() - timedelta(days=1),
                    expires_at=town.clock() - timedelta(hours=1),
                )
            ids[name] = person.id
    return signed_in(town, ids["Frans"]), ids


def signed_in(town: Town, person_id) -> Visitor:
    """Somebody with the site open on their telephone."""
    visitor = town.somebody()
    keep_sign_in(visitor.tab, sign_in_token(town.database.sessions, person_id, now=town.clock()), town.base_url)
    return visitor


def standing(session) -> list[Match]:
    """Matches that were not undone."""
    return [one for one in session.exec(rows.all_of(Match)).all() if one.status in STANDING_MATCHES]
