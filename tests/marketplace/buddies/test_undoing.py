"""For a minute the coordinator takes back what was just written: as if it never was, and nobody heard of it."""

from datetime import timedelta

import pytest

from marketplace.buddies import agreeing, intake, introducing, undoing
from marketplace.errors import IllegalTransition, NotAllowed
from marketplace.models import EventKind, NoticeKind, StaffRoleKind, UndoStep
from marketplace.permissions import Actor
from tests.support import rows
from tests.support.buddy_builders import (
    a_buddy,
    a_trajectory,
    agreeing_pair,
    introduced,
    the_pair,
    waiting,
)
from tests.support.builders import a_coordinator
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")
SOON = NOW + timedelta(seconds=30)
DAY = timedelta(days=1)


def do(session, act, step, trajectory, actor, now=NOW, **more):
    undoing.record(
        session,
        act,
        lambda: step(session, trajectory_id=trajectory.id, actor=actor, now=now, **more),
        trajectory_id=trajectory.id,
        actor=actor,
        now=now,
    )
    return session.exec(rows.all_of(UndoStep)).all()


def take_back(session, trajectory, step, actor, now=SOON):
    undoing.undo(session, trajectory_id=trajectory.id, step_id=step.id, actor=actor, now=now)


def state(session, trajectory):
    return {key: value for key, value in trajectory.model_dump().items() if key not in ("version", "told_at")}


def test_a_day_that_was_typed_wrong_is_taken_back_before_anybody_heard_of_it(session, bo):
    asked = a_trajectory(session)
    was = state(session, asked)
    (step,) = do(session, "gesprek", intake.plan, asked, bo, at=NOW + 3 * DAY)
    (told,) = rows.outbox(session, NoticeKind.BUDDY_INTAKE)
    assert told.next_try_at == NOW + undoing.UNDO_FOR
    take_back(session, asked, step, bo)
    assert state(session, asked) == was
    assert rows.outbox(session, NoticeKind.BUDDY_INTAKE) == []
    assert (step.undone_at, step.before) == (SOON, {})
    take_back(session, asked, step, bo)
    undone = [one for one in rows.all_events(session) if one.kind is EventKind.UNDONE]
    assert [one.detail["act"] for one in undone] == ["gesprek"], "pressed twice it is once"


def test_a_goal_is_taken_back_until_one_of_the_two_says_something(session, bo):
    pair = agreeing_pair(session, bo, a_buddy(session), now=NOW - 5 * DAY)
    ends_on = (NOW + 200 * DAY).date()
    (step,) = do(session, "doel", agreeing.propose, pair, bo, goal="Naar de markt.", ends_on=ends_on)
    take_back(session, pair, step, bo)
    assert (the_pair(session, pair).wanted_goal, the_pair(session, pair).wanted_ends_on) == ("", None)
    steps = do(session, "doel", agreeing.propose, pair, bo, SOON, goal="Naar de kerk.", ends_on=ends_on)
    agreeing.agree(session, trajectory_id=pair.id, actor=Actor(pair.resident_id), now=SOON)
    last = next(one for one in steps if one.undone_at is None)
    with pytest.raises(IllegalTransition):
        take_back(session, pair, last, bo, SOON + timedelta(seconds=5))
    assert the_pair(session, pair).wanted_goal == "Naar de kerk."


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(hours=2)])
def test_after_a_minute_or_once_somebody_was_told_it_stands(session, bo, late):
    asked = a_trajectory(session)
    (step,) = do(session, "gesprek", intake.plan, asked, bo, at=NOW + 3 * DAY)
    with pytest.raises(IllegalTransition):
        take_back(session, asked, step, bo, NOW + late)
    (told,) = rows.outbox(session, NoticeKind.BUDDY_INTAKE)
    told.attempts = 1
    with pytest.raises(IllegalTransition):
        take_back(session, asked, step, bo)
    other = a_coordinator(session, "Lea", kind=StaffRoleKind.TEAM_LEAD)
    with pytest.raises(NotAllowed):
        take_back(session, asked, step, other)


def test_what_brings_it_further_is_not_taken_back(session, bo):
    """Asking somebody, or the first talk that puts a resident on the list: others may act on it at once."""
    asks = waiting(session, bo)
    offer = a_buddy(session)
    assert do(session, "voorstellen", introducing.introduce, asks, bo, offer_id=offer.id) == []
    met = introduced(session, bo, a_buddy(session, "Gijs"), resident=None)
    assert do(session, "terugnemen", introducing.take_back, met, bo) == []
    (told, *_) = rows.outbox(session, NoticeKind.BUDDY_QUESTION)
    assert told.next_try_at is not None
    assert told.next_try_at <= NOW
