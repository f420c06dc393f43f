"""Many volunteers as arrays, with an index of who lives near enough, per kind of help and class of reach.

A roster knows nothing of the moment: no clock, no proposals, no matches. It is made once of the volunteers as they
are, and asked as often as one likes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import frexp, pi, sin
from typing import Any, Final

import numpy as np

from matching.candidates_calendar import BoolArray, Calendar, WordArray, to_us
from matching.candidates_table import Distinct
from matching.geography import EARTH_RADIUS_KM, REACH_TOLERANCE_KM, FloatArray, IntArray, haversine_km, is_within
from matching.problem import Request, Volunteer

UNKNOWN_YEAR: Final = 10_000  # born so late that no age is ever reached
WHOLE_GLOBE_KM: Final = pi * EARTH_RADIUS_KM
AWAKE: Final = -(2**62)
NEIGHBOURS: Final = 3000  # cells to the radius of the globe: points within about two kilometres lie together


def on_unit_sphere(lats: FloatArray, lons: FloatArray) -> FloatArray:
    """Points in degrees as vectors of length 1, shape (n, 3): nearness without poles or date line."""
    phi, lam = np.radians(lats), np.radians(lons)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def chord_of(km: float) -> float:
    """The straight line, in radii, under an arc of this length; 2 for half the globe and more."""
    return 2 * sin(min(km, WHOLE_GLOBE_KM) / EARTH_RADIUS_KM / 2)


@dataclass(frozen=True)
class Places:
    """Where help is wanted: degrees, and unit vectors."""

    lats: FloatArray
    lons: FloatArray
    points: FloatArray

    @classmethod
    def of(cls, requests: Sequence[Request]) -> Places:
        lats = np.array([request.lat for request in requests], dtype=np.float64)
        lons = np.array([request.lon for request in requests], dtype=np.float64)
        return cls(lats, lons, on_unit_sphere(lats, lons))


class Codes:
    """Sets of codes as rows of bits, so that a million of them are compared at once."""

    def __init__(self, owned: Sequence[frozenset[str]]) -> None:
        place: dict[frozenset[str], int] = {}
        number = np.array([place.setdefault(codes, len(place)) for codes in owned], dtype=np.int64)
        self._bit = {code: at for at, code in enumerate(sorted(frozenset[str]().union(*place)))}
        table = np.array([self._row(codes) for codes in place], dtype=np.uint64)
        self.bits: WordArray = table.reshape(len(place), self._words)[number]

    @property
    def _words(self) -> int:
        return len(self._bit) // 64 + 1

    def _row(self, codes: Iterable[str]) -> list[int]:
        number = sum(1 << self._bit[code] for code in codes if code in self._bit)
        return [(number >> 64 * word) & (2**64 - 1) for word in range(self._words)]

    def have_all(self, codes: frozenset[str], who: IntArray) -> BoolArray:
        """Which of these owners have each of these codes."""
        if not codes <= self._bit.keys():
            return np.zeros(len(who), dtype=bool)
        return self._compared(codes, who, all_of_them=True)

    def have_any(self, codes: frozenset[str], who: IntArray) -> BoolArray:
        """Which of these owners have one of these codes."""
        return self._compared(codes, who, all_of_them=False)

    def _compared(self, codes: frozenset[str], who: IntArray, *, all_of_them: bool) -> BoolArray:
        held = np.full(len(who), all_of_them)
        for word, wanted in enumerate(self._row(codes)):
            if wanted:
                common = self.bits[who, word] & np.uint64(wanted)
                if all_of_them:
                    held &= common == wanted
                else:
                    held |= common != 0
        return held


@dataclass(frozen=True)
class _ReachClass:
    """Volunteers of one kind of help whose reach lies between two powers of two, in km."""

    column: IntArray  # among all with that kind of help
    tree: Any  # scipy's cKDTree
    radius: float  # chord of the furthest reach, and a little more


class Roster:
    """Volunteers by position, as they were given."""

    def __init__(self, volunteers: Iterable[Volunteer]) -> None:
        people = self.volunteers = tuple(volunteers)
        self._lats = np.array([v.lat for v in people], dtype=np.float64)
        self._lons = np.array([v.lon for v in people], dtype=np.float64)
        self.max_km = np.array([v.max_km for v in people], dtype=np.float64)
        self._points = on_unit_sphere(self._lats, self._lons)
        self._axes = np.ascontiguousarray(self._points.T)
        self.capacity = np.array([v.capacity for v in people], dtype=np.int64)
        self.per_week = np.array([v.max_proposals_per_week for v in people], dtype=np.int64)
        self.born = np.array([UNKNOWN_YEAR if v.born is None else v.born for v in people], dtype=np.int64)
        self.paused_until_us = np.array(
            [AWAKE if v.paused_until is None else to_us(v.paused_until) for v in people], dtype=np.int64
        )
        self.qualifications = Codes([v.qualifications for v in people])
        self.languages = Codes([v.languages for v in people])
        self.calendar = Calendar([v.available for v in people])
        self._skilled = {
            skill: np.array(owners, dtype=np.int64) for skill, owners in _owners(v.skills for v in people).items()
        }
        self._classes: dict[str, tuple[_ReachClass, ...]] = {}

    def __len__(self) -> int:
        return len(self.volunteers)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(volunteer.id for volunteer in self.volunteers)

    @cached_property
    def position(self) -> Mapping[str, int]:
        return {volunteer_id: at for at, volunteer_id in enumerate(self.ids)}

    @cached_property
    def avoided(self) -> frozenset[str]:
        """Requesters whom somebody avoids."""
        return frozenset[str]().union(*(volunteer.avoid for volunteer in self.volunteers))

    @cached_property
    def avoiding(self) -> Mapping[str, list[int]]:
        """Who avoids a requester, by the requester's id."""
        return _owners(volunteer.avoid for volunteer in self.volunteers)

    def skilled(self, skill: str) -> IntArray:
        """Who has this kind of help, ascending."""
        return self._skilled.get(skill, np.zeros(0, np.int64))

    def reached(self, places: Places, place: IntArray, volunteer: IntArray) -> tuple[IntArray, FloatArray]:
        """Of pairs of a place and a volunteer those that `geography.is_within` calls near enough, as positions among
        the pairs, and the kilometres."""
        squared = _squared(places.points.T, place, self._axes, volunteer)
        kept = np.flatnonzero(squared <= self._reaches[1].take(volunteer))
        squared = squared.take(kept)
        # Two ways to compute a distance differ in the last digits; at the very edge the one of the rules decides.
        doubtful = np.flatnonzero(squared >= self._reaches[0].take(volunteer.take(kept)))
        if len(doubtful):
            fits = np.ones(len(kept), dtype=bool)
            fits[doubtful] = [
                self._is_within(places, at, person)
                for at, person in zip(place[kept[doubtful]].tolist(), volunteer[kept[doubtful]].tolist(), strict=True)
            ]
            kept, squared = kept[fits], squared[fits]
        half_chord = np.sqrt(squared) / 2
        return kept, 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, half_chord))

    def _is_within(self, places: Places, at: int, person: int) -> bool:
        here, there = (self._lats[person], self._lons[person]), (places.lats[at], places.lons[at])
        km = haversine_km(float(here[0]), float(here[1]), float(there[0]), float(there[1]))
        return is_within(km, float(self.max_km[person]))

    def might_reach(self, points: FloatArray, volunteers: IntArray) -> Distinct:
        """Per point the volunteers who may reach it, a few too many: points that lie together are looked at as one."""
        key = np.zeros(len(points), np.int64)
        for axis in range(3):
            key = key * 4 * NEIGHBOURS + np.floor(points[:, axis] * NEIGHBOURS).astype(np.int64)
        cell, number = np.unique(key, return_inverse=True)
        size, reach = np.bincount(number), np.sqrt(self._reaches[1].take(volunteers))
        around, squared = np.zeros(len(points)), np.zeros((len(cell), len(volunteers)))
        for axis in range(3):
            centre = np.bincount(number, weights=points[:, axis]) / size
            around += np.square(points[:, axis] - centre[number])
            apart = centre[:, None] - self._axes[axis].take(volunteers)
            apart *= apart
            squared += apart
        radius = np.zeros(len(cell))
        np.maximum.at(radius, number, np.sqrt(around))
        return Distinct(squared <= np.square((radius * (1 + 1e-9) + 1e-9)[:, None] + reach), number)

    def share_within_reach(self, points: FloatArray, volunteers: IntArray) -> float:
        """Which part of these pairs, more or less, is within reach."""
        point, who = np.repeat(np.arange(len(points)), len(volunteers)), np.tile(volunteers, len(points))
        return float((_squared(points.T, point, self._axes, who) <= self._reaches[1].take(who)).mean())

    def near(self, skill: str, points: FloatArray) -> tuple[IntArray, IntArray]:
        """Pairs of a point, and of somebody with this kind of help (by place in `skilled`) who may reach it: too many,
        and in no order."""
        found = [_within(points, part) for part in self._reach_classes(skill)]
        row, column = (np.concatenate([part[end] for part in found]) for end in range(2))
        return row, column

    @cached_property
    def _reaches(self) -> tuple[FloatArray, FloatArray]:
        """Per volunteer the squares of two chords: who is nearer than the one is surely within reach, who is further
        than the other surely not."""
        half = np.minimum((self.max_km + REACH_TOLERANCE_KM) / EARTH_RADIUS_KM / 2, pi / 2)
        squared = np.where(half < pi / 2, 4 * np.sin(half) ** 2, 4.1)  # beyond half the globe there is nothing
        off = 1e-10 * squared + 1e-14 * np.sqrt(squared)
        return squared - off, squared + off

    def _reach_classes(self, skill: str) -> tuple[_ReachClass, ...]:
        if skill not in self._classes:
            from scipy.spatial import cKDTree

            skilled = self.skilled(skill)
            sizes = np.array([frexp(km)[1] for km in self.max_km[skilled].tolist()], dtype=np.int64)
            sizes = np.maximum(sizes, 0)  # a kilometre and less
            classes = []
            for size in np.unique(sizes).tolist():
                column = np.flatnonzero(sizes == size)
                radius = chord_of(float(self.max_km[skilled[column]].max()) + 1e-6) * (1 + 1e-9)
                classes.append(_ReachClass(column, cKDTree(self._points[skilled[column]]), radius))
            self._classes[skill] = tuple(classes)
        return self._classes[skill]


