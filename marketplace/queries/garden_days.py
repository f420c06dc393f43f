"""Garden days, the gardens of each, and requests that could be part of one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.lifecycle.together import GARDENS_IN_HAND, RUNNING_GARDEN_DAYS
from marketplace.models import (
    AskerKind,
    Garden,
    GardenDay,
    GardenStatus,
    HelpRequest,
    Match,
    MatchStatus,
    Person,
    RequestWeekly,
    RequestWindow,
    Skill,
    Slot,
    SlotStatus,
)
from marketplace.policies import local_midnight

# So much of a day at least, and it can be then.
LEAST_MINUTES: Final = 60


@dataclass(frozen=True)
class OpenGarden:
    """A request for the garden that could be part of a day; nothing personal, and its point is not for the public."""

    id: UUID
    requester_id: UUID
    skill_code: str
    skill_label: str
    neighbourhood: str
    latitude: float
    longitude: float
    minutes: int
    posted_at: datetime


@dataclass(frozen=True)
class GardenRow:
    """A garden of a day, with its request and whose it is."""

    garden: Garden
    request: HelpRequest
    skill_label: str
    requester: Person
    match: Match | None


def list_open_gardens(session: Session, municipality_id: UUID) -> list[OpenGarden]:
    """Requests of one helper for a garden at home, still looking, and part of no other day; oldest first."""
    one_slot = select(Slot.request_id).group_by(col(Slot.request_id)).having(func.count() == 1)
    free = select(Slot.request_id).where(Slot.municipality_id == municipality_id, Slot.status == SlotStatus.FREE)
    in_hand = select(Garden.request_id).where(col(Garden.status).in_(GARDENS_IN_HAND))
    query = (
        select(HelpRequest, Skill.label_nl)
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .where(
            HelpRequest.municipality_id == municipality_id,
            col(HelpRequest.skill_code).startswith("garden."),
            HelpRequest.asker_kind == AskerKind.PRIVATE,
            col(HelpRequest.is_at_home).is_(True),
            col(HelpRequest.ended_at).is_(None),
            col(HelpRequest.id).in_(free),
            col(HelpRequest.id).in_(one_slot),
            col(HelpRequest.id).not_in(in_hand),
        )
        .order_by(col(HelpRequest.posted_at), col(HelpRequest.id))
    )
    return [
        OpenGarden(
            request.id,
            request.requester_id,
            request.skill_code,
            label,
            request.neighbourhood,
            request.latitude,
            request.longitude,
            request.minutes,
            request.posted_at,
        )
        for request, label in session.exec(query)
    ]


def list_suiting_days(
    session: Session, request_ids: Collection[UUID], *, first: date, last: date
) -> dict[UUID, frozenset[date]]:
    """On which days of a stretch each garden can, by what was asked for; who said nothing of times is not there.

    A day counts where an hour of it or more was asked for.
    """
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    found: defaultdict[UUID, set[date]] = defaultdict(set)
    weekly = select(RequestWeekly).where(col(RequestWeekly.request_id).in_(request_ids))
    for piece in session.exec(weekly):
        if piece.end_minute - piece.start_minute >= LEAST_MINUTES:
            found[piece.request_id] |= {day for day in days if day.weekday() == piece.weekday}
    dated = select(RequestWindow).where(col(RequestWindow.request_id).in_(request_ids))
    for window in session.exec(dated):
        found[window.request_id] |= {day for day in days if _minutes_on(window, day) >= LEAST_MINUTES}
    return {request_id: frozenset(some) for request_id, some in found.items()}


def _minutes_on(window: RequestWindow, day: date) -> float:
    begins, ends = local_midnight(day), local_midnight(day + timedelta(days=1))
    return (min(window.ends_at, ends) - max(window.starts_at, begins)).total_seconds() / 60


def get_day(session: Session, day_id: UUID) -> GardenDay:
    """Raises NotFound."""
    found = session.get(GardenDay, day_id)
    if found is None:
        raise NotFound(f"garden day {day_id}")
    return found


def lock_day(session: Session, day_id: UUID) -> GardenDay:
    """A garden day, held until the unit ends. Raises NotFound."""
    query = select(GardenDay).where(GardenDay.id == day_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"garden day {day_id}")
    return found


def get_garden(session: Session, day_id: UUID, request_id: UUID) -> Garden:
    """Raises NotFound."""
    found = session.get(Garden, (day_id, request_id))
    if found is None:
        raise NotFound(f"garden {request_id} of day {day_id}")
    return found


def list_gardens(session: Session, day_id: UUID) -> Sequence[Garden]:
    """The gardens of a day, by request."""
    query = select(Garden).where(Garden.garden_day_id == day_id).order_by(col(Garden.request_id))
    return session.exec(query.execution_options(populate_existing=True)).all()


def list_garden_rows(session: Session, day_id: UUID) -> list[GardenRow]:
    """The gardens of a day with what a page needs; whoever shows it says what of it may be seen."""
    query = (
        select(Garden, HelpRequest, Skill.label_nl, Person, Match)  # type: ignore[call-overload]
        .join(HelpRequest, col(HelpRequest.id) == col(Garden.request_id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .join(Person, col(Person.id) == col(HelpRequest.requester_id))
        .outerjoin(Match, col(Match.id) == col(Garden.match_id))
        .where(Garden.garden_day_id == day_id)
        .order_by(col(HelpRequest.neighbourhood), col(HelpRequest.posted_at), col(HelpRequest.id))
    )
    return [GardenRow(*row) for row in session.execute(query)]


def find_asked(session: Session, request_id: UUID) -> tuple[Garden, GardenDay] | None:
    """The garden day that a request is part of now, if any."""
    query = (
        select(Garden, GardenDay)
        .join(GardenDay, col(GardenDay.id) == col(Garden.garden_day_id))
        .where(Garden.request_id == request_id, col(Garden.status).in_((GardenStatus.ASKED, GardenStatus.AGREED)))
    )
    found = session.exec(query).first()
    return (found[0], found[1]) if found else None


def list_asked_of(session: Session, person_id: UUID) -> list[tuple[Garden, GardenDay]]:
    """What waits for an answer of whose gardens they are, or of who asked in their name; the nearest day first."""
    query = (
        select(Garden, GardenDay)
        .join(GardenDay, col(GardenDay.id) == col(Garden.garden_day_id))
        .join(HelpRequest, col(HelpRequest.id) == col(Garden.request_id))
        .where(
            Garden.status == GardenStatus.ASKED,
            or_(HelpRequest.requester_id == person_id, HelpRequest.representative_id == person_id),
        )
        .order_by(col(GardenDay.starts_at))
    )
    return [(garden, day) for garden, day in session.exec(query)]


def list_led_by(session: Session, person_id: UUID) -> Sequence[GardenDay]:
    """The garden days that somebody leads, or is asked to, and that are not over."""
    query = select(GardenDay).where(GardenDay.leader_id == person_id, col(GardenDay.status).in_(RUNNING_GARDEN_DAYS))
    return session.exec(query.order_by(col(GardenDay.starts_at), col(GardenDay.id))).all()


def find_days_of_matches(session: Session, match_ids: Collection[UUID]) -> dict[UUID, GardenDay]:
    """The garden day that a match is part of, while that is still to come; by match."""
    query = (
        select(Garden.match_id, GardenDay)
        .join(GardenDay, col(GardenDay.id) == col(Garden.garden_day_id))
        .where(
            col(Garden.match_id).in_(match_ids),
            Garden.status == GardenStatus.AGREED,
            col(GardenDay.status).in_(RUNNING_GARDEN_DAYS),
        )
    )
    return {match_id: day for match_id, day in session.exec(query) if match_id is not None}


def list_all_led_by(session: Session, person_id: UUID) -> Sequence[GardenDay]:
    """Every garden day that somebody led or was to lead."""
    query = select(GardenDay).where(GardenDay.leader_id == person_id)
    return session.exec(query.order_by(col(GardenDay.starts_at), col(GardenDay.id))).all()


def list_days(session: Session, municipality_id: UUID, *, since: datetime) -> Sequence[GardenDay]:
    """Garden days that run, or were since a moment; the nearest first."""
    query = select(GardenDay).where(
        GardenDay.municipality_id == municipality_id,
        or_(col(GardenDay.status).in_(RUNNING_GARDEN_DAYS), col(GardenDay.ended_at) >= since),
    )
    return session.exec(query.order_by(col(GardenDay.starts_at), col(GardenDay.id))).all()


def list_running_ids(session: Session) -> Sequence[UUID]:
    """Every garden day that is not over, wherever."""
    query = select(GardenDay.id).where(col(GardenDay.status).in_(RUNNING_GARDEN_DAYS))
    return session.exec(query.order_by(col(GardenDay.starts_at), col(GardenDay.id))).all()


def list_owned(session: Session, municipality_id: UUID) -> Sequence[GardenDay]:
    """Garden days that wait for a person."""
    query = select(GardenDay).where(GardenDay.municipality_id == municipality_id, col(GardenDay.owner_id).is_not(None))
    return session.exec(query.order_by(col(GardenDay.next_moment_at), col(GardenDay.id))).all()


def count_gardens(session: Session, day_id: UUID) -> dict[GardenStatus, int]:
    """How many gardens of a day stand how."""
    query = select(Garden.status, func.count()).where(Garden.garden_day_id == day_id).group_by(col(Garden.status))
    return {GardenStatus(status): count for status, count in session.exec(query)}


def list_planned_twice(session: Session, offer_id: UUID, starts_at: datetime, ends_at: datetime) -> Sequence[UUID]:
    """Garden days of the same leader at the same time."""
    query = select(GardenDay.id).where(
        GardenDay.offer_id == offer_id,
        col(GardenDay.status).in_(RUNNING_GARDEN_DAYS),
        col(GardenDay.starts_at) < ends_at,
        col(GardenDay.ends_at) > starts_at,
    )
    return session.exec(query).all()


# --- what cannot be ------------------------------------------------------------------------------------------------


def list_days_of_nobody(session: Session, now: datetime, latest: timedelta) -> Sequence[UUID]:
    """Garden days that run and whose next moment lies longer behind us than may be."""
    query = select(GardenDay.id).where(
        col(GardenDay.status).in_(RUNNING_GARDEN_DAYS), GardenDay.next_moment_at < now - latest
    )
    return session.exec(query).all()


def list_gardens_out_of_step(session: Session) -> list[tuple[UUID, UUID, str]]:
    """Gardens in hand of a day that is over, without the match that a yes makes, or done while the match is not."""
    query = (
        select(Garden, GardenDay.status, Match.status)
        .join(GardenDay, col(GardenDay.id) == col(Garden.garden_day_id))
        .outerjoin(Match, col(Match.id) == col(Garden.match_id))
    )
    found = []
    for garden, day, match in session.exec(query):
        is_over = day not in RUNNING_GARDEN_DAYS and garden.status in GARDENS_IN_HAND
        has_no_match = garden.status in (GardenStatus.AGREED, GardenStatus.DONE, GardenStatus.BACK) and match is None
        is_undone = garden.status is GardenStatus.DONE and match is not MatchStatus.DONE
        if is_over or has_no_match or is_undone:
            found.append((garden.garden_day_id, garden.request_id, garden.status.value))
    return found
