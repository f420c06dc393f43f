"""What an act left behind: the messages and rounds it made, and the steps that can be taken back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from marketplace.models import DueRow, Match, MatchStatus, NoticeKind, OutboxMessage, Proposal, ProposalStatus, UndoStep


def lock_step(session: Session, step_id: UUID) -> UndoStep | None:
    """One step, held against others until the unit ends."""
    query = select(UndoStep).where(UndoStep.id == step_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def find_last_step(session: Session, *, request_id: UUID, actor_id: UUID, now: datetime) -> UndoStep | None:
    """What somebody did last with a case, while it can be taken back."""
    query = select(UndoStep).where(
        UndoStep.request_id == request_id,
        UndoStep.actor_id == actor_id,
        col(UndoStep.undone_at).is_(None),
        col(UndoStep.until_at) > now,
    )
    return session.exec(query.order_by(col(UndoStep.at).desc(), col(UndoStep.id)).limit(1)).first()


def find_last_of_trajectory(session: Session, *, trajectory_id: UUID, actor_id: UUID, now: datetime) -> UndoStep | None:
    """The same of a trajectory."""
    query = select(UndoStep).where(
        UndoStep.trajectory_id == trajectory_id,
        UndoStep.actor_id == actor_id,
        col(UndoStep.undone_at).is_(None),
        col(UndoStep.until_at) > now,
    )
    return session.exec(query.order_by(col(UndoStep.at).desc(), col(UndoStep.id)).limit(1)).first()


def list_of_trajectories(session: Session, trajectory_ids: Collection[UUID]) -> Sequence[UndoStep]:
    """What was just done in some trajectories, as long as it is kept."""
    return session.exec(select(UndoStep).where(col(UndoStep.trajectory_id).in_(trajectory_ids))).all()


def list_messages_about(session: Session, trajectory_id: UUID, *, at: datetime) -> Sequence[OutboxMessage]:
    """What was queued at one moment about a trajectory, held."""
    query = select(OutboxMessage).where(OutboxMessage.queued_at == at).order_by(col(OutboxMessage.id))
    found = session.exec(query.with_for_update()).all()
    return [message for message in found if message.subject.get("trajectory") == str(trajectory_id)]


def list_messages_of(session: Session, request_ids: Collection[UUID], *, at: datetime) -> Sequence[OutboxMessage]:
    """What was queued at one moment about some requests, held."""
    wanted = {str(one) for one in request_ids}
    query = select(OutboxMessage).where(OutboxMessage.queued_at == at).order_by(col(OutboxMessage.id))
    found = session.exec(query.with_for_update()).all()
    return [message for message in found if message.subject.get("request") in wanted]


def list_messages(session: Session, ids: Collection[UUID]) -> Sequence[OutboxMessage]:
    """Some messages as they stand now, held."""
    query = select(OutboxMessage).where(col(OutboxMessage.id).in_(ids)).order_by(col(OutboxMessage.id))
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).all()


def list_rounds(session: Session, request_ids: Collection[UUID], *, at: datetime) -> Sequence[DueRow]:
    """Rounds that were asked for at one moment because of some requests, and did not run."""
    query = select(DueRow).where(
        col(DueRow.request_id).in_(request_ids), DueRow.created_at == at, col(DueRow.done_at).is_(None)
    )
    return session.exec(query).all()


def list_proposals(session: Session, request_id: UUID) -> Sequence[Proposal]:
    """Every proposal of a request that was not taken back, as it stands now."""
    query = (
        select(Proposal)
        .where(Proposal.request_id == request_id, Proposal.status != ProposalStatus.UNDONE)
        .order_by(col(Proposal.id))
    )
    return session.exec(query.execution_options(populate_existing=True)).all()


def list_matches(session: Session, request_id: UUID) -> Sequence[Match]:
    """Every match of a request that was not taken back, as it stands now."""
    query = (
        select(Match).where(Match.request_id == request_id, Match.status != MatchStatus.UNDONE).order_by(col(Match.id))
    )
    return session.exec(query.execution_options(populate_existing=True)).all()


def find_dropped_question(session: Session, proposal: Proposal) -> OutboxMessage | None:
    """The mail that asks this proposal, where it was left out for having nothing to ask any more."""
    query = select(OutboxMessage).where(
        OutboxMessage.kind == NoticeKind.PROPOSAL,
        OutboxMessage.person_id == proposal.person_id,
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.next_try_at).is_(None),
        col(OutboxMessage.failed_at).is_(None),
    )
    about = str(proposal.id)
    return next((one for one in session.exec(query) if one.subject.get("proposal") == about), None)


def list_old_steps(session: Session, before: datetime, *, most: int = 1000) -> Sequence[UndoStep]:
    """Steps whose time is over since then."""
    return session.exec(select(UndoStep).where(col(UndoStep.until_at) < before).limit(most)).all()


def list_steps_of(session: Session, request_ids: Collection[UUID]) -> Sequence[UndoStep]:
    """Every step that was taken with some requests."""
    return session.exec(select(UndoStep).where(col(UndoStep.request_id).in_(request_ids))).all()
