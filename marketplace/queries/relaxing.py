"""Questions to who asked: whether something may give way."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.errors import NotFound
from marketplace.models import RelaxationQuestion


def get_question(session: Session, question_id: UUID) -> RelaxationQuestion:
    """One question. Raises NotFound."""
    if (question := session.get(RelaxationQuestion, question_id)) is None:
        raise NotFound(f"question {question_id}")
    return question


def find_open(session: Session, request_id: UUID) -> RelaxationQuestion | None:
    """The question of a request that waits for an answer."""
    query = select(RelaxationQuestion).where(
        RelaxationQuestion.request_id == request_id, col(RelaxationQuestion.answered_at).is_(None)
    )
    return session.exec(query).first()


def list_questions(session: Session, request_id: UUID) -> Sequence[RelaxationQuestion]:
    """Everything that was asked about a request, the newest first."""
    query = select(RelaxationQuestion).where(RelaxationQuestion.request_id == request_id)
    return session.exec(query.order_by(col(RelaxationQuestion.asked_at).desc())).all()
