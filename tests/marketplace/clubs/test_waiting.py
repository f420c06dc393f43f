"""Waiting lists: a place that comes free goes to who waits, in their order, and to the engine after them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace import coordination, jobs, matches, matchmaking, responses
from marketplace.clubs import applying, vacancies
from marketplace.errors import DoesNotFit, MarketplaceError, SlotTaken
from marketplace.invariants import find_violations
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Happening
from marketplace.models import (
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    Origin,
    Proposal,
    ProposalStatus,
    WaitingPlace,
    WaitingStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import WAITING, WaitingPolicy
from tests.support import builders, club_builders, proof, rows
from tests.support.clock import NOW
from tests.support.club_builders import BAR, a_shift


def a_helper(session, name="Piet", **more):
    return builders.a_volunteer(session, name, skills={BAR}, **more)


class Bar:
    """One shift with one place, taken by Piet; Eva and Sjaak wait for it, in that order."""

    def __init__(self, session, *, sure=(False, False), hours_ahead=96, **more):
        self.organisation, self.owner = club_builders.an_organisation(session)
        self.vacancy, (self.request,) = club_builders.a_vacancy(
            session, self.organisation, self.owner, a_shift(hours_ahead), **more
        )
        self.piet = a_helper(session)
        answer = responses.apply(session, request_id=self.request.id, actor=self.actor(self.piet), now=NOW)
        if answer.match_id is None:
            answer = responses.choose(session, proposal_id=answer.proposal_id, actor=self.owner, now=NOW)
        self.match_id = getattr(answer, "match_id", None) or answer.id
        self.waiting = [a_helper(session, name) for name in ("Eva", "Sjaak")]
        self.places = [
            applying.join_list(
                session,
                request_id=self.request.id,
                is_sure=is_sure,
                actor=self.actor(offer),
                now=NOW + timedelta(minutes=minutes),
            )
            for minutes, (offer, is_sure) in enumerate(zip(self.waiting, sure, strict=True))
        ]

    @staticmethod
    def actor(offer):
        return Actor(offer.person_id)

    def drop_out(self, session, now):
        matches.cancel(session, match_id=self.match_id, actor=self.actor(self.piet), now=now)

    def find_again(self, session):
        """What was read in another transaction."""
        self.places = sorted(session.exec(rows.all_of(WaitingPlace)).all(), key=lambda place: place.joined_at)[:2]

    def statuses(self, session):
        for place in self.places:
            session.refresh(place)
        return [place.status for place in self.places]

    def asked(self, session):
        session.expire_all()
        return [one for one in session.exec(rows.all_of(Proposal)).all() if one.status is ProposalStatus.OPEN]


@pytest.mark.parametrize(
    ("hours_left", "minutes"),
    [
        pytest.param(None, 240, id="every week"),
        pytest.param(96, 240, id="days ahead"),
        pytest.param(4, 120, id="half of the time that is left"),
        pytest.param(0.5, 15, id="just enough"),
        pytest.param(0.49, None, id="too short to ask"),
    ],
)
def test_who_waits_has_four_hours_or_half_of_what_is_left(hours_left, minutes):
    starts_at = None if hours_left is None else NOW + timedelta(hours=hours_left)
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert WAITING.answer_by(NOW, starts_at) == expected


def test_a_policy_without_time_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        WaitingPolicy(answer_h=0)


def test_the_first_of_the_list_is_asked_the_engine_waits_and_after_a_no_the_next_is(sessions):
    with sessions.begin() as session:
        bar = Bar(session)
        stranger = a_helper(session, "Vreemd")
        now = NOW + timedelta(hours=1)
        bar.drop_out(session, now)
        assert bar.statuses(session) == [WaitingStatus.ASKED, WaitingStatus.WAITING]
        (proposal,) = bar.asked(session)
        assert (proposal.person_id, proposal.origin) == (bar.waiting[0].person_id, Origin.APPLICATION)
        assert proposal.expires_at == now + timedelta(hours=4)
        # Kept for who is asked: nobody passes them by, and a stranger may wait behind them.
        with pytest.raises(SlotTaken):
            responses.apply(session, request_id=bar.request.id, actor=bar.actor(stranger), now=now)
        applying.join_list(session, request_id=bar.request.id, is_sure=True, actor=bar.actor(stranger), now=now)
        where = bar.request.municipality_id
    matchmaking.run_round(sessions, municipality_id=where, now=now)
    with sessions.begin() as session:
        bar.find_again(session)
        assert len(bar.asked(session)) == 1
        responses.decline(session, proposal_id=proposal.id, actor=bar.actor(bar.waiting[0]), now=now)
        assert bar.statuses(session) == [WaitingStatus.PASSED, WaitingStatus.ASKED]
        (second,) = bar.asked(session)
        assert responses.accept(session, proposal_id=second.id, actor=Actor(second.person_id), now=now).match_id
        assert bar.statuses(session) == [WaitingStatus.PASSED, WaitingStatus.PLACED]
        assert not find_violations(session, now=now)


def test_who_does_not_answer_in_time_is_passed_over_and_with_nobody_left_the_engine_asks(sessions):
    with sessions.begin() as session:
        bar = Bar(session)
        stranger = a_helper(session, "Vreemd")
        where = bar.request.municipality_id
        bar.drop_out(session, NOW + timedelta(hours=1))
    for hours in (5, 9):
        with sessions.begin() as session:
            responses.lapse_overdue(session, NOW + timedelta(hours=hours))
    # Who was just asked may still say yes a little late: the engine gives them until the next morning.
    matchmaking.run_round(sessions, municipality_id=where, now=NOW + timedelta(hours=22))
    with sessions.begin() as session:
        places = session.exec(rows.all_of(WaitingPlace)).all()
        assert {place.status for place in places} == {WaitingStatus.PASSED}
        assert session.get_one(HelpRequest, bar.request.id).list_first_until is None
        assert [one.person_id for one in bar.asked(session)] == [stranger.person_id]


def test_who_said_that_the_last_moment_is_fine_is_placed_at_once(sessions):
    """Twenty minutes before it begins nobody is asked any more: who did not say so stays where they are."""
    with sessions.begin() as session:
        bar = Bar(session, sure=(False, True))
        now = NOW + timedelta(hours=95, minutes=40)
        bar.drop_out(session, now)
        assert bar.statuses(session) == [WaitingStatus.WAITING, WaitingStatus.PLACED]
        (match,) = [one for one in session.exec(rows.all_of(Match)).all() if one.status is MatchStatus.AGREED]
        assert (match.person_id, match.origin) == (bar.waiting[1].person_id, Origin.APPLICATION)
        events = [
            Happening(e.seq, e.at, e.kind, e.acting_as, e.request_id, e.slot_number, e.match_id, e.detail)
            for e in rows.all_events(session)
            if e.request_id == bar.request.id
        ]
        assert not rule_matches(events)[match.id].mediated
        assert not find_violations(session, now=now)


def test_at_night_nobody_is_disturbed_and_in_the_morning_the_list_comes_before_the_engine(sessions):
    night = NOW + timedelta(hours=15)  # one o'clock
    morning = NOW + timedelta(hours=22)  # eight o'clock
    with sessions.begin() as session:
        bar = Bar(session, sure=(True, False))
        a_helper(session, "Vreemd")
        where = bar.request.municipality_id
        bar.drop_out(session, night)
        applying.look_after_lists(session, night)
        assert bar.statuses(session) == [WaitingStatus.WAITING, WaitingStatus.WAITING]
    matchmaking.run_round(sessions, municipality_id=where, now=morning)
    with sessions.begin() as session:
        assert not bar.asked(session)
        applying.look_after_lists(session, morning)
        places = sorted(session.exec(rows.all_of(WaitingPlace)).all(), key=lambda place: place.joined_at)
        assert [place.status for place in places] == [WaitingStatus.PLACED, WaitingStatus.WAITING]


def test_where_the_organisation_chooses_the_list_only_brings_somebody_to_choose(sessions):
    with sessions.begin() as session:
        bar = Bar(session, sure=(True, False), is_chosen_by_requester=True)
        bar.drop_out(session, NOW + timedelta(hours=1))
        waiting = [one for one in session.exec(rows.all_of(Proposal)).all() if one.status is ProposalStatus.WAITING]
        assert [one.person_id for one in waiting] == [bar.waiting[0].person_id]
        match = responses.choose(session, proposal_id=waiting[0].id, actor=bar.owner, now=NOW + timedelta(hours=2))
        assert match.person_id == bar.waiting[0].person_id


def test_who_can_no_longer_come_is_passed_over(sessions):
    """Has another shift at that time by now, stopped helping, or helps enough people already."""
    with sessions.begin() as session:
        bar = Bar(session, sure=(True, True))
        _, (other,) = club_builders.a_vacancy(session, bar.organisation, bar.owner, a_shift(97))
        responses.apply(session, request_id=other.id, actor=bar.actor(bar.waiting[0]), now=NOW)
        bar.waiting[1].left_at = NOW
        session.add(bar.waiting[1])
        bar.drop_out(session, NOW + timedelta(hours=1))
        assert bar.statuses(session) == [WaitingStatus.PASSED, WaitingStatus.PASSED]


def test_who_leaves_the_list_while_being_asked_makes_room_for_the_next(sessions):
    with sessions.begin() as session:
        bar = Bar(session)
        now = NOW + timedelta(hours=1)
        bar.drop_out(session, now)
        for _ in range(2):
            applying.leave_list(session, request_id=bar.request.id, actor=bar.actor(bar.waiting[0]), now=now)
        assert bar.statuses(session) == [WaitingStatus.LEFT, WaitingStatus.ASKED]
        assert not find_violations(session, now=now)


def test_the_time_to_respond_begins_anew_where_somebody_drops_out_after_it(sessions):
    """The evening before: who waits has half of the time that is left, and may answer until then."""
    with sessions.begin() as session:
        bar = Bar(session)
        now = NOW + timedelta(hours=76)  # twenty hours before; respond-by was four hours ago
        bar.drop_out(session, now)
        session.refresh(bar.request)
        (proposal,) = bar.asked(session)
        assert now < proposal.expires_at <= bar.request.respond_by
        assert rows.events(session, bar.request.id).count(EventKind.REQUEST_CHANGED) == 1


def test_what_is_over_has_no_waiting_list(sessions):
    with sessions.begin() as session:
        bar = Bar(session)
        applying.look_after_lists(session, NOW + timedelta(hours=97))
        assert bar.statuses(session) == [WaitingStatus.OVER, WaitingStatus.OVER]
        with pytest.raises(DoesNotFit):
            applying.join_list(
                session,
                request_id=bar.request.id,
                is_sure=True,
                actor=bar.actor(a_helper(session, "Laat")),
                now=NOW + timedelta(hours=97),
            )


def test_staff_who_remove_somebody_have_their_minute_and_then_the_list_moves_up(sessions):
    with sessions.begin() as session:
        bar = Bar(session, sure=(True, False))
        carla = builders.a_coordinator(session)
        now = NOW + timedelta(hours=1)
        coordination.remove(session, match_id=bar.match_id, actor=carla, text="Kwam vorige keer niet opdagen.", now=now)
        assert bar.statuses(session) == [WaitingStatus.WAITING, WaitingStatus.WAITING]
        applying.look_after_lists(session, now + timedelta(minutes=2))
        assert bar.statuses(session) == [WaitingStatus.PLACED, WaitingStatus.WAITING]


# --- at the same moment ------------------------------------------------------------------------------------------


def _at_once(*acts):
    """Each in a thread and a transaction of its own, all begun at one moment: what each gave, or refused."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        except MarketplaceError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_who_apply_for_the_last_place_get_one_between_them(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, (request,) = club_builders.a_vacancy(session, organisation, owner)
        request_id = request.id
        people = [Actor(a_helper(session, name).person_id) for name in ("Piet", "Eva", "Sjaak")]

    def apply(actor):
        with sessions.begin() as session:
            return responses.apply(session, request_id=request_id, actor=actor, now=NOW)

    answers = _at_once(*(lambda actor=actor: apply(actor) for actor in people))
    assert sum(not isinstance(answer, MarketplaceError) for answer in answers) == 1
    with sessions.read() as session:
        assert len(session.exec(rows.all_of(Match)).all()) == 1
        assert not find_violations(session, now=NOW)


