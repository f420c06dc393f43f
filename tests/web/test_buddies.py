"""The pages of buddies: asking, answering by link and on one's page, the coordinator; and what nobody else may read."""

from datetime import timedelta

import pytest
from sqlmodel import select

from marketplace.buddies import introducing, looking_after
from marketplace.buddies.asking import AskedFor
from marketplace.buddies.policies import BuddyPolicy
from marketplace.links import BuddyLinks
from marketplace.models import (
    BuddySide,
    HelpRequest,
    IntroductionStatus,
    NoticeKind,
    OutboxMessage,
    Person,
    Relation,
    StaffRoleKind,
    TalkStatus,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.permissions import Actor
from tests.support.buddy_builders import (
    a_buddy,
    a_buddy_coordinator,
    a_trajectory,
    ask_talk,
    introduced,
    running,
    talks_of,
    the_pair,
    waiting,
)
from tests.support.builders import a_coordinator, a_person
from tests.support.clock import NOW
from web.pages import buddies as pages

pytestmark = pytest.mark.database("sqlite")
ASKED = {"kind": "company.buddy", "text": "Ik kom niet meer buiten.", "postcode": "4901 AB", "for_whom": "mij"}
FOR_KEES = ASKED | {
    "for_whom": "ander",
    "relation": "gp_nurse",
    "other_name": "Kees de Boer",
    "other_telephone": "06 12 34 56 99",
}
GOOD = {f"q_{name}": "good" for name in ("meeting", "click", "goal", "load", "safe")}
CANARY = "kanariegeel"


@pytest.fixture
def bo(sessions):
    with sessions.begin() as session:
        return a_buddy_coordinator(session)


@pytest.fixture
def bas(sessions):
    with sessions.begin() as session:
        return a_buddy(session)


def the_trajectory(sessions):
    with sessions.read() as session:
        return session.exec(select(Trajectory)).one()


def test_somebody_asks_and_the_coordinator_has_it_at_once(page, sessions, sign_in, bo):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
    sign_in(page, riet.id)
    page.get("/maatje").submit("Vraag om een buddy", ASKED)
    found = the_trajectory(sessions)
    assert page.url.endswith(f"/mijn/maatje/{found.id}")
    assert (found.owner_id, found.status) == (bo.person_id, TrajectoryStatus.INTAKE)
    page.get("/maatje").submit("Vraag om een buddy", ASKED)
    assert the_trajectory(sessions).id == found.id, "asked twice it is one"
    page.get("/mijn")
    assert "Uw buddy" in page.text


def test_nothing_is_asked_for_somebody_who_was_not_asked(page, sessions, sign_in, bo):
    """A professional asks with the client's yes; the client is called, and decides."""
    with sessions.begin() as session:
        ineke = a_person(session, "Ineke")
    sign_in(page, ineke.id)
    page.get("/maatje").submit("Vraag om een buddy", FOR_KEES | {"agreed": "nee"}, expect=400)
    assert page.errors() == ["Vraag het eerst aan die persoon zelf. Is het goed? Kies dan “Ja”."]
    page.submit("Vraag om een buddy", {"agreed": "ja"})
    found = the_trajectory(sessions)
    with sessions.read() as session:
        told = session.exec(select(OutboxMessage).where(OutboxMessage.kind == NoticeKind.BUDDY_ASKED)).all()
        kees = session.get_one(Person, found.resident_id)
    assert kees.first_name == "Kees"
    assert {one.person_id for one in told} == {ineke.id, kees.id}
    assert "beslist zelf" in page.text


def test_a_stranger_opens_the_mail_first(page, sessions, bo):
    nora = ASKED | {"first_name": "Nora", "telephone": "06 12345678"}
    page.get("/maatje").submit("Vraag om een buddy", nora | {"email": "nora van dam@voorbeeld"}, expect=400)
    page.get("/maatje").submit(
        "Vraag om een buddy", ASKED | {"first_name": "Nora", "email": "nora@voorbeeld.nl", "telephone": "06 12345678"}
    )
    assert page.url.endswith("/maatje/kijk-in-uw-mail")
    with sessions.read() as session:
        assert session.exec(select(Trajectory)).first() is None
        mail = session.exec(select(OutboxMessage).where(OutboxMessage.kind == NoticeKind.CONFIRM_BUDDY)).one()
    assert mail.email == "nora@voorbeeld.nl"


def test_the_engine_is_never_asked_for_a_buddy(page, sessions, bo):
    """Who chooses the kind in the ordinary questions comes to the buddy page; nothing is posted."""
    page.get("/hulp-vragen").submit("Ga verder", {"text": "ik zoek een buddy"})
    page.submit("Buddy")
    assert page.heading == "Een buddy vragen"
    with sessions.read() as session:
        assert session.exec(select(HelpRequest)).first() is None


def test_coffee_meanwhile_is_one_tap_and_says_nothing_of_a_buddy(page, sessions, sign_in, bo):
    with sessions.begin() as session:
        trajectory = waiting(session, bo)
    sign_in(page, trajectory.resident_id)
    page.get(f"/mijn/maatje/{trajectory.id}")
    assert "dat weten we nog niet" in page.text
    page.submit("Ja, ik wil een kop koffie met iemand")
    with sessions.read() as session:
        asked = session.exec(select(HelpRequest)).one()
    assert asked.skill_code == "company.coffee"
    assert "buddy" not in asked.text.lower()
    page.post(f"/mijn/maatje/{trajectory.id}/koffie", {})
    with sessions.read() as session:
        assert len(session.exec(select(HelpRequest)).all()) == 1


def test_each_answers_by_the_link_of_the_mail(page, sessions, settings, clock, bo, bas):
    """First the volunteer, then the resident; opening a link changes nothing."""
    with sessions.begin() as session:
        trajectory = introduced(session, bo, bas)
    links = BuddyLinks(settings.secret_key)
    page.get(links.path_of(trajectory.id, trajectory.resident_id))
    assert "Er wordt nu niets van u gevraagd" in page.text
    page.get(links.path_of(trajectory.id, bas.person_id)).submit("Ja, graag")
    page.get(links.path_of(trajectory.id, trajectory.resident_id)).submit("Ja, graag")
    with sessions.read() as session:
        assert the_pair(session, trajectory).status is IntroductionStatus.MEETING


def test_a_no_hurts_nobody(page, sessions, sign_in, settings, bo, bas):
    """The resident never hears that the volunteer said no before they were asked themselves."""
    with sessions.begin() as session:
        trajectory = introduced(session, bo, bas)
    page.get(BuddyLinks(settings.secret_key).path_of(trajectory.id, bas.person_id)).submit("Nee, liever niet")
    with sessions.read() as session:
        told = session.exec(select(OutboxMessage).where(OutboxMessage.kind == NoticeKind.BUDDY_PARTED)).all()
    assert {one.person_id for one in told} == {bas.person_id}
    riet = page.another()
    sign_in(riet, trajectory.resident_id)
    riet.get(f"/mijn/maatje/{trajectory.id}")
    assert "Bas" not in riet.source


def test_what_one_says_apart_the_other_never_reads(page, sessions, sign_in, clock, bo, bas):
    """The canary is on the coordinator's page and on no other, nor in any mail; a bad answer is seen at once."""
    with sessions.begin() as session:
        trajectory = running(session, bo, bas)
        talk = ask_talk(session, trajectory, 2, BuddySide.RESIDENT)
    clock.set(talk.due_at + timedelta(hours=2))
    riet, buddy, staff = page, page.another(), page.another()
    sign_in(riet, trajectory.resident_id)
    sign_in(buddy, bas.person_id)
    sign_in(staff, bo.person_id)
    here = f"/mijn/maatje/{trajectory.id}"
    riet.get(here).submit("Geef mijn antwoord", GOOD | {"q_click": "bad", "remark": CANARY})
    assert "112" in riet.text
    buddy.get(here)
    assert CANARY not in buddy.source
    assert "Hoe gaat het?" in buddy.text, "Bas is still to answer for himself"
    buddy.get("/mijn")
    assert CANARY not in buddy.source
    assert "Een antwoord om vandaag te lezen" in staff.get("/werk/buddy").text
    assert CANARY in staff.get(f"/werk/buddy/{trajectory.id}").text
    staff.submit("Gelezen: Week 2, bewoner")
    assert "Een antwoord om vandaag te lezen" not in staff.text
    with sessions.read() as session:
        assert not [one for one in session.exec(select(OutboxMessage)) if CANARY in str(one.subject)]
        held = [one for one in talks_of(session, trajectory) if one.status is TalkStatus.HELD]
    assert [(one.week, one.side) for one in held] == [(2, BuddySide.RESIDENT)]


def test_nobody_else_sees_a_trajectory(page, sessions, sign_in, bo, bas):
    """Not another resident, not a volunteer, not a coordinator whose it is not; who asked sees how far, no more."""
    with sessions.begin() as session:
        ineke = a_person(session, "Ineke")
        other = AskedFor(ineke.id, Relation.GP_NURSE, is_agreed=True)
        trajectory = running(session, bo, bas, other=other)
        stranger, carla = a_person(session, "Nel"), a_coordinator(session)
        planner = a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER)
    for person_id in (stranger.id, carla.person_id):
        one = page.another()
        sign_in(one, person_id)
        one.get(f"/mijn/maatje/{trajectory.id}", expect=404)
    for person_id in (carla.person_id, planner.person_id):
        one = page.another()
        sign_in(one, person_id)
        one.get(f"/werk/buddy/{trajectory.id}", expect=404)
        assert "Riet" not in one.get("/werk/buddy").text
    sign_in(page, ineke.id)
    page.get(f"/mijn/maatje/{trajectory.id}")
    assert "Bas" not in page.source
    assert "naar de markt" not in page.text


