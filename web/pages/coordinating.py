"""What the pages of a coordinator share: piles, owners and moments in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.models import StaffRoleKind
from marketplace.permissions import Actor
from marketplace.policies import local_midnight
from marketplace.queries.board import Board, Pile, QueueRow
from web import dates
from web.labels import escalation
from web.labels.requests import StatusTag

HOME: Final = "/werk"
PER_RAIL: Final = 40
YOU: Final = "u"
# How a pile is called in addresses, and on the page.
SLUGS: Final = {
    Pile.MINE: "mij",
    Pile.EVERYBODYS: "iedereen",
    Pile.TEAM: "teamleider",
    Pile.OPEN: "open",
    Pile.ENDED: "vandaag",
}
NAMES: Final = {
    Pile.MINE: "Van mij",
    Pile.EVERYBODYS: "Van iedereen",
    Pile.TEAM: "Bij de teamleider",
    Pile.OPEN: "Alles wat open is",
    Pile.ENDED: "Vandaag klaar",
}
_BY_SLUG: Final = {slug: pile for pile, slug in SLUGS.items()}
_WHOLE_BOARD: Final = frozenset({StaffRoleKind.COORDINATOR, StaffRoleKind.TEAM_LEAD})


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    text: str
    href: str
    is_on: bool = False


@dataclass(frozen=True)
class Line:
    """One case in a queue: what, for whom and where, why it lies with a person, and when it is due."""

    href: str
    what: str
    who: str
    why: str
    owner: str
    status: StatusTag
    is_current: bool = False

    @property
    def title(self) -> str:
        """What, as the queue beside a case shows it."""
        return self.what

    @property
    def line(self) -> str:
        """For whom, where and whose (unless one's own), as the queue beside a case shows it."""
        return self.who if self.owner == YOU else f"{self.who} · {self.owner}"


def pile_of(slug: str) -> Pile:
    """The pile that an address names; one's own where it names none we know."""
    return _BY_SLUG.get(slug, Pile.MINE)


def case_href(request_id: UUID, pile: Pile, *more: str) -> str:
    """Where a case, or something one does with it, is; the pile that one came from goes along."""
    path = "/".join([HOME, str(request_id), *more])
    return path if pile is Pile.MINE else f"{path}?lijst={SLUGS[pile]}"


def queue_href(pile: Pile, page: int | None = None) -> str:
    """Where a pile is; with ``page`` None the number is to follow."""
    return f"{HOME}?lijst={SLUGS[pile]}" + ("" if page == 1 else f"&bladzijde={page or ''}")


def open_board(session: Session, actor: Actor, municipality_id: UUID, now: datetime) -> Board:
    """The board as this person may see it: ride planners see transport only. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    sees_all = actor.has_role(municipality_id, _WHOLE_BOARD)
    return Board(
        session,
        municipality_id=municipality_id,
        person_id=actor.person_id,
        only_area=None if sees_all else permissions.RIDE_WORK_AREA,
        day_began_at=local_midnight(dates.day_of(now)),
    )


def line_of(row: QueueRow, *, pile: Pile, actor: Actor, now: datetime, current: UUID | None = None) -> Line:
    """One line of a queue."""
    return Line(
        href=case_href(row.request_id, pile),
        what=row.skill_label,
        who=f"{row.organisation or row.requester}, {row.neighbourhood}",
        why=_why(row, now),
        owner=owner_name(row.owner_id, row.owner, actor),
        status=moment_tag(row.next_moment_at, row.ended_at, is_engines=row.owner_id is None, now=now),
        is_current=row.request_id == current,
    )


def owner_name(owner_id: UUID | None, name: str | None, actor: Actor) -> str:
    """Whose a case is."""
    if owner_id is None:
        return "de zoekmachine"
    return YOU if owner_id == actor.person_id else (name or "een collega")


def moment_tag(at: datetime, ended_at: datetime | None, *, is_engines: bool, now: datetime) -> StatusTag:
    """When something must happen: too late, today, or later. The engine is never late in a way that asks for work."""
    if ended_at is not None:
        return StatusTag(f"klaar om {dates.clock_time(ended_at)}", "neutral")
    if is_engines:
        return StatusTag(f"zoekt verder {when(at, now=now)}" if at > now else "zoekt nu", "neutral")
    if at <= now:
        return StatusTag(f"te laat: {when(at, now=now)}", "attention")
    is_today = dates.day_of(at) == dates.day_of(now)
    return StatusTag(when(at, now=now), "waiting" if is_today else "neutral")


def when(at: datetime, *, now: datetime) -> str:
    """``gisteren om 10.00 uur``, ``morgen om 9.30 uur``, ``dinsdag 3 maart om 10.00 uur``."""
    if dates.day_of(at) == dates.day_of(now) - timedelta(days=1):
        return f"gisteren om {dates.clock_time(at)}"
    return dates.near_moment(at, now=now)


def since(at: datetime, *, now: datetime) -> str:
    """``vandaag``, ``gisteren`` or ``5 dagen``: how long something waits, as short as it can be said."""
    days = (dates.day_of(now) - dates.day_of(at)).days
    return ("vandaag", "gisteren")[days] if days in (0, 1) else f"{days} dagen geleden"


def _why(row: QueueRow, now: datetime) -> str:
    if row.escalated_at is None:
        return f"geplaatst: {since(row.posted_at, now=now)}"
    return f"{since(row.escalated_at, now=now)}: {escalation.reason_in_short(row.escalation)}"
