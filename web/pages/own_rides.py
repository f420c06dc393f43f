"""The rides somebody makes, or asked for another: what is to come, what returns every week, and what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.errors import NotFound
from marketplace.lifecycle import OPEN_RIDES
from marketplace.models import ReturnMode, Ride, RideLeg, RideStatus, StandingRide
from marketplace.permissions import Actor
from marketplace.queries import own_rides
from marketplace.queries import rides as queries
from marketplace.queries.own_rides import CostRow, DriveRow
from marketplace.trips import Stop
from web import dates
from web.labels.requests import DAYS, StatusTag, people_words, sentence_case
from web.labels.rides import NEEDS, euros, price_words, status_of
from web.pages.my_page import Item
from web.pages.riding import clock, stop_words

ADDRESS: Final = "/mijn/ritten"
_GOES_BACK: Final = timedelta(days=365)
_SHOWN_PAST: Final = 20
_SHOWN_COMING: Final = 3
_LEAST_CENTS: Final = 100


@dataclass(frozen=True)
class Series:
    """A ride that returns every week."""

    title: str
    line: str
    stop_href: str


@dataclass(frozen=True)
class RidesPage:
    """To come, every week, and what has been."""

    coming: tuple[Item, ...]
    series: tuple[Series, ...]
    past: tuple[Item, ...]
    is_new: bool
    steps: tuple[str, ...] = (
        "De avond tevoren maken wij de planning.",
        "Zegt een chauffeur ja, dan hoort u wie er komt en hoe laat.",
        "Lukt het niet, dan bellen wij u.",
    )
    title: str = "Mijn ritten"


@dataclass(frozen=True)
class RidePage:
    """One ride: how it stands, who drives, what it costs, and what one can do."""

    title: str
    status: StatusTag
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    receipt: tuple[tuple[str, str], ...]
    cancel_href: str
    cancel_words: str
    move_href: str
    back: str = ADDRESS


@dataclass(frozen=True)
class SurePage:
    """Are you sure; for `meeting/sure.html`."""

    title: str
    lead: str
    more: str
    action: str
    button: str
    back: str
    back_words: str


@dataclass(frozen=True)
class MovePage:
    """One time of a repeating ride on another day or at another time."""

    lead: str
    action: str
    back: str
    first_day: str
    has_return: bool
    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Verzet deze ene rit"


def read_rides_page(session: Session, *, actor: Actor, is_new: bool, now: datetime) -> RidesPage:
    """Everything of one person."""
    today = dates.day_of(now)
    found = queries.list_rides_of(session, actor.person_id, from_on=today - _GOES_BACK)
    drives = own_rides.list_drives(session, [ride.id for ride in found])
    names = own_rides.names_of(session, [ride.passenger_id for ride in found])
    coming = [ride for ride in found if ride.status in OPEN_RIDES]
    past = [ride for ride in reversed(found) if ride.status not in OPEN_RIDES][:_SHOWN_PAST]

    def item(ride: Ride) -> Item:
        line = f"{_when(ride, drives.get(ride.id, ()), now)}{_for_whom(ride, actor, names)}"
        return Item(f"{ADDRESS}/{ride.id}", _title(ride), line, status_of(ride.status))

    return RidesPage(
        coming=tuple(item(ride) for ride in coming),
        series=tuple(_series(one, today) for one in queries.list_standing_of(session, actor.person_id)),
        past=tuple(item(ride) for ride in past),
        is_new=is_new,
    )


def coming_rides(session: Session, actor: Actor, *, now: datetime) -> tuple[Item, ...]:
    """The next rides, for *Mijn pagina*."""
    return read_rides_page(session, actor=actor, is_new=False, now=now).coming[:_SHOWN_COMING]


def own_ride(session: Session, ride_id: UUID, actor: Actor) -> Ride:
    """A ride of this person, or one they asked for another; anybody else's looks as if it were not there."""
    ride = queries.get_ride(session, ride_id)
    if actor.person_id not in (ride.passenger_id, ride.representative_id):
        raise NotFound(f"ride {ride_id}")
    return ride


def own_standing(session: Session, standing_id: UUID, actor: Actor) -> StandingRide:
    """The same for a repeating ride."""
    standing = queries.get_standing(session, standing_id)
    if actor.person_id not in (standing.passenger_id, standing.representative_id):
        raise NotFound(f"repeating ride {standing_id}")
    return standing


