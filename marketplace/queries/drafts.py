"""Finding drafts."""

from uuid import UUID

from sqlmodel import Session, select

from marketplace.models import Draft


def find_by_token_hash(session: Session, token_hash: str) -> Draft | None:
    """The draft of this token."""
    return session.exec(select(Draft).where(Draft.token_hash == token_hash)).first()


def lock_draft(session: Session, draft_id: UUID) -> Draft | None:
    """A draft as it stands now, held against use by others until the unit ends."""
    query = select(Draft).where(Draft.id == draft_id).with_for_update()
    # Somebody who pressed twice has read the draft before: what became of it meanwhile is only in the database.
    return session.exec(query, execution_options={"populate_existing": True}).first()
