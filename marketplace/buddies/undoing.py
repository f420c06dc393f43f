"""Taking back what the coordinator just wrote in a trajectory, for a minute: until then nobody is told of it.

Days, places, goals, needs and whose it is. What brings a trajectory further, such as asking somebody, beginning or
ending, is a step that others may act on at once: it is not taken back, its own next step undoes it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlmodel import Session

from marketplace import history, permissions
from marketplace.buddies import steps
from marketplace.errors import IllegalTransition, NotFound
from marketplace.models import ActingAs, EventKind, Introduction, OutboxMessage, Trajectory, UndoStep
from marketplace.permissions import Actor
from marketplace.queries import buddies
from marketplace.queries import undoing as queries
from marketplace.snapshots import plain, values

UNDO_FOR: Final = timedelta(minutes=1)
# What can be taken back, by what it is called in addresses: what only writes something down.
UNDOABLE: Final = frozenset({"nemen", "gesprek", "nodig", "later", "ontmoeting", "doel"})
# Follows from the rest, and is worked out again.
_DERIVED: Final = frozenset({"version", "next_moment_at", "told_at"})
Snapshot = dict[str, dict[str, Any]]
T = TypeVar("T")


def record(session: Session, act: str, do: Callable[[], T], *, trajectory_id: UUID, actor: Actor, now: datetime) -> T:
    """Do something in a trajectory so that it can be taken back, where it is of that kind. Raises what it raises."""
    if act not in UNDOABLE:
        return do()
    before = _read(session, trajectory_id)
    known = {message.id for message in queries.list_messages_about(session, trajectory_id, at=now)}
    result = do()
    after = _read(session, trajectory_id)
    changed = _changed(before, after)
    if not changed:
        return result
    until = now + UNDO_FOR
    messages = [one for one in queries.list_messages_about(session, trajectory_id, at=now) if one.id not in known]
    for message in messages:
        if message.next_try_at is not None:
            message.next_try_at = max(message.next_try_at, until)
            session.add(message)
    session.add(
        UndoStep(
            municipality_id=buddies.get_trajectory(session, trajectory_id).municipality_id,
            trajectory_id=trajectory_id,
            actor_id=actor.person_id,
            act=act,
            at=now,
            until_at=until,
            before={row: {name: before[row][name] for name in names} for row, names in changed.items()},
            after={
                "rows": after,
                "messages": [str(message.id) for message in messages],
            },
        )
    )
    session.flush()
    return result


def undo(session: Session, *, trajectory_id: UUID, step_id: UUID, actor: Actor, now: datetime) -> None:
    """It is as it was before the step, and nobody heard of it. Pressed twice, the first press did it.

    Raises NotFound, NotAllowed; IllegalTransition after a minute, or where somebody was told or did something since.
    """
    trajectory = steps.work_on(session, trajectory_id, actor)
    step = queries.lock_step(session, step_id)
    if step is None or step.trajectory_id != trajectory_id:
        raise NotFound(f"step {step_id}")
    permissions.require(step.actor_id == actor.person_id)
    if step.undone_at is not None:
        return
    same = _read(session, trajectory_id) == step.after["rows"]
    messages = queries.list_messages(session, [UUID(one) for one in step.after["messages"]])
    told = len(messages) != len(step.after["messages"]) or any(_went_out(one) for one in messages)
    if now >= step.until_at or not same or told:
        raise IllegalTransition("trajectory", trajectory.status, "undo")
    for message in messages:
        session.delete(message)
    held: tuple[Trajectory | Introduction, ...] = (trajectory, *buddies.list_introductions(session, trajectory_id))
    for row in held:
        was = step.before.get(str(row.id), {})
        for name, value in values(type(row), was, *was).items():
            setattr(row, name, value)
        session.add(row)
    history.about_trajectory(
        session,
        EventKind.UNDONE,
        trajectory,
        at=now,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        act=step.act,
        free=[],
        gone=[],
        matches=[],
    )
    step.undone_at, step.before, step.after = now, {}, {}
    session.add(step)
    session.flush()
    steps.settle(session, trajectory, now=now, is_step=False)


def forget(session: Session, trajectory: Trajectory) -> None:
    """What it kept of a trajectory goes: the words of who leaves may stand in it."""
    for step in queries.list_of_trajectories(session, [trajectory.id]):
        session.delete(step)


def _read(session: Session, trajectory_id: UUID) -> Snapshot:
    session.flush()
    rows: tuple[Trajectory | Introduction, ...] = (
        buddies.get_trajectory(session, trajectory_id),
        *buddies.list_introductions(session, trajectory_id),
    )
    return {str(row.id): {name: value for name, value in plain(row).items() if name not in _DERIVED} for row in rows}


def _changed(before: Snapshot, after: Snapshot) -> dict[str, list[str]]:
    """Which columns of which rows changed; nothing where a step brought it further."""
    if before.keys() != after.keys():
        return {}
    found = {row: [name for name, value in after[row].items() if value != before[row][name]] for row in after}
    changed = {row: names for row, names in found.items() if names}
    return {} if any("status" in names for names in changed.values()) else changed


def _went_out(message: OutboxMessage) -> bool:
    return message.attempts > 0 or message.fence > 0 or message.sent_at is not None or message.done_by_id is not None
