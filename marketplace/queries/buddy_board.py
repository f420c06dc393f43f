"""Every trajectory of a municipality with what its agenda is made of, in a few statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from marketplace.lifecycle.buddy import LIVE_INTRODUCTIONS, OPEN_TRAJECTORIES
from marketplace.models import (
    BuddyTalk,
    Event,
    Introduction,
    Offer,
    OfferSkill,
    Person,
    Trajectory,
    TrajectoryStatus,
)
from marketplace.queries.buddies import Paper, list_papers

_MOST = 200


@dataclass(frozen=True)
class BoardRow:
    """One trajectory, with the first names of its people."""

    trajectory: Trajectory
    resident: str
    owner: str
    introduction: Introduction | None
    buddy: str
    talks: Sequence[BuddyTalk]
    papers: dict[str, Paper]


@dataclass(frozen=True)
class BuddyRow:
    """A volunteer who offers to be a buddy, with their papers and whether they are one now."""

    offer_id: UUID
    person_id: UUID
    first_name: str
    neighbourhood: str
    papers: dict[str, Paper]
    is_busy: bool
    is_paused: bool


def list_rows(
    session: Session, municipality_id: UUID, *, owner_id: UUID | None = None, is_ended: bool = False
) -> list[BoardRow]:
    """The open trajectories of a municipality, what is due first on top; or those that ended, the latest first.

    ``owner_id``: only those of one member of staff.
    """
    query = select(Trajectory).where(Trajectory.municipality_id == municipality_id)
    if is_ended:
        query = query.where(Trajectory.status == TrajectoryStatus.ENDED).order_by(col(Trajectory.ended_at).desc())
    else:
        query = query.where(col(Trajectory.status).in_(OPEN_TRAJECTORIES)).order_by(col(Trajectory.next_moment_at))
    if owner_id is not None:
        query = query.where(Trajectory.owner_id == owner_id)
    found = session.exec(query.limit(_MOST)).all()
    ids = [one.id for one in found]
    live = {row.trajectory_id: row for row in _live(session, ids)}
    talks: defaultdict[UUID, list[BuddyTalk]] = defaultdict(list)
    pairs = [row.id for row in live.values()]
    of_pairs = select(BuddyTalk).where(col(BuddyTalk.introduction_id).in_(pairs)).order_by(col(BuddyTalk.due_at))
    for talk in session.exec(of_pairs):
        talks[talk.trajectory_id].append(talk)
    papers = list_papers(session, municipality_id, [row.person_id for row in live.values()])
    people = {one.resident_id for one in found} | {row.person_id for row in live.values()}
    names = _names(session, people | {one.owner_id for one in found if one.owner_id is not None})
    return [
        BoardRow(
            trajectory=one,
            resident=names.get(one.resident_id, ""),
            owner=names.get(one.owner_id, "") if one.owner_id else "",
            introduction=(pair := live.get(one.id)),
            buddy=names.get(pair.person_id, "") if pair else "",
            talks=talks[one.id],
            papers=papers[pair.person_id] if pair else {},
        )
        for one in found
    ]


def list_buddies(
    session: Session, municipality_id: UUID, skill_codes: Sequence[str], *, now: datetime
) -> list[BuddyRow]:
    """Everybody who offers to be a buddy, by first name."""
    offers = select(OfferSkill.offer_id).where(col(OfferSkill.skill_code).in_(skill_codes))
    query = (
        select(Offer, Person.first_name)
        .join(Person, col(Person.id) == col(Offer.person_id))
        .where(
            Offer.municipality_id == municipality_id,
            col(Offer.id).in_(offers),
            col(Offer.left_at).is_(None),
            col(Person.erased_at).is_(None),
        )
        .order_by(col(Person.first_name), col(Offer.id))
    )
    found = session.exec(query).all()
    ids = [offer.person_id for offer, _ in found]
    papers = list_papers(session, municipality_id, ids)
    live = select(Introduction.person_id).where(
        col(Introduction.person_id).in_(ids), col(Introduction.status).in_(LIVE_INTRODUCTIONS)
    )
    busy = set(session.exec(live))
    return [
        BuddyRow(
            offer.id,
            offer.person_id,
            name,
            offer.neighbourhood,
            papers[offer.person_id],
            offer.person_id in busy,
            offer.paused_until is not None and offer.paused_until > now,
        )
        for offer, name in found
    ]


def list_events(session: Session, trajectory_id: UUID) -> Sequence[tuple[Event, str, str]]:
    """What happened in a trajectory, oldest first, with the first names of who did it and whom it is about."""
    query = select(Event).where(Event.trajectory_id == trajectory_id).order_by(col(Event.seq))
    found = session.exec(query).all()
    names = _names(session, {one for event in found for one in (event.actor_id, event.person_id) if one is not None})
    return [
        (
            event,
            names.get(event.actor_id, "") if event.actor_id else "",
            names.get(event.person_id, "") if event.person_id else "",
        )
        for event in found
    ]


def list_own(session: Session, person_id: UUID) -> Sequence[Trajectory]:
    """Where somebody has a buddy, or is one, or asked: open ones and those that ended, the latest first."""
    introduced = select(Introduction.trajectory_id).where(
        Introduction.person_id == person_id,
        or_(col(Introduction.status).in_(LIVE_INTRODUCTIONS), col(Introduction.started_at).is_not(None)),
    )
    query = select(Trajectory).where(
        or_(
            Trajectory.resident_id == person_id,
            Trajectory.representative_id == person_id,
            col(Trajectory.id).in_(introduced),
        )
    )
    return session.exec(query.order_by(col(Trajectory.asked_at).desc(), col(Trajectory.id))).all()


def _live(session: Session, trajectory_ids: Sequence[UUID]) -> Sequence[Introduction]:
    query = select(Introduction).where(
        col(Introduction.trajectory_id).in_(trajectory_ids), col(Introduction.status).in_(LIVE_INTRODUCTIONS)
    )
    return session.exec(query).all()


def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    return dict(session.exec(select(Person.id, Person.first_name).where(col(Person.id).in_(ids))).all())
