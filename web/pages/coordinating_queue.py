"""The queue: what waits for a person, what is due first on top."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.permissions import Actor
from marketplace.queries.board import Pile
from web.pages.coordinating import NAMES, Line, Link, line_of, open_board, queue_href

PER_PAGE: Final = 40
_EMPTY: Final = {
    Pile.MINE: ("Er wacht niets op u", "Zodra de zoekmachine iemand niet vindt, ziet u de zaak hier."),
    Pile.EVERYBODYS: ("Er ligt niets bij een mens", "De zoekmachine redt zich nu alleen."),
    Pile.TEAM: ("Er ligt niets bij de teamleider", "Alles is binnen een werkdag opgepakt."),
    Pile.OPEN: ("Er staat geen vraag open", "Nieuwe hulpvragen komen vanzelf hier."),
    Pile.ENDED: ("Vandaag is nog niets klaar", "Wat vandaag klaar is, blijft hier tot middernacht staan."),
}


@dataclass(frozen=True)
class QueuePage:
    """A pile, a page of it, and how many there are in each."""

    pile: Pile
    filters: tuple[Link, ...]
    lines: tuple[Line, ...]
    total: int
    late: int
    number: int
    last: int
    page_url: str
    everybodys: str
    title: str = "Werkvoorraad"

    @property
    def has_owners(self) -> bool:
        """Whether the cases of this pile are of several people."""
        return self.pile is not Pile.MINE

    @property
    def empty(self) -> tuple[str, str]:
        """What to say where there is nothing."""
        return _EMPTY[self.pile]


def build_queue(
    session: Session, *, actor: Actor, municipality_id: UUID, pile: Pile, number: int, now: datetime
) -> QueuePage:
    """One page of a pile. Raises NotAllowed."""
    board = open_board(session, actor, municipality_id, now)
    counts = board.count()
    last = max(1, ceil(counts[pile] / PER_PAGE))
    number = min(max(number, 1), last)
    rows = board.list_rows(pile, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    lines = tuple(line_of(row, pile=pile, actor=actor, now=now) for row in rows)
    return QueuePage(
        pile=pile,
        filters=filters(counts, pile),
        lines=lines,
        total=counts[pile],
        late=board.count_late(pile, now),
        number=number,
        last=last,
        page_url=queue_href(pile, None),
        everybodys=queue_href(Pile.EVERYBODYS, 1),
    )


def filters(counts: dict[Pile, int], chosen: Pile) -> tuple[Link, ...]:
    """The piles as links, each with how many there are."""
    return tuple(Link(f"{NAMES[pile]} ({counts[pile]})", queue_href(pile, 1), pile is chosen) for pile in Pile)
