"""Many volunteers as arrays, with an index of who lives near enough, per kind of help and class of reach.

A roster knows nothing of the moment: no clock, no proposals, no matches. It is made once of the volunteers as they
are, and asked as often as one likes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import frexp, pi, sin
from typing import Any, Final

import numpy as np

from matching.candidates_calendar import BoolArray, Calendar, WordArray, to_us
from matching.geography import EARTH_RADIUS_KM, REACH_TOLERANCE_KM, FloatArray, IntArray, haversine_km, is_within
from matching.problem import Request, Volunteer

UNKNOWN_YEAR: Final = 10_000  # born so late that no age is ever reached
DENSE: Final = 150_000  # pairs of a kind of help up to which each is measured; above, a tree leaves out most
WHOLE_GLOBE_KM: Final = pi * EARTH_RADIUS_KM
FEW: Final = 2_000  # people of a kind of help among whom even one place is better sought with a tree, above this
BLOCK: Final = 12_000  # pairs that are measured together
AT_ONCE: Final = 2_000  # requests of one kind of help that are held against a tree together
AWAKE: Final = -(2**62)


def on_unit_sphere(lats: FloatArray, lons: FloatArray) -> FloatArray:
    """Points in degrees as vectors of length 1, shape (n, 3): nearness without poles or date line."""
    phi, lam = np.radians(lats), np.radians(lons)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def chord_of(km: float) -> float:
    """The straight line, in radii, under an arc of this length; 2 for half the globe and more."""
    return 2 * sin(min(km, WHOLE_GLOBE_KM) / EARTH_RADIUS_KM / 2)


@dataclass(frozen=True)
class Places:
    """Where help is wanted, and the hours of the week it may be in: degrees, unit vectors, bits as in `Calendar`."""

    lats: FloatArray
    lons: FloatArray
    points: FloatArray
    hours: WordArray

    @classmethod
    def of(cls, requests: Sequence[Request], hours: WordArray) -> Places:
        lats = np.array([request.lat for request in requests], dtype=np.float64)
        lons = np.array([request.lon for request in requests], dtype=np.float64)
        return cls(lats, lons, on_unit_sphere(lats, lons), hours)


@dataclass(frozen=True)
class Near:
    """Pairs within reach: positions of places and of volunteers, and kilometres, shape (n_pairs,)."""

    place: IntArray
    volunteer: IntArray
    km: FloatArray


class Codes:
    """Sets of codes as rows of bits, so that a million of them are compared at once."""

    def __init__(self, owned: Sequence[frozenset[str]]) -> None:
        distinct = list(dict.fromkeys(owned))
        self._bit = {code: at for at, code in enumerate(sorted(frozenset[str]().union(*distinct)))}
        rows = {codes: row for row, codes in enumerate(distinct)}
        table = np.array([self._row(codes) for codes in distinct], dtype=np.uint64).reshape(len(distinct), self._words)
        self.bits: WordArray = table[[rows[codes] for codes in owned]].reshape(len(owned), self._words)

    @property
    def _words(self) -> int:
        return len(self._bit) // 64 + 1

    def _row(self, codes: Iterable[str]) -> list[int]:
        number = sum(1 << self._bit[code] for code in codes if code in self._bit)
        return [(number >> 64 * word) & (2**64 - 1) for word in range(self._words)]

    def rows(self, wanted: Sequence[frozenset[str]]) -> WordArray:
        """The bits of other sets; what nobody owns is left out."""
        distinct = {codes: self._row(codes) for codes in set(wanted)}
        return np.array([distinct[codes] for codes in wanted], dtype=np.uint64).reshape(len(wanted), self._words)

    def are_owned(self, codes: frozenset[str]) -> bool:
        """Whether somebody owns each of these codes."""
        return codes <= self._bit.keys()


@dataclass(frozen=True)
class _ReachClass:
    """Volunteers of one kind of help whose reach lies between two powers of two, in km."""

    volunteer: IntArray
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
        self._rows: dict[str, tuple[FloatArray, WordArray, FloatArray]] = {}

    def __len__(self) -> int:
        return len(self.volunteers)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(volunteer.id for volunteer in self.volunteers)

    @cached_property
    def position(self) -> Mapping[str, int]:
        return {volunteer_id: at for at, volunteer_id in enumerate(self.ids)}

    @cached_property
    def avoiding(self) -> Mapping[str, list[int]]:
        """Who avoids a requester, by the requester's id."""
        return _owners(volunteer.avoid for volunteer in self.volunteers)

    def near(self, wanted: Mapping[str, IntArray], places: Places) -> Iterator[Near]:
        """Who reaches which places, inclusive, has the kind of help that is wanted there and time in the same hours.

        `wanted` holds positions of places by kind of help. Pairs come in blocks that fit a processor's cache, each in
        the order of its places and then of volunteers; a place is in one block.
        """
        for skill, at in wanted.items():
            skilled = self._skilled.get(skill)
            if skilled is None:
                continue
            is_small = len(skilled) <= FEW and len(skilled) * len(at) <= DENSE
            rows = max(1, BLOCK // len(skilled)) if is_small else AT_ONCE
            for begin in range(0, len(at), rows):
                block = at[begin : begin + rows]
                measured = self._measured if is_small else self._searched
                yield self._decided(places, *measured(skill, skilled, block, places))

    def _decided(self, places: Places, place: IntArray, volunteer: IntArray, squared: FloatArray) -> Near:
        """Of pairs and the squares of their chords those that are in reach by the measure of `geography.is_within`."""
        reach = self._reach_squared[volunteer]
        inside = squared <= reach
        # Two ways to compute a distance differ in the last digits; at the very edge the one of the rules decides.
        for edge in np.flatnonzero(np.abs(squared - reach) <= _edge(reach)).tolist():
            at, person = int(place[edge]), int(volunteer[edge])
            here, there = (self._lats[person], self._lons[person]), (places.lats[at], places.lons[at])
            km = haversine_km(float(here[0]), float(here[1]), float(there[0]), float(there[1]))
            inside[edge] = is_within(km, float(self.max_km[person]))
        if not inside.all():
            place, volunteer, squared = place[inside], volunteer[inside], squared[inside]
        half_chord = np.sqrt(squared) / 2
        return Near(place, volunteer, 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, half_chord)))

    def _measured(
        self, skill: str, skilled: IntArray, at: IntArray, places: Places
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """Each place against everybody of a kind of help: places, volunteers and squares of chords, a hair too many."""
        points, hours, reach = self._of_skill(skill, skilled)
        squared = _squared(places.points[at][:, None], points)
        might = squared <= reach
        might &= _share_an_hour(places.hours[at][:, None], hours)
        row, column = np.nonzero(might)
        return at[row], skilled[column], squared[might]

    def _searched(
        self, skill: str, skilled: IntArray, at: IntArray, places: Places
    ) -> tuple[IntArray, IntArray, FloatArray]:
        """The same through a tree for each class of reach."""
        found = [_within(places.points[at], part) for part in self._reach_classes(skill, skilled)]
        row, volunteer, chords = (np.concatenate([part[column] for part in found]) for column in range(3))
        reach = self._reach_squared[volunteer]
        kept = np.flatnonzero(chords <= reach + _edge(reach))
        kept = kept[_share_an_hour(places.hours[at[row[kept]]], self.calendar.hours[volunteer[kept]])]
        kept = kept[np.argsort(row[kept] * len(self) + volunteer[kept])]
        return at[row[kept]], volunteer[kept], chords[kept]

    def _of_skill(self, skill: str, skilled: IntArray) -> tuple[FloatArray, WordArray, FloatArray]:
        """Of everybody with a kind of help the point, the hours and the square of the reach, and a hair."""
        if skill not in self._rows:
            reach = self._reach_squared[skilled]
            self._rows[skill] = self._points[skilled], self.calendar.hours[skilled], reach + _edge(reach)
        return self._rows[skill]

    @cached_property
    def _reach_squared(self) -> FloatArray:
        """Per volunteer the square of the chord under their reach; 4 and a bit where it goes round the globe."""
        half = np.minimum((self.max_km + REACH_TOLERANCE_KM) / EARTH_RADIUS_KM / 2, pi / 2)
        squared: FloatArray = np.where(half < pi / 2, 4 * np.sin(half) ** 2, 4.1)
        return squared

    def _reach_classes(self, skill: str, skilled: IntArray) -> tuple[_ReachClass, ...]:
        if skill not in self._classes:
            from scipy.spatial import cKDTree

            sizes = np.array([frexp(km)[1] for km in self.max_km[skilled].tolist()], dtype=np.int64)
            sizes = np.maximum(sizes, 0)  # a kilometre and less
            classes = []
            for size in np.unique(sizes).tolist():
                who = skilled[sizes == size]
                radius = chord_of(float(self.max_km[who].max()) + 1e-6) * (1 + 1e-9)
                classes.append(_ReachClass(who, cKDTree(self._points[who]), radius))
            self._classes[skill] = tuple(classes)
        return self._classes[skill]


def _squared(one: FloatArray, other: FloatArray) -> FloatArray:
    """Squares of the chords between points of a unit sphere, over the last axis. Differences first: |a|² + |b|² − 2ab
    would lose all digits of a few kilometres."""
    squared: FloatArray = np.square(one[..., 0] - other[..., 0])
    for axis in (1, 2):
        apart = one[..., axis] - other[..., axis]
        squared += np.square(apart, out=apart)
    return squared


def _share_an_hour(one: WordArray, other: WordArray) -> BoolArray:
    """Whether some hour is set in both, over the last axis."""
    shared = one[..., 0] & other[..., 0]
    for word in range(1, one.shape[-1]):
        shared |= one[..., word] & other[..., word]
    has: BoolArray = shared != 0
    return has


def _edge(reach: FloatArray) -> FloatArray:
    """How far the square of a chord may be off."""
    off: FloatArray = 1e-10 * reach + 1e-14 * np.sqrt(reach)
    return off


def _within(points: FloatArray, part: _ReachClass) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs of a point and a volunteer of this class that are no further apart than its furthest reach, and the square
    of the chord between them."""
    from scipy.spatial import cKDTree

    if len(points) == 1:  # a tree of one point takes longer to plant than to search without
        at = np.array(part.tree.query_ball_point(points[0], part.radius), dtype=np.int64)
        return np.zeros(len(at), np.int64), part.volunteer[at], _squared(points, part.tree.data[at])
    found = cKDTree(points).sparse_distance_matrix(part.tree, part.radius, output_type="ndarray")
    return found["i"], part.volunteer[found["j"]], found["v"] ** 2


def _owners(codes: Iterable[frozenset[str]]) -> Mapping[str, list[int]]:
    """By code, ascending, the positions of those who have it."""
    positions: defaultdict[str, list[int]] = defaultdict(list)
    for at, owned in enumerate(codes):
        for code in owned:
            positions[code].append(at)
    return positions
