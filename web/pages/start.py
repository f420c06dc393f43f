"""The page that everybody sees first."""

from dataclasses import dataclass

from web.pages.cards import RequestCard


@dataclass(frozen=True)
class StartPage:
    """The two doors, the living city, and one figure as a picture."""

    cards: tuple[RequestCard, ...]
    # Of ten matches, how many people made themselves; None while there are too few to say.
    of_ten: int | None
    title: str = "Samen redden we het. Wat kunnen we voor u doen?"
