"""Two files that may be of one person: what hangs on a file, and what speaks against their being one."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table
from sqlmodel import Session, SQLModel, col, or_, select

from marketplace.models import BarredPair, HelpRequest, Offer, Person, PersonBlock, PersonMerge, Proposal, StaffRole

# What never changes hands: history and the log of looks are written once, and what opens a door, or says what somebody
# does for the organisation, is theirs alone.
STAYS: Final = frozenset(
    {
        *("event", "file_look", "person", "person_merge", "undo_step", "work_hold"),
        *("password", "second_factor", "recovery_code", "sign_in", "sign_in_link"),
        *("staff_role", "duty", "absence", "passed_case", "moderation_step"),
    }
)


def list_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column that says whose something is, in tables whose rows go along."""
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in STAYS:
            for key in table.foreign_keys:
                if key.column.table.name == Person.__tablename__:
                    yield table, key.parent


def list_keys(session: Session, table: Table, column: Column[Any], person_id: UUID) -> Sequence[Any]:
    """The primary keys of the rows of a table that are somebody's."""
    keys = list(table.primary_key.columns)
    return session.execute(sa.select(*keys).where(column == person_id).order_by(*keys)).all()


def change(session: Session, table: Table, column: Column[Any], key: dict[str, Any], *, was: UUID, to: UUID) -> bool:
    """Give one row to somebody else; whether it was still whose it was thought to be."""
    where = [table.c[name] == value for name, value in key.items()]
    done: Any = session.execute(sa.update(table).where(*where, column == was).values({column.name: to}))
    return bool(done.rowcount == 1)


def lock_people(session: Session, person_ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Some people, held until the unit ends."""
    query = select(Person).where(col(Person.id).in_(person_ids)).order_by(col(Person.id)).with_for_update()
    return {one.id: one for one in session.exec(query.execution_options(populate_existing=True))}


def have_met(session: Session, one: UUID, other: UUID) -> bool:
    """Whether one was ever put forward for what the other asked, or asked in their name."""
    proposed = (
        select(Proposal.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Proposal.request_id))
        .where(_between(col(Proposal.person_id), col(HelpRequest.requester_id), one, other))
    )
    asked_for = select(HelpRequest.id).where(
        _between(col(HelpRequest.requester_id), col(HelpRequest.representative_id), one, other)
    )
    barred = select(BarredPair.person_id).where(
        _between(col(BarredPair.person_id), col(BarredPair.other_id), one, other)
    )
    blocked = select(PersonBlock.blocker_id).where(
        _between(col(PersonBlock.blocker_id), col(PersonBlock.blocked_id), one, other)
    )
    apart = (proposed, asked_for, barred, blocked)
    return any(session.exec(query.limit(1)).first() is not None for query in apart)


def are_staff(session: Session, person_ids: Sequence[UUID]) -> bool:
    """Whether any of them works here, or did."""
    query = select(StaffRole.id).where(col(StaffRole.person_id).in_(person_ids))
    return session.exec(query.limit(1)).first() is not None


def both_offer(session: Session, kept_id: UUID, gone_id: UUID) -> bool:
    """Whether what one offers now stands in the way of what the other ever offered in the same municipality."""
    live = select(Offer.municipality_id).where(Offer.person_id == gone_id, col(Offer.left_at).is_(None))
    query = select(Offer.id).where(Offer.person_id == kept_id, col(Offer.municipality_id).in_(live))
    return session.exec(query.limit(1)).first() is not None


def lock_merge(session: Session, merge_id: UUID) -> PersonMerge | None:
    """One merge, held until the unit ends."""
    return session.exec(select(PersonMerge).where(PersonMerge.id == merge_id).with_for_update()).first()


def list_merges(session: Session, person_id: UUID) -> Sequence[PersonMerge]:
    """What was merged into a file and not taken apart again, the latest first."""
    query = select(PersonMerge).where(PersonMerge.kept_id == person_id, col(PersonMerge.undone_at).is_(None))
    return session.exec(query.order_by(col(PersonMerge.at).desc(), col(PersonMerge.id))).all()


def list_merges_of(session: Session, person_id: UUID) -> Sequence[PersonMerge]:
    """Every merge in which somebody's file had a part, also those that were taken apart."""
    query = select(PersonMerge).where(or_(PersonMerge.kept_id == person_id, PersonMerge.gone_id == person_id))
    return session.exec(query).all()


def list_merged_into(session: Session, person_id: UUID) -> Sequence[Person]:
    """The files that became part of this one."""
    return session.exec(select(Person).where(Person.merged_into_id == person_id)).all()


def _between(first: Any, second: Any, one: UUID, other: UUID) -> Any:
    return or_((first == one) & (second == other), (first == other) & (second == one))