def _squared(points: FloatArray, point: IntArray, others: FloatArray, other: IntArray) -> FloatArray:
    """Squares of the chords of pairs of points of a unit sphere, given as rows of x, y and z. Differences first:
    |a|² + |b|² − 2ab would lose all digits of a few kilometres."""
    squared = np.zeros(0)
    for axis in range(3):
        apart = points[axis].take(point)
        apart -= others[axis].take(other)
        apart *= apart
        squared = np.add(squared, apart, out=apart) if axis else apart
    return squared


def _within(points: FloatArray, part: _ReachClass) -> tuple[IntArray, IntArray]:
    """Pairs of a point and a volunteer of this class that are no further apart than its furthest reach."""
    from scipy.spatial import cKDTree

    if len(points) == 1:  # a tree of one point takes longer to plant than to search without
        at = np.array(part.tree.query_ball_point(points[0], part.radius), dtype=np.int64)
        return np.zeros(len(at), np.int64), part.column[at]
    found = cKDTree(points).sparse_distance_matrix(part.tree, part.radius, output_type="ndarray")
    return found["i"], part.column[found["j"]]


def _owners(codes: Iterable[frozenset[str]]) -> Mapping[str, list[int]]:
    """By code, ascending, the positions of those who have it."""
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for at, owned in enumerate(codes):
        for code in owned:
            positions[code].append(at)
    return positions