def test_somebody_who_takes_two_shifts_at_one_time_in_one_second_gets_one(sessions):
    with sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, found = club_builders.a_vacancy(session, organisation, owner, a_shift(96), a_shift(97))
        ids = [request.id for request in found]
        piet = Actor(a_helper(session, capacity=5).person_id)

    def apply(request_id):
        with sessions.begin() as session:
            return responses.apply(session, request_id=request_id, actor=piet, now=NOW)

    answers = _at_once(*(lambda one=one: apply(one) for one in ids))
    assert sum(not isinstance(answer, MarketplaceError) for answer in answers) == 1
    with sessions.read() as session:
        assert not find_violations(session, now=NOW)


def test_a_drop_out_a_list_that_moves_up_and_somebody_who_leaves_it_agree(sessions):
    """Piet drops out, Eva leaves the list, Sjaak is next, the job looks too: one place, one person, nobody twice."""
    with sessions.begin() as session:
        bar = Bar(session, sure=(True, True))
        eva, request_id = bar.actor(bar.waiting[0]), bar.request.id
    now = NOW + timedelta(hours=1)

    def drop_out():
        with sessions.begin() as session:
            bar.drop_out(session, now)

    def leave():
        with sessions.begin() as session:
            applying.leave_list(session, request_id=request_id, actor=eva, now=now)

    def look():
        with sessions.begin() as session:
            applying.look_after_lists(session, now)

    refused = [one for one in _at_once(drop_out, leave, look, look) if one is not None]
    assert all(isinstance(one, int) for one in refused), refused
    with sessions.begin() as session:
        applying.look_after_lists(session, now)
        running = [one for one in session.exec(rows.all_of(Match)).all() if one.status is MatchStatus.AGREED]
        assert len(running) == 1
        assert not find_violations(session, now=now)


