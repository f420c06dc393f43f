"""Who could be asked for one request, as a coordinator weighs it: who fits now, then who would if one thing gave way.

Only reads. What may be done with each of them is decided again, and for good, in `coordination`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz
from sqlmodel import Session

from marketplace.policies import ASKING, NEVER_OVERRULED
from marketplace.queries import board, habits, market
from marketplace.queries.board import HelperRow, NameRow
from matching import obstacles, rules
from matching.acceptance import Habits
from matching.obstacles import Broken, Obstacle, OtherDay, Relief
from matching.problem import Market, Request, Volunteer
from matching.reasons import NearMiss, Relax, near_miss
from matching.rules import Rule
from matching.worth import Weight, weigh_people

AT_MOST: Final = 12
LEAST_LIKENESS: Final = 75

_ORDER: Final = {relax: place for place, relax in enumerate(Relax)}


@dataclass(frozen=True)
class Candidate:
    """Somebody who might help, and everything that does not fit: nothing, one thing (with by how much), or more."""

    helper: HelperRow
    distance_km: float
    tasks: int
    misfits: tuple[Rule, ...]
    miss: NearMiss | None
    # What asking is worth to the engine; None where no slot is free, or nobody asked for it.
    weight: Weight | None = None

    @property
    def is_fitting(self) -> bool:
        """Could be asked by the engine as well."""
        return not self.misfits

    @property
    def may_be_asked(self) -> bool:
        """A person may ask somebody whom the engine would not, but some rules hold for everybody."""
        return Rule.ASKED_BEFORE not in self.misfits and self.may_be_coupled

    @property
    def may_be_coupled(self) -> bool:
        """Once both said yes on the telephone; being asked already is then no hindrance."""
        return NEVER_OVERRULED.isdisjoint(self.misfits)


@dataclass(frozen=True)
class Candidacy:
    """How many fit now and within how many kilometres, and a list of at most a dozen.

    Where nobody fits: of all who do this kind of help which rule forbids how many, and what giving way would do.
    """

    fitting: int
    within_km: float
    found: tuple[Candidate, ...]
    able: int = 0
    obstacles: tuple[Obstacle, ...] = ()
    reliefs: tuple[Relief, ...] = ()
    other_days: tuple[OtherDay, ...] = ()


NOBODY: Final = Candidacy(0, 0.0, ())


def list_candidates(session: Session, *, municipality_id: UUID, request_id: UUID, now: datetime) -> Candidacy:
    """Who fits now, the one most worth asking first; then who would if one thing gave way, the least thing first."""
    scene = market.read_market(
        session, municipality_id=municipality_id, now=now, request_ids=[request_id], only_able=True
    )
    request = scene.requests.get(str(request_id))
    if request is None or not scene.free_slots(request):
        return NOBODY
    broken = obstacles.list_broken(scene, request, now)
    fitting = [scene.volunteers[volunteer_id] for volunteer_id, rules_broken in broken.items() if not rules_broken]
    nearest = _nearest(scene, request, broken, now)[:AT_MOST]
    learnt = _learn(session, scene, [*(volunteer.id for volunteer in fitting), *nearest], municipality_id, now)
    weighed = zip(fitting, weigh_people(scene, learnt, request, fitting, now, ASKING), strict=True)
    best = sorted(weighed, key=lambda pair: (-pair[1].worth, pair[0].id))
    chosen = [*(volunteer.id for volunteer, _ in best), *nearest][:AT_MOST]
    found = _describe(session, scene, request, chosen, now, learnt)
    if not fitting:
        return Candidacy(
            0,
            0.0,
            found,
            able=len(broken),
            obstacles=obstacles.count_obstacles(broken.values()),
            reliefs=obstacles.list_reliefs(scene, request, now, broken),
            other_days=obstacles.list_other_days(scene, request, now, broken),
        )
    return Candidacy(len(fitting), max(_km(volunteer, request) for volunteer in fitting), found, able=len(broken))


def search_candidates(
    session: Session, *, municipality_id: UUID, request_id: UUID, wanted: str, now: datetime
) -> Candidacy:
    """Whoever's name or neighbourhood looks like what was typed, with everything that does not fit."""
    likely = _look_alike(wanted, board.list_names(session))
    scene = market.read_market(
        session, municipality_id=municipality_id, now=now, request_ids=[request_id], offer_ids=likely
    )
    request = scene.requests.get(str(request_id))
    if request is None:
        return NOBODY
    chosen = [str(offer_id) for offer_id in likely if str(offer_id) in scene.volunteers]
    found = _describe(session, scene, request, chosen, now, _learn(session, scene, chosen, municipality_id, now))
    return Candidacy(sum(candidate.is_fitting for candidate in found), 0.0, found)


