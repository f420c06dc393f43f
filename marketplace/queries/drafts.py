"""Finding drafts."""

from uuid import UUID

from sqlmodel import Session, select

from marketplace.models import Draft


def find_by_token_hash(session: Session, token_hash: str) -> Draft | None:
    """The draft of this token."""
    return session.exec(select(Draft).where(Draft.token_hash == token_hash)).first()


def lock_draft(session: Session, draft_id: UUID) -> Draft | None:
    """A draft, held against use by others until the unit ends."""
    return session.exec(select(Draft).where(Draft.id == draft_id).with_for_update()).first()