@pytest.mark.database("sqlite")
@settings(max_examples=proof.count(6, 300))
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(("apply", "sure", "ask", "leave", "cancel", "yes", "no")), st.integers(0, 3)),
        min_size=4,
        max_size=10,
    )
)
def test_whatever_people_do_the_list_holds(database, steps):
    """Two places, four people, any order: never more than two come, nobody twice, and no place is left lying."""
    database.reset()
    now = NOW
    with database.sessions.begin() as session:
        organisation, owner = club_builders.an_organisation(session)
        _, (request,) = club_builders.a_vacancy(session, organisation, owner, a_shift(96, 3, 2))
        people = [a_helper(session, f"V{n}") for n in range(4)]
        for what, who in steps:
            now += timedelta(minutes=1)
            try:
                with session.begin_nested():
                    _do(session, request, people[who], what, now)
            except MarketplaceError:
                session.expire_all()
        session.expire_all()
        standing = [one for one in session.exec(rows.all_of(Match)).all() if one.status is MatchStatus.AGREED]
        assert len(standing) <= 2
        found = find_violations(session, now=now)
        assert not found, found
        # A free place and somebody who waits for it do not stand beside each other.
        live = [one.status for one in session.exec(rows.all_of(WaitingPlace)).all()]
        if live.count(WaitingStatus.WAITING):
            assert len(standing) + live.count(WaitingStatus.ASKED) >= 2


