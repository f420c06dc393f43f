"""Gardens near each other for a group with so many hands, on a day that suits all: which belong together. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matching.geography import haversine_km

# Streets are not straight: about a third more than the crow flies.
DETOUR = 1.3


@dataclass(frozen=True, slots=True)
class Garden:
    """One garden: where it is (degrees), how long one person works there (minutes), and on which days it can: any
    numbers that name days, such as `date.toordinal`; None is every day."""

    id: str
    latitude: float
    longitude: float
    minutes: int
    days: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Who comes: how far they walk at most from where they gather to a garden, and how much they can do together."""

    walk_km: float
    # People times the minutes that each works.
    minutes: int
    at_least: int = 3
    at_most: int = 12

    def __post_init__(self) -> None:
        if self.walk_km < 0 or self.minutes <= 0 or not 1 <= self.at_least <= self.at_most:
            raise ValueError("Group: walks 0 km or more, works more than 0 minutes, and does at_least to at_most")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Gardens for one day. The group gathers at the first; the others follow by distance from it."""

    gardens: tuple[Garden, ...]
    minutes: int
    # The walk to the farthest of them.
    walk_km: float
    # The days that suit all of them, in order; None where every day does.
    days: tuple[int, ...] | None = None

    @property
    def centre(self) -> Garden:
        return self.gardens[0]


def walking_km(one: Garden, other: Garden) -> float:
    """How far two gardens are apart on foot, about."""
    return DETOUR * haversine_km(one.latitude, one.longitude, other.latitude, other.longitude)


def best_bundle(gardens: Sequence[Garden], group: Group) -> Bundle | None:
    """The bundle of most gardens; of equals that of least work, then of least walking, then of the smallest ids.

    A bundle holds a garden where the group gathers (the centre), and others within ``walk_km`` of it, with no more work
    than the group can do, on at least one day that suits all of them. None where no bundle has ``at_least`` gardens.

    Notes
    -----
    Exact. With the centre and the day given, every garden counts for one, so the shortest pieces of work first gives
    the most of them, and of the sets of that size the one of least work; equal pieces are taken by distance. Trying
    every centre and day takes d · n² log n steps, where d is the number of days on which different gardens can.
    """
    return min((found for centre in gardens if (found := _around(centre, gardens, group))), key=_rank, default=None)


def bundle_all(gardens: Iterable[Garden], group: Group) -> list[Bundle]:
    """Bundle after bundle, each the best of the gardens that are left: not always the most gardens in total.

    A group sees the best day first, and a day that was taken changes only what it shared gardens with.
    """
    left = list(gardens)
    found = []
    while (bundle := best_bundle(left, group)) is not None:
        found.append(bundle)
        taken = {garden.id for garden in bundle.gardens}
        left = [garden for garden in left if garden.id not in taken]
    return found


_Near = tuple[int, float, str, Garden]


def _around(centre: Garden, gardens: Sequence[Garden], group: Group) -> Bundle | None:
    """The best bundle that gathers at a garden, over all days on which it can."""
    if centre.minutes > group.minutes:
        return None
    near = sorted(
        (one.minutes, walking_km(centre, one), one.id, one)
        for one in gardens
        if one is not centre and walking_km(centre, one) <= group.walk_km
    )
    found = (_of_day(centre, some, group) for some in _by_day(centre, near))
    return min((bundle for bundle in found if bundle is not None), key=_rank, default=None)


def _by_day(centre: Garden, near: Sequence[_Near]) -> list[list[_Near]]:
    """Of what is near, what can on the same day as the centre: once for each different set."""
    days: set[int] = set().union(*(one[3].days for one in near if one[3].days is not None))
    days = days if centre.days is None else set(centre.days)
    free = [one for one in near if one[3].days is None]
    if not days:
        return [free] if centre.days is None else []
    sets = {tuple(one[2] for one in near if one[3].days is None or day in one[3].days): day for day in sorted(days)}
    return [[one for one in near if one[3].days is None or day in one[3].days] for day in sets.values()]


def _of_day(centre: Garden, near: Sequence[_Near], group: Group) -> Bundle | None:
    chosen: list[tuple[float, str, Garden]] = []
    minutes, walk = centre.minutes, 0.0
    for work, km, _, garden in near:
        if minutes + work > group.minutes or len(chosen) + 1 == group.at_most:
            break
        chosen.append((km, garden.id, garden))
        minutes, walk = minutes + work, max(walk, km)
    if len(chosen) + 1 < group.at_least:
        return None
    gardens = (centre, *(garden for _, _, garden in sorted(chosen, key=lambda one: one[:2])))
    return Bundle(gardens, minutes, walk, _days_of(gardens))


def _days_of(gardens: Sequence[Garden]) -> tuple[int, ...] | None:
    said = [garden.days for garden in gardens if garden.days is not None]
    return tuple(sorted(frozenset.intersection(*said))) if said else None


def _rank(bundle: Bundle) -> tuple[int, int, float, tuple[str, ...]]:
    walks = sum(walking_km(bundle.centre, garden) for garden in bundle.gardens)
    return -len(bundle.gardens), bundle.minutes, round(walks, 9), tuple(garden.id for garden in bundle.gardens)
