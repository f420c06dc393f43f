"""The requests that anybody may see, as columns: nothing personal, and no place finer than the neighbourhood."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from marketplace.models import AskerKind, HelpRequest, RequestWeekly, RequestWindow, Rhythm, Skill, Slot, SlotStatus
from marketplace.policies import AMSTERDAM
from marketplace.queries import blocks
from marketplace.queries.blocks import SUSPENDED
from marketplace.queries.moderation import HELD_REQUESTS
from matching.geography import haversine_km

Point = tuple[float, float]


@dataclass(frozen=True)
class WindowRow:
    """A dated time of a request."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class WeeklyRow:
    """A piece of the week of a request, in local time; weekday 0 is Monday."""

    weekday: int
    start_minute: int
    end_minute: int
    # Help that returns, in this rhythm.
    rhythm: Rhythm | None = None


@dataclass(frozen=True)
class OpenCard:
    """One open request as the public sees it. ``text`` is what the requester wrote for everybody to read."""

    id: UUID
    requester_id: UUID
    skill_code: str
    skill_label: str
    work_area: str
    neighbourhood: str
    text: str
    minutes: int
    asker_kind: AskerKind
    organisation_name: str
    # Where a ride goes, as coarse as any other place: a name such as a hospital's says too much.
    destination: str
    posted_at: datetime
    respond_by: datetime
    free_slots: int
    windows: tuple[WindowRow, ...]
    weekly: tuple[WeeklyRow, ...]
    # From the given point; None without one.
    distance_km: float | None = None


def list_open_cards(
    session: Session,
    *,
    municipality_id: UUID,
    now: datetime,
    work_area: str | None = None,
    skill_code: str | None = None,
    neighbourhood: str | None = None,
    weekday: int | None = None,
    point: Point | None = None,
    limit: int | None = None,
    offset: int = 0,
    visitor_id: UUID | None = None,
) -> Sequence[OpenCard]:
    """Open requests with a free slot and time left: nearest first with a point, else the newest first.

    Without what a person is still to read, who is blocked, and those of whom ``visitor_id`` blocked, or who did them.

    ``weekday`` (0 is Monday) keeps those that can take place on that day of the week.
    """
    query = _query(municipality_id, now, work_area, skill_code, neighbourhood)
    if hidden := blocks.list_hidden_from(session, visitor_id):
        query = query.where(col(HelpRequest.requester_id).not_in(hidden))
    is_whole = weekday is None and point is None  # else the rest decides which rows the page holds
    rows = session.execute(query.limit(limit).offset(offset) if is_whole else query).all()
    windows, weekly = _windows(session, rows, now), _weekly(session, rows)
    cards = [_card(row, windows.get(row.id, ()), weekly.get(row.id, ()), point) for row in rows]
    if is_whole:
        return cards
    if weekday is not None:
        cards = [card for card in cards if _is_on(card, weekday)]
    if point is not None:
        cards.sort(key=lambda card: card.distance_km or 0.0)
    return cards[offset : offset + limit if limit is not None else None]


def _query(
    municipality_id: UUID, now: datetime, work_area: str | None, skill_code: str | None, neighbourhood: str | None
) -> Any:
    free = (
        select(col(Slot.request_id), func.count().label("free_slots"))
        .where(Slot.municipality_id == municipality_id, Slot.status == SlotStatus.FREE)
        .group_by(col(Slot.request_id))
        .subquery()
    )
    wanted: list[ColumnElement[bool]] = [
        col(HelpRequest.municipality_id) == municipality_id,
        col(HelpRequest.ended_at).is_(None),
        col(HelpRequest.respond_by) > now,
        _has_a_time_left(now),
        col(HelpRequest.id).not_in(HELD_REQUESTS),
        col(HelpRequest.requester_id).not_in(SUSPENDED),
    ]
    if work_area is not None:
        wanted.append(col(Skill.work_area) == work_area)
    if skill_code is not None:
        wanted.append(col(HelpRequest.skill_code) == skill_code)
    if neighbourhood is not None:
        wanted.append(col(HelpRequest.neighbourhood) == neighbourhood)
    return (
        select(*_columns(), free.c.free_slots)  # type: ignore[call-overload]
        .join(free, free.c.request_id == col(HelpRequest.id))
        .join(Skill, col(Skill.code) == col(HelpRequest.skill_code))
        .where(*wanted)
        .order_by(col(HelpRequest.posted_at).desc(), col(HelpRequest.id))
    )


def _columns() -> tuple[Any, ...]:
    return (
        HelpRequest.id,
        HelpRequest.requester_id,
        HelpRequest.skill_code,
        HelpRequest.neighbourhood,
        HelpRequest.text,
        HelpRequest.minutes,
        HelpRequest.asker_kind,
        HelpRequest.organisation_name,
        HelpRequest.destination,
        HelpRequest.posted_at,
        HelpRequest.respond_by,
        HelpRequest.latitude,
        HelpRequest.longitude,
        Skill.label_nl,
        Skill.work_area,
    )


def _has_a_time_left(now: datetime) -> ColumnElement[bool]:
    """Every week comes again; a dated time is over when it has begun."""
    coming = select(RequestWindow.request_id).where(col(RequestWindow.starts_at) > now)
    return or_(
        col(HelpRequest.id).in_(coming),
        col(HelpRequest.id).in_(select(RequestWeekly.request_id)),
    )


def _card(row: Any, windows: Sequence[WindowRow], weekly: Sequence[WeeklyRow], point: Point | None) -> OpenCard:
    return OpenCard(
        id=row.id,
        requester_id=row.requester_id,
        skill_code=row.skill_code,
        skill_label=row.label_nl,
        work_area=row.work_area,
        neighbourhood=row.neighbourhood,
        text=row.text,
        minutes=row.minutes,
        asker_kind=row.asker_kind,
        organisation_name=row.organisation_name,
        destination=(row.destination or {}).get("neighbourhood", ""),
        posted_at=row.posted_at,
        respond_by=row.respond_by,
        free_slots=row.free_slots,
        windows=tuple(windows),
        weekly=tuple(weekly),
        distance_km=haversine_km(*point, row.latitude, row.longitude) if point else None,
    )


def _windows(session: Session, rows: Sequence[Any], now: datetime) -> dict[UUID, list[WindowRow]]:
    found: defaultdict[UUID, list[WindowRow]] = defaultdict(list)
    query = select(RequestWindow.request_id, RequestWindow.starts_at, RequestWindow.ends_at).where(
        col(RequestWindow.request_id).in_([row.id for row in rows]), col(RequestWindow.starts_at) > now
    )
    for request_id, starts_at, ends_at in session.exec(query.order_by(col(RequestWindow.starts_at))):
        found[request_id].append(WindowRow(starts_at, ends_at))
    return found


def _weekly(session: Session, rows: Sequence[Any]) -> dict[UUID, list[WeeklyRow]]:
    found: defaultdict[UUID, list[WeeklyRow]] = defaultdict(list)
    piece = RequestWeekly
    columns = (piece.request_id, piece.weekday, piece.start_minute, piece.end_minute, piece.rhythm)
    query = sa.select(*map(col, columns)).where(col(piece.request_id).in_([row.id for row in rows]))
    for row in session.execute(query.order_by(col(piece.weekday), col(piece.start_minute))):
        found[row[0]].append(WeeklyRow(*row[1:]))
    return found


def _is_on(card: OpenCard, weekday: int) -> bool:
    dated = any(window.starts_at.astimezone(AMSTERDAM).weekday() == weekday for window in card.windows)
    return dated or any(piece.weekday == weekday for piece in card.weekly)
