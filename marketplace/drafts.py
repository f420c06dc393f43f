"""What somebody typed, kept between the steps and until they opened the mail. Raw answers: the web reads them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.errors import NotFound
from marketplace.models import Draft, DraftKind
from marketplace.queries import drafts

KEPT_FOR: Final = timedelta(days=7)


def begin(
    session: Session, kind: DraftKind, *, municipality_id: UUID, now: datetime, answers: Mapping[str, Any] | None = None
) -> tuple[Draft, str]:
    """A new draft and the token that finds it again; the token itself is not stored."""
    token = secrets.token_urlsafe(32)
    draft = Draft(
        municipality_id=municipality_id,
        kind=kind,
        token_hash=_hash(token),
        answers=dict(answers or {}),
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    session.add(draft)
    session.flush()
    return draft, token


def find(session: Session, token: str | None, kind: DraftKind, *, now: datetime) -> Draft | None:
    """The unfinished draft that a token stands for, or None."""
    draft = drafts.find_by_token_hash(session, _hash(token)) if token else None
    if draft is None or draft.kind is not kind or draft.expires_at <= now or draft.became_id is not None:
        return None
    return draft


def note(session: Session, draft: Draft, answers: Mapping[str, Any]) -> None:
    """Keep these answers, beside and over those kept before."""
    draft.answers = {**draft.answers, **answers}
    session.add(draft)


def take(session: Session, draft_id: UUID, *, now: datetime) -> Draft:
    """The draft that a mailed link stands for, held so that it becomes something once. Raises NotFound."""
    draft = drafts.lock_draft(session, draft_id)
    if draft is None or (draft.expires_at <= now and draft.became_id is None):
        raise NotFound(f"draft {draft_id}")
    return draft


def close(session: Session, draft: Draft, became_id: UUID) -> None:
    """The draft has become a request, an offer or a ride; what was typed is not kept twice."""
    draft.became_id, draft.answers = became_id, {}
    session.add(draft)
    session.flush()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
