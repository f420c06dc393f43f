"""What the pages of a coordinator share: piles, owners and moments in words, and the lines of the queue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.models import WorkKind
from marketplace.permissions import Actor
from marketplace.policies import local_midnight
from marketplace.queries import board as boards
from marketplace.queries import concerns, workbench
from marketplace.queries.board import Board, Pile, QueueRow
from marketplace.queries.roster import read_roster
from marketplace.queries.workbench import WorkItem
from web import dates
from web.dates import when
from web.labels import escalation
from web.labels import workbench as words
from web.labels.requests import StatusTag
from web.pages.buddy_cases import list_tasks

HOME: Final = "/werk"
TASKS: Final = f"{HOME}/taak"
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


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    text: str
    href: str
    is_on: bool = False


@dataclass(frozen=True)
class View:
    """What of the queue somebody looks at: it stands in the address, and goes along."""

    pile: Pile = Pile.MINE
    # None is every kind of work.
    kind: WorkKind | None = None

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """What of an address says that it is this view; what is as usual is left out."""
        pile = () if self.pile is Pile.MINE else (("lijst", SLUGS[self.pile]),)
        return (*pile, *(() if self.kind is None else (("soort", words.SLUGS[self.kind]),)))

    def href(self, path: str, **more: str) -> str:
        """An address within this view."""
        query = {**dict(self.fields), **more}
        return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True)
class Line:
    """One piece of work: what, for whom and where, why it lies with a person, since when, and when it is due."""

    href: str
    what: str
    who: str
    why: str
    since: str
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
        return ", ".join(part for part in (self.who, "" if self.owner == YOU else f"bij {self.owner}") if part)


@dataclass(frozen=True)
class Queue:
    """A page of the queue, and how much there is of each pile and kind."""

    lines: tuple[Line, ...]
    piles: dict[Pile, int]
    kinds: dict[WorkKind, int]
    late: int

    @property
    def total(self) -> int:
        """How many pieces of work the view holds."""
        return sum(self.kinds.values())


def view_of(pile: str, kind: str = "") -> View:
    """The view that an address names; one's own pile, and every kind, where it names none we know."""
    return View(_BY_SLUG.get(pile, Pile.MINE), words.KIND_OF.get(kind))


def case_href(request_id: UUID, view: View, *more: str) -> str:
    """Where a case, or something one does with it, is; what one came from goes along."""
    return view.href("/".join([HOME, str(request_id), *more]))


def task_href(item: WorkItem, view: View) -> str:
    """Where a piece of work is done, or taken."""
    if item.kind is WorkKind.LETTERS:
        return f"{HOME}/post"
    if item.kind is WorkKind.CONCERN:
        return f"{HOME}/signalen/{item.about_id}"
    if item.kind is WorkKind.BUDDY:
        return f"{HOME}/buddy/{item.about_id}"
    if item.kind is WorkKind.REPORT:
        return f"{HOME}/meldingen/{item.about_id}"
    if item.kind is WorkKind.APPEAL:
        return f"{HOME}/geblokkeerd/{item.about_id}"
    return view.href(f"{TASKS}/{words.SLUGS[item.kind]}/{item.about_id}")


