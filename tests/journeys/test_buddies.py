"""A buddy from the request to a good end, a year by the clock; through the browser, by links and by telephone."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from marketplace import invariants
from marketplace.buddies import talks
from marketplace.metrics.report import make_report
from marketplace.models import BuddyTalk, Event, EventKind, TalkStatus, Trajectory, TrajectoryEnding
from marketplace.permissions import Actor
from tests.support import proof
from tests.support.buddy_builders import GOOD, a_buddy, a_buddy_coordinator
from tests.support.builders import a_person, the_municipality
from tests.support.clock import AMSTERDAM
from tests.support.site import keep_sign_in, sign_in_token
from tests.support.walk import Town, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("off")]
RIET, BAS = "riet@voorbeeld.nl", "bas@voorbeeld.nl"


def test_a_buddy_from_the_request_to_a_good_end(town: Town):
    """Riet asks; Bo talks with her and introduces Bas; they meet, agree, are asked how it goes, and end well."""
    with town.database.sessions.begin() as session:
        bo = a_buddy_coordinator(session).person_id
        riet_id = a_person(session, "Riet", email=RIET).id
        a_buddy(session, "Bas", person=a_person(session, "Bas", email=BAS))
    riet = signed_in(town, riet_id)
    riet.open("/maatje").fill(text="Ik durf de deur niet meer uit.", postcode="4901 AB").press("Vraag om een buddy")
    here = riet.path
    town.do_what_is_due()

    staff = signed_in(town, bo).open("/werk/buddy").follow_start("Riet")
    case = staff.path
    day = town.clock().astimezone(AMSTERDAM).date()
    staff.fill(intake_day=(day + timedelta(days=2)).isoformat()).press("Plan dit gesprek")
    town.let_time_pass(hours=50)
    assert "Uw gesprek over een buddy" in town.mail(RIET, "Uw gesprek").subject
    staff = signed_in(town, bo).open(case)
    staff.fill(need="Weer naar de markt durven.").choose("psychische kwetsbaarheid").press("Bewaar wat nodig is")
    riet = signed_in(town, riet_id).open(here)
    assert "dat weten we nog niet" in riet.text

    staff.open(case).press("Vraag Bas")
    town.do_what_is_due()
    town.somebody().open(town.mail(BAS, "Wilt u kennismaken").links[0]).press("Ja, graag")
    town.do_what_is_due()
    town.somebody().open(town.mail(RIET, "misschien een buddy").links[0]).press("Ja, graag")
    meets_on = town.clock().astimezone(AMSTERDAM).date() + timedelta(days=3)
    staff.open(case).fill(meeting_day=meets_on.isoformat(), where="Dommelbergen").press("Plan de kennismaking")
    town.let_time_pass(days=4)
    for email in (RIET, BAS):
        town.somebody().open(town.mail(email, "Wilt u verder?").links[0]).press("Ja, ik wil verder")
    staff = signed_in(town, bo).open(case)
    staff.fill(goal="Elke week samen naar de markt.").press("Leg dit aan beiden voor")
    town.let_time_pass(minutes=1)
    for email in (BAS, RIET):
        town.somebody().open(town.mail(email, "Vindt u dit goed?").links[0]).press("Zo is het goed")
    town.do_what_is_due()
    riet = signed_in(town, riet_id).open(here)
    assert "U en Bas zijn samen op weg." in riet.text
    assert "Elke week samen naar de markt." in riet.text

    for week in (2, 6, 13, 26, 39, 52):
        # The pages of the weeks between are the same; `make proof` walks them all.
        answer_what_is_asked(town, by_hand=week == 2 or proof.is_full())
    staff = signed_in(town, bo).open(case)
    assert "Bespreek het einde" in staff.text
    staff.fill(look_back="Riet gaat zelf weer naar de markt.", what_next="De koffieochtend in De Slotjes.")
    staff.press("Rond dit goed af")
    town.do_what_is_due()
    assert "Riet gaat zelf weer naar de markt." in signed_in(town, riet_id).open(here).text
    for email in (RIET, BAS):
        assert "Dank u wel" in town.mail(email, "tot ziens").subject

    with town.database.sessions.read() as session:
        trajectory = session.exec(select(Trajectory)).one()
        held = session.exec(select(BuddyTalk)).all()
        matched = session.exec(select(Event).where(Event.kind == EventKind.MATCHED)).all()
        assert trajectory.ending is TrajectoryEnding.WELL
        assert [talk.status for talk in held] == [TalkStatus.HELD] * 12
        assert len(matched) == 1
        assert invariants.find_violations(session, now=town.clock()) == []
        made = matched[0].at.astimezone(AMSTERDAM).date()
        where = the_municipality(session).id
        report = make_report(session, municipality_id=where, from_on=made, to_on=made, now=town.clock())
    rate = report.headline.matches
    assert (rate.numerator, rate.denominator) == (0, 1), "one match, and mediated"


def answer_what_is_asked(town: Town, *, by_hand: bool) -> None:
    """The next week of talks comes, and each says apart that it goes well."""
    with town.database.sessions.read() as session:
        planned = select(BuddyTalk.due_at).where(BuddyTalk.status == TalkStatus.PLANNED)
        due_at = min(session.exec(planned).all())
    town.clock.set(due_at + timedelta(minutes=1))
    town.do_what_is_due()
    if not by_hand:
        with town.database.sessions.begin() as session:
            for talk in session.exec(select(BuddyTalk).where(BuddyTalk.status == TalkStatus.ASKED)).all():
                talks.answer(session, talk_id=talk.id, said=GOOD, actor=Actor(talk.person_id), now=town.clock())
        return
    for email in (RIET, BAS):
        visitor = town.somebody().open(town.mail(email, "Hoe gaat het?").links[0])
        for name in ("meeting", "click", "goal", "load", "safe"):
            visitor.choose_from(f"q_{name}", "good")
        visitor.press("Geef mijn antwoord")
        assert "Wij hebben uw antwoord." in visitor.heading
        visitor.tab.context.close()


def signed_in(town: Town, person_id: UUID) -> Visitor:
    visitor = town.somebody()
    keep_sign_in(visitor.tab, sign_in_token(town.database.sessions, person_id, now=town.clock()), town.base_url)
    return visitor
