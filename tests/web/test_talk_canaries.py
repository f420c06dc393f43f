"""Nobody but the two reads what they wrote; nobody but the desk what was reported; nobody but its owner why."""

import pytest

from app import build
from marketplace import privacy
from marketplace.models import OutboxMessage, Report, ReportAbout, ReportKind, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.talk import conversing, reporting, suspending
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer, on_duty
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
WRITTEN, ANSWERED, REPORTED, REASON = "kanariebericht", "kanarieantwoord", "kanariemelding", "kanariereden"


@pytest.fixture
def world(sessions):
    """Piet and Riet wrote, Riet reported one message of his, Boris was blocked."""
    with sessions.begin() as session:
        riet, offer = a_person(session, "Riet"), a_volunteer(session, "Piet", is_public=True)
        match = a_match(session, a_request(session, requester=riet), offer)
        staff = {kind.value: a_coordinator(session, kind.value.title(), kind=kind) for kind in StaffRoleKind}
        carla = staff["coordinator"]
        on_duty(session, carla)
        piet = Actor(offer.person_id)

        def write(actor, text, token):
            return conversing.write(session, pair_id=match.id, text=text, token=token, actor=actor, now=NOW)

        first = write(piet, WRITTEN, "1")
        write(Actor(riet.id), ANSWERED, "2")
        reporting.report(
            session, ReportAbout.MESSAGE, first.id, kind=ReportKind.UNKIND, words=REPORTED,
            municipality_id=match.municipality_id, actor=Actor(riet.id), now=NOW,
        )  # fmt: skip
        boris = a_person(session, "Boris")
        suspension = suspending.suspend(
            session, person_id=boris.id, municipality_id=match.municipality_id, reason=REASON, actor=carla, now=NOW
        )
        report = session.exec(rows.all_of(Report)).one()
        people = {"riet": riet.id, "piet": piet.person_id, "boris": boris.id, "bep": a_person(session, "Bep").id}
        people |= {name: actor.person_id for name, actor in staff.items()}
        paths = (
            "/", "/hulpvragen", f"/hulpvragen/{match.request_id}", f"/vrijwilligers/{offer.id}", "/mijn",
            "/mijn/teksten", "/mijn/privacy", f"/koppelingen/{match.id}", f"/koppelingen/{match.id}/berichten",
            f"/melden/bericht/{first.id}", "/werk", "/werk?lijst=iedereen", f"/werk/{match.request_id}",
            "/werk/meldingen", f"/werk/meldingen/{report.id}", f"/werk/geblokkeerd/{suspension.id}", "/geblokkeerd",
        )  # fmt: skip
        return people, paths


# Who reads which word; nobody else reads any.
READERS = {
    WRITTEN: {"riet", "piet", "coordinator", "team_lead"},
    ANSWERED: {"riet", "piet"},
    REPORTED: {"coordinator", "team_lead"},
    REASON: {"boris", "coordinator", "team_lead"},
}


def test_each_word_is_read_by_whom_it_is_for_and_by_nobody_else(page, world, sign_in):
    people, paths = world
    read = {word: set() for word in READERS}
    for name in (None, *people):
        browser = page.another()
        if name:
            sign_in(browser, people[name])
        for path in paths:
            answer = browser.send("GET", path)
            for word in read:
                if word in answer.text:
                    read[word].add(name)
    assert read == READERS


def test_no_mail_and_no_export_of_another_holds_them(world, sessions, settings, clock):
    people, _ = world
    house = build(settings, clock=clock)
    with sessions.read() as session:
        for told in session.exec(rows.all_of(OutboxMessage)):
            mail = house.mails.word(session, told)
            if mail is not None:
                assert not any(word in mail.text + mail.html + mail.subject for word in READERS)
        own = {
            name: str(privacy.export_person(session, actor=Actor(people[name]), now=NOW))
            for name in ("riet", "piet", "boris", "bep")
        }
    found = {(name, word) for name, text in own.items() for word in READERS if word in text}
    assert found == {("piet", WRITTEN), ("riet", ANSWERED), ("riet", REPORTED), ("boris", REASON)}