def describe_candidate(
    session: Session, *, municipality_id: UUID, request_id: UUID, offer_id: UUID, now: datetime
) -> Candidate | None:
    """One possible helper; None where they have left or the request has ended."""
    scene = market.read_market(
        session, municipality_id=municipality_id, now=now, request_ids=[request_id], offer_ids=[offer_id]
    )
    request = scene.requests.get(str(request_id))
    if request is None or str(offer_id) not in scene.volunteers:
        return None
    return _describe(session, scene, request, [str(offer_id)], now)[0]


def _learn(session: Session, scene: Market, offer_ids: Sequence[str], municipality_id: UUID, now: datetime) -> Habits:
    return habits.read_habits_of(
        session,
        municipality_id=municipality_id,
        skills=scene.skills,
        prior=ASKING.prior,
        offers=offer_ids,
        requests=scene.requests,
        now=now,
    )


def _nearest(scene: Market, request: Request, broken: Broken, now: datetime) -> list[str]:
    """For whom one thing would have to give way, the least thing first."""
    ones = [scene.volunteers[volunteer_id] for volunteer_id, rules_broken in broken.items() if len(rules_broken) == 1]
    misses = [miss for volunteer in ones if (miss := near_miss(scene, volunteer, request, now)) is not None]
    return [miss.volunteer for miss in sorted(misses, key=_nearness)]


def _nearness(miss: NearMiss) -> tuple[int, str | float, str]:
    by = str(miss.by) if isinstance(miss.by, str | datetime) else float(miss.by)
    return _ORDER[miss.relax], by, miss.volunteer


def _describe(
    session: Session,
    scene: Market,
    request: Request,
    offer_ids: Sequence[str],
    now: datetime,
    learnt: Habits | None = None,
) -> tuple[Candidate, ...]:
    helpers = board.list_helpers(session, [UUID(offer_id) for offer_id in offer_ids])
    people = [scene.volunteers[offer_id] for offer_id in offer_ids]
    weights: Sequence[Weight | None] = [None] * len(people)
    if learnt is not None and scene.free_slots(request):
        weights = weigh_people(scene, learnt, request, people, now, ASKING)
    return tuple(
        Candidate(
            helper=helpers[UUID(volunteer.id)],
            distance_km=_km(volunteer, request),
            tasks=scene.tasks(volunteer.id),
            misfits=tuple(rules.refused_by_person(scene, volunteer, request, now)),
            miss=near_miss(scene, volunteer, request, now),
            weight=weight,
        )
        for volunteer, weight in zip(people, weights, strict=True)
    )


def _look_alike(wanted: str, names: Iterable[NameRow]) -> list[UUID]:
    """Who it may be, likeliest first. A beginning is enough, and a slip of the finger is forgiven."""
    typed = wanted.strip().casefold()
    scored = [(_likeness(typed, row), row) for row in names]
    near = [(score, row) for score, row in scored if score >= LEAST_LIKENESS]
    near.sort(key=lambda pair: (-pair[0], pair[1].first_name, str(pair[1].offer_id)))
    return [row.offer_id for _, row in near[:AT_MOST]]


def _likeness(typed: str, row: NameRow) -> float:
    """0 to 100; a name that begins so comes before a neighbourhood that does, and both before what merely resembles."""
    name, neighbourhood = row.first_name.casefold(), row.neighbourhood.casefold()
    if name.startswith(typed):
        return 100.0
    if any(word.startswith(typed) for word in neighbourhood.replace("-", " ").split()):
        return 99.0
    return min(98.0, max(fuzz.ratio(typed, name), fuzz.ratio(typed, neighbourhood)))


def _km(volunteer: Volunteer, request: Request) -> float:
    return rules.distance_km(volunteer, request)
