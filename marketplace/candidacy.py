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

from marketplace.policies import NEVER_OVERRULED
from marketplace.queries import board, market
from marketplace.queries.board import HelperRow, NameRow
from matching import rules
from matching.problem import Market, Request, Volunteer
from matching.reasons import NearMiss, Relax, near_miss
from matching.rules import Rule

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
    """How many fit now and within how many kilometres, and a list of at most a dozen."""

    fitting: int
    within_km: float
    found: tuple[Candidate, ...]


NOBODY: Final = Candidacy(0, 0.0, ())


def list_candidates(session: Session, *, municipality_id: UUID, request_id: UUID, now: datetime) -> Candidacy:
    """Who fits now, nearest first, and then who would if one thing gave way, the least thing first."""
    scene = market.read_market(
        session, municipality_id=municipality_id, now=now, request_ids=[request_id], only_able=True
    )
    request = scene.requests.get(str(request_id))
    if request is None:
        return NOBODY
    skilled = [volunteer for volunteer in scene.volunteers.values() if request.skill in volunteer.skills]
    weighed = [(volunteer, *_weigh(scene, volunteer, request, now)) for volunteer in skilled]
    fitting = sorted((_km(v, request), v.id) for v, misfits, _ in weighed if not misfits)
    misses = sorted(
        (_ORDER[miss.relax], str(miss.by) if isinstance(miss.by, str | datetime) else float(miss.by), v.id)
        for v, _, miss in weighed
        if miss is not None
    )
    chosen = [*(found[-1] for found in fitting), *(found[-1] for found in misses)][:AT_MOST]
    within = max((km for km, _ in fitting), default=0.0)
    return Candidacy(len(fitting), within, _describe(session, scene, request, chosen, now))


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
    found = _describe(session, scene, request, chosen, now)
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


def _weigh(
    scene: Market, volunteer: Volunteer, request: Request, now: datetime
) -> tuple[tuple[Rule, ...], NearMiss | None]:
    misfits = tuple(rules.refused_by_person(scene, volunteer, request, now))
    return misfits, near_miss(scene, volunteer, request, now) if len(misfits) == 1 else None


def _describe(
    session: Session, scene: Market, request: Request, offer_ids: Sequence[str], now: datetime
) -> tuple[Candidate, ...]:
    helpers = board.list_helpers(session, [UUID(offer_id) for offer_id in offer_ids])
    found = []
    for offer_id in offer_ids:
        volunteer = scene.volunteers[offer_id]
        misfits, miss = _weigh(scene, volunteer, request, now)
        found.append(Candidate(helpers[UUID(offer_id)], _km(volunteer, request), scene.tasks(offer_id), misfits, miss))
    return tuple(found)


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
