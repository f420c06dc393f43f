"""Requests as cards: a drawing, what, where, when and one sentence. Nothing personal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marketplace.models import AskerKind
from marketplace.queries.listing import OpenCard
from web import dates
from web.labels.requests import first_sentence, sentence_case, when_words
from web.labels.skills import picture_of


@dataclass(frozen=True)
class RequestCard:
    """For `request_card` of `_macros/card.html`."""

    href: str
    picture: str
    title: str
    neighbourhood: str
    when: str
    sentence: str
    distance: str = ""


def cards_of(rows: Iterable[OpenCard], *, today: date) -> tuple[RequestCard, ...]:
    """Cards in the order of the rows."""
    return tuple(card_of(row, today=today) for row in rows)


def card_of(row: OpenCard, *, today: date) -> RequestCard:
    """One request as the public sees it."""
    is_named = row.asker_kind is AskerKind.ORGANISATION and row.organisation_name
    title = f"{row.skill_label} naar {row.destination}" if row.destination else row.skill_label
    return RequestCard(
        href=f"/hulpvragen/{row.id}",
        picture=picture_of(row.skill_code),
        title=f"{title} – {row.organisation_name}" if is_named else title,
        neighbourhood=row.neighbourhood,
        when=sentence_case(when_words(row.windows, row.weekly, today=today)),
        sentence=first_sentence(row.text),
        distance=dates.distance(row.distance_km) if row.distance_km is not None else "",
    )