def test_without_papers_nobody_can_be_introduced(page, sessions, sign_in, bo):
    with sessions.begin() as session:
        a_buddy(session, "Untrained", papers=("vog",))
        a_buddy(session, "Expired", until=NOW.date() - timedelta(days=1))
        expired = a_buddy(session, "Over", until=NOW.date() - timedelta(days=1))
        good = a_buddy(session, "Bas", until=NOW.date())
        trajectory = waiting(session, bo)
    sign_in(page, bo.person_id)
    page.get(f"/werk/buddy/{trajectory.id}")
    assert "Vraag Bas" in page.text
    for name in ("Untrained", "Expired", "Over"):
        assert name not in page.text
    page.post(f"/werk/buddy/{trajectory.id}/voorstellen", {"offer_id": str(expired.id)})
    assert "VOG of de training" in page.flash
    page.get(f"/werk/buddy/{trajectory.id}").submit("Vraag Bas")
    with sessions.read() as session:
        assert the_pair(session, trajectory).offer_id == good.id


def test_who_has_no_mail_answers_by_telephone(page, sessions, sign_in, clock, bo, bas):
    """The call is a task of the desk: yes or no, and later the five questions, typed in as they are said."""
    with sessions.begin() as session:
        riet = a_person(session, "Riet", email=None, contact_by="telephone")
        trajectory = introduced(session, bo, bas, resident=riet)
        introducing.answer(session, trajectory_id=trajectory.id, is_yes=True, actor=Actor(bas.person_id), now=NOW)
        carla = a_coordinator(session)
    sign_in(page, carla.person_id)
    call_about(page, "Bas").submit("Wil kennismaken")
    with sessions.begin() as session:
        assert the_pair(session, trajectory).status is IntroductionStatus.MEETING


