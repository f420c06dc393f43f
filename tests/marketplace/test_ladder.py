"""The ladder: engine, wider, organisations, coordinator, team lead, municipality; by the clock, never a rung missed."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace import coordination, escalation, matchmaking, relaxing, responses, teams
from marketplace.asks import WeekPiece
from marketplace.candidacy import Candidacy
from marketplace.errors import InvalidInput, NotAllowed
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    NoticeKind,
    Relaxation,
    RelaxationQuestion,
    Rung,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.policies import ASKING, LADDER, LadderPolicy, next_asking_moment
from marketplace.queries import ladder, requests
from marketplace.queries import relaxing as questions
from marketplace.relaxing import Proposal
from matching.obstacles import Relief
from matching.reasons import Relax
from tests.support import rows
from tests.support.builders import (
    ALL_WEEK,
    a_coordinator,
    a_person,
    a_request,
    a_team_lead,
    a_volunteer,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW

# Tuesday morning, as NOW; whoever helps is free on Wednesday only.
TUESDAYS = (WeekPiece(1, 9 * 60, 12 * 60),)
WEDNESDAYS = (WeekPiece(2, 8 * 60, 18 * 60),)


def at_share(request: HelpRequest, share: float):
    """So far on the way from the version to the moment at which the engine hands over."""
    due = ASKING.escalation.due_at(request.version_at, request.respond_by)
    return request.version_at + (due - request.version_at) * share


@pytest.fixture
def town(sessions):
    """One request for Tuesdays; two people who can on Wednesdays; Carla on duty, Trudy leads."""
    with sessions.begin() as session:
        carla, trudy = a_coordinator(session, "Carla"), a_team_lead(session)
        on_duty(session, carla, until_at=NOW + timedelta(days=90))
        for name in ("Piet", "Kees"):
            a_volunteer(session, name, availability=WEDNESDAYS)
        request = a_request(session, requester=a_person(session, "Riet"), weekly=TUESDAYS)
    return carla, trudy, request


def fresh(sessions, request: HelpRequest) -> HelpRequest:
    with sessions.read() as session:
        return requests.get_request(session, request.id)


def test_nobody_climbs_before_their_time(sessions, town):
    *_, request = town
    assert escalation.climb_alone(sessions, at_share(request, 0.3)) == 0
    assert fresh(sessions, request).rung is Rung.ENGINE


def test_going_wider_asks_who_asked_what_would_help_most(sessions, town):
    *_, request = town
    assert escalation.climb_alone(sessions, at_share(request, 0.34)) == 1
    with sessions.read() as session:
        question = questions.find_open(session, request.id)
        assert question is not None
        assert (question.kind, question.amount, question.people) == (Relaxation.OTHER_DAY, 1, 2)
        assert question.asked_by_id is None
        assert len(rows.outbox(session, NoticeKind.RELAXATION_ASKED)) == 1
        assert rows.events(session, request.id)[-2:] == [EventKind.RELAXATION_ASKED, EventKind.CLIMBED]
    assert fresh(sessions, request).rung is Rung.WIDER
    assert escalation.climb_alone(sessions, at_share(request, 0.4)) == 0


def test_a_yes_makes_the_request_wider_and_the_engine_asks(sessions, town):
    """The engine asked, so whoever comes was found without a person in between."""
    *_, request = town
    now = at_share(request, 0.34)
    escalation.climb_alone(sessions, now)
    with sessions.begin() as session:
        question = questions.find_open(session, request.id)
        for _ in range(2):
            relaxing.answer(session, question_id=question.id, is_yes=True, actor=Actor(request.requester_id), now=now)
        widened = [event for event in rows.all_events(session) if event.kind is EventKind.REQUEST_WIDENED]
        assert [event.acting_as for event in widened] == [ActingAs.RESIDENT]
        assert requests.list_weekdays(session, request.id) == {1, 2}
    morning = next_asking_moment(now + timedelta(hours=1))
    decided = matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=morning)
    assert len(decided.proposals) == 1
    assert fresh(sessions, request).rung is Rung.ENGINE


def test_what_staff_asked_to_give_way_counts_as_their_change(sessions, town):
    carla, _, request = town
    with sessions.begin() as session:
        held = requests.lock_request(session, request.id)
        question = relaxing.ask(session, held, Proposal(Relaxation.OTHER_DAY, 1, 2), actor=carla, now=NOW)
        relaxing.answer(session, question_id=question.id, is_yes=True, actor=Actor(request.requester_id), now=NOW)
        widened = [event for event in rows.all_events(session) if event.kind is EventKind.REQUEST_WIDENED]
        assert [(event.acting_as, event.actor_id) for event in widened] == [(ActingAs.STAFF, carla.person_id)]


def test_a_no_changes_nothing_and_one_question_is_asked_at_a_time(sessions, town):
    carla, _, request = town
    with sessions.begin() as session:
        held = requests.lock_request(session, request.id)
        asked = Proposal(Relaxation.SHORTER, 30, 1)
        question = relaxing.ask(session, held, asked, actor=carla, now=NOW)
        assert relaxing.ask(session, held, asked, actor=carla, now=NOW) is None
        relaxing.answer(session, question_id=question.id, is_yes=False, actor=Actor(request.requester_id), now=NOW)
        assert requests.get_request(session, request.id).minutes == request.minutes
        assert relaxing.ask(session, held, asked, actor=carla, now=NOW) is not None


def test_only_who_asked_answers(sessions, town):
    carla, _, request = town
    with sessions.begin() as session:
        held = requests.lock_request(session, request.id)
        question = relaxing.ask(session, held, Proposal(Relaxation.SHORTER, 30, 1), actor=None, now=NOW)
        with pytest.raises(NotAllowed):
            relaxing.answer(session, question_id=question.id, is_yes=True, actor=carla, now=NOW)


@pytest.mark.parametrize(
    ("kind", "amount", "changed"),
    [
        pytest.param(Relaxation.SHORTER, 30, {"minutes": 90}, id="shorter"),
        pytest.param(Relaxation.ANY_LANGUAGE, 0, {"languages": []}, id="any-language"),
        pytest.param(Relaxation.YOUNGER, 5, {"min_age": 20}, id="younger"),
    ],
)
def test_what_gives_way(sessions, kind, amount, changed):
    with sessions.begin() as session:
        request = a_request(session, languages=("pl",), min_age=25)
        question = relaxing.ask(session, request, Proposal(kind, amount, 1), actor=None, now=NOW)
        relaxing.answer(session, question_id=question.id, is_yes=True, actor=Actor(request.requester_id), now=NOW)
        assert {name: getattr(request, name) for name in changed} == changed


def test_earlier_or_later_stretches_every_time(sessions):
    with sessions.begin() as session:
        request = a_request(session, weekly=TUESDAYS)
        question = relaxing.ask(session, request, Proposal(Relaxation.EARLIER_OR_LATER, 60, 1), actor=None, now=NOW)
        relaxing.answer(session, question_id=question.id, is_yes=True, actor=Actor(request.requester_id), now=NOW)
        (piece,) = requests.list_weekly(session, request.id)
        assert (piece.start_minute, piece.end_minute) == (8 * 60, 13 * 60)


def test_organisations_that_want_to_hear_of_it_are_asked_and_then_left_in_peace(sessions, town):
    carla, _, request = town
    with sessions.begin() as session:
        where = the_municipality(session).id
        for number in range(5):
            club = a_person(session, f"Club{number}")
            areas = frozenset({"transport"}) if number == 4 else frozenset()
            teams.add_organisation(
                session,
                municipality_id=where,
                email=club.email,
                organisation=f"Club {number}",
                work_areas=areas,
                actor=carla,
                now=NOW,
            )
    for share in (0.34, 0.67):
        escalation.climb_alone(sessions, at_share(request, share))
    with sessions.read() as session:
        told = rows.outbox(session, NoticeKind.ORGANISATION_ASKED)
        assert len(told) == escalation.ORGANISATIONS_AT_ONCE
        left = ladder.list_organisations_to_ask(
            session, where, work_area="house_garden_kitchen", asked_before=NOW - timedelta(days=7), most=9
        )
        assert len(left) == 1
    assert fresh(sessions, request).rung is Rung.ORGANISATIONS


def test_the_whole_ladder_by_the_clock(sessions, town):
    """Hours go by from posting until the municipality knows: no rung is passed over, and each is told once."""
    carla, trudy, request = town
    with sessions.begin() as session:
        a_coordinator(session, "Lotte", kind=StaffRoleKind.READER)
        for number in range(12):  # so many that the engine is not through before its time
            a_volunteer(session, f"Zwijger{number}", availability=ALL_WEEK)
    seen, owners, now = [Rung.ENGINE], [None], NOW
    for _ in range(8 * 20):
        now += timedelta(hours=3)
        escalation.climb_alone(sessions, now)
        matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=now)
        with sessions.begin() as session:
            responses.lapse_overdue(session, now)
            escalation.hand_on_overdue(session, now)
        found = fresh(sessions, request)
        assert found.owner_id is None or found.next_moment_at > now
        if not seen or seen[-1] is not found.rung:
            seen.append(found.rung)
        if not owners or owners[-1] != found.owner_id:
            owners.append(found.owner_id)
    assert seen == list(Rung)
    assert owners == [None, carla.person_id, trudy.person_id]
    with sessions.read() as session:
        # Once when it came there, and every working week after that.
        assert 1 <= len(rows.outbox(session, NoticeKind.STANDS_STILL)) <= 2


def test_the_times_are_chosen_by_municipality_kind_and_urgency(sessions, town):
    carla, trudy, request = town
    where = request.municipality_id
    with sessions.begin() as session:
        for work_area, is_urgent, rung, amount in (
            ("", False, Rung.COORDINATOR, 2),
            ("house_garden_kitchen", False, Rung.COORDINATOR, 3),
            ("", True, Rung.WIDER, 0.1),
        ):
            teams.set_ladder_time(
                session,
                municipality_id=where,
                work_area=work_area,
                is_urgent=is_urgent,
                rung=rung,
                amount=amount,
                actor=trudy,
            )
        times = ladder.read_ladders(session, where)
        assert times.of(request).coordinator_workdays == 3
        assert times.get("transport", False).coordinator_workdays == 2
        assert times.get("transport", True).wider_share == 0.1
        assert times.get("transport", True).coordinator_workdays == LADDER.coordinator_workdays
        taken = coordination.take(session, request_id=request.id, actor=carla, now=NOW)
        assert taken.next_moment_at == LadderPolicy(coordinator_workdays=3).deadline(NOW)
        teams.set_ladder_time(
            session,
            municipality_id=where,
            work_area="house_garden_kitchen",
            is_urgent=False,
            rung=Rung.COORDINATOR,
            amount=None,
            actor=trudy,
        )
        assert ladder.read_ladders(session, where).of(request).coordinator_workdays == 2


@pytest.mark.parametrize(
    ("rung", "amount"),
    [
        pytest.param(Rung.WIDER, 0, id="no-share"),
        pytest.param(Rung.WIDER, 1.5, id="more-than-all"),
        pytest.param(Rung.WIDER, 0.9, id="after-organisations"),
        pytest.param(Rung.COORDINATOR, 0.5, id="half-a-day"),
        pytest.param(Rung.COORDINATOR, 31, id="too-long"),
        pytest.param(Rung.ENGINE, 1, id="no-rung-of-people"),
    ],
)
def test_times_that_cannot_be_are_refused(sessions, town, rung, amount):
    _, trudy, request = town
    with sessions.begin() as session, pytest.raises(InvalidInput):
        teams.set_ladder_time(
            session,
            municipality_id=request.municipality_id,
            work_area="",
            is_urgent=False,
            rung=rung,
            amount=amount,
            actor=trudy,
        )


def test_only_the_team_lead_chooses_the_times(sessions, town):
    carla, _, request = town
    with sessions.begin() as session, pytest.raises(NotAllowed):
        teams.set_ladder_time(
            session,
            municipality_id=request.municipality_id,
            work_area="",
            is_urgent=False,
            rung=Rung.COORDINATOR,
            amount=2,
            actor=carla,
        )


def test_there_is_one_open_question_of_a_request(sessions, town):
    """Forbidden by the database, so that two at once cannot ask twice."""
    *_, request = town

    def another() -> RelaxationQuestion:
        return RelaxationQuestion(
            municipality_id=request.municipality_id,
            request_id=request.id,
            kind=Relaxation.SHORTER,
            amount=30,
            people=1,
            asked_at=NOW,
        )

    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.add(another())
        session.add(another())
        session.flush()


def test_where_nobody_ever_fits_who_asked_is_asked_as_well(sessions, town):
    """A coordinator has it at once; before they take it, who asked may already have solved it."""
    carla, _, request = town
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    assert fresh(sessions, request).owner_id == carla.person_id
    assert [escalation.catch_up(sessions, NOW) for _ in range(2)] == [1, 0]
    with sessions.begin() as session:
        question = questions.find_open(session, request.id)
        assert question.asked_by_id is None
        relaxing.answer(session, question_id=question.id, is_yes=True, actor=Actor(request.requester_id), now=NOW)
    found = fresh(sessions, request)
    assert (found.owner_id, found.rung, found.went_wider_at) == (None, Rung.ENGINE, None)


def test_a_case_that_somebody_took_is_theirs_to_ask_about(sessions, town):
    carla, _, request = town
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.begin() as session:
        coordination.take(session, request_id=request.id, actor=carla, now=NOW)
    assert escalation.catch_up(sessions, NOW) == 0


def test_days_earlier_or_later_is_asked_as_another_day():
    """Two days earlier is no stretch of a Tuesday morning."""
    found = Candidacy(
        0, 0.0, (), reliefs=(Relief(Relax.WINDOW, 60, 1), Relief(Relax.WINDOW, 2880, 2), Relief(Relax.MAX_KM, 2.0, 3))
    )
    assert relaxing.list_proposals(found) == (Proposal(Relaxation.EARLIER_OR_LATER, 60, 1),)