def read_ride_page(session: Session, ride_id: UUID, *, actor: Actor, now: datetime) -> RidePage:
    """One ride. Raises NotFound for who has nothing to do with it."""
    ride = own_ride(session, ride_id, actor)
    drives = own_rides.list_drives(session, [ride.id]).get(ride.id, ())
    names = own_rides.names_of(session, [ride.passenger_id])
    is_open = ride.status in OPEN_RIDES and ride.pickup_until_at > now
    is_series = ride.standing_id is not None and ride.standing_on is not None
    return RidePage(
        title=_title(ride),
        status=status_of(ride.status),
        sentences=tuple(_sentences(ride, drives, now)),
        facts=tuple(_facts(ride, drives, actor, names, now)),
        receipt=tuple(_receipt(own_rides.list_costs(session, [ride.id]).get(ride.id, ()))),
        cancel_href=f"{ADDRESS}/{ride.id}/afzeggen" if is_open else "",
        cancel_words="Sla deze keer over" if is_series else "Zeg deze rit af",
        move_href=f"{ADDRESS}/{ride.id}/verzetten" if is_open and is_series else "",
    )


def read_cancel_page(session: Session, ride_id: UUID, *, actor: Actor, now: datetime) -> SurePage | None:
    """Are you sure; None where there is nothing to take back."""
    ride = own_ride(session, ride_id, actor)
    if ride.status not in OPEN_RIDES:
        return None
    here = f"{ADDRESS}/{ride.id}"
    is_series = ride.standing_id is not None
    drivers = dict.fromkeys(row.driver for row in own_rides.list_drives(session, [ride.id]).get(ride.id, ()))
    more = f"{' en '.join(drivers)} krijgt meteen bericht." if drivers else "Er is nog niemand die op u rekent."
    return SurePage(
        title="Slaat u deze keer over?" if is_series else "Zegt u deze rit af?",
        lead=f"{_title(ride)}, {_when(ride, (), now)}.",
        more=f"{more} De andere keren gaan gewoon door." if is_series else more,
        action=f"{here}/afzeggen",
        button="Ja, sla deze keer over" if is_series else "Ja, zeg de rit af",
        back=here,
        back_words="Nee, laat de rit staan",
    )


def read_stop_page(session: Session, standing_id: UUID, *, actor: Actor) -> SurePage:
    """Are you sure about all the times that are still to come?"""
    standing = own_standing(session, standing_id, actor)
    return SurePage(
        title="Stopt u met deze ritten?",
        lead=f"{_standing_title(standing)}, elke {_days(standing)}.",
        more="Alle ritten die nog komen vervallen. Wie zou rijden, krijgt bericht.",
        action=f"{ADDRESS}/elke-week/{standing.id}/stoppen",
        button="Ja, stop met deze ritten",
        back=ADDRESS,
        back_words="Nee, ga ermee door",
    )


