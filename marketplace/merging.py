"""Two files that are of one person become one: nothing is lost, and it can be taken apart again.

What somebody asked, offers and agreed changes hands row by row, and each row is written down. History and the log of
looks stay as they were written: they name the file they were about, and are read with the file that stays.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import file_looks, history, permissions
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import ActingAs, EventKind, Person, PersonMerge
from marketplace.permissions import Actor
from marketplace.queries import intake, merging

# What the file that stays takes over where it has nothing itself; an address goes as one.
_FILLED: Final = ("last_name", "telephone", "birth_year")
_ADDRESS: Final = ("postcode", "street", "house_number")


def look(session: Session, *, person_id: UUID, municipality_id: UUID, actor: Actor, now: datetime) -> Person:
    """Somebody who may be here twice, as the desk sees them; logged. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    _known(session, (person_id,), municipality_id)
    file_looks.record(
        session,
        municipality_id=municipality_id,
        staff_id=actor.person_id,
        person_id=person_id,
        action=file_looks.MERGE,
        reason="",
        now=now,
    )
    return merging.lock_people(session, [person_id])[person_id]


def merge(
    session: Session, *, one_id: UUID, other_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> PersonMerge:
    """These two are one person. Who can sign in stays, else who was known first. Raises NotAllowed, InvalidInput."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    if one_id == other_id:
        raise InvalidInput({"other": "merge_same"})
    _known(session, (one_id, other_id), municipality_id)
    people = merging.lock_people(session, [one_id, other_id])
    kept, gone = sorted(people.values(), key=lambda one: (one.email is None, one.created_at, str(one.id)))
    _require_one(session, kept, gone)
    done = PersonMerge(
        municipality_id=municipality_id,
        kept_id=kept.id,
        gone_id=gone.id,
        actor_id=actor.person_id,
        at=now,
        moved=_move(session, kept.id, gone.id),
        fields=_fill(kept, gone),
    )
    gone.merged_into_id = kept.id
    session.add_all((kept, gone, done))
    _record(session, EventKind.PEOPLE_MERGED, done, actor, now)
    session.flush()
    return done


def undo(session: Session, *, merge_id: UUID, actor: Actor, now: datetime) -> PersonMerge:
    """They are two people after all: each has back what was theirs; what came since stays with whom it came to.

    Twice is once. Raises NotAllowed, NotFound, InvalidInput where one of them left for good.
    """
    done = merging.lock_merge(session, merge_id)
    if done is None:
        raise NotFound(f"merge {merge_id}")
    permissions.require(actor.has_role(done.municipality_id, permissions.DESK_WORKERS))
    if done.undone_at is not None:
        return done
    people = merging.lock_people(session, [done.kept_id, done.gone_id])
    kept, gone = people[done.kept_id], people[done.gone_id]
    if kept.erased_at is not None or gone.erased_at is not None:
        raise InvalidInput({"merge": "merge_erased"})
    tables = {(table.name, column.name): (table, column) for table, column in merging.list_columns()}
    session.flush()
    for row in reversed(done.moved):
        table, column = tables[row["table"], row["column"]]
        key = {name: _of_column(table.c[name], value) for name, value in row["key"].items()}
        merging.change(session, table, column, key, was=kept.id, to=gone.id)
    for name, (before, after) in done.fields.items():
        if getattr(kept, name) == after:
            setattr(kept, name, before)
    gone.merged_into_id, done.undone_at = None, now
    session.add_all((kept, gone, done))
    _record(session, EventKind.MERGE_UNDONE, done, actor, now)
    session.flush()
    session.expire_all()
    return done


def _known(session: Session, person_ids: tuple[UUID, ...], municipality_id: UUID) -> None:
    known = {one.id for one in intake.list_known_people(session, municipality_id)}
    for person_id in person_ids:
        if person_id not in known:
            raise NotFound(f"person {person_id}")


def _require_one(session: Session, kept: Person, gone: Person) -> None:
    """What cannot be one person, or cannot be decided here."""
    ids = [kept.id, gone.id]
    problem = ""
    if kept.email is not None and gone.email is not None:
        problem = "merge_emails"
    elif merging.are_staff(session, ids):
        problem = "merge_staff"
    elif kept.born_on != gone.born_on:
        # What a parent has to say hangs on the day of birth: that may not be lost or taken over.
        problem = "merge_minor"
    elif merging.have_met(session, *ids):
        problem = "merge_met"
    elif merging.both_offer(session, kept.id, gone.id):
        problem = "merge_offers"
    if problem:
        raise InvalidInput({"other": problem})


def _move(session: Session, kept_id: UUID, gone_id: UUID) -> list[dict[str, Any]]:
    """Every row that can go along does; what there may be one of only, and the other has, stays where it is."""
    moved: list[dict[str, Any]] = []
    session.flush()
    for table, column in merging.list_columns():
        for found in merging.list_keys(session, table, column, gone_id):
            key = dict(zip(table.primary_key.columns.keys(), found, strict=True))
            try:
                with session.begin_nested():
                    merging.change(session, table, column, key, was=gone_id, to=kept_id)
            except IntegrityError:
                continue
            if column.name in key:
                key[column.name] = kept_id
            moved.append(
                {
                    "table": table.name,
                    "column": column.name,
                    "key": {name: _as_json(value) for name, value in key.items()},
                }
            )
    session.expire_all()
    return moved


def _fill(kept: Person, gone: Person) -> dict[str, Any]:
    """What the one that stays takes over: the field, and its value before and after."""
    names = [name for name in _FILLED if not getattr(kept, name) and getattr(gone, name)]
    if not (kept.postcode and kept.street) and gone.postcode and gone.street:
        names += _ADDRESS
    fields = {name: [getattr(kept, name), getattr(gone, name)] for name in names}
    for name, (_, value) in fields.items():
        setattr(kept, name, value)
    return fields


def _as_json(value: Any) -> Any:
    return value if isinstance(value, int) else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _of_column(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    return kind(value) if kind in (UUID, int, str) else datetime.fromisoformat(value)


def _record(session: Session, kind: EventKind, done: PersonMerge, actor: Actor, now: datetime) -> None:
    history.record(
        session,
        kind,
        at=now,
        municipality_id=done.municipality_id,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=done.kept_id,
        merged=str(done.gone_id),
    )
