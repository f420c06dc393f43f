"""A garden day: who is asked, what a yes makes, and that nobody is lost where it falls through."""

from datetime import date, datetime, timedelta

import pytest

from marketplace import invariants, matches, matchmaking, posting, responses
from marketplace.asks import Span, WeekPiece
from marketplace.errors import DoesNotFit, IllegalTransition, InvalidInput, NotAllowed, NotFound, SlotTaken
from marketplace.lifecycle import request_status
from marketplace.metrics.report import make_report
from marketplace.models import (
    EventKind,
    GardenDayStatus,
    MatchStatus,
    NoticeKind,
    Offer,
    Origin,
    Person,
    Proposal,
    RequestStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import garden_days as queries
from marketplace.queries import meetings, requests
from marketplace.queries.matches import get_match
from marketplace.together import garden_days
from tests.marketplace.together.garden_builders import (
    DAY,
    ENDS,
    a_garden_day,
    a_leader,
    a_new_day,
    says,
    some_gardens,
    status_of,
)
from tests.support import rows
from tests.support.builders import (
    a_barred_pair,
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_volunteer,
    on_duty,
    the_municipality,
)
from tests.support.clock import NOW
from tests.support.club_builders import an_organisation

BEFORE = DAY - timedelta(hours=30)


def status(session, request):
    return request_status([slot.status for slot in requests.list_slots(session, request.id)])


def proposals(session):
    return session.exec(rows.all_of(Proposal)).all()


def rates(session):
    today = NOW.astimezone(AMSTERDAM).date()
    return make_report(
        session,
        municipality_id=the_municipality(session).id,
        from_on=today,
        to_on=today + timedelta(days=30),
        now=ENDS + timedelta(days=20),
    ).headline


def test_a_group_that_offers_itself_does_four_gardens_unmediated(sessions):
    """Of six one says no, one does not answer; four say yes, and are done."""
    with sessions.begin() as session:
        gardens, leader = some_gardens(session), a_leader(session, capacity=1)
        day = a_garden_day(session, gardens, leader)
        assert day.status is GardenDayStatus.PLANNED
        assert rows.notices(session).count(NoticeKind.GARDEN_DAY_ASKED) == 6
        assert {status(session, one) for one in gardens} == {RequestStatus.OPEN}
        made = [says(session, day, one, now=NOW + timedelta(hours=1)) for one in gardens[:4]]
        says(session, day, gardens[4], is_yes=False)
        assert {match.origin for match in made} == {Origin.APPLICATION}
        assert session.get_one(Offer, leader.id).engaged == 4
    with sessions.begin() as session:
        matches.confirm_overdue(session, NOW + timedelta(days=2))
        garden_days.look_after(session, NOW + timedelta(days=2))
        assert meetings.find_agreed(session, made[0].id).starts_at == DAY
    with sessions.begin() as session:
        garden_days.look_after(session, BEFORE)
        assert status_of(session, day, gardens[5].id) == "gone"
        assert rows.notices(session).count(NoticeKind.GARDEN_DAY_READY) == 1
    with sessions.begin() as session:
        done = {one.id for one in gardens[:4]}
        garden_days.report(session, day_id=day.id, done=done, actor=Actor(leader.person_id), now=ENDS)
        found = session.get_one(Offer, leader.id)
        assert (found.engaged, found.capacity) == (0, 1)
        assert [status(session, one) for one in gardens[:4]] == [RequestStatus.DONE] * 4
        assert [status(session, one) for one in gardens[4:]] == [RequestStatus.OPEN] * 2
        assert invariants.find_violations(session, now=NOW + timedelta(hours=2)) == []
        figures = rates(session)
        assert (figures.matches.numerator, figures.matches.denominator) == (4, 4)


def test_a_group_that_a_coordinator_brings_is_mediated_and_its_leader_is_asked_first(sessions):
    with sessions.begin() as session:
        carla, gardens, leader = a_coordinator(session), some_gardens(session, 3), a_leader(session)
        where = the_municipality(session).id
        day = garden_days.plan(
            session, a_new_day(gardens), offer_id=leader.id, municipality_id=where, actor=carla, now=NOW
        )
        assert rows.notices(session).count(NoticeKind.GARDEN_DAY_ASKED) == 0
        with pytest.raises(IllegalTransition):
            says(session, day, gardens[0])
        with pytest.raises(NotAllowed):
            garden_days.answer_as_leader(session, day_id=day.id, is_yes=True, actor=carla, now=NOW)
        lies = Actor(leader.person_id)
        for _ in range(2):  # pressed twice
            garden_days.answer_as_leader(session, day_id=day.id, is_yes=True, actor=lies, now=NOW)
        assert rows.notices(session).count(NoticeKind.GARDEN_DAY_ASKED) == 3
        match = says(session, day, gardens[0], by=carla)
        assert match.origin is Origin.COORDINATOR
        matches.confirm_overdue(session, NOW + timedelta(days=2))
        figures = rates(session)
        assert (figures.matches.numerator, figures.matches.denominator) == (0, 1)


def test_the_request_runs_beside_the_day_and_a_neighbour_who_comes_first_is_first(sessions):
    with sessions.begin() as session:
        gardens, leader, piet = some_gardens(session, 3), a_leader(session), a_volunteer(session, capacity=5)
        day = a_garden_day(session, gardens, leader)
    matchmaking.run_round(sessions, municipality_id=leader.municipality_id, now=NOW)
    with sessions.begin() as session:
        asked_by = {p.request_id: p for p in proposals(session)}
        assert set(asked_by) <= {one.id for one in gardens}
        asked = next(one for one in gardens if one.id in asked_by)
        responses.accept(session, proposal_id=asked_by[asked.id].id, actor=Actor(piet.person_id), now=NOW)
        with pytest.raises(SlotTaken):
            says(session, day, asked)
        garden_days.look_after(session, NOW)
        assert status_of(session, day, asked.id) == "gone"


def test_a_yes_to_the_group_withdraws_what_the_engine_asked(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        a_volunteer(session, capacity=5)
        day = a_garden_day(session, gardens, leader)
    matchmaking.run_round(sessions, municipality_id=leader.municipality_id, now=NOW)
    with sessions.begin() as session:
        asked = next(one for one in gardens if any(p.request_id == one.id for p in proposals(session)))
        says(session, day, asked)
        live = [p for p in proposals(session) if p.request_id == asked.id and p.person_id != leader.person_id]
        assert {p.status.value for p in live} == {"withdrawn"}


@pytest.mark.parametrize("who", ["leader", "staff", "nobody answers"])
def test_a_day_that_falls_through_gives_every_garden_back_with_an_owner_and_a_next_moment(sessions, who):
    with sessions.begin() as session:
        carla, gardens, leader = a_coordinator(session), some_gardens(session, 3), a_leader(session)
        day = a_garden_day(session, gardens, leader)
        if who == "nobody answers":
            garden_days.look_after(session, BEFORE)
        else:
            made = [says(session, day, one) for one in gardens[:2]]
            actor = Actor(leader.person_id) if who == "leader" else carla
            garden_days.call_off(session, day_id=day.id, actor=actor, now=NOW + timedelta(hours=1))
            assert {get_match(session, one.id).status for one in made} == {MatchStatus.CANCELLED}
        assert day.status is GardenDayStatus.CALLED_OFF
        assert {status(session, one) for one in gardens} == {RequestStatus.OPEN}
        assert session.get_one(Offer, leader.id).engaged == 0
        assert session.get_one(Offer, leader.id).capacity == 2
        expected = 0 if who == "nobody answers" else 3
        assert rows.notices(session).count(NoticeKind.GARDEN_DAY_OFF) == expected + (who != "leader")
        for one in gardens:
            session.refresh(one)
            assert one.next_moment_at <= NOW + timedelta(hours=1)
        kinds = {kind for one in gardens for kind in rows.events(session, one.id)}
        assert (EventKind.REMOVED in kinds) == (who == "staff")
        assert invariants.find_violations(session, now=NOW + timedelta(hours=2)) == []


def test_what_was_not_done_looks_again_and_what_was_done_ends(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        day = a_garden_day(session, gardens, leader)
        for one in gardens:
            says(session, day, one)
        matches.confirm_overdue(session, NOW + timedelta(days=2))
        garden_days.look_after(session, NOW + timedelta(days=2))
        lies = Actor(leader.person_id)
        with pytest.raises(IllegalTransition):
            garden_days.report(session, day_id=day.id, done=(), actor=lies, now=DAY - timedelta(minutes=1))
        for _ in range(2):  # pressed twice
            garden_days.report(session, day_id=day.id, done={gardens[0].id}, actor=lies, now=ENDS)
        assert [status(session, one) for one in gardens] == [RequestStatus.DONE, RequestStatus.OPEN, RequestStatus.OPEN]
        for one in gardens[1:]:
            session.refresh(one)
            assert one.respond_by > ENDS


def test_who_objects_or_cancels_or_withdraws_leaves_the_day_and_gives_the_place_back(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session, capacity=1)
        day = a_garden_day(session, gardens, leader)
        made = [says(session, day, one) for one in gardens]
        her = Actor(gardens[0].requester_id)
        matches.object_to(session, match_id=made[0].id, actor=her, now=NOW + timedelta(hours=1))
        matches.cancel(session, match_id=made[1].id, actor=Actor(gardens[1].requester_id), now=NOW)
        posting.withdraw_request(session, request_id=gardens[2].id, actor=Actor(gardens[2].requester_id), now=NOW)
        garden_days.look_after(session, NOW + timedelta(hours=2))
        assert {status_of(session, day, one.id) for one in gardens} == {"back"}
        found = session.get_one(Offer, leader.id)
        assert (found.engaged, found.capacity) == (0, 1)


def test_a_leader_who_does_not_answer_comes_to_whoever_is_on_duty_and_in_the_end_there_is_no_day(sessions):
    with sessions.begin() as session:
        carla, gardens, leader = a_coordinator(session), some_gardens(session, 3), a_leader(session)
        on_duty(session, carla)
        where = the_municipality(session).id
        day = garden_days.plan(
            session, a_new_day(gardens), offer_id=leader.id, municipality_id=where, actor=carla, now=NOW
        )
        garden_days.look_after(session, NOW + timedelta(days=2))
        assert (day.owner_id, day.status) == (carla.person_id, GardenDayStatus.LEADER_ASKED)
        assert day.next_moment_at > NOW + timedelta(days=2)
        garden_days.look_after(session, BEFORE)
        assert day.status is GardenDayStatus.CALLED_OFF
        assert rows.notices(session).count(NoticeKind.GARDEN_DAY_OFF) == 2  # nobody whose garden it is ever heard of it


def test_a_day_of_which_nobody_says_how_it_went_comes_to_whoever_is_on_duty(sessions):
    with sessions.begin() as session:
        carla, gardens, leader = a_coordinator(session), some_gardens(session, 3), a_leader(session)
        on_duty(session, carla)
        day = a_garden_day(session, gardens, leader)
        says(session, day, gardens[0])
        matches.confirm_overdue(session, NOW + timedelta(days=2))
        garden_days.look_after(session, BEFORE)
        garden_days.look_after(session, ENDS + timedelta(hours=19))
        assert day.owner_id == carla.person_id
        done = {gardens[0].id}
        garden_days.report(session, day_id=day.id, done=done, actor=carla, now=ENDS + timedelta(hours=20))
        assert (day.status, day.owner_id) == (GardenDayStatus.DONE, None)


def test_only_gardens_of_one_helper_at_home_that_look_and_are_in_no_other_day_can_be_part(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        a_request(session, slots=2)
        a_request(session, is_at_home=False)
        a_request(session, skill="home.odd_jobs")
        henk = a_volunteer(session, "Henk", capacity=9)
        a_match(session, a_request(session), henk)
        where = leader.municipality_id
        assert {one.id for one in queries.list_open_gardens(session, where)} == {one.id for one in gardens}
        a_garden_day(session, gardens, leader)
        assert queries.list_open_gardens(session, where) == []
        with pytest.raises(InvalidInput, match="gardens_taken"):
            a_garden_day(session, gardens, a_leader(session, "Lot"))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"group_name": " "}, "group_name"),
        ({"people": 0}, "people"),
        ({"request_ids": ()}, "gardens"),
        ({"ends_at": DAY}, "until"),
        ({"starts_at": NOW + timedelta(days=3), "ends_at": NOW + timedelta(days=3, hours=2)}, "date"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_field(sessions, more, field):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        with pytest.raises(InvalidInput) as refused:
            garden_days.offer_group(
                session,
                a_new_day(gardens, **more),
                municipality_id=leader.municipality_id,
                actor=Actor(leader.person_id),
                now=NOW,
            )
        assert set(refused.value.problems) == {field}


def test_two_who_are_never_brought_together_are_not_brought_together_by_a_garden_day(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        a_barred_pair(session, gardens[1].requester_id, leader.person_id)
        with pytest.raises(DoesNotFit):
            a_garden_day(session, gardens, leader)


def test_nobody_leads_two_days_at_once_and_who_has_no_offer_leads_none(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 6), a_leader(session)
        a_garden_day(session, gardens[:3], leader)
        with pytest.raises(InvalidInput, match="leader_busy"):
            a_garden_day(session, gardens[3:], leader)
        with pytest.raises(NotFound):
            garden_days.offer_group(
                session,
                a_new_day(gardens[3:]),
                municipality_id=leader.municipality_id,
                actor=Actor(a_person(session, "Niemand").id),
                now=NOW,
            )


def test_who_is_under_sixteen_leads_no_group_into_gardens(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        person = session.get_one(Person, leader.person_id)
        person.born_on = date(NOW.year - 15, 1, 1)
        session.add(person)
        session.flush()
        with pytest.raises(InvalidInput, match="leader_young"):
            a_garden_day(session, gardens, leader)


def test_somebody_else_answers_for_no_garden_and_calls_nothing_off(sessions):
    with sessions.begin() as session:
        gardens, leader = some_gardens(session, 3), a_leader(session)
        day, stranger = a_garden_day(session, gardens, leader), Actor(a_person(session, "Sjaak").id)
        for act in (
            lambda: says(session, day, gardens[0], by=stranger),
            lambda: garden_days.call_off(session, day_id=day.id, actor=stranger, now=NOW),
            lambda: garden_days.report(session, day_id=day.id, done=(), actor=stranger, now=ENDS),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.database("sqlite")
def test_gardens_are_put_together_on_a_day_that_suits_them_all(sessions):
    """Three can on Saturdays, three on one Sunday, and one only the day after tomorrow, which is too soon."""
    sunday, soon = datetime(2026, 3, 15, 9, tzinfo=AMSTERDAM), NOW + timedelta(days=2)
    with sessions.begin() as session:
        saturdays = some_gardens(session, 3, weekly=[WeekPiece(5, 9 * 60, 17 * 60)])
        sundays = some_gardens(session, 3, windows=[Span(sunday, sunday + timedelta(hours=8))])
        (late,) = some_gardens(session, 1, windows=[Span(soon, soon + timedelta(hours=3))])
        known = queries.list_open_gardens(session, the_municipality(session).id)
        days = garden_days.list_suiting_days(session, known, now=NOW)
        found = garden_days.bundle(known, people=6, minutes_each=4 * 60, days=days)
        on = {frozenset(garden.id for garden in one.gardens): one.days for one in found}
        first, second = (frozenset(str(one.id) for one in some) for some in (saturdays, sundays))
        assert set(on) == {first, second}
        assert {date.fromordinal(day).weekday() for day in on[first]} == {5}
        assert on[second] == (date(2026, 3, 15).toordinal(),)
        assert days[late.id] == frozenset()
        together = garden_days.bundle(known, people=12, minutes_each=4 * 60)
        assert [len(one.gardens) for one in together] == [7], "they lie together; only their days do not"


@pytest.mark.database("sqlite")
def test_an_organisation_that_is_known_here_comes_by_its_own_name_for_those_who_act_for_it(sessions):
    with sessions.begin() as session:
        club, owner = an_organisation(session, "VV Oosterhout")
        a_volunteer(session, person=rows.person(session, owner.person_id), skills=["club.green"])
        asked = a_new_day(some_gardens(session, 3), group_name="", organisation_id=club.id)
        given = {"municipality_id": club.municipality_id, "now": NOW}
        with pytest.raises(InvalidInput) as refused:
            garden_days.offer_group(session, asked, actor=Actor(a_leader(session).person_id), **given)
        assert set(refused.value.problems) == {"organisation"}
        day = garden_days.offer_group(session, asked, actor=owner, **given)
        assert (day.organisation_id, day.group_name) == (club.id, "VV Oosterhout")
