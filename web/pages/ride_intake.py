"""One screen to take in a ride while somebody talks, with those we may know already beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marketplace import consent, trips
from marketplace.intake import Found
from marketplace.models import ConsentKind
from web import dates
from web.forms import riding
from web.labels.requests import DAYS, people_words
from web.labels.rides import NEEDS
from web.labels.scripts import CONSENT_TEXTS
from web.pages.intake import choices_of
from web.pages.ride_board import HOME
from web.pages.riding import late_words, place_options, told_price

ADDRESS: Final = f"{HOME}/nieuw"


@dataclass(frozen=True)
class RideIntakePage:
    """The fields, what it costs once that is known, and the words to read out."""

    typed: Mapping[str, Any]
    errors: Mapping[str, str]
    found: tuple[tuple[str, str, str], ...]
    was_searched: bool
    price: str
    late: str
    in_time_from: str
    first_day: str
    is_planner: bool
    places: tuple[tuple[str, str], ...]
    read_out: str
    waits: tuple[tuple[str, str], ...] = tuple((str(minutes), dates.duration(minutes)) for minutes in riding.WAITING)
    companions: tuple[tuple[str, str], ...] = (
        ("0", "Niemand"),
        *((str(count), people_words(count)) for count in range(1, trips.MAX_PERSONS)),
    )
    needs: tuple[tuple[str, str], ...] = tuple((need, NEEDS[need]) for need in trips.NEEDS)
    weekdays: tuple[tuple[str, str], ...] = tuple((str(day), name) for day, name in enumerate(DAYS))
    address: str = ADDRESS
    title: str = "Nieuwe rit"


def make_page(
    typed: Mapping[str, Any],
    *,
    now: datetime,
    is_planner: bool,
    found: Iterable[Found] = (),
    was_searched: bool = False,
    asked: trips.NewRide | None = None,
    errors: Mapping[str, str] | None = None,
) -> RideIntakePage:
    """The page as it stands; with everything told, also what it costs and whether it is late."""
    today = dates.day_of(now)
    usual = {"contact_by": "bellen", "timing": "er-zijn", "back": "nee", "companions": "0", "often": "eenmaal"}
    return RideIntakePage(
        typed={**usual, "needs": [], "weekdays": [], **{name: value for name, value in typed.items() if value}},
        errors=errors or {},
        found=choices_of(found),
        was_searched=was_searched,
        price=told_price(asked) if asked else "",
        late=late_words(asked, now) if asked else "",
        in_time_from=dates.day(trips.RIDES.first_day(now), today=today),
        first_day=today.isoformat(),
        is_planner=is_planner,
        places=place_options(),
        read_out=CONSENT_TEXTS[ConsentKind.TERMS, consent.VERSIONS[ConsentKind.TERMS]],
    )
