"""Standard texts of a municipality."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.models import Person, StandardText


def list_versions(session: Session, municipality_id: UUID, code: str) -> Sequence[tuple[StandardText, str]]:
    """Every version of one text with the first name of who wrote it, the newest first."""
    query = (
        select(StandardText, Person.first_name)
        .join(Person, col(Person.id) == col(StandardText.written_by_id))
        .where(StandardText.municipality_id == municipality_id, StandardText.code == code)
    )
    return session.exec(query.order_by(col(StandardText.version).desc())).all()


def list_newest(session: Session, municipality_id: UUID) -> dict[str, StandardText]:
    """Of each text that was written or changed here the newest version, also of those not in use."""
    query = select(StandardText).where(StandardText.municipality_id == municipality_id)
    return {row.code: row for row in session.exec(query.order_by(col(StandardText.version)))}
