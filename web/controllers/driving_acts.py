"""What a driver says of their days, by themselves or through the ride planner: read from a form and done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

from sqlmodel import Session

from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Driver
from marketplace.permissions import Actor
from marketplace.rides import driving
from web.forms import driving as forms
from web.forms.reading import Form, read_day, read_id, read_line

_FIELDS: Final = {"holiday_until": "last_on", "holiday_from": "first_on"}


class Act(Protocol):
    """One thing that is said. Raises InvalidInput by field."""

    def __call__(self, session: Session, driver: Driver, data: Form, *, actor: Actor, now: datetime) -> None: ...


def change_day(session: Session, driver: Driver, data: Form, *, actor: Actor, now: datetime) -> None:
    """Other hours on one day, none at all, or as always again."""
    day = read_day(read_line(data, "day"))
    if day is None:
        raise InvalidInput({"day": "date_missing"})
    windows = None if read_line(data, "usual") else forms.read_hours(read_line(data, "hours"))
    driving.change_day(session, driver_id=driver.id, day=day, windows=windows, actor=actor, now=now)


def go_away(session: Session, driver: Driver, data: Form, *, actor: Actor, now: datetime) -> None:
    """A holiday, or a pause."""
    first, last = forms.read_away(data)
    driving.go_away(session, driver_id=driver.id, first_on=first, last_on=last, actor=actor, now=now)


def come_back(session: Session, driver: Driver, data: Form, *, actor: Actor, now: datetime) -> None:
    """The holiday does not go on. Raises NotFound for one of somebody else."""
    away_id = read_id(read_line(data, "away"))
    if away_id is None:
        raise NotFound("absence")
    driving.come_back(session, away_id=away_id, actor=actor, now=now)


def typed_of(data: Form) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: read_line(data, name) for name in ("day", "hours", "first_on", "last_on")}


def on_fields(problems: Mapping[str, str]) -> dict[str, str]:
    """Each problem at the field of these forms."""
    return {_FIELDS.get(name, name): code for name, code in problems.items()}