def test_the_five_questions_are_asked_by_telephone(page, sessions, sign_in, clock, bo, bas):
    with sessions.begin() as session:
        riet = a_person(session, "Riet", email=None, contact_by="telephone")
        trajectory = running(session, bo, bas, resident=riet)
        talk = ask_talk(session, trajectory, 2, BuddySide.RESIDENT)
        carla = a_coordinator(session)
    clock.set(talk.due_at + timedelta(hours=1))
    sign_in(page, carla.person_id)
    call_about(page, "weken op weg").submit("Bewaar dit", GOOD)
    with sessions.read() as session:
        assert talks_of(session, trajectory, BuddySide.RESIDENT)[0].status is TalkStatus.HELD


def call_about(page, words):
    """Ring until it is about this; what comes before is told."""
    page.get("/werk/bellen")
    for _ in range(20):
        if words in page.text:
            return page
        if page.url.endswith("/werk/bellen"):  # what was over by now is cleared away
            page.post(page.soup.select_one("form[action$='/nemen']")["action"])
        else:
            page.submit("Verteld")
    raise AssertionError(page.text)


def test_the_queue_shows_what_is_due_to_who_has_it(page, sessions, sign_in, clock, bo):
    with sessions.begin() as session:
        a_trajectory(session)
    clock.move(days=2)
    with sessions.begin() as session:
        looking_after.look_after(session, clock())
    sign_in(page, bo.person_id)
    page.get("/werk?soort=buddys").follow("Plan het eerste gesprek")
    assert page.heading == "Een buddy voor Riet"


