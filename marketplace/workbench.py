"""Taking work that is no request: one has it, and whoever comes second sees who."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, permissions
from marketplace.errors import CaseHeld, NotFound, Overtaken
from marketplace.models import StaffRoleKind, WorkHold, WorkKind
from marketplace.permissions import Actor
from marketplace.policies import DESK
from marketplace.queries import workbench
from marketplace.queries.roster import read_roster
from marketplace.queries.workbench import WorkItem

# What may be laid aside as done, or put off; the rest is done by doing it.
ENDS_BY_HAND = frozenset({WorkKind.SILENT, WorkKind.OBJECTION, WorkKind.CERTIFICATE})


def look(
    session: Session, kind: WorkKind, about_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime
) -> WorkItem:
    """One piece of work, with how to reach the people of it: looking is logged. Raises NotAllowed, NotFound.

    Outside the areas that they are on duty for nobody of it is shown: the case opens with a typed reason.
    """
    item = _item(session, kind, about_id, municipality_id, actor, now)
    if not _is_theirs(session, item, municipality_id, actor, now):
        return replace(item, people=())
    for person_id in item.people:
        file_looks.record(
            session,
            municipality_id=municipality_id,
            staff_id=actor.person_id,
            person_id=person_id,
            request_id=item.request_id,
            action=file_looks.TASK,
            reason="",
            now=now,
        )
    return item


def take(
    session: Session,
    kind: WorkKind,
    about_id: UUID,
    *,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    from_id: UUID | None = None,
) -> WorkHold:
    """It is this person's now; pressed twice it stays so. ``from_id``: whom one knowingly takes it over from.

    Raises NotAllowed, NotFound, CaseHeld with who has it.
    """
    _item(session, kind, about_id, municipality_id, actor, now)
    hold = _hold(session, kind, about_id, municipality_id)
    if hold.owner_id == actor.person_id:
        return hold
    if hold.owner_id is not None and hold.owner_id != from_id:
        raise CaseHeld(about_id, hold.owner_id, hold.taken_at or now)
    hold.owner_id, hold.taken_at = actor.person_id, now
    return _keep(session, hold)


def lay_down(
    session: Session, kind: WorkKind, about_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime
) -> None:
    """A colleague may take it. Raises NotAllowed, CaseHeld where it is a colleague's."""
    _require(actor, municipality_id)
    hold = _own(session, kind, about_id, municipality_id, actor, now)
    hold.owner_id = hold.taken_at = None
    _keep(session, hold)


def put_off(
    session: Session, kind: WorkKind, about_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime
) -> None:
    """Not now: it comes back in a week, still with who put it off. Raises NotAllowed, CaseHeld."""
    _end_by_hand(kind)
    _item(session, kind, about_id, municipality_id, actor, now)
    hold = _own(session, kind, about_id, municipality_id, actor, now)
    hold.owner_id, hold.taken_at = actor.person_id, hold.taken_at or now
    hold.later_at = now + timedelta(days=DESK.put_off_days)
    _keep(session, hold)


def finish(
    session: Session, kind: WorkKind, about_id: UUID, *, municipality_id: UUID, actor: Actor, now: datetime
) -> None:
    """It was dealt with; pressed twice it was. Raises NotAllowed, CaseHeld."""
    _end_by_hand(kind)
    _require(actor, municipality_id)
    hold = _own(session, kind, about_id, municipality_id, actor, now)
    hold.owner_id, hold.done_at = actor.person_id, hold.done_at or now
    _keep(session, hold)


def _is_theirs(session: Session, item: WorkItem, municipality_id: UUID, actor: Actor, now: datetime) -> bool:
    if not item.area or item.owner_id == actor.person_id:
        return True
    is_lead = actor.has_role(municipality_id, frozenset({StaffRoleKind.TEAM_LEAD}))
    roster = read_roster(session, municipality_id, now=now)
    return is_lead or roster.covers(actor.person_id, item.area, item.skill_code)


def _require(actor: Actor, municipality_id: UUID) -> None:
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))


def _end_by_hand(kind: WorkKind) -> None:
    if kind not in ENDS_BY_HAND:
        raise NotFound(f"{kind} does not end by hand")


def _item(
    session: Session, kind: WorkKind, about_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> WorkItem:
    _require(actor, municipality_id)
    item = workbench.find_item(session, municipality_id, kind, about_id, now=now)
    if item is None:
        raise NotFound(f"{kind} {about_id}")
    return item


def _hold(session: Session, kind: WorkKind, about_id: UUID, municipality_id: UUID) -> WorkHold:
    """The row that says who has it, held until the unit ends; the database keeps one where two make it at once."""
    hold = workbench.lock_hold(session, kind, about_id)
    if hold is None:
        workbench.add_hold(session, kind, about_id, municipality_id)
        hold = workbench.lock_hold(session, kind, about_id)
    if hold is None:
        raise Overtaken(f"{kind} {about_id}")
    return hold


def _own(
    session: Session, kind: WorkKind, about_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> WorkHold:
    hold = _hold(session, kind, about_id, municipality_id)
    if hold.owner_id not in (None, actor.person_id):
        raise CaseHeld(about_id, hold.owner_id, hold.taken_at or now)
    return hold


def _keep(session: Session, hold: WorkHold) -> WorkHold:
    session.add(hold)
    session.flush()
    return hold
