"""A day and a plan as JSON (transport.md of the interface): strict, so that a slip is named instead of planned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import isfinite
from typing import Any, Final, NoReturn

import numpy as np

from matching.geography import IntArray
from transport.problem import Day, Driver, Ride, Window
from transport.travel import GreatCircleTravel, great_circle_matrices

LARGEST_WHOLE: Final = 10**9  # minutes and metres far beyond any day, and sums of them still fit 64 bits

_KINDS: Final[Mapping[type, str]] = {
    bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object",
    type(None): "null",
}  # fmt: skip


class BadInput(ValueError):
    """Input that isn't what it should be; the message names the field and what is wrong, on one line."""


def parse(what: str, text: bytes) -> Any:
    """JSON in UTF-8, no key given twice in one object. Raises BadInput."""
    try:
        return json.loads(text.decode("utf-8"), object_pairs_hook=_each_key_once)
    except UnicodeDecodeError as error:
        raise BadInput(f"{what}: not UTF-8 ({error.reason} at byte {error.start})") from error
    except RecursionError as error:
        raise BadInput(f"{what}: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"{what}: not JSON ({error})") from error
    except BadInput:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise BadInput(f"{what}: not JSON ({error})") from error


def read_day(text: bytes) -> Day:
    """A day from UTF-8 JSON. Raises BadInput."""
    document = fields("day", parse("day", text), ("travel", "places", "drivers", "rides"))
    place_rows = rows("places", document["places"], ("id", "lat", "lon"))
    place_at = positions("places", place_rows)
    lats = [_degrees(f"places[{at}].lat", row["lat"], 90) for at, row in enumerate(place_rows)]
    lons = [_degrees(f"places[{at}].lon", row["lon"], 180) for at, row in enumerate(place_rows)]
    minutes, metres = _travel(document["travel"], lats, lons)
    driver_rows = rows("drivers", document["drivers"], ("id", "home", "windows", "seats", "carries", "max_rides"))
    driver_at = positions("drivers", driver_rows)
    drivers = tuple(_driver(f"drivers[{at}]", row, place_at) for at, row in enumerate(driver_rows))
    ride_rows = rows("rides", document["rides"], _RIDE_KEYS)
    positions("rides", ride_rows)
    rides = tuple(_ride(f"rides[{at}]", row, place_at, driver_at) for at, row in enumerate(ride_rows))
    return Day(tuple(place_at), minutes, metres, drivers, rides)


_RIDE_KEYS: Final = (
    "id", "from", "to", "pickup", "persons", "needs", "board_min", "alight_min", "return", "pool", "max_ride_min",
    "prefer", "avoid",
)  # fmt: skip


def _driver(where: str, row: Mapping[str, Any], place_at: Mapping[str, int]) -> Driver:
    windows = tuple(
        window(f"{where}.windows[{at}]", value) for at, value in enumerate(items(f"{where}.windows", row["windows"]))
    )
    if not windows:
        refuse(f"{where}.windows", "must hold at least one window")
    for (_, end), (start, _) in pairwise(sorted(windows)):
        if start < end:
            refuse(f"{where}.windows", f"must not overlap, but one ends at {end} and the next starts at {start}")
    return Driver(
        id=row["id"],
        home=one_of(f"{where}.home", row["home"], place_at),
        windows=windows,
        seats=whole(f"{where}.seats", row["seats"]),
        carries=frozenset(_codes(f"{where}.carries", row["carries"])),
        max_rides=whole(f"{where}.max_rides", row["max_rides"]),
    )


def _ride(where: str, row: Mapping[str, Any], place_at: Mapping[str, int], driver_at: Mapping[str, int]) -> Ride:
    origin = one_of(f"{where}.from", row["from"], place_at)
    destination = one_of(f"{where}.to", row["to"], place_at)
    if origin == destination:
        refuse(f"{where}.to", f"must be another place than from, not {row['to']!r} too")
    wait_min, return_pickup = _return(f"{where}.return", row["return"])
    limit = row["max_ride_min"]
    return Ride(
        id=row["id"],
        origin=origin,
        destination=destination,
        pickup=window(f"{where}.pickup", row["pickup"]),
        persons=whole(f"{where}.persons", row["persons"], least=1),
        needs=tuple(_codes(f"{where}.needs", row["needs"])),
        board_min=whole(f"{where}.board_min", row["board_min"]),
        alight_min=whole(f"{where}.alight_min", row["alight_min"]),
        wait_min=wait_min,
        return_pickup=return_pickup,
        pool=flag(f"{where}.pool", row["pool"]),
        max_ride_min=None if limit is None else whole(f"{where}.max_ride_min", limit),
        prefer=_known_drivers(f"{where}.prefer", row["prefer"], driver_at),
        avoid=_known_drivers(f"{where}.avoid", row["avoid"], driver_at),
    )


def _return(where: str, value: Any) -> tuple[int | None, Window | None]:
    """Minutes the driver waits, or the window of a return by anybody."""
    if value is None:
        return None, None
    mode = value.get("mode") if isinstance(value, dict) else refuse(where, f"must be an object or null, {_not(value)}")
    if mode == "wait":
        return whole(f"{where}.minutes", fields(where, value, ("mode", "minutes"))["minutes"]), None
    if mode == "later":
        return None, window(f"{where}.pickup", fields(where, value, ("mode", "pickup"))["pickup"])
    return refuse(f"{where}.mode", f'must be "wait" or "later", not {_shown(mode)}')


def _travel(value: Any, lats: list[float], lons: list[float]) -> tuple[IntArray, IntArray]:
    if not isinstance(value, dict):
        refuse("travel", f"must be an object, {_not(value)}")
    kind = value.get("kind")
    if kind == "great_circle":
        row = fields("travel", value, ("kind", "detour", "km_per_hour", "overhead_min"))
        model = GreatCircleTravel(
            detour=_number("travel.detour", row["detour"]),
            km_per_hour=_number("travel.km_per_hour", row["km_per_hour"], is_above_zero=True),
            overhead_min=whole("travel.overhead_min", row["overhead_min"]),
        )
        minutes, metres = great_circle_matrices(model, np.array(lats), np.array(lons))
        if max(minutes.max(initial=0), metres.max(initial=0)) > LARGEST_WHOLE:
            refuse("travel.km_per_hour", "and detour make drives that no day can hold")
        return minutes, metres
    if kind == "matrix":
        row = fields("travel", value, ("kind", "minutes", "metres"))
        return _matrix("travel.minutes", row["minutes"], len(lats)), _matrix("travel.metres", row["metres"], len(lats))
    return refuse("travel.kind", f'must be "great_circle" or "matrix", not {_shown(kind)}')


def _matrix(where: str, value: Any, size: int) -> IntArray:
    lines = items(where, value)
    if len(lines) != size:
        refuse(where, f"must have {size} rows, one a place, not {len(lines)}")
    for at, line in enumerate(lines):
        if len(items(f"{where}[{at}]", line)) != size:
            refuse(f"{where}[{at}]", f"must have {size} numbers, one a place, not {len(line)}")
        # A real table has millions of entries: look at each by itself only where one of them is wrong.
        if not all(type(entry) is int and 0 <= entry <= LARGEST_WHOLE for entry in line):
            for to, entry in enumerate(line):
                whole(f"{where}[{at}][{to}]", entry)
        if line[at] != 0:
            refuse(f"{where}[{at}][{at}]", f"must be 0, from a place to itself, not {line[at]}")
    return np.array(lines, dtype=np.int64).reshape(size, size)


# --- one value at a time -------------------------------------------------------------------------------------------


def refuse(where: str, why: str) -> NoReturn:
    raise BadInput(f"{where}: {why}")


def fields(where: str, value: Any, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with exactly these keys."""
    if not isinstance(value, dict):
        refuse(where, f"must be an object, {_not(value)}")
    for key in required:
        if key not in value:
            refuse(f"{where}.{key}", "is missing")
    for key in value:
        if key not in required and key not in optional:
            refuse(f"{where}.{_printable(key)}", "is not a key here")
    return value


def items(where: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        refuse(where, f"must be a list, {_not(value)}")
    return value


def rows(where: str, value: Any, required: tuple[str, ...]) -> list[dict[str, Any]]:
    return [fields(f"{where}[{at}]", row, required) for at, row in enumerate(items(where, value))]


def text_of(where: str, value: Any) -> str:
    if not isinstance(value, str):
        refuse(where, f"must be a text, {_not(value)}")
    if not value:
        refuse(where, "must not be empty")
    return value


def flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        refuse(where, f"must be true or false, {_not(value)}")
    return value


def whole(where: str, value: Any, *, least: int = 0) -> int:
    if type(value) is not int:
        refuse(where, f"must be a whole number, {_not(value)}")
    if not least <= value <= LARGEST_WHOLE:
        refuse(where, f"must be at least {least} and at most {LARGEST_WHOLE}, not {_shown(value)}")
    return value


def window(where: str, value: Any) -> Window:
    pair = items(where, value)
    if len(pair) != 2:
        refuse(where, f"must be [first, last] minutes, not {len(pair)} numbers")
    start, end = whole(f"{where}[0]", pair[0]), whole(f"{where}[1]", pair[1])
    if start > end:
        refuse(where, f"must not end before it starts, not [{start}, {end}]")
    return start, end


def one_of(where: str, value: Any, known: Mapping[str, int]) -> int:
    """The position of a known id."""
    name = text_of(where, value)
    if name not in known:
        refuse(where, f"{_shown(name)} is not known")
    return known[name]


def positions(where: str, found: list[dict[str, Any]]) -> dict[str, int]:
    """Ids to positions; each id once."""
    at_id: dict[str, int] = {}
    for at, row in enumerate(found):
        name = text_of(f"{where}[{at}].id", row["id"])
        if name in at_id:
            refuse(f"{where}[{at}].id", f"{_shown(name)} stands at {where}[{at_id[name]}] already")
        at_id[name] = at
    return at_id


def _codes(where: str, value: Any) -> list[str]:
    return _once(where, [text_of(f"{where}[{at}]", code) for at, code in enumerate(items(where, value))])


def _known_drivers(where: str, value: Any, driver_at: Mapping[str, int]) -> frozenset[str]:
    for at, name in enumerate(items(where, value)):
        one_of(f"{where}[{at}]", name, driver_at)
    return frozenset(_once(where, value))


def _once(where: str, names: list[str]) -> list[str]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            refuse(f"{where}[{at}]", f"{_shown(name)} stands there twice")
        seen.add(name)
    return names


def _number(where: str, value: Any, *, is_above_zero: bool = False) -> float:
    number = _finite(where, value)
    if number < 0 or (is_above_zero and number == 0):
        refuse(where, f"must be {'above' if is_above_zero else 'at least'} 0, not {_shown(value)}")
    return number


def _degrees(where: str, value: Any, limit: int) -> float:
    number = _finite(where, value)
    if abs(number) > limit:
        refuse(where, f"must be between -{limit} and {limit} degrees, not {_shown(value)}")
    return number


def _finite(where: str, value: Any) -> float:
    if type(value) not in (int, float):
        refuse(where, f"must be a number, {_not(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        refuse(where, "must be a finite number")
    return number


def _each_key_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            refuse(_printable(key), "is given twice in one object")
        found[key] = value
    return found


def _not(value: Any) -> str:
    return f"not {_KINDS.get(type(value), 'that')}" + (f" ({_shown(value)})" if isinstance(value, str | float) else "")


def _shown(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=True)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _printable(key: str) -> str:
    return _shown(key)[1:-1]
