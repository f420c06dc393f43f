"""One ride as its planner sees it: who, from door to door, who drives, what happened, and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from marketplace.lifecycle import OPEN_RIDES
from marketplace.models import Person, Promise, PromiseStatus, ReturnMode, Ride, RideLeg, RideStatus, Timing
from marketplace.queries import drivers, people
from marketplace.queries import ride_board as queries
from marketplace.queries import rides as ride_queries
from marketplace.queries.board import EventRow
from marketplace.trips import Stop
from web import dates
from web.dates import when
from web.labels import events
from web.labels.events import Told
from web.labels.relations import IN_SHORT
from web.labels.requests import StatusTag, people_words, sentence_case
from web.labels.rides import NEEDS, planners_status, price_words, what_would_help, why_nobody
from web.pages.coordinating_story import Happened
from web.pages.driving_day import RESULTS
from web.pages.ride_board import HOME, board_href
from web.pages.riding import clock, stop_words

_PROMISES = {
    PromiseStatus.PROPOSED: StatusTag("Nog geen ja", "waiting"),
    PromiseStatus.ACCEPTED: StatusTag("Zei ja", "good"),
    PromiseStatus.DONE: StatusTag("Gereden", "good"),
}


@dataclass(frozen=True)
class DriveLine:
    """Who is to drive it, and how to reach them."""

    name: str
    line: str
    href: str
    status: StatusTag
    # Of a drive that has begun and of which nobody said how it went.
    result_id: str = ""


@dataclass(frozen=True)
class RideCasePage:
    """Everything of one ride."""

    title: str
    status: StatusTag
    facts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    drives: tuple[DriveLine, ...]
    why: str
    helps: tuple[str, ...]
    history: tuple[Happened, ...]
    base: str
    back: str
    board: str
    # Who was asked to stand in, and what they said.
    asked: tuple[tuple[str, str], ...]
    may_refer: bool
    may_give_back: bool
    may_cancel: bool
    results: tuple[tuple[str, str], ...] = RESULTS
    errors: Mapping[str, str] = field(default_factory=dict)


def read_ride_case(
    session: Session, ride: Ride, *, now: datetime, errors: Mapping[str, str] | None = None
) -> RideCasePage:
    """The page; the caller has logged the look."""
    passenger = people.get_person(session, ride.passenger_id)
    promises = ride_queries.list_standing_promises(session, ride.id)
    escalation = ride.escalation or {}
    names = {str(one): person.first_name for one, person in drivers.list_names(session, ride.municipality_id).items()}
    is_open = ride.status in OPEN_RIDES
    return RideCasePage(
        title=f"Rit van {passenger.first_name} {passenger.last_name}".strip(),
        status=planners_status(ride.status),
        facts=tuple(_facts(ride, now)),
        people=tuple(_people(session, ride, passenger)),
        drives=tuple(_drive(session, promise, now) for promise in promises),
        why=why_nobody(str(escalation["reason"])) if escalation and ride.status is RideStatus.ASKED else "",
        helps=tuple(
            what_would_help(one, names[one["driver"]])
            for one in escalation.get("nearest", ())
            if one["driver"] in names and ride.status is RideStatus.ASKED
        ),
        history=tuple(_happened(row, now) for row in queries.list_ride_events(session, ride.id)),
        base=f"{HOME}/rit/{ride.id}",
        back=board_href(ride.day),
        board=board_href(ride.day, ride=ride.id, at="verplaatsen") if is_open else "",
        asked=tuple(_asks(session, ride, names, now)),
        may_refer=ride.status is RideStatus.ASKED,
        may_give_back=ride.status is RideStatus.ASKED and ride.owner_id is not None,
        may_cancel=is_open,
        errors=errors or {},
    )


def _asks(session: Session, ride: Ride, names: Mapping[str, str], now: datetime) -> list[tuple[str, str]]:
    lines = []
    for ask in ride_queries.list_standby_asks(session, [ride.id]):
        said = "" if ask.is_yes is None else "Ja" if ask.is_yes else "Nee"
        waits = f"Nog geen antwoord, kan tot {dates.near_moment(ask.answer_by, now=now)}"
        lines.append((names.get(str(ask.driver_id), ""), said or (waits if ask.answer_by > now else "Geen antwoord")))
    return lines


def _facts(ride: Ride, now: datetime) -> list[tuple[str, str]]:
    today = dates.day_of(now)
    wanted = "Wil er zijn" if ride.timing is Timing.ARRIVE_BY else "Wil opgehaald worden"
    lines = [
        ("Van", stop_words(Stop.from_json(ride.origin))),
        ("Naar", stop_words(Stop.from_json(ride.destination))),
        (wanted, clock(ride.wanted_minute)),
        ("Ophalen", sentence_case(dates.window(ride.pickup_from_at, ride.pickup_until_at, today=today))),
        ("Terug", _back(ride)),
    ]
    along = [people_words(ride.persons - 1)] if ride.persons > 1 else []
    along += [NEEDS[need].lower() for need in ride.needs]
    along += ["hulp bij het instappen"] if ride.needs_help else []
    lines += [("Mee", sentence_case(", ".join(along)))] if along else []
    lines += [("Meerijden", "Er mag iemand anders mee")] if ride.may_share else []
    lines += [("Let op", ride.remark)] if ride.remark else []
    lines.append(("Verteld over de kosten", sentence_case(price_words(ride.least_cents, ride.most_cents))))
    if ride.is_late:
        lines.append(("Laat gevraagd", "Ja, en dat is gezegd"))
    if ride.standing_id is not None:
        lines.append(("Elke week", "Ja, dit is één keer van een reeks"))
    return lines


def _back(ride: Ride) -> str:
    if ride.return_mode is ReturnMode.WAIT:
        return f"Ja, de chauffeur wacht {dates.duration(ride.wait_minutes)}"
    if ride.return_mode is ReturnMode.LATER and ride.return_from_at is not None:
        return f"Ja, vanaf {dates.clock_time(ride.return_from_at)}"
    return "Nee, alleen heen"


def _people(session: Session, ride: Ride, passenger: Person) -> list[tuple[str, str]]:
    lines = [("Rijdt mee", _name(passenger)), ("Telefoon", passenger.telephone or "niet bekend")]
    if ride.representative_id is not None:
        other = people.get_person(session, ride.representative_id)
        relation = IN_SHORT[ride.relation] if ride.relation else "iemand anders"
        lines += [("Vraagt namens", f"{_name(other)} ({relation})"), ("Telefoon", other.telephone or "niet bekend")]
    if ride.entered_by_id is not None:
        lines.append(("Ingetypt door", people.get_person(session, ride.entered_by_id).first_name))
    return lines


def _name(person: Person) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _drive(session: Session, promise: Promise, now: datetime) -> DriveLine:
    person = people.get_person(session, promise.person_id)
    leg = "Terug" if promise.leg is RideLeg.RETURN else "Heen"
    parts = [f"{leg}, {dates.near_moment(promise.pickup_at, now=now)}", person.telephone or "geen telefoonnummer"]
    if promise.status is PromiseStatus.PROPOSED:
        parts.append(f"antwoordt vóór {dates.near_moment(promise.answer_by, now=now)}")
    href = f"{HOME}/chauffeurs/{promise.driver_id}"
    is_untold = promise.status is PromiseStatus.ACCEPTED and promise.pickup_at <= now
    result_id = str(promise.id) if is_untold else ""
    return DriveLine(_name(person), ", ".join(parts), href, _PROMISES[promise.status], result_id)


def _happened(row: EventRow, now: datetime) -> Happened:
    told = Told(row.kind, row.acting_as, row.actor or "", row.person or "", row.slot_number, row.detail)
    tone = "warm" if events.is_warm(told) else ""
    return Happened(when(row.at, now=now), events.sentence(told), row.at.isoformat(), tone)
