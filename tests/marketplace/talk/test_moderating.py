"""What is reported or stands out lies with a person; a blocked account has a reason, an appeal and a way back."""

from datetime import timedelta

import pytest

from marketplace import invariants, jobs, matchmaking, posting, responses
from marketplace.errors import AccountBlocked, InvalidInput, NotAllowed, NotFound
from marketplace.metrics.definitions import Share
from marketplace.metrics.report import make_report
from marketplace.models import (
    Driver,
    EventKind,
    HelpRequest,
    MatchStatus,
    NoticeKind,
    Proposal,
    Report,
    ReportAbout,
    ReportKind,
    ReportOutcome,
    ReportStatus,
    Ride,
    SuspensionStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, DESK
from marketplace.queries import blocks, browsing, listing, market, matches
from marketplace.queries import moderation as queries
from marketplace.talk import conversing, moderating, reporting, suspending
from marketplace.talk.moderating import Decision
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_request_for,
    a_team_lead,
    a_volunteer,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.ride_builders import a_driver, a_ride

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LINK = "Kijk op www.goedkoop-bellen.shop voor hulp bij de heg."


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def staff(session):
    """Carla is on duty, Trudy leads."""
    carla, trudy = a_coordinator(session), a_team_lead(session)
    on_duty(session, carla)
    return carla, trudy


def newcomer(session, name="Nel"):
    return a_person(session, name, created_at=NOW - DAY)


def decide(session, report, decision, actor, told="Zo kan het niet.", now=NOW):
    return moderating.decide(
        session, report_id=report.id, municipality_id=report.municipality_id, decision=decision, told=told,
        actor=actor, now=now,
    )  # fmt: skip


def only(session):
    return session.exec(rows.all_of(Report)).one()


def suspend(session, person_id, actor, now=NOW):
    where = the_municipality(session).id
    return suspending.suspend(
        session, person_id=person_id, municipality_id=where, reason="Dit kan niet.", actor=actor, now=now
    )


def lift(session, suspension, actor, is_free=True, now=NOW):
    return suspending.decide(
        session, suspension_id=suspension.id, is_free=is_free, answer="Wij keken opnieuw.",
        municipality_id=suspension.municipality_id, actor=actor, now=now,
    )  # fmt: skip


def findings(session, now=NOW):
    return [str(finding) for finding in invariants.find_violations(session, now=now)]


# --- texts that stand out ------------------------------------------------------------------------------------------


def test_a_suspicious_text_of_somebody_new_waits_and_nobody_is_asked(sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        on_duty(session, carla)
        a_volunteer(session, "Piet")
        request = a_request(session, requester=newcomer(session), text=LINK)
        report = only(session)
        request_id, report_id, where = request.id, report.id, request.municipality_id
        assert (report.is_held, report.owner_id, report.next_moment_at) == (True, carla.person_id, DESK.deadline(NOW))
        assert (request.owner_id, request.held_at) == (carla.person_id, NOW)
        assert rows.outbox(session, NoticeKind.REQUEST_POSTED) == []
        assert len(rows.outbox(session, NoticeKind.TEXT_HELD)) == 1
        assert listing.list_open_cards(session, municipality_id=where, now=NOW) == []
    matchmaking.run_round(sessions, municipality_id=where, now=NOW)
    with sessions.begin() as session:
        assert matches.list_proposals(session, request_id) == []
        assert findings(session) == []
        moderating.decide(
            session, report_id=report_id, municipality_id=where, decision=Decision.FINE, told="", actor=carla,
            now=NOW + HOUR,
        )  # fmt: skip
        assert len(listing.list_open_cards(session, municipality_id=where, now=NOW + HOUR)) == 1
        assert EventKind.APPROVED in rows.events(session, request_id)
    matchmaking.run_round(sessions, municipality_id=where, now=NOW + HOUR)
    with sessions.begin() as session:
        (asked,) = matches.list_proposals(session, request_id)
        responses.accept(session, proposal_id=asked.id, actor=Actor(asked.person_id), now=NOW + HOUR)
    with sessions.read() as session:
        later = NOW + 5 * DAY
        report = make_report(session, municipality_id=where, from_on=NOW.date(), to_on=later.date(), now=later)
    assert report.headline.matches == Share(1, 1), "approving a text chooses nobody"


@pytest.mark.database("sqlite")
def test_who_is_known_here_and_who_tells_it_by_telephone_does_not_wait(session, staff):
    known = a_person(session, "Riet")
    a_request(session, requester=known, text=LINK)
    assert only(session).is_held is False
    assert len(rows.outbox(session, NoticeKind.REQUEST_POSTED)) == 1


@pytest.mark.database("sqlite")
def test_with_nobody_to_read_it_nothing_waits(session):
    a_request(session, requester=newcomer(session), text=LINK)
    report = only(session)
    assert (report.is_held, report.owner_id) == (False, None)


@pytest.mark.database("sqlite")
def test_a_text_that_is_to_be_changed_keeps_what_was_typed_and_goes_on_once_it_is(session, staff):
    carla, _ = staff
    nel = newcomer(session)
    request = a_request(session, requester=nel, text=LINK)
    report = only(session)
    decide(session, report, Decision.ASK_CHANGE, carla, "Haal de link eruit.")
    assert (report.status, request.text) == (ReportStatus.TO_CHANGE, LINK)
    assert findings(session) == []
    with pytest.raises(NotFound):
        moderating.change_text(session, request_id=request.id, text="Hallo", actor=Actor(carla.person_id), now=NOW)
    moderating.change_text(session, request_id=request.id, text=LINK + " Echt!", actor=Actor(nel.id), now=NOW)
    assert (report.status, report.is_held) == (ReportStatus.OPEN, True), "still a link in it: a person looks again"
    decide(session, report, Decision.ASK_CHANGE, carla, "De link staat er nog.")
    moderating.change_text(session, request_id=request.id, text="Wie helpt met de heg?", actor=Actor(nel.id), now=NOW)
    assert (report.status, report.outcome) == (ReportStatus.CLOSED, ReportOutcome.CHANGED)
    assert (request.owner_id, request.held_at) == (None, None)
    assert findings(session) == []


@pytest.mark.database("sqlite")
def test_nobody_gets_round_a_text_that_waits(session, staff):
    nel, offer = newcomer(session), a_volunteer(session, "Piet", is_public=True)
    request = a_request(session, requester=nel, text=LINK)
    with pytest.raises(NotFound):
        responses.apply(session, request_id=request.id, actor=Actor(offer.person_id), now=NOW)
    for act in (
        lambda: posting.look_further(session, request_id=request.id, actor=Actor(nel.id), now=NOW),
        lambda: responses.ask_volunteer(
            session, request_id=request.id, offer_id=offer.id, actor=Actor(nel.id), now=NOW
        ),
    ):
        with pytest.raises(Exception, match="read by a person first"):
            act()


@pytest.mark.database("sqlite")
def test_hidden_it_ends_and_its_writer_reads_why(session, staff):
    carla, _ = staff
    request = a_request(session, requester=newcomer(session), text=LINK)
    report = only(session)
    decide(session, report, Decision.HIDE, carla, "Dit is reclame.")
    assert request.ended_at == NOW
    assert (report.outcome, report.told) == (ReportOutcome.HIDDEN, "Dit is reclame.")
    assert len(rows.outbox(session, NoticeKind.TEXT_JUDGED)) == 1
    assert findings(session) == []


@pytest.mark.database("sqlite")
def test_a_sentence_of_a_helper_waits_too_and_they_are_asked_all_the_same(session, staff):
    offer = a_volunteer(
        session, person=newcomer(session), sentence="Kijk op www.goedkoop-bellen.shop", is_public=True, now=NOW
    )
    where = the_municipality(session).id
    assert browsing.list_public_offers(session, municipality_id=where, now=NOW) == []
    request = a_request(session)
    scene = market.read_market(session, municipality_id=where, now=NOW, request_ids=[request.id], offer_ids=[offer.id])
    assert str(offer.id) in scene.volunteers
    decide(session, only(session), Decision.FINE, staff[0])
    assert len(browsing.list_public_offers(session, municipality_id=where, now=NOW)) == 1


# --- reports -------------------------------------------------------------------------------------------------------


@pytest.mark.database("sqlite")
def test_a_report_is_somebodys_at_once_and_once_only(session, staff):
    carla, _ = staff
    riet, request = a_person(session, "Riet"), a_request(session)

    def report():
        return reporting.report(
            session, ReportAbout.REQUEST, request.id, kind=ReportKind.ADVERTISING, words="Dit is reclame.",
            municipality_id=request.municipality_id, actor=Actor(riet.id), now=NOW,
        )  # fmt: skip

    first = report()
    assert report().id == first.id
    assert (first.owner_id, first.person_id) == (carla.person_id, request.requester_id)
    assert len(rows.outbox(session, NoticeKind.MODERATION_FOR_STAFF)) == 1
    assert findings(session) == []
    decide(session, first, Decision.FINE, carla)
    (told,) = rows.outbox(session, NoticeKind.REPORT_CLOSED)
    assert told.person_id == riet.id
    assert decide(session, first, Decision.WARN, carla).outcome is ReportOutcome.FINE, "the first press did it"


@pytest.mark.database("sqlite")
def test_nobody_reports_whom_they_never_met_or_reads_what_is_not_theirs(session, staff):
    riet, stranger = a_person(session, "Riet"), a_person(session, "Bep")
    offer = a_volunteer(session, "Piet")
    match = a_match(session, a_request(session), offer)
    message = conversing.write(
        session, pair_id=match.id, text="Tot morgen!", token="", actor=Actor(offer.person_id), now=NOW
    )
    for about, subject, match_id in (
        (ReportAbout.PERSON, stranger.id, None),
        (ReportAbout.PERSON, offer.person_id, match.id),
        (ReportAbout.MESSAGE, message.id, None),
        (ReportAbout.OFFER, offer.id, None),
    ):
        with pytest.raises(NotFound):
            reporting.report(
                session, about, subject, kind=ReportKind.OTHER, words="Zomaar.", pair_id=match_id,
                municipality_id=match.municipality_id, actor=Actor(riet.id), now=NOW,
            )  # fmt: skip


@pytest.mark.database("sqlite")
def test_nobody_judges_what_is_about_them_and_other_roles_judge_nothing(session, staff):
    carla, trudy = staff
    request = a_request(session, requester=session.get_one(rows.Person, carla.person_id))
    riet = a_person(session, "Riet")
    report = reporting.report(
        session, ReportAbout.REQUEST, request.id, kind=ReportKind.UNKIND, words="Onaardig.",
        municipality_id=request.municipality_id, actor=Actor(riet.id), now=NOW,
    )  # fmt: skip
    assert report.owner_id == trudy.person_id
    with pytest.raises(NotFound):
        decide(session, report, Decision.FINE, carla)
    with pytest.raises(NotAllowed):
        decide(session, report, Decision.FINE, Actor(riet.id))


@pytest.mark.database("sqlite")
def test_what_nobody_looks_at_in_time_goes_to_the_team_lead(session, staff):
    _, trudy = staff
    a_request(session, requester=newcomer(session), text=LINK)
    late = NOW + 3 * DAY
    assert moderating.look_after(session, late) == 1
    report = only(session)
    assert (report.owner_id, report.next_moment_at) == (trudy.person_id, DESK.deadline(late))
    assert moderating.look_after(session, late) == 0


# --- blocked accounts ----------------------------------------------------------------------------------------------


def test_of_a_blocked_account_nothing_is_dropped_and_nothing_goes_on(sessions):
    with sessions.begin() as session:
        carla, trudy = a_coordinator(session), a_team_lead(session)
        on_duty(session, carla)
        boris, helper = a_person(session, "Boris"), a_volunteer(session, "Piet", capacity=5)
        offer = a_volunteer(session, person=boris, is_public=True)
        own = a_request(session, requester=boris)
        helped = a_match(session, a_request(session, requester=boris), helper)
        helps = a_match(session, a_request(session), offer)
        asked = a_proposal(session, a_request(session), offer)
        suspension = suspend(session, boris.id, carla)
        for match in (helped, helps):
            session.refresh(match)
            assert match.status is MatchStatus.CANCELLED
        session.refresh(asked)
        assert asked.status.value == "withdrawn"
        for request_id in (own.id, helped.request_id):
            request = session.get_one(HelpRequest, request_id)
            assert (request.owner_id, request.held_at, request.ended_at) == (carla.person_id, NOW, None)
            assert request.next_moment_at > NOW
        where = own.municipality_id
        assert own.id not in {one.id for one in listing.list_open_cards(session, municipality_id=where, now=NOW)}
        assert boris.id not in {
            one.person_id for one in browsing.list_public_offers(session, municipality_id=where, now=NOW)
        }
        assert findings(session) == []
        with pytest.raises(AccountBlocked):
            a_request(session, requester=boris)
        boris_id, own_id, suspension_id = boris.id, own.id, suspension.id
    matchmaking.run_round(sessions, municipality_id=where, now=NOW)
    with sessions.begin() as session:
        live = {one.person_id for one in session.exec(rows.all_of(Proposal)) if one.status.value == "open"}
        assert boris_id not in live
        assert matches.list_live_proposals(session, own_id) == []
        suspending.appeal(session, person_id=boris_id, words="Dat was ik niet.", now=NOW)
        lift(session, queries.get_suspension(session, suspension_id), trudy)
        request = session.get_one(HelpRequest, own_id)
        assert (request.owner_id, request.held_at) == (None, None), "the engine looks again"
        assert findings(session) == []
        for name in ("Sanne", "Truus", "Wim", "Joke"):  # for each of the requests somebody
            a_volunteer(session, name)
    matchmaking.run_round(sessions, municipality_id=where, now=NOW + HOUR)
    with sessions.read() as session:
        assert len(matches.list_live_proposals(session, own_id)) == 1


@pytest.mark.database("sqlite")
def test_an_appeal_goes_to_somebody_else_and_is_decided_within_five_working_days(session, staff):
    carla, trudy = staff
    boris = a_person(session, "Boris")
    suspension = suspend(session, boris.id, carla)
    suspending.appeal(session, person_id=boris.id, words="Nee.", now=NOW)
    assert suspending.appeal(session, person_id=boris.id, words="Nog eens.", now=NOW).appeal == "Nee."
    assert suspension.owner_id == trudy.person_id
    assert suspension.decide_by is not None
    assert suspension.decide_by.astimezone(AMSTERDAM).date().isoformat() == "2026-03-10"
    with pytest.raises(NotAllowed):
        lift(session, suspension, carla)
    lift(session, suspension, trudy, is_free=False)
    assert suspension.status is SuspensionStatus.UPHELD
    assert lift(session, suspension, trudy, is_free=False).status is SuspensionStatus.UPHELD


@pytest.mark.database("sqlite")
def test_who_leads_alone_and_blocked_hands_the_appeal_to_a_coordinator(session, staff):
    carla, trudy = staff
    boris = a_person(session, "Boris")
    suspension = suspend(session, boris.id, trudy)
    suspending.appeal(session, person_id=boris.id, words="", now=NOW)
    assert suspension.owner_id == carla.person_id
    with pytest.raises(NotAllowed):
        lift(session, suspension, trudy)
    lift(session, suspension, carla)
    assert suspension.status is SuspensionStatus.LIFTED


@pytest.mark.database("sqlite")
def test_a_late_appeal_goes_on_to_somebody_else(session, staff):
    carla, trudy = staff
    other = a_team_lead(session, "Marieke")
    boris = a_person(session, "Boris")
    suspension = suspend(session, boris.id, carla)
    suspending.appeal(session, person_id=boris.id, words="", now=NOW)
    before = suspension.owner_id
    assert suspending.pass_late_appeals(session, NOW + 8 * DAY) == 1
    assert suspension.owner_id in {trudy.person_id, other.person_id} - {before}
    assert suspending.pass_late_appeals(session, NOW + 8 * DAY) == 0


@pytest.mark.database("sqlite")
def test_staff_are_not_blocked_like_that_and_a_reason_is_owed(session, staff):
    carla, trudy = staff
    with pytest.raises(InvalidInput) as refused:
        suspend(session, trudy.person_id, carla)
    assert set(refused.value.problems) == {"outcome"}
    boris, where = a_person(session, "Boris"), the_municipality(session).id
    with pytest.raises(InvalidInput):
        suspending.suspend(session, person_id=boris.id, municipality_id=where, reason=" ", actor=carla, now=NOW)


@pytest.mark.database("sqlite")
def test_who_is_asked_for_goes_on_when_who_asked_for_them_is_blocked(session, staff):
    riet, els = a_person(session, "Riet"), a_person(session, "Els")
    request = a_request_for(session, riet, els)
    suspend(session, els.id, staff[0])
    session.refresh(request)
    assert (request.representative_id, request.held_at, request.ended_at) == (None, None, None)
    assert request.owner_id == staff[0].person_id


@pytest.mark.database("sqlite")
def test_who_is_blocked_neither_drives_nor_is_driven(sessions, staff_of):
    carla = staff_of
    with sessions.begin() as session:
        dirk, riet = a_driver(session, "Dirk"), a_person(session, "Riet")
        ride = a_ride(session, passenger=riet)
        for person_id in (dirk.person_id, riet.id):
            suspend(session, person_id, carla)
        assert blocks.list_suspended_with_rides(session) == sorted([dirk.person_id, riet.id], key=str)
        ride_id, driver_id = ride.id, dirk.id
    job = next(job for job in jobs.JOBS if job.name == "blocked-rides")
    for _ in range(2):
        assert jobs.run(job, jobs.Means(sessions, lambda: NOW + HOUR))
    with sessions.read() as session:
        assert session.get_one(Driver, driver_id).left_at == NOW + HOUR
        assert session.get_one(Ride, ride_id).status.value.startswith("cancelled")
        assert blocks.list_suspended_with_rides(session) == []


@pytest.fixture
def staff_of(sessions):
    with sessions.begin() as session:
        return a_coordinator(session)