def test_a_carer_asks_for_relief_in_their_own_words(page, sessions):
    """What must be known of who is cared for stands in no public text; the young carer sees who else listens."""
    page.get("/mantelzorg").follow("Ik ben jong, en zorg thuis mee Voor je vader, moeder, broer, zus of oma.")
    assert "0800-0432" in page.text
    page.submit("Ga verder", {"text": "Wie blijft woensdag bij mijn moeder?", "care_note": CANARY})
    page.submit("Ga verder", {"postcode": "4901 AB", "street": "Heuvel", "house_number": "1"})
    assert CANARY not in page.source


def test_the_expected_time_follows_the_policy_in_force(sessions, bo, bas):
    """What the installation sets holds on the resident's page as it does on the board."""
    with sessions.begin() as session:
        running(session, bo, bas, resident=a_person(session, "Lia"), now=NOW - timedelta(days=200))
        queued = waiting(session, bo, resident=a_person(session, "Wies"))
    told = []
    for least in (1, 4):
        with sessions.read() as session:
            page = pages.read_own_page(
                session, queued.id, actor=Actor(queued.resident_id), now=NOW, policy=BuddyPolicy(least_started=least)
            )
        told.append(page.sentences[-1])
    assert "Meestal duurt het" in told[0]
    assert told[0] != told[1]


def test_a_coordinator_takes_back_a_day_within_a_minute(page, sessions, sign_in, bo, clock):
    with sessions.begin() as session:
        asked = a_trajectory(session)
    sign_in(page, bo.person_id)
    page.get(f"/werk/buddy/{asked.id}")
    page.submit("Plan dit gesprek", intake_day="2026-03-10", intake_time="10:00")
    assert "U plande het eerste gesprek. Tot 10.01 uur kunt u dit ongedaan maken." in page.text
    page.submit("Maak dit ongedaan")
    assert page.flash == "Het is ongedaan gemaakt. Niemand kreeg bericht."
    assert "Bo maakte ongedaan: het eerste gesprek plannen." in page.text
    page.submit("Plan dit gesprek", intake_day="2026-03-11", intake_time="10:00")
    step = page.values("Maak dit ongedaan")["stap"]
    clock.move(minutes=2)
    page.post(f"/werk/buddy/{asked.id}/ongedaan", {"stap": step[0]})
    assert page.flash.startswith("Dit kan niet meer ongedaan")
    assert "Maak dit ongedaan" not in page.text
