"""What people allowed: given, taken back, and whether it holds. Append-only; the newest entry of a kind counts.

The words themselves stand in `web.labels.scripts`; here is which version of them is read (out) today.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.models import Channel, ConsentEntry, ConsentKind
from marketplace.queries import intake

VERSIONS: Final[Mapping[ConsentKind, str]] = {
    ConsentKind.TERMS: "2026-1",
    ConsentKind.REPRESENTATION: "2026-1",
    ConsentKind.HAND_OVER: "2026-1",
    ConsentKind.PUBLIC_LISTING: "2026-1",
}


def give(
    session: Session,
    kind: ConsentKind,
    *,
    municipality_id: UUID,
    person_id: UUID,
    channel: Channel,
    recorded_by_id: UUID,
    now: datetime,
) -> ConsentEntry:
    """Somebody allows something, in today's wording."""
    return _record(session, kind, municipality_id, person_id, channel, recorded_by_id, now, is_given=True)


def take_back(
    session: Session,
    kind: ConsentKind,
    *,
    municipality_id: UUID,
    person_id: UUID,
    channel: Channel,
    recorded_by_id: UUID,
    now: datetime,
) -> ConsentEntry:
    """Somebody no longer allows it; what was allowed before stays on record."""
    return _record(session, kind, municipality_id, person_id, channel, recorded_by_id, now, is_given=False)


def has(session: Session, kind: ConsentKind, *, municipality_id: UUID, person_id: UUID) -> bool:
    """Whether it holds now."""
    newest = intake.find_newest_consent(session, kind, municipality_id=municipality_id, person_id=person_id)
    return newest is not None and newest.is_given


def _record(
    session: Session,
    kind: ConsentKind,
    municipality_id: UUID,
    person_id: UUID,
    channel: Channel,
    recorded_by_id: UUID,
    now: datetime,
    *,
    is_given: bool,
) -> ConsentEntry:
    entry = ConsentEntry(
        municipality_id=municipality_id,
        person_id=person_id,
        kind=kind,
        is_given=is_given,
        text_version=VERSIONS[kind],
        channel=channel,
        recorded_by_id=recorded_by_id,
        at=now,
    )
    session.add(entry)
    session.flush()
    return entry
