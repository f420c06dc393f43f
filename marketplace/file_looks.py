"""Who of the staff looked at whose file, when and why: one row a minute at most, each chained to the one before.

The chain runs per municipality. Whoever changes or takes out a row in the middle breaks it, and `find_broken` says
where. It holds only a digest of the reason, so that the reason itself can be taken out when somebody is erased.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.anonymising import digest_of
from marketplace.models import FileLook
from marketplace.queries import privacy

ONE_LOOK: Final = timedelta(minutes=1)
# A reason typed to open what is a colleague's.
BREAK_GLASS: Final = "break_glass"
# What a look was for, where nobody types it: the words for it stand in `web.pages.privacy`.
CASE, HELPER, INTAKE, CALL, LETTER, ERASE = "case", "helper", "intake", "call", "letter", "erase"
TASK, MERGE = "task", "merge"
RIDE, DRIVER = "ride", "driver"
# Shown to the person once they know of every worry about them: see `queries.privacy.list_looks_at`.
CONCERN = "concern"
CARE = "care"
# What was reported, or who reported it; and what two people wrote to each other, with the reason that was typed.
REPORT, CONVERSATION = "report", "conversation"
# A trajectory with a buddy was opened.
BUDDY = "buddy"


def record(
    session: Session,
    *,
    municipality_id: UUID,
    staff_id: UUID,
    person_id: UUID,
    action: str,
    reason: str,
    now: datetime,
    request_id: UUID | None = None,
) -> FileLook | None:
    """Log one look; None where the same look was logged less than a minute ago, or it is one's own file."""
    if staff_id == person_id:
        return None
    # Two at once would both chain to the same row: the second waits here for the first.
    privacy.lock_looks(session, municipality_id)
    # What was typed is never left out for having looked a moment before.
    is_seen = privacy.has_looked(
        session, staff_id=staff_id, person_id=person_id, since=now - ONE_LOOK, is_concern=action == CONCERN
    )
    if is_seen and action != ERASE and not (reason and action in (BREAK_GLASS, CONVERSATION)):
        return None
    look = FileLook(
        municipality_id=municipality_id,
        staff_id=staff_id,
        person_id=person_id,
        request_id=request_id,
        action=action,
        reason=reason.strip()[:200],
        at=now,
        chain="",
    )
    look.chain = chain_of(look, privacy.find_last_chain(session, municipality_id))
    session.add(look)
    session.flush()
    return look


def chain_of(look: FileLook, before: str) -> str:
    """The hash of a row and of the chain before it."""
    parts = (
        before,
        look.municipality_id,
        look.staff_id,
        look.person_id,
        look.request_id or "",
        look.action,
        digest_of(look.reason),
        look.at.astimezone(UTC).isoformat(),
    )
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()


def find_broken(looks: Iterable[FileLook]) -> list[int]:
    """The numbers of the rows that do not follow from the one before, in one municipality, oldest first.

    The oldest row may itself be what is left of a longer chain: it is the anchor, and the first that is not judged.
    """
    broken, before = [], None
    for look in looks:
        if before is not None and look.chain != chain_of(look, before):
            broken.append(look.seq or 0)
        before = look.chain
    return broken
