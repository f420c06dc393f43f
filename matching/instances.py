"""Assignment instances as files: strict about what they may hold, so that a slip is named instead of solved."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from matching.assignment import LARGEST_POINTS, Assignment, assign, fastest_solver, is_on_grid, is_one_on_grid
from matching.geography import FloatArray, IntArray

LARGEST_LIMIT: Final = 2**62  # more slots than there can be pairs; larger whole numbers are as good as this one


class BadInput(ValueError):
    """Input that isn't what it should be; the message names the field and what is wrong, on one line."""


@dataclass(frozen=True)
class Instance:
    """One instance by position; ids only where it came as JSON."""

    value: FloatArray
    request: IntArray
    volunteer: IntArray
    slots: IntArray
    capacity: IntArray
    unmet_cost: FloatArray
    pair_ids: tuple[tuple[str, str], ...] = ()

    def solve(self) -> Assignment:
        """The exact assignment, by the fastest solver there is. Raises BadInput where the arrays don't fit together."""
        try:
            return assign(
                self.value,
                self.request,
                self.volunteer,
                slots=self.slots,
                capacity=self.capacity,
                unmet_cost=self.unmet_cost,
                solver=fastest_solver(),
            )
        except ValueError as error:
            raise BadInput(str(error)) from error

    def named(self, chosen: IntArray) -> list[tuple[str, str]]:
        """The chosen pairs as ids."""
        return [self.pair_ids[at] for at in chosen.tolist()]


def read_json(text: bytes) -> Instance:
    """An instance from UTF-8 JSON. Raises BadInput."""
    document = _object("instance", _parse(text), required=("requests", "volunteers", "pairs"))
    requests = [
        _object(f"requests[{at}]", row, required=("id", "slots"), optional=("unmet_cost",))
        for at, row in enumerate(_list("requests", document["requests"]))
    ]
    volunteers = [
        _object(f"volunteers[{at}]", row, required=("id", "capacity"))
        for at, row in enumerate(_list("volunteers", document["volunteers"]))
    ]
    request_at = _positions("requests", (row["id"] for row in requests))
    volunteer_at = _positions("volunteers", (row["id"] for row in volunteers))
    rows = [
        _pair(f"pairs[{at}]", row, request_at, volunteer_at) for at, row in enumerate(_list("pairs", document["pairs"]))
    ]
    pair_ids = tuple((request, volunteer) for request, volunteer, _ in rows)
    _refuse_twice("pairs", pair_ids)
    return Instance(
        value=np.array([value for _, _, value in rows], dtype=np.float64),
        request=np.array([request_at[request] for request, _ in pair_ids], dtype=np.int64),
        volunteer=np.array([volunteer_at[volunteer] for _, volunteer in pair_ids], dtype=np.int64),
        slots=_limits("requests", "slots", requests),
        capacity=_limits("volunteers", "capacity", volunteers),
        unmet_cost=np.array(
            [_points(f"requests[{at}].unmet_cost", row.get("unmet_cost", 0)) for at, row in enumerate(requests)],
            dtype=np.float64,
        ),
        pair_ids=pair_ids,
    )


def _parse(text: bytes) -> object:
    def refuse_constant(name: str) -> NoReturn:
        raise BadInput(f"instance: {name} is not a number that can be used")

    def refuse_repeated_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
        _refuse_twice("instance: keys", [key for key, _ in pairs])
        return dict(pairs)

    try:
        return json.loads(text.decode("utf-8"), parse_constant=refuse_constant, object_pairs_hook=refuse_repeated_keys)
    except BadInput:
        raise
    except RecursionError:
        raise BadInput("instance: nested too deeply") from None
    except ValueError as error:
        raise BadInput(f"instance: not UTF-8 JSON: {error}") from error


