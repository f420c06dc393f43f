"""Reading the kinds of help and the municipalities."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.errors import NotFound
from marketplace.models import Municipality, Skill


def list_skills(session: Session) -> Sequence[Skill]:
    """Every kind of help, in the order of the codes."""
    return session.exec(select(Skill).order_by(col(Skill.code))).all()


def find_municipality(session: Session, slug: str) -> Municipality | None:
    """The municipality with this short name."""
    return session.exec(select(Municipality).where(Municipality.slug == slug)).one_or_none()


def get_municipality(session: Session, municipality_id: UUID) -> Municipality:
    """The municipality with this id. Raises NotFound."""
    row = session.get(Municipality, municipality_id)
    if row is None:
        raise NotFound("municipality")
    return row


def find_work_area(session: Session, skill_code: str) -> str:
    """To which of the four work areas a kind of help belongs; "" for a kind that there is not."""
    skill = session.get(Skill, skill_code)
    return skill.work_area if skill else ""