def open_board(session: Session, actor: Actor, municipality_id: UUID, now: datetime) -> Board:
    """The board as this person may see it: ride planners see transport only. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.CASE_WORKERS))
    return Board(
        session,
        municipality_id=municipality_id,
        person_id=actor.person_id,
        only_kinds=permissions.kinds_of_help(actor, municipality_id),
        day_began_at=local_midnight(dates.day_of(now)),
    )


def read_queue(
    session: Session,
    actor: Actor,
    municipality_id: UUID,
    view: View,
    now: datetime,
    *,
    limit: int,
    offset: int = 0,
    current: UUID | None = None,
) -> Queue:
    """The work of a view, what has to be done first on top. Raises NotAllowed.

    Requests are counted and cut by the database; of the other kinds there are few, and they are put between them.
    """
    board = open_board(session, actor, municipality_id, now)
    counts, late = board.count(), board.count_late(view.pile, now)
    tasks = _tasks(session, actor, municipality_id, now)
    of_pile = {pile: [task for task in tasks if _is_in(task, pile, actor, board)] for pile in Pile}
    here = of_pile[view.pile]
    rows: list[QueueRow] = []
    if view.kind in (None, WorkKind.CASE):
        rows = board.list_rows(view.pile, limit=limit + offset)
    shown = [task for task in here if view.kind in (None, task.kind)]
    lines = [(_key_of_row(row), line_of(row, view=view, actor=actor, now=now, current=current)) for row in rows]
    lines += [((False, task.next_at, 0), _task_line(task, view, actor, now, current)) for task in shown]
    if view.pile is not Pile.ENDED:
        lines.sort(key=lambda pair: pair[0])
    kinds = {kind: sum(task.kind is kind for task in here) for kind in WorkKind} | {WorkKind.CASE: counts[view.pile]}
    late_tasks = sum(task.next_at <= now for task in shown)
    return Queue(
        lines=tuple(line for _, line in lines[offset : offset + limit]),
        piles={pile: counts[pile] + len(of_pile[pile]) for pile in Pile},
        kinds={kind: count for kind, count in kinds.items() if view.kind in (None, kind)},
        late=late_tasks + (late if view.kind in (None, WorkKind.CASE) else 0),
    )


def _tasks(session: Session, actor: Actor, municipality_id: UUID, now: datetime) -> Sequence[WorkItem]:
    """Work besides requests: the desk's, with whose turn it is where nobody took it; worries, for who handles them;
    trajectories with a buddy in which something is due, for who works on them."""
    return [
        *_desk_tasks(session, actor, municipality_id, now),
        *_concerns(session, actor, municipality_id, now),
        *list_tasks(session, municipality_id, actor=actor, now=now),
    ]


def _concerns(session: Session, actor: Actor, municipality_id: UUID, now: datetime) -> Iterator[WorkItem]:
    for concern in concerns.list_open_for(session, municipality_id, actor=actor, now=now):
        yield WorkItem(
            kind=WorkKind.CONCERN,
            about_id=concern.id,
            who="",
            people=(),
            what="",
            since=concern.since,
            next_at=concern.next_at,
            owner_id=concern.owner_id,
            owner=concern.owner,
        )


def _desk_tasks(session: Session, actor: Actor, municipality_id: UUID, now: datetime) -> Sequence[WorkItem]:
    if not actor.has_role(municipality_id, permissions.DESK_WORKERS):
        return ()
    found = workbench.list_work(session, municipality_id, now=now)
    roster = read_roster(session, municipality_id, now=now)
    turns = {key: roster.owner_for(*key) for key in {(task.area, task.skill_code) for task in found}}
    names = boards.list_first_names(session, [person for person in turns.values() if person is not None])
    return [task if task.owner_id is not None else _turn(task, turns, names) for task in found]


def _turn(task: WorkItem, turns: dict[tuple[str, str], UUID | None], names: dict[UUID, str]) -> WorkItem:
    owner = turns[task.area, task.skill_code]
    return workbench.with_owner(task, owner, names.get(owner, "") if owner else "")


def _is_in(task: WorkItem, pile: Pile, actor: Actor, board: Board) -> bool:
    if pile is Pile.ENDED:
        return False
    if pile is Pile.MINE:
        return task.owner_id == actor.person_id
    return pile is not Pile.TEAM or task.owner_id in board.team_leads


def _key_of_row(row: QueueRow) -> tuple[bool, datetime, int]:
    """Where a request stands between other work: a person's before the engine's, and what is due first on top."""
    return row.owner_id is None, row.next_moment_at, 1


def line_of(row: QueueRow, *, view: View, actor: Actor, now: datetime, current: UUID | None = None) -> Line:
    """One request in the queue."""
    return Line(
        href=case_href(row.request_id, view),
        what=row.skill_label,
        who=f"{row.organisation or row.requester}, {row.neighbourhood}",
        why=escalation.reason_in_short(row.escalation) if row.escalated_at else "geplaatst",
        since=since(row.escalated_at or row.posted_at, now=now),
        owner=owner_name(row.owner_id, row.owner, actor),
        status=moment_tag(row.next_moment_at, row.ended_at, is_engines=row.owner_id is None, now=now),
        is_current=row.request_id == current,
    )


def _task_line(task: WorkItem, view: View, actor: Actor, now: datetime, current: UUID | None) -> Line:
    return Line(
        href=task_href(task, view),
        what=words.title(task),
        who=task.who,
        why=words.reason(task, now),
        since=since(task.since, now=now),
        owner=owner_name(task.owner_id, task.owner, actor) if task.owner_id else "wie dienst heeft",
        status=moment_tag(task.next_at, None, is_engines=False, now=now),
        is_current=task.about_id == current,
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


def since(at: datetime, *, now: datetime) -> str:
    """``vandaag``, ``gisteren`` or ``5 dagen``: how long something waits, as short as it can be said."""
    days = (dates.day_of(now) - dates.day_of(at)).days
    return ("vandaag", "gisteren")[days] if days in (0, 1) else f"{days} dagen geleden"