def _do(session, request, offer, what: str, now: datetime) -> None:
    actor = Actor(offer.person_id)
    mine = [one for one in session.exec(rows.all_of(Proposal)).all() if one.person_id == offer.person_id]
    if what == "apply":
        responses.apply(session, request_id=request.id, actor=actor, now=now)
    elif what in ("sure", "ask"):
        applying.join_list(session, request_id=request.id, is_sure=what == "sure", actor=actor, now=now)
    elif what == "leave":
        applying.leave_list(session, request_id=request.id, actor=actor, now=now)
    elif what == "cancel":
        for match in session.exec(rows.all_of(Match)).all():
            if match.person_id == offer.person_id and match.status is MatchStatus.AGREED:
                matches.cancel(session, match_id=match.id, actor=actor, now=now)
    elif what == "yes" and mine:
        responses.accept(session, proposal_id=mine[-1].id, actor=actor, now=now)
    elif mine:
        responses.decline(session, proposal_id=mine[-1].id, actor=actor, now=now)


def test_the_job_is_in_the_registry():
    """Nobody waits for a place that nobody gives them."""
    assert "waiting-lists" in {job.name for job in jobs.JOBS}


def test_a_shift_that_is_withdrawn_asks_nobody_of_its_list(sessions):
    with sessions.begin() as session:
        bar = Bar(session, sure=(True, True))
        vacancies.withdraw_shift(session, request_id=bar.request.id, actor=bar.owner, now=NOW)
        assert bar.statuses(session) == [WaitingStatus.OVER, WaitingStatus.OVER]
        applying.look_after_lists(session, NOW + timedelta(hours=1))
        assert bar.statuses(session) == [WaitingStatus.OVER, WaitingStatus.OVER]