def read_move_page(
    session: Session,
    ride_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> MovePage | None:
    """The form for another moment; None where it is no time of a repeating ride that is still to come."""
    ride = own_ride(session, ride_id, actor)
    if ride.status not in OPEN_RIDES or ride.standing_id is None or ride.standing_on is None:
        return None
    known = {
        "day": ride.day.isoformat(),
        "at": _field_time(ride.wanted_minute),
        "back_at": _field_time(ride.return_minute) if ride.return_minute is not None else "",
    }
    return MovePage(
        lead=f"{_title(ride)}, {_when(ride, (), now)}. De andere keren blijven zoals ze zijn.",
        action=f"{ADDRESS}/{ride.id}/verzetten",
        back=f"{ADDRESS}/{ride.id}",
        first_day=dates.day_of(now).isoformat(),
        has_return=ride.return_mode is ReturnMode.LATER,
        typed={**known, **(typed or {})},
        errors=errors or {},
    )


def _title(ride: Ride | StandingRide) -> str:
    return f"Rit naar {stop_words(Stop.from_json(ride.destination))}"


def _standing_title(standing: StandingRide) -> str:
    return _title(standing)


def _days(standing: StandingRide) -> str:
    return " en ".join(DAYS[day] for day in standing.weekdays)


def _series(standing: StandingRide, today: date) -> Series:
    until = dates.day(standing.last_on, today=today)
    return Series(
        title=_title(standing),
        line=f"Elke {_days(standing)} om {clock(standing.wanted_minute)}, tot en met {until}.",
        stop_href=f"{ADDRESS}/elke-week/{standing.id}/stoppen",
    )


def _when(ride: Ride, drives: Sequence[DriveRow], now: datetime) -> str:
    """The minute, once somebody has promised it; until then about when."""
    sure = [row for row in drives if row.leg is RideLeg.OUT and row.is_sure]
    if sure:
        return f"{dates.near_moment(sure[0].pickup_at, now=now)} komt {sure[0].driver}"
    return dates.window(ride.pickup_from_at, ride.pickup_until_at, today=dates.day_of(now))


def _for_whom(ride: Ride, actor: Actor, names: Mapping[UUID, str]) -> str:
    return "" if ride.passenger_id == actor.person_id else f", voor {names.get(ride.passenger_id, '')}"


def _sentences(ride: Ride, drives: Sequence[DriveRow], now: datetime) -> list[str]:
    if ride.status is RideStatus.AGREED:
        lines = [
            f"{row.driver} haalt u {'op' if row.leg is RideLeg.OUT else 'weer op'}: "
            f"{dates.near_moment(row.pickup_at, now=now)}."
            for row in drives
        ]
        numbers = {row.driver: row.telephone for row in drives if row.telephone}
        lines += [f"U kunt {name} bellen op {number}." for name, number in numbers.items()]
        return lines
    return list(_SENTENCES.get(ride.status, ()))


_SENTENCES: Final[Mapping[RideStatus, tuple[str, ...]]] = {
    RideStatus.ASKED: (
        "Wij zoeken een chauffeur voor u.",
        "De avond tevoren maken wij de planning. U hoort dan wie er komt, en hoe laat.",
    ),
    RideStatus.PLANNED: (
        "Wij hebben een chauffeur gevraagd. U hoort van ons zodra die ja zegt.",
        "Zegt de chauffeur nee, dan zoeken wij meteen verder.",
    ),
    RideStatus.DONE: ("Deze rit is gereden.",),
    RideStatus.NOT_AT_HOME: ("De chauffeur stond voor de deur, maar vond u niet. Bel ons gerust.",),
    RideStatus.TURNED_DOWN: ("U bent deze keer niet meegegaan.",),
    RideStatus.CANCELLED: ("Deze rit is afgezegd.",),
    RideStatus.CANCELLED_LATE: ("Deze rit is afgezegd. De chauffeur hoorde het van ons.",),
    RideStatus.REFERRED: ("Er was geen chauffeur. De regiotaxi brengt u.",),
    RideStatus.NOT_DRIVEN: ("Het is ons niet gelukt. Dat spijt ons. Bel ons als wij kunnen helpen.",),
}


def _facts(
    ride: Ride, drives: Sequence[DriveRow], actor: Actor, names: Mapping[UUID, str], now: datetime
) -> list[tuple[str, str]]:
    today = dates.day_of(now)
    lines = [] if ride.passenger_id == actor.person_id else [("Voor", names.get(ride.passenger_id, ""))]
    lines += [
        ("Van", stop_words(Stop.from_json(ride.origin))),
        ("Naar", stop_words(Stop.from_json(ride.destination))),
    ]
    if not any(row.is_sure for row in drives):
        about = dates.window(ride.pickup_from_at, ride.pickup_until_at, today=today)
        lines.append(("Ophalen", sentence_case(about)))
    lines.append(("Terug", _back(ride)))
    along = [people_words(ride.persons - 1)] if ride.persons > 1 else []
    along += [NEEDS[need].lower() for need in ride.needs]
    along += ["hulp bij het instappen"] if ride.needs_help else []
    if along:
        lines.append(("Mee", sentence_case(", ".join(along))))
    likely = sum(row.likely_cents for row in drives)
    # Points are those of postcodes: who lives in the same one would read that it costs nothing.
    if ride.status is RideStatus.AGREED and likely >= _LEAST_CENTS:
        lines.append(("Kosten", f"Hoogstens {euros(likely)}"))
    elif ride.status in OPEN_RIDES:
        lines.append(("Kosten", sentence_case(price_words(ride.least_cents, ride.most_cents))))
    return lines


def _back(ride: Ride) -> str:
    if ride.return_mode is ReturnMode.WAIT:
        return f"Ja, de chauffeur wacht {dates.duration(ride.wait_minutes)}"
    if ride.return_mode is ReturnMode.LATER and ride.return_from_at is not None:
        return f"Ja, vanaf {dates.clock_time(ride.return_from_at)}"
    return "Nee, alleen heen"


def _receipt(costs: Sequence[CostRow]) -> list[tuple[str, str]]:
    if not costs:
        return []
    cents, parking = sum(row.cents for row in costs), sum(row.parking_cents for row in costs)
    lines = [("Gereden", dates.kilometres(sum(row.metres for row in costs) / 1000)), ("Voor de auto", euros(cents))]
    if parking:
        lines += [("Parkeren", euros(parking)), ("Samen", euros(cents + parking))]
    return lines


def _field_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
