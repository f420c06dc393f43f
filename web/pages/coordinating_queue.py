"""The queue: what waits for a person, of every kind, what is due first on top."""

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.models import WorkKind
from marketplace.permissions import Actor
from marketplace.queries.board import Pile
from web.labels import workbench as words
from web.pages.coordinating import HOME, NAMES, Line, Link, View, read_queue

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
    """A view of the queue, a page of it, and how much there is in each pile and of each kind."""

    view: View
    filters: tuple[Link, ...]
    kinds: tuple[Link, ...]
    lines: tuple[Line, ...]
    total: int
    late: int
    number: int
    last: int
    page_url: str
    everybodys: str
    every_kind: str
    title: str = "Werkvoorraad"

    @property
    def empty(self) -> tuple[str, str]:
        """What to say where there is nothing."""
        if self.view.kind is not None:
            return f"Hier niets: {words.NAMES[self.view.kind].lower()}", "Kies “Alles” om ander werk te zien."
        return _EMPTY[self.view.pile]


def build_queue(
    session: Session, *, actor: Actor, municipality_id: UUID, view: View, number: int, now: datetime
) -> QueuePage:
    """One page of a view. Raises NotAllowed."""
    number = max(number, 1)
    queue = read_queue(session, actor, municipality_id, view, now, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    last = max(1, ceil(queue.total / PER_PAGE))
    if number > last:
        return build_queue(session, actor=actor, municipality_id=municipality_id, view=view, number=last, now=now)
    whole = replace(view, kind=None)
    return QueuePage(
        view=view,
        filters=tuple(
            Link(f"{NAMES[pile]} ({queue.piles[pile]})", View(pile).href(HOME), pile is view.pile) for pile in Pile
        ),
        kinds=(
            Link("Alles", whole.href(HOME), view.kind is None),
            *(
                Link(words.NAMES[kind], replace(view, kind=kind).href(HOME), kind is view.kind)
                for kind in words.NAMES
                if kind is view.kind or (view.kind is not None or queue.kinds.get(kind)) or kind is WorkKind.CASE
            ),
        ),
        lines=queue.lines,
        total=queue.total,
        late=queue.late,
        number=number,
        last=last,
        page_url=view.href(HOME, bladzijde=""),
        everybodys=View(Pile.EVERYBODYS).href(HOME),
        every_kind=whole.href(HOME),
    )
