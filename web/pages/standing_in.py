"""May we ask you, this once: a ride that nobody else drives, for a driver on standby."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.errors import NotFound
from marketplace.models import ReturnMode, RideStatus
from marketplace.permissions import Actor
from marketplace.queries import own_drives
from marketplace.queries import rides as queries
from marketplace.trips import Stop
from marketplace.visibility import Situation
from web import dates
from web.labels.requests import by_words, people_words, sentence_case
from web.labels.rides import NEEDS
from web.pages.riding import shown_stop


@dataclass(frozen=True)
class AskPage:
    """The question, or what came of it."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    action: str
    is_open: bool
    until: str


def read_ask_page(session: Session, ask_id: UUID, *, actor: Actor | None, base: str, now: datetime) -> AskPage:
    """One question. Raises NotFound for anybody but who was asked; without an actor the link was the key."""
    ask = own_drives.get_ask(session, ask_id)
    if ask is None or (actor is not None and ask.person_id != actor.person_id):
        raise NotFound(f"question {ask_id}")
    ride = queries.get_ride(session, ask.ride_id)
    is_open = ask.answered_at is None and ride.status is RideStatus.ASKED and ask.answer_by > now
    passenger = own_drives.passengers_of(session, [ride.passenger_id])[ride.passenger_id]
    origin, destination = Stop.from_json(ride.origin), Stop.from_json(ride.destination)
    lines = [
        ("Wie", passenger.first_name),
        ("Van", shown_stop(origin, Situation.OFFERED)),
        ("Naar", shown_stop(destination, Situation.OFFERED)),
        ("Ophalen", sentence_case(dates.window(ride.pickup_from_at, ride.pickup_until_at, today=dates.day_of(now)))),
    ]
    if ride.return_mode is ReturnMode.WAIT:
        lines.append(("Daarna", f"U wacht {dates.duration(ride.wait_minutes)} en rijdt terug"))
    elif ride.return_mode is ReturnMode.LATER and ride.return_from_at is not None:
        lines.append(("Terug", f"Vanaf {dates.clock_time(ride.return_from_at)}"))
    along = [people_words(ride.persons - 1)] if ride.persons > 1 else []
    along += [NEEDS[need].lower() for need in ride.needs]
    if along:
        lines.append(("Mee", sentence_case(", ".join(along))))
    if is_open:
        title, lead = "Kunt u deze ene keer rijden?", "Voor deze rit vonden wij nog niemand. Nee zeggen mag altijd."
    elif ask.is_yes:
        title, lead = "Dank u wel dat u rijdt", "Wij maken de planning. U krijgt een bericht met het adres."
    elif ask.answered_at is not None:
        title, lead = "Dank u wel dat u het zegt", "Wij vragen iemand anders."
    else:
        title, lead = "Dank u wel voor het kijken", "Deze vraag is voorbij. Er is iets anders geregeld."
    return AskPage(
        title=title,
        lead=lead,
        facts=tuple(lines) if is_open or ask.is_yes else (),
        action=base,
        is_open=is_open,
        until=f"Zeg het vóór {by_words(ask.answer_by, now=now)}." if is_open else "",
    )