def _object(
    name: str, given: object, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise BadInput(f"{name}: must be an object")
    for key in required:
        if key not in given:
            raise BadInput(f"{name}.{key}: is missing")
    for key in given:
        if key not in required and key not in optional:
            raise BadInput(f"{name}: unknown key {json.dumps(key)}")
    return given


def _list(name: str, given: object) -> list[Any]:
    if not isinstance(given, list):
        raise BadInput(f"{name}: must be a list")
    return given


def _positions(name: str, ids: Iterable[object]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for at, given in enumerate(ids):
        if not isinstance(given, str) or not given:
            raise BadInput(f"{name}[{at}].id: must be a non-empty string")
        if given in positions:
            raise BadInput(f"{name}[{at}].id: {json.dumps(given)} stands twice")
        positions[given] = at
    return positions


def _refuse_twice(name: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise BadInput(f"{name}: {json.dumps(value)} stands twice")
        seen.add(value)


def _pair(
    name: str, given: object, requests: Mapping[str, int], volunteers: Mapping[str, int]
) -> tuple[str, str, float]:
    if not isinstance(given, list) or len(given) != 3:
        raise BadInput(f"{name}: must be [request, volunteer, value]")
    request, volunteer, value = given
    for kind, known, end in (("request", requests, request), ("volunteer", volunteers, volunteer)):
        if not isinstance(end, str):
            raise BadInput(f"{name}: {kind} must be a string")
        if end not in known:
            raise BadInput(f"{name}: unknown {kind} {json.dumps(end)}")
    return request, volunteer, _points(f"{name} value", value)


def _points(name: str, given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise BadInput(f"{name}: must be a number")
    if not -LARGEST_POINTS <= given <= LARGEST_POINTS:
        raise BadInput(f"{name}: must lie between -1e6 and 1e6")
    if not is_one_on_grid(float(given)):
        raise BadInput(f"{name}: must be a whole multiple of 1e-6")
    return float(given)


def _limits(name: str, key: str, rows: list[Mapping[str, Any]]) -> IntArray:
    for at, row in enumerate(rows):
        if isinstance(row[key], bool) or not isinstance(row[key], int) or row[key] < 0:
            raise BadInput(f"{name}[{at}].{key}: must be a whole number of at least 0")
    return np.array([min(row[key], LARGEST_LIMIT) for row in rows], dtype=np.int64)


ARRAYS: Final = {
    "request": "iu",
    "volunteer": "iu",
    "value": "iuf",
    "slots": "iu",
    "capacity": "iu",
    "unmet_cost": "iuf",
}


def read_npz(path: Path) -> Instance:
    """An instance from the arrays of an .npz file; unmet_cost may be left out. Raises BadInput."""
    arrays = _load(path)
    for name in arrays:
        if name not in ARRAYS:
            raise BadInput(f"{json.dumps(name)}: unknown array")
    for name, kinds in ARRAYS.items():
        if name == "unmet_cost" and name not in arrays:
            arrays[name] = np.zeros(len(arrays["slots"]))
        if name not in arrays:
            raise BadInput(f"{name}: is missing")
        if arrays[name].ndim != 1 or arrays[name].dtype.kind not in kinds:
            raise BadInput(
                f"{name}: must be a one-dimensional array of {'numbers' if 'f' in kinds else 'whole numbers'}"
            )
    for name in ("value", "unmet_cost"):
        points = arrays[name].astype(np.float64)
        if not np.isfinite(points).all() or (np.abs(points) > LARGEST_POINTS).any():
            raise BadInput(f"{name}: must lie between -1e6 and 1e6")
        if not is_on_grid(points):
            raise BadInput(f"{name}: must be whole multiples of 1e-6")
    return Instance(
        value=arrays["value"],
        request=arrays["request"],
        volunteer=arrays["volunteer"],
        slots=arrays["slots"],
        capacity=arrays["capacity"],
        unmet_cost=arrays["unmet_cost"],
    )


def _load(path: Path) -> dict[str, NDArray[Any]]:
    try:
        if not zipfile.is_zipfile(path):  # np.load would take a lone array, or look for a pickle
            raise BadInput(f"--npz: {json.dumps(str(path))} is not an .npz file")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except BadInput:
        raise
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise BadInput(f"--npz: {json.dumps(str(path))} cannot be read as .npz: {error}") from error


def write_npz(path: Path, solution: Assignment) -> None:
    """Write the chosen positions under exactly this name; numpy would add ".npz" to it. Raises BadInput."""
    try:
        with path.open("wb") as file:
            np.savez(file, chosen=solution.chosen)
    except OSError as error:
        raise BadInput(f"--out: {json.dumps(str(path))} cannot be written: {error.strerror}") from error
