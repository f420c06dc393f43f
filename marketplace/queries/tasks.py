"""Requests that somebody can take on at once, and who wants to hear of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.asks import RIDE
from marketplace.models import HelpRequest, Person, Skill, TaskAlert


def list_open_to_anybody(session: Session, municipality_id: UUID) -> frozenset[UUID]:
    """Requests for which no certificate, age or other language is needed, and that are no ride."""
    query = (
        select(HelpRequest.id, HelpRequest.requires, HelpRequest.languages, Skill.requires)
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .where(
            HelpRequest.municipality_id == municipality_id,
            col(HelpRequest.ended_at).is_(None),
            HelpRequest.min_age == 0,
            HelpRequest.skill_code != RIDE,
        )
    )
    return frozenset(
        request_id
        for request_id, requires, languages, skill_requires in session.exec(query)
        if not requires and not skill_requires and (not languages or "nl" in languages)
    )


def find_alert(session: Session, municipality_id: UUID, email: str) -> TaskAlert | None:
    """The alert that waits for an address, if any."""
    query = select(TaskAlert).where(
        TaskAlert.municipality_id == municipality_id, TaskAlert.email == email, col(TaskAlert.told_at).is_(None)
    )
    return session.exec(query).first()


def was_told_lately(session: Session, municipality_id: UUID, email: str, now: datetime) -> bool:
    """Whether an address had its mail within the days for which it was asked."""
    query = select(TaskAlert.id).where(
        TaskAlert.municipality_id == municipality_id,
        TaskAlert.email == email,
        col(TaskAlert.told_at).is_not(None),
        TaskAlert.until_at > now,
    )
    return session.exec(query.limit(1)).first() is not None


def list_alerts(session: Session) -> Sequence[TaskAlert]:
    """Every alert that waits, the oldest first."""
    query = select(TaskAlert).where(col(TaskAlert.told_at).is_(None))
    return session.exec(query.order_by(col(TaskAlert.asked_at), col(TaskAlert.id))).all()


def list_alerts_over(session: Session, now: datetime) -> Sequence[TaskAlert]:
    """Alerts whose days are over, told or not."""
    return session.exec(select(TaskAlert).where(col(TaskAlert.until_at) <= now)).all()


def list_alerts_of(session: Session, emails: Sequence[str]) -> Sequence[TaskAlert]:
    """The alerts of these addresses."""
    return session.exec(select(TaskAlert).where(col(TaskAlert.email).in_(emails))).all()


def find_newcomer(session: Session, telephone: str, *, since: datetime) -> Person | None:
    """Somebody without e-mail who came lately under this number."""
    query = select(Person).where(
        Person.telephone == telephone, col(Person.email).is_(None), col(Person.created_at) > since
    )
    return session.exec(query.order_by(col(Person.created_at).desc())).first()
