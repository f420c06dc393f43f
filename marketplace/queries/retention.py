"""What has been kept long enough."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.models import (
    Driver,
    Evaluation,
    Event,
    FileLook,
    HelpRequest,
    Match,
    Municipality,
    Offer,
    OutboxMessage,
    Person,
    Ride,
    Series,
    SeriesWord,
    SignIn,
    StaffRole,
    StandingRide,
    Trajectory,
)
from marketplace.queries.privacy import WRITTEN


def list_told_before(session: Session, before: datetime, *, limit: int) -> Sequence[OutboxMessage]:
    """Messages that were sent or given up, and still hold an address."""
    query = select(OutboxMessage).where(
        col(OutboxMessage.email).is_not(None),
        or_(col(OutboxMessage.sent_at) < before, col(OutboxMessage.failed_at) < before),
    )
    return session.exec(query.limit(limit)).all()


def list_ended_with_words(session: Session, before: datetime, *, limit: int) -> Sequence[HelpRequest]:
    """Requests that ended and still say what was asked."""
    query = select(HelpRequest).where(
        col(HelpRequest.ended_at) < before, or_(HelpRequest.text != "", HelpRequest.street != "")
    )
    return session.exec(query.order_by(col(HelpRequest.ended_at)).limit(limit)).all()


def list_ended_rides(session: Session, before: datetime, *, limit: int) -> Sequence[HelpRequest]:
    """Rides that ended and still say from which house to which door."""
    name = col(HelpRequest.destination)["name"].as_string()
    query = select(HelpRequest).where(
        col(HelpRequest.ended_at) < before,
        HelpRequest.skill_code == "transport.automaatje",
        or_(HelpRequest.street != "", name != ""),
    )
    return session.exec(query.order_by(col(HelpRequest.ended_at)).limit(limit)).all()


def list_rides_with_doors(session: Session, before: datetime, *, limit: int) -> Sequence[Ride | StandingRide]:
    """Rides, once or every week, that ended and still say from which house to which door."""
    rides = select(Ride).where(col(Ride.ended_at) < before, _has_door(Ride))
    over = or_(col(StandingRide.ended_at) < before, col(StandingRide.last_on) < before.date())
    standing = select(StandingRide).where(over, _has_door(StandingRide))
    return [
        *session.exec(rides.order_by(col(Ride.asked_at)).limit(limit)),
        *session.exec(standing.order_by(col(StandingRide.asked_at)).limit(limit)),
    ]


def _has_door(table: type[Ride] | type[StandingRide]) -> ColumnElement[bool]:
    ends = (col(table.origin), col(table.destination))
    words = [end[name].as_string() != "" for end in ends for name in ("street", "name")]
    return or_(*words, col(table.remark) != "")


def list_words_in(session: Session, request_ids: Sequence[UUID]) -> Sequence[Event]:
    """What staff wrote about these requests."""
    query = select(Event).where(col(Event.request_id).in_(request_ids), col(Event.kind).in_(WRITTEN))
    return session.exec(query).all()


def list_remarks_in(session: Session, request_ids: Sequence[UUID]) -> Sequence[Evaluation]:
    """What people wrote of how it was."""
    of = select(Match.id).where(col(Match.request_id).in_(request_ids))
    return session.exec(select(Evaluation).where(col(Evaluation.match_id).in_(of), Evaluation.remark != "")).all()


def list_series_words_in(session: Session, request_ids: Sequence[UUID]) -> Sequence[SeriesWord]:
    """What people wrote of how help that returns goes."""
    of = select(Series.id).where(col(Series.request_id).in_(request_ids))
    return session.exec(select(SeriesWord).where(col(SeriesWord.series_id).in_(of), SeriesWord.remark != "")).all()


def list_old_looks(session: Session, before: datetime) -> Sequence[int]:
    """The looks older than that, in each municipality all but the last of them."""
    old: list[int] = []
    for municipality_id in session.exec(select(Municipality.id)):
        of = select(FileLook.seq).where(FileLook.municipality_id == municipality_id, col(FileLook.at) < before)
        old += [seq for seq in session.exec(of.order_by(col(FileLook.seq))) if seq is not None][:-1]
    return old


def list_seen_since_noted(session: Session, *, limit: int) -> Sequence[tuple[UUID, datetime]]:
    """Who was here after what was noted of them, and when last."""
    last = func.max(col(SignIn.seen_at))
    query: Any = (
        select(Person.id, last)
        .join(SignIn, col(SignIn.person_id) == col(Person.id))
        .where(col(Person.erased_at).is_(None))
        .group_by(col(Person.id), col(Person.active_at))
        .having(or_(col(Person.active_at).is_(None), last > col(Person.active_at)))
    )
    return [(row[0], row[1]) for row in session.execute(query.limit(limit))]


def get_municipality_of(session: Session, person_id: UUID) -> UUID:
    """Where somebody asks or offers; who does neither hears from the first municipality of this installation."""
    for query in (
        select(HelpRequest.municipality_id).where(HelpRequest.requester_id == person_id),
        select(Offer.municipality_id).where(Offer.person_id == person_id),
        select(Municipality.id).order_by(col(Municipality.slug)),
    ):
        if (found := session.exec(query.limit(1)).first()) is not None:
            return found
    raise NotFound("a municipality")


def list_inactive(session: Session, *, before: datetime, now: datetime, limit: int, is_warned: bool) -> Sequence[UUID]:
    """Who was not here since, asked and did nothing since, has nothing running, and does not work here."""
    idle = func.coalesce(col(Person.active_at), col(Person.created_at)) < before
    signed_in = select(SignIn.person_id).where(col(SignIn.seen_at) >= before)
    acted = select(Event.actor_id).where(col(Event.at) >= before, col(Event.actor_id).is_not(None))
    asking = select(HelpRequest.requester_id).where(
        or_(col(HelpRequest.ended_at).is_(None), col(HelpRequest.ended_at) >= before)
    )
    helping = select(Match.person_id).where(or_(col(Match.status).in_(RUNNING_MATCHES), col(Match.ended_at) >= before))
    riding = select(Ride.passenger_id).where(or_(col(Ride.ended_at).is_(None), col(Ride.ended_at) >= before))
    driving = select(Driver.person_id).where(or_(col(Driver.left_at).is_(None), col(Driver.left_at) >= before))
    works = select(StaffRole.person_id).where(or_(col(StaffRole.until_at).is_(None), col(StaffRole.until_at) > now))
    warned = col(Person.warned_at).is_not(None) if is_warned else col(Person.warned_at).is_(None)
    query = select(Person.id).where(col(Person.erased_at).is_(None), idle, warned)
    for busy in (signed_in, acted, asking, helping, riding, driving, works):
        query = query.where(col(Person.id).not_in(busy))
    return session.exec(query.order_by(col(Person.created_at)).limit(limit)).all()


def list_ended_trajectories(session: Session, before: datetime, *, limit: int) -> Sequence[Trajectory]:
    """Trajectories with a buddy that ended and still say something."""
    query = select(Trajectory).where(
        col(Trajectory.ended_at) < before, or_(Trajectory.text != "", Trajectory.need != "", Trajectory.look_back != "")
    )
    return session.exec(query.order_by(col(Trajectory.ended_at)).limit(limit)).all()
