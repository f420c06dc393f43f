"""Shifts of vacancies: who has which, whether two are at the same time, and who waits for one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.lifecycle.clubs import LIVE_WAITING
from marketplace.models import (
    HelpRequest,
    Match,
    RequestWindow,
    Slot,
    SlotStatus,
    WaitingPlace,
    WaitingStatus,
)


def list_elsewhere(session: Session, request_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """By request: the offers, as text, of those who have another shift at its time."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    if not request_ids:
        return found
    this, other = aliased(RequestWindow), aliased(RequestWindow)
    query = (
        select(this.request_id, Match.offer_id)
        .join(other, (col(other.starts_at) < col(this.ends_at)) & (col(other.ends_at) > col(this.starts_at)))
        .join(Match, col(Match.request_id) == col(other.request_id))
        .join(HelpRequest, col(HelpRequest.id) == col(other.request_id))
        .where(
            col(this.request_id).in_(request_ids),
            col(other.request_id) != col(this.request_id),
            col(HelpRequest.vacancy_id).is_not(None),
            col(Match.status).in_(RUNNING_MATCHES),
        )
    )
    for request_id, offer_id in session.exec(query):
        found[request_id].add(str(offer_id))
    return found


def has_other_at_that_time(session: Session, request_id: UUID, person_id: UUID) -> bool:
    """Whether somebody already has a shift at the time of this one."""
    this, other = aliased(RequestWindow), aliased(RequestWindow)
    query = (
        select(Match.id)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .join(other, col(other.request_id) == col(Match.request_id))
        .join(this, (col(other.starts_at) < col(this.ends_at)) & (col(other.ends_at) > col(this.starts_at)))
        .where(
            this.request_id == request_id,
            Match.person_id == person_id,
            Match.request_id != request_id,
            col(Match.status).in_(RUNNING_MATCHES),
            col(HelpRequest.vacancy_id).is_not(None),
        )
    )
    return session.exec(query.limit(1)).first() is not None


def list_double_booked(session: Session) -> Sequence[tuple[UUID, UUID, UUID]]:
    """Who has two shifts at one time: the person and the two requests."""
    one, two, mine, theirs = aliased(Match), aliased(Match), aliased(RequestWindow), aliased(RequestWindow)
    of_one, of_two = aliased(HelpRequest), aliased(HelpRequest)
    query = (
        select(one.person_id, one.request_id, two.request_id)
        .join(two, (col(two.person_id) == col(one.person_id)) & (col(two.request_id) > col(one.request_id)))
        .join(mine, col(mine.request_id) == col(one.request_id))
        .join(
            theirs,
            (col(theirs.request_id) == col(two.request_id))
            & (col(theirs.starts_at) < col(mine.ends_at))
            & (col(theirs.ends_at) > col(mine.starts_at)),
        )
        .join(of_one, col(of_one.id) == col(one.request_id))
        .join(of_two, col(of_two.id) == col(two.request_id))
        .where(
            col(one.status).in_(RUNNING_MATCHES),
            col(two.status).in_(RUNNING_MATCHES),
            col(of_one.vacancy_id).is_not(None),
            col(of_two.vacancy_id).is_not(None),
        )
    )
    return [(row[0], row[1], row[2]) for row in session.exec(query)]


# --- waiting lists -------------------------------------------------------------------------------------------------


def list_live(session: Session, request_id: UUID, status: WaitingStatus | None = None) -> Sequence[WaitingPlace]:
    """Who waits for a place in a shift, or is asked for one; first come first."""
    query = select(WaitingPlace).where(
        WaitingPlace.request_id == request_id,
        col(WaitingPlace.status).in_(LIVE_WAITING if status is None else (status,)),
    )
    return session.exec(query.order_by(col(WaitingPlace.joined_at), col(WaitingPlace.id))).all()


def find_live(session: Session, request_id: UUID, person_id: UUID) -> WaitingPlace | None:
    """Somebody's place on a waiting list."""
    query = select(WaitingPlace).where(
        WaitingPlace.request_id == request_id,
        WaitingPlace.person_id == person_id,
        col(WaitingPlace.status).in_(LIVE_WAITING),
    )
    return session.exec(query).first()


def find_by_proposal(session: Session, proposal_id: UUID) -> WaitingPlace | None:
    """Who waited and is asked by this proposal."""
    query = select(WaitingPlace).where(
        WaitingPlace.proposal_id == proposal_id, WaitingPlace.status == WaitingStatus.ASKED
    )
    return session.exec(query).first()


def count_asked(session: Session, request_id: UUID) -> int:
    """How many of the waiting list are asked now."""
    query = select(func.count()).where(
        WaitingPlace.request_id == request_id, WaitingPlace.status == WaitingStatus.ASKED
    )
    return session.exec(query).one()


def count_ahead(session: Session, place: WaitingPlace) -> int:
    """How many came before somebody on the same list."""
    query = select(func.count()).where(
        WaitingPlace.request_id == place.request_id,
        col(WaitingPlace.status).in_(LIVE_WAITING),
        or_(
            col(WaitingPlace.joined_at) < place.joined_at,
            (col(WaitingPlace.joined_at) == place.joined_at) & (col(WaitingPlace.id) < place.id),
        ),
    )
    return session.exec(query).one()


def list_requests_to_move_up(session: Session, now: datetime) -> Sequence[UUID]:
    """Shifts with a free place for which somebody waits, and that nobody of the staff has just done something with."""
    free = select(Slot.request_id).where(Slot.status == SlotStatus.FREE)
    waiting = select(WaitingPlace.request_id).where(WaitingPlace.status == WaitingStatus.WAITING)
    query = select(HelpRequest.id).where(
        col(HelpRequest.id).in_(waiting),
        col(HelpRequest.id).in_(free),
        col(HelpRequest.ended_at).is_(None),
        or_(col(HelpRequest.quiet_until).is_(None), col(HelpRequest.quiet_until) <= now),
    )
    return session.exec(query.order_by(col(HelpRequest.id))).all()


def list_requests_with_stale_lists(session: Session, now: datetime) -> Sequence[UUID]:
    """Shifts that have begun or ended while somebody is still on their list."""
    waiting = select(WaitingPlace.request_id).where(col(WaitingPlace.status).in_(LIVE_WAITING))
    begun = select(RequestWindow.request_id).where(col(RequestWindow.starts_at) <= now)
    query = select(HelpRequest.id).where(
        col(HelpRequest.id).in_(waiting),
        or_(col(HelpRequest.ended_at).is_not(None), col(HelpRequest.id).in_(begun)),
    )
    return session.exec(query.order_by(col(HelpRequest.id))).all()
