"""After the match: a date together, reminders, silence, how it was, hours, and cancelling late."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from marketplace import appointments, coordination, matches, meetings, own_house
from marketplace.appointments import ReminderPolicy
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition, InvalidInput, NotAllowed, Overtaken
from marketplace.meetings import Said
from marketplace.models import (
    Appointment,
    AppointmentStatus,
    Channel,
    EventKind,
    HelpRequest,
    HowItWas,
    Match,
    MatchStatus,
    NoticeKind,
    Offer,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import ASKING, local_midnight
from marketplace.queries import meetings as queries
from marketplace.queries import own_house as house
from marketplace.queries import requests
from marketplace.queries.board import Board, Pile
from tests.support import rows
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_request,
    a_volunteer,
    a_window,
    local,
    the_municipality,
)
from tests.support.clock import NOW

DAY = timedelta(days=1)
GOOD = Said(HowItWas.GOOD, HowItWas.GOOD, would_again=True)


class Pair:
    """Piet helps Riet, and each can reach the other."""

    def __init__(self, sessions: Sessions, *, is_confirmed: bool = True, **asked: Any) -> None:
        self.sessions = sessions
        with sessions.begin() as session:
            offer = a_volunteer(session, "Piet")
            request = a_request(session, **asked)
            match = a_match(session, request, offer)
            self.match_id, self.request_id, self.offer_id = match.id, request.id, offer.id
            self.piet, self.riet = Actor(offer.person_id), Actor(request.requester_id)
            if is_confirmed:
                matches.confirm(session, match_id=match.id, actor=self.riet, now=NOW)

    def propose(self, by: Actor, starts_at: datetime, *, seen: UUID | None = None, now: datetime = NOW) -> UUID:
        with self.sessions.begin() as session:
            return meetings.propose_date(
                session, match_id=self.match_id, starts_at=starts_at, seen_id=seen, actor=by, now=now
            ).id

    def agree(self, by: Actor, appointment_id: UUID, *, now: datetime = NOW) -> None:
        with self.sessions.begin() as session:
            meetings.agree_date(session, match_id=self.match_id, appointment_id=appointment_id, actor=by, now=now)

    def agreed(self, starts_at: datetime, *, now: datetime = NOW) -> UUID:
        found = self.propose(self.piet, starts_at, now=now)
        self.agree(self.riet, found, now=now)
        return found

    def run(self, step, now: datetime) -> int:  # type: ignore[no-untyped-def]
        with self.sessions.begin() as session:
            return int(step(session, now))

    def dates(self, session: Session) -> list[tuple[datetime, AppointmentStatus]]:
        found = session.exec(rows.all_of(Appointment).order_by("sequence")).all()
        return [(one.starts_at, one.status) for one in found]

    def match(self, session: Session) -> Match:
        return session.get_one(Match, self.match_id)


@pytest.fixture
def pair(sessions: Sessions) -> Pair:
    return Pair(sessions)


# --- a date together ---------------------------------------------------------------------------------------------


def test_one_proposes_the_other_agrees_and_both_are_told(pair: Pair) -> None:
    found = pair.propose(pair.piet, NOW + 2 * DAY)
    pair.propose(pair.piet, NOW + 2 * DAY)  # pressed twice
    with pytest.raises(NotAllowed):
        pair.agree(pair.piet, found)
    pair.agree(pair.riet, found)
    pair.agree(pair.riet, found)
    with pair.sessions.read() as session:
        assert pair.dates(session) == [(NOW + 2 * DAY, AppointmentStatus.AGREED)]
        assert [one.person_id for one in rows.outbox(session, NoticeKind.DATE_PROPOSED)] == [pair.riet.person_id]
        told = {one.person_id for one in rows.outbox(session, NoticeKind.DATE_AGREED)}
        assert told == {pair.riet.person_id, pair.piet.person_id}
        assert rows.events(session, pair.request_id)[-2:] == [EventKind.DATE_PROPOSED, EventKind.DATE_AGREED]


def test_another_date_takes_the_place_of_the_first_and_an_agreed_one_stays_until_the_new_one_is_agreed(
    pair: Pair,
) -> None:
    first = pair.propose(pair.piet, NOW + 2 * DAY)
    second = pair.propose(pair.riet, NOW + 3 * DAY, seen=first)
    with pytest.raises(IllegalTransition):
        pair.agree(pair.riet, first)
    pair.agree(pair.piet, second)
    third = pair.propose(pair.piet, NOW + 4 * DAY)
    with pair.sessions.read() as session:
        agreed = queries.find_agreed(session, pair.match_id)
        assert agreed is not None
        assert agreed.id == second
        numbers = agreed.sequence
    pair.agree(pair.riet, third)
    with pair.sessions.read() as session:
        agreed = queries.find_agreed(session, pair.match_id)
        assert agreed is not None
        assert agreed.id == third
        assert agreed.sequence > numbers, "a calendar must know which file is newer"


def test_two_who_propose_at_once_are_not_in_each_others_way(pair: Pair) -> None:
    """The same date is agreed; of two dates the second is kindly refused, and the first stands."""
    pair.propose(pair.piet, NOW + 2 * DAY)
    with pytest.raises(Overtaken):
        pair.propose(pair.riet, NOW + 3 * DAY, seen=None)
    pair.propose(pair.riet, NOW + 2 * DAY, seen=None)
    with pair.sessions.read() as session:
        assert pair.dates(session) == [(NOW + 2 * DAY, AppointmentStatus.AGREED)]


@pytest.mark.parametrize("starts_at", [NOW, NOW - DAY, NOW + 400 * DAY])
def test_a_date_is_still_to_come_and_within_a_year(pair: Pair, starts_at: datetime) -> None:
    with pytest.raises(InvalidInput):
        pair.propose(pair.piet, starts_at)


def test_nobody_else_and_nobody_too_early_agrees_a_date(sessions: Sessions, pair: Pair) -> None:
    with sessions.begin() as session:
        stranger = Actor(a_person(session).id)
    with pytest.raises(NotAllowed):
        pair.propose(stranger, NOW + DAY)
    early = Pair(sessions, is_confirmed=False)
    with pytest.raises(IllegalTransition):
        early.propose(early.piet, NOW + DAY)


def test_a_request_with_one_exact_time_proposes_it_by_itself(sessions: Sessions) -> None:
    exact = Pair(sessions, windows=(a_window(72, length_h=3),), minutes=120)
    with sessions.read() as session:
        found = queries.find_proposed(session, exact.match_id)
        assert found is not None
        assert found.starts_at == NOW + timedelta(hours=72)
        assert not rows.outbox(session, NoticeKind.DATE_PROPOSED), "the mail with the details says it"
    exact.agree(exact.piet, found.id)
    wide = Pair(sessions, windows=(a_window(72, length_h=4),), minutes=120)
    with sessions.read() as session:
        assert queries.find_proposed(session, wide.match_id) is None


def test_a_match_that_ends_has_no_date(pair: Pair) -> None:
    pair.agreed(NOW + 5 * DAY)
    with pair.sessions.begin() as session:
        matches.cancel(session, match_id=pair.match_id, actor=pair.riet, now=NOW)
    with pair.sessions.read() as session:
        assert pair.dates(session) == [(NOW + 5 * DAY, AppointmentStatus.DROPPED)]


# --- the reminder ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "agreed_at", "due_at"),
    [
        pytest.param(local(2026, 3, 10, 14), NOW, local(2026, 3, 9, 10), id="the-day-before-at-ten"),
        pytest.param(local(2026, 3, 29, 14), NOW, local(2026, 3, 28, 10), id="spring-night-of-23-hours"),
        pytest.param(local(2026, 10, 25, 23), NOW, local(2026, 10, 24, 10), id="autumn-night-of-25-hours"),
        pytest.param(
            local(2026, 3, 10, 14), local(2026, 3, 9, 10), local(2026, 3, 10, 11), id="agreed-later-three-hours-before"
        ),
        pytest.param(local(2026, 3, 10, 14), local(2026, 3, 10, 11), None, id="agreed-just-before-never"),
    ],
)
def test_when_a_reminder_is_due(starts_at: datetime, agreed_at: datetime, due_at: datetime | None) -> None:
    assert ReminderPolicy().at(starts_at, agreed_at) == due_at


def test_both_are_reminded_once_and_never_after_the_appointment(pair: Pair) -> None:
    starts_at = local(2026, 3, 10, 14)
    pair.agreed(starts_at)
    assert pair.run(meetings.remind, local(2026, 3, 9, 9, 59)) == 0
    assert pair.run(meetings.remind, local(2026, 3, 9, 10)) == 1
    assert pair.run(meetings.remind, local(2026, 3, 9, 10, 1)) == 0
    with pair.sessions.read() as session:
        assert len(rows.outbox(session, NoticeKind.REMINDER)) == 2
    slept = Pair(pair.sessions)
    slept.agreed(starts_at)
    assert slept.run(meetings.remind, starts_at) == 0, "a clockwork that stood still reminds nobody of what was"


# --- silence -----------------------------------------------------------------------------------------------------


def test_silence_is_asked_about_after_five_days_and_offered_on_after_eight(pair: Pair) -> None:
    assert pair.run(meetings.nudge, NOW + 5 * DAY - timedelta(minutes=1)) == 0
    assert pair.run(meetings.nudge, NOW + 5 * DAY) == 1
    assert pair.run(meetings.nudge, NOW + 6 * DAY) == 0
    assert pair.run(meetings.offer_on, NOW + 8 * DAY - timedelta(minutes=1)) == 0
    assert pair.run(meetings.offer_on, NOW + 8 * DAY) == 1
    assert pair.run(meetings.offer_on, NOW + 8 * DAY) == 0
    with pair.sessions.read() as session:
        assert pair.match(session).status is MatchStatus.CANCELLED
        assert session.get_one(Slot, (pair.request_id, 1)).status is SlotStatus.FREE
        assert session.get_one(Offer, pair.offer_id).engaged == 0
        assert len(rows.outbox(session, NoticeKind.NUDGE)) == len(rows.outbox(session, NoticeKind.OFFERED_ON)) == 2
        assert not rows.outbox(session, NoticeKind.CANCELLED), "one kind word, not two mails"
        assert EventKind.OFFERED_ON in rows.events(session, pair.request_id)
        request = session.get_one(HelpRequest, pair.request_id)
        assert request.owner_id is None
        assert request.respond_by > NOW + 8 * DAY


def test_who_was_asked_late_has_time_to_answer(pair: Pair) -> None:
    assert pair.run(meetings.nudge, NOW + 20 * DAY) == 1
    assert pair.run(meetings.offer_on, NOW + 22 * DAY) == 0
    assert pair.run(meetings.offer_on, NOW + 23 * DAY) == 1


@pytest.mark.parametrize("how", ["proposed", "agreed", "noted"])
def test_a_date_ends_the_silence(pair: Pair, how: str) -> None:
    if how == "noted":
        with pair.sessions.begin() as session:
            meetings.note_date(session, match_id=pair.match_id, starts_at=NOW + 20 * DAY, actor=pair.riet, now=NOW)
    else:
        found = pair.propose(pair.piet, NOW + 20 * DAY)
        if how == "agreed":
            pair.agree(pair.riet, found)
    assert pair.run(meetings.nudge, NOW + 19 * DAY) == 0
    assert pair.run(meetings.offer_on, NOW + 19 * DAY) == 0
    assert pair.run(meetings.nudge, NOW + 21 * DAY) == (1 if how == "proposed" else 0)


# --- how it was, and hours ---------------------------------------------------------------------------------------


def _evaluate(pair: Pair, actor: Actor, said: Said = GOOD, **more: object) -> None:
    with pair.sessions.begin() as session:
        meetings.evaluate(session, match_id=pair.match_id, said=said, actor=actor, now=NOW + DAY, **more)  # type: ignore[arg-type]


def test_both_are_asked_how_it_was_the_morning_after_and_once(pair: Pair) -> None:
    pair.agreed(local(2026, 3, 10, 14))
    assert pair.run(meetings.ask_how_it_was, local(2026, 3, 11, 9, 59)) == 0
    assert pair.run(meetings.ask_how_it_was, local(2026, 3, 11, 10)) == 1
    assert pair.run(meetings.ask_how_it_was, local(2026, 3, 12, 10)) == 0
    with pair.sessions.read() as session:
        told = {one.person_id for one in rows.outbox(session, NoticeKind.HOW_WAS_IT)}
        assert told == {pair.riet.person_id, pair.piet.person_id}


def test_who_said_already_is_not_asked_again(pair: Pair) -> None:
    _evaluate(pair, pair.riet)
    assert pair.run(meetings.ask_how_it_was, NOW + DAY + timedelta(hours=1)) == 1
    with pair.sessions.read() as session:
        assert [one.person_id for one in rows.outbox(session, NoticeKind.HOW_WAS_IT)] == [pair.piet.person_id]


def test_good_means_done_once_and_bad_means_that_somebody_must_look(pair: Pair, sessions: Sessions) -> None:
    _evaluate(pair, pair.riet)
    _evaluate(pair, pair.riet, Said(HowItWas.BAD, HowItWas.BAD, would_again=False))
    with sessions.read() as session:
        assert pair.match(session).status is MatchStatus.DONE
        known = queries.find_evaluation(session, pair.match_id, pair.riet.person_id)
        assert known is not None
        assert known.how is HowItWas.GOOD, "the first time counts"
        assert rows.events(session, pair.request_id).count(EventKind.EVALUATED) == 1
    other = Pair(sessions)
    _evaluate(other, other.riet, Said(HowItWas.BAD, HowItWas.BAD, would_again=False))
    with sessions.read() as session:
        assert other.match(session).status is MatchStatus.CONFIRMED, "perhaps nobody came"


@pytest.mark.parametrize("may_be_told", [True, False])
def test_the_volunteer_hears_what_was_said_only_where_they_may(pair: Pair, may_be_told: bool) -> None:
    with pair.sessions.begin() as session:
        matches.finish(session, match_id=pair.match_id, actor=pair.riet, now=NOW)
    said = Said(HowItWas.GOOD, HowItWas.GOOD, True, remark="Wat een mooie heg!", may_be_told=may_be_told)
    _evaluate(pair, pair.riet, said)
    with pair.sessions.read() as session:
        assert len(rows.outbox(session, NoticeKind.THANKS)) == 1 + may_be_told
        (done,) = house.list_done(session, pair.piet.person_id)
        assert done.remark == ("Wat een mooie heg!" if may_be_told else "")


@pytest.mark.parametrize("remark", ["Bel mij op 06 12 34 56 78", "riet@voorbeeld.nl", "x" * 501])
def test_a_remark_holds_no_number_or_address(pair: Pair, remark: str) -> None:
    with pytest.raises(InvalidInput):
        _evaluate(pair, pair.riet, Said(HowItWas.GOOD, HowItWas.GOOD, True, remark=remark))


def test_staff_type_in_what_they_were_told_and_nobody_else_does(pair: Pair, sessions: Sessions) -> None:
    with sessions.begin() as session:
        carla, stranger = a_coordinator(session), Actor(a_person(session).id)
    for wrong, channel in ((stranger, Channel.TELEPHONE), (carla, Channel.WEB), (pair.piet, Channel.TELEPHONE)):
        with pytest.raises(NotAllowed):
            _evaluate(pair, wrong, of_volunteer=False, channel=channel)
    with pytest.raises(NotAllowed):
        _evaluate(pair, stranger)
    _evaluate(pair, carla, of_volunteer=False, channel=Channel.TELEPHONE)
    with sessions.read() as session:
        known = queries.find_evaluation(session, pair.match_id, pair.riet.person_id)
        assert known is not None
        assert known.channel is Channel.TELEPHONE


def test_the_hours_are_the_volunteers_own_word_and_add_up(pair: Pair) -> None:
    def log(actor: Actor, minutes: int) -> None:
        with pair.sessions.begin() as session:
            meetings.log_hours(session, match_id=pair.match_id, minutes=minutes, actor=actor, now=NOW)

    log(pair.piet, 90)
    log(pair.piet, 120)
    log(pair.piet, 120)
    for wrong in (0, -5, 24 * 60 + 1):
        with pytest.raises(InvalidInput):
            log(pair.piet, wrong)
    with pytest.raises(NotAllowed):
        log(pair.riet, 60)
    with pair.sessions.read() as session:
        assert queries.sum_minutes(session, pair.piet.person_id) == 120
        assert rows.events(session, pair.request_id).count(EventKind.HOURS_LOGGED) == 2


# --- cancelling late ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "is_urgent"), [(47, True), (49, False)])
def test_cancelling_shortly_before_makes_the_request_urgent(pair: Pair, hours: int, is_urgent: bool) -> None:
    starts_at = NOW + 5 * DAY
    now = starts_at - timedelta(hours=hours)
    pair.agreed(starts_at)
    with pair.sessions.begin() as session:
        matches.cancel(session, match_id=pair.match_id, actor=pair.piet, now=now)
    with pair.sessions.read() as session:
        request = session.get_one(HelpRequest, pair.request_id)
        assert ASKING.is_urgent(request.version_at, request.respond_by) is is_urgent
        if is_urgent:
            assert now < request.respond_by < starts_at
            expires_at = ASKING.expires_at(request.version_at, request.respond_by, now)
            assert expires_at == now + timedelta(hours=4)
        assert [one.person_id for one in rows.outbox(session, NoticeKind.CANCELLED)] == [pair.riet.person_id]


def test_the_thresholds_make_sense() -> None:
    with pytest.raises(ValueError, match="nudge comes first"):
        appointments.SilencePolicy(nudge_after_days=8, offered_on_after_days=5)


# --- one's own house ---------------------------------------------------------------------------------------------


def test_a_holiday_begins_by_itself_and_is_dropped_again(sessions: Sessions) -> None:
    first, last = local_midnight(local(2026, 7, 1).date()), local_midnight(local(2026, 7, 15).date())
    with sessions.begin() as session:
        offer = a_volunteer(session)
        piet, offer_id, where = Actor(offer.person_id), offer.id, the_municipality(session).id
        for wrong in ((last, first), (NOW - 9 * DAY, NOW - DAY), (NOW + 400 * DAY, NOW + 401 * DAY)):
            with pytest.raises(InvalidInput):
                own_house.plan_holiday(
                    session, actor=piet, municipality_id=where, from_at=wrong[0], until_at=wrong[1], now=NOW
                )
        own_house.plan_holiday(session, actor=piet, municipality_id=where, from_at=first, until_at=last, now=NOW)
    with sessions.begin() as session:
        assert own_house.begin_holidays(session, first - timedelta(minutes=1)) == 0
        assert own_house.begin_holidays(session, first) == 1
        assert own_house.begin_holidays(session, first) == 0
        assert session.get_one(Offer, offer_id).paused_until == last


def test_who_never_helped_is_shown_three_that_fit_the_nearest_first(sessions: Sessions) -> None:
    with sessions.begin() as session:
        offer = a_volunteer(session, skills=["garden.hedge"])
        for _ in range(4):
            a_request(session)
        a_request(session, skill="company.coffee")
        mine = a_request(session)
    with sessions.read() as session:
        found = house.list_fitting(session, session.get_one(Offer, offer.id), now=NOW)
        assert len(found) == 3
        assert not house.has_had_a_task(session, offer.person_id)
    with sessions.begin() as session:
        a_match(session, session.get_one(HelpRequest, mine.id), session.get_one(Offer, offer.id))
    with sessions.read() as session:
        assert house.has_had_a_task(session, offer.person_id)


def test_the_score_favours_who_never_had_a_task(sessions: Sessions) -> None:
    """Two volunteers alike in everything else: who is new is asked first."""
    from marketplace.queries.market import read_market
    from matching.scoring import ScoringWeights, score_pair

    with sessions.begin() as session:
        old, new = a_volunteer(session, "Oud"), a_volunteer(session, "Nieuw")
        done = a_match(session, a_request(session), old)
        matches.confirm(session, match_id=done.id, actor=Actor(_asker(session, done)), now=NOW)
        matches.finish(session, match_id=done.id, actor=Actor(old.person_id), now=NOW)
        wanted = a_request(session)
        ids = (str(old.id), str(new.id), str(wanted.id))
        scene = read_market(session, municipality_id=the_municipality(session).id, now=NOW)
    points = [
        score_pair(
            scene,
            scene.volunteers[who],
            scene.requests[ids[2]],
            NOW,
            distance_km=0.0,
            overlap_min=240,
            is_urgent=False,
            weights=ScoringWeights(),
        )
        for who in ids[:2]
    ]
    assert points[1].newcomer > points[0].newcomer == 0
    assert points[1].total > points[0].total


def _asker(session: Session, match: Match) -> UUID:
    return session.get_one(HelpRequest, match.request_id).requester_id


# --- what would stay agreed for ever -----------------------------------------------------------------------------


def room_of(session: Session, pair: Pair) -> int:
    return session.get_one(Offer, pair.offer_id).engaged


def test_long_after_the_date_without_a_word_it_was_done_and_the_volunteer_has_room(pair: Pair) -> None:
    pair.agreed(NOW + DAY)
    assert pair.run(meetings.finish_silent, NOW + 20 * DAY) == 0, "not before both were asked"
    assert pair.run(meetings.ask_how_it_was, NOW + 3 * DAY) == 1
    assert pair.run(meetings.finish_silent, NOW + 14 * DAY) == 0
    assert pair.run(meetings.finish_silent, NOW + 18 * DAY) == 1
    assert pair.run(meetings.finish_silent, NOW + 18 * DAY) == 0
    with pair.sessions.read() as session:
        assert pair.match(session).status is MatchStatus.DONE
        assert room_of(session, pair) == 0


@pytest.mark.parametrize("outcome", ["done", "removed"])
def test_what_was_bad_lies_with_a_coordinator_who_finds_out(pair: Pair, outcome: str) -> None:
    """With a next moment; time alone does not call it done."""
    bad = Said(HowItWas.BAD, HowItWas.BAD, would_again=False)
    pair.agreed(NOW + DAY)
    pair.run(meetings.ask_how_it_was, NOW + 3 * DAY)
    with pair.sessions.begin() as session:
        carla = a_coordinator(session)
        meetings.evaluate(session, match_id=pair.match_id, said=bad, actor=pair.riet, now=NOW + 3 * DAY)
        request = session.get_one(HelpRequest, pair.request_id)
        assert request.owner_id == carla.person_id
        assert request.next_moment_at > NOW + 3 * DAY
        late = request.next_moment_at
        where = request.municipality_id
    assert pair.run(meetings.finish_silent, NOW + 30 * DAY) == 0
    with pair.sessions.begin() as session:
        board = Board(session, municipality_id=where, person_id=carla.person_id, day_began_at=NOW)
        assert [row.request_id for row in board.list_rows(Pile.MINE, limit=9)] == [pair.request_id]
        assert [one.id for one in requests.list_handed_over_before(session, late)] == [pair.request_id]
        if outcome == "done":
            coordination.finish(session, match_id=pair.match_id, actor=carla, now=NOW + 4 * DAY)
            coordination.finish(session, match_id=pair.match_id, actor=carla, now=NOW + 4 * DAY)
            assert pair.match(session).status is MatchStatus.DONE
            assert board.list_rows(Pile.MINE, limit=9) == []
        else:
            coordination.remove(session, match_id=pair.match_id, actor=carla, text="Er kwam niemand", now=NOW + 4 * DAY)
            assert session.get_one(Slot, (pair.request_id, 1)).status is SlotStatus.FREE
        assert room_of(session, pair) == 0


def test_a_buddy_is_asked_whether_it_works_out_and_never_offered_on(sessions: Sessions) -> None:
    with sessions.begin() as session:
        buddy = a_volunteer(session, "Piet", skills=["company.buddy"], seen=("vog", "buddy_training"))
        match = a_match(session, a_request(session, skill="company.buddy"), buddy)
        matches.confirm(session, match_id=match.id, actor=Actor(_asker(session, match)), now=NOW)
        assert meetings.nudge(session, NOW + 6 * DAY) == 1
        assert meetings.offer_on(session, NOW + 60 * DAY) == 0
        assert match.status is MatchStatus.CONFIRMED
