"""The pages of asking for a ride: one question each, with what was said so far beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from marketplace import known_places, trips
from marketplace.errors import InvalidInput
from marketplace.geocoding import show_postcode
from marketplace.models import ReturnMode, Timing
from marketplace.trips import NewRide, Stop
from marketplace.visibility import Field, Situation, may_see
from web import dates
from web.forms import riding
from web.forms.asking import read_details, read_for_another
from web.forms.riding import ELSEWHERE, Answers, Step
from web.labels.relations import RELATIONS
from web.labels.requests import DAYS, people_words, sentence_case
from web.labels.rides import NEEDS, price_words
from web.pages.asking import Frame, Line

T = TypeVar("T")
ADDRESS: Final = "/rit"
_COUNTED: Final = tuple(step for step in Step)
_TITLES: Final[Mapping[Step, str]] = {
    Step.TO: "Waar wilt u naartoe?",
    Step.FROM: "Waar haalt de chauffeur u op?",
    Step.WHEN: "Wanneer is het?",
    Step.BACK: "Brengt de chauffeur u ook terug?",
    Step.ALONG: "Gaat er iemand of iets mee?",
    Step.OFTEN: "Eén keer, of elke week?",
    Step.WHO: "Wie bent u?",
    Step.CHECK: "Klopt dit?",
}
_LATE: Final = (
    "Meestal hebben wij twee werkdagen nodig om een chauffeur te vinden. Wij doen ons best. "
    "Lukt het niet, dan bellen wij u, en denken wij mee over een andere tijd of de taxi."
)


def address_of(step: Step) -> str:
    """Where a question stands."""
    return ADDRESS if step is Step.TO else f"{ADDRESS}/{step.value}"


@dataclass(frozen=True)
class ToPage(Frame):
    """A place known by name, or another."""

    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class WhenPage(Frame):
    """The day, and the one time that is known."""

    first_day: str = ""
    in_time_from: str = ""


@dataclass(frozen=True)
class BackPage(Frame):
    """Whether the driver waits, somebody comes back later, or it is there only."""

    waits: tuple[tuple[str, str], ...] = tuple((str(minutes), dates.duration(minutes)) for minutes in riding.WAITING)


@dataclass(frozen=True)
class AlongPage(Frame):
    """Who and what comes along."""

    companions: tuple[tuple[str, str], ...] = (
        ("0", "Niemand"),
        *((str(count), people_words(count)) for count in range(1, trips.MAX_PERSONS)),
    )
    needs: tuple[tuple[str, str], ...] = tuple((need, NEEDS[need]) for need in trips.NEEDS)


@dataclass(frozen=True)
class OftenPage(Frame):
    """Once, or every week until a day."""

    once: str = ""
    first_day: str = ""
    weekdays: tuple[tuple[str, str], ...] = tuple((str(day), name) for day, name in enumerate(DAYS))


@dataclass(frozen=True)
class WhoPage(Frame):
    """For whom it is, and who asks; who is signed in is asked only the first."""

    is_known: bool = False
    relations: tuple[tuple[str, str], ...] = tuple((one.value, words) for one, words in RELATIONS.items())


@dataclass(frozen=True)
class CheckPage(Frame):
    """Everything on one page, about what it costs, and what it means that it is asked late."""

    is_known: bool = False
    price: str = ""
    late: str = ""
    # Finds what the draft has become, where the button was pressed twice.
    draft_id: str = ""


PAGES: Final[Mapping[Step, type[Frame]]] = {
    Step.TO: ToPage,
    Step.FROM: Frame,
    Step.WHEN: WhenPage,
    Step.BACK: BackPage,
    Step.ALONG: AlongPage,
    Step.OFTEN: OftenPage,
    Step.WHO: WhoPage,
    Step.CHECK: CheckPage,
}


def make_page(
    step: Step,
    answers: Answers,
    *,
    now: datetime,
    known_name: str = "",
    is_known: bool = False,
    draft_id: str = "",
    errors: Mapping[str, str] | None = None,
) -> Frame:
    """The page of a question, with what was typed in its fields."""
    today = dates.day_of(now)
    own: dict[str, Any] = {}
    if step is Step.TO:
        own = {"places": place_options()}
    elif step is Step.WHEN:
        own = {
            "first_day": today.isoformat(),
            "in_time_from": dates.day(trips.RIDES.first_day(now), today=today),
        }
    elif step is Step.OFTEN:
        own = _often(answers, today)
    elif step is Step.WHO:
        own = {"is_known": is_known}
    elif step is Step.CHECK:
        own = {"is_known": is_known, "draft_id": draft_id, **_told(answers, now)}
    return PAGES[step](
        title=_TITLES[step],
        action=address_of(step),
        number=_COUNTED.index(step) + 1,
        total=len(_COUNTED),
        said=tuple(_lines(answers, today=today, known_name=known_name)),
        errors=errors or {},
        typed={"for_whom": "mijzelf", "share_telephone": True, **answers},
        **own,
    )


def place_options() -> tuple[tuple[str, str], ...]:
    """The places known by name, and the way to any other."""
    known = ((place.code, place.name) for place in known_places.known_places())
    return (*known, (ELSEWHERE, "Een andere plek"))


def stop_words(stop: Stop) -> str:
    """A place by its name, or a front door."""
    door = f"{stop.street} {stop.house_number}".strip()
    if not stop.name:
        return f"{door}, {show_postcode(stop.postcode)}"
    return stop.name if stop.known else ", ".join(part for part in (stop.name, show_postcode(stop.postcode)) if part)


def shown_stop(stop: Stop, situation: Situation) -> str:
    """The same, for who may see a front door; else a place that everybody knows, or about where."""
    if stop.known or may_see(Field.HELP_ADDRESS, situation, is_at_home=True):
        return stop_words(stop)
    return stop.neighbourhood


def clock(minute: int) -> str:
    """``10.00 uur``, of minutes on the clock on the wall."""
    return f"{minute // 60}.{minute % 60:02d} uur"


def is_doubtful(answers: Answers, now: datetime) -> bool:
    """Whether everything is told, and it is so late that nobody can be sure of it."""
    asked: NewRide | None = _read(riding.read_ride, answers)
    return asked is not None and trips.is_late(asked, now)


def _often(answers: Answers, today: date) -> dict[str, Any]:
    when = _read(riding.read_when, answers)
    if when is None:
        return {"first_day": today.isoformat()}
    return {"once": f"Alleen op {dates.day(when['day'], today=today)}.", "first_day": when["day"].isoformat()}


def _told(answers: Answers, now: datetime) -> dict[str, str]:
    """What it costs, and whether it is late; nothing before everything is told."""
    asked: NewRide | None = _read(riding.read_ride, answers)
    if asked is None:
        return {}
    return {"price": told_price(asked), "late": late_words(asked, now)}


def told_price(asked: NewRide) -> str:
    """About what it costs, as it is told before."""
    price = trips.expected_price(asked.origin, asked.destination, return_mode=asked.return_mode, day=asked.day)
    return f"Deze rit kost {price_words(price.least_cents, price.most_cents)}. Het hangt ervan af wie er rijdt."


def late_words(asked: NewRide, now: datetime) -> str:
    """What it means that it is asked late; nothing where it is in time."""
    return _LATE if trips.is_late(asked, now) else ""


def _lines(answers: Answers, *, today: date, known_name: str) -> list[Line]:
    found: list[tuple[Step, str, str]] = []
    destination: Stop | None = _read(riding.read_to, answers)
    origin: Stop | None = _read(riding.read_from, answers)
    if destination is not None:
        found.append((Step.TO, "Naar", stop_words(destination)))
    if origin is not None:
        found.append((Step.FROM, "Van", stop_words(origin)))
    when, back = _read(riding.read_when, answers), _read(riding.read_back, answers)
    if when is not None:
        found.append((Step.WHEN, *_when(when, today)))
    if back is not None:
        found.append((Step.BACK, "Terug", _back(back)))
    along = _read(riding.read_along, answers)
    if along is not None:
        found.append((Step.ALONG, "Mee", _along(along)))
    often = _read(riding.read_often, answers)
    if often is not None:
        found.append((Step.OFTEN, "Hoe vaak", _how_often(often, today)))
    found += [(Step.WHO, label, text) for label, text in _who(answers, known_name)]
    return [Line(label, text, address_of(step)) for step, label, text in found]


def _when(when: Mapping[str, Any], today: date) -> tuple[str, str]:
    words = f"{dates.day(when['day'], today=today)} om {clock(when['wanted_minute'])}"
    return ("Er zijn" if when["timing"] is Timing.ARRIVE_BY else "Ophalen"), sentence_case(words)


def _back(back: Mapping[str, Any]) -> str:
    if back["return_mode"] is ReturnMode.WAIT:
        return f"Ja, de chauffeur wacht {dates.duration(back['wait_minutes'])}"
    if back["return_mode"] is ReturnMode.LATER:
        return f"Ja, vanaf {clock(back['return_minute'])}"
    return "Nee, alleen heen"


def _along(along: Mapping[str, Any]) -> str:
    parts = [people_words(along["companions"])] if along["companions"] else []
    parts += [NEEDS[need].lower() for need in along["needs"]]
    if along["needs_help"]:
        parts.append("hulp bij het instappen")
    return sentence_case(", ".join(parts)) if parts else "Niemand en niets"


def _how_often(often: Mapping[str, Any], today: date) -> str:
    if not often:
        return "Eén keer"
    days = " en ".join(DAYS[day] for day in often["weekdays"])
    return f"Elke {days}, tot en met {dates.day(often['until'], today=today)}"


def _who(answers: Answers, known_name: str) -> list[tuple[str, str]]:
    other = _read(read_for_another, answers)
    for_whom = [("Voor", other.name)] if other else []
    details = read_details(answers)
    name = known_name or f"{details.first_name} {details.last_name}".strip()
    return [("Wie", name), *for_whom] if name else for_whom


def _read(read: Any, *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except InvalidInput:
        return None
