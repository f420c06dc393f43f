"""The open market of a municipality as `matching` sees it. Volunteers go by the id of their offer."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, radians
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.models import MatchStatus, SlotStatus
from marketplace.policies import AMSTERDAM
from marketplace.queries import market_statements as statements
from marketplace.queries.market_statements import FEW_OFFERS, MOST_NAMED, Who
from matching import problem
from matching.geography import KM_PER_DEGREE
from matching.problem import Market, OpenProposal, Pair, SkillTable, WeeklySlot, Window

_MEMORY = timedelta(hours=168)
_COUNTED: Final = frozenset({SlotStatus.FREE, SlotStatus.TAKEN, SlotStatus.DONE})
_MARGIN: Final = 1.01
_FAR_FROM_THE_DATE_LINE: Final = 150.0
_ALL_AROUND: Final = 1e6


# A town has thousands of pieces of week, and few different ones: checked once each.
_piece = lru_cache(maxsize=4096)(WeeklySlot)


def read_skill_table(session: Session) -> SkillTable:
    """The kinds of help, in order of work area and code."""
    rows = _rows(session, statements.SKILL_TABLE)
    return _skill_table(tuple((*row[:4], tuple(row[4]), tuple(row[5])) for row in rows))


@lru_cache(maxsize=4)
def _skill_table(rows: tuple[tuple[Any, ...], ...]) -> SkillTable:
    return SkillTable(
        problem.Skill(code, area, nl, en, frozenset(requires), synonyms)
        for code, area, nl, en, requires, synonyms in rows
    )


def read_market(
    session: Session,
    *,
    municipality_id: UUID,
    now: datetime,
    request_ids: Iterable[UUID] | None = None,
    offer_ids: Iterable[UUID] | None = None,
    only_able: bool = False,
    only_near: bool = False,
    beyond_km: float = 0.0,
) -> Market:
    """What is open at this moment, in a handful of selects whatever its size.

    Requests are those of the municipality with a free slot (or the given ones); volunteers are everybody
    who has not left, from whichever municipality: a reach may cross the border (or the given ones). With
    ``only_able`` those without any kind of help that is asked are left out: no rule, reason or near miss
    looks further than the kind of help for them. With ``only_near`` those are left out as well who live too far
    away by their own reach (and ``beyond_km`` more): whom to ask is the same without them, but not always why nobody
    fits and who almost does.
    """
    wanted = _requests(session, municipality_id, request_ids)
    ids = {"request_ids": [row.id for row in wanted]}
    if only_near and has_few_offers(session):
        only_able = True
    elif only_near:
        near = _list_near(session, wanted, ids, now, beyond_km)
        # More than so many can't be named one by one: then everybody is read who does such help.
        offer_ids, only_able = (near, only_able) if len(near) <= MOST_NAMED else (None, True)
    # A question about a few people must not read the whole town.
    who, named = Who.ANYBODY, dict[str, Any]()
    if offer_ids is not None:
        who, named = Who.NAMED, {"offer_ids": list(offer_ids)}
    live = _live_proposals(session, wanted, {**named, **ids}, now, who)
    if who is Who.ANYBODY and only_able:
        asked = {UUID(proposal.volunteer) for proposal in live}
        who, named = Who.ABLE, {"skill_codes": sorted({row.skill_code for row in wanted}), "asked": sorted(asked)}
    offers = _rows(session, statements.offers_of(who), {**named, "today": now.astimezone(AMSTERDAM).date()})
    barred = _barred(session)
    running, finished, undone = _matches(session, who, {**named, **ids})
    return Market(
        skills=read_skill_table(session),
        volunteers=_to_volunteers(offers, barred, now),
        requests=_to_requests(session, wanted, ids, barred, _offer_of_person(offers)),
        posted_at={str(row.id): row.version_at for row in wanted},
        held=frozenset(str(row.id) for row in wanted if row.held_at),
        escalated=frozenset(str(row.id) for row in wanted if row.escalated_at),
        running=running,
        finished=finished,
        matched_before=undone,
        open_proposals=live,
        proposed=frozenset((request, offer) for request, offer in _rows(session, statements.PROPOSED, ids)),
        asked_at=_asked_at(session, who, named, now),
        unwanted=frozenset((offer, code) for offer, code in _rows(session, statements.rested_of(who), named)),
    )


def has_few_offers(session: Session) -> bool:
    """Whether so few people help here that living far away leaves nobody out."""
    return not _rows(session, statements.MORE_THAN_FEW, {"few": FEW_OFFERS})


def _rows(session: Session, statement: Any, named: dict[str, Any] | None = None) -> Sequence[Any]:
    """Columns only: nothing goes through the identity map of the session, which first writes what it holds."""
    session.flush()
    return session.connection().execute(statement, named or {}).all()


def _requests(session: Session, municipality_id: UUID, ids: Iterable[UUID] | None) -> Sequence[Any]:
    if ids is None:
        return _rows(session, statements.REQUESTS_FREE, {"municipality_id": municipality_id})
    return _rows(session, statements.REQUESTS_NAMED, {"request_ids": list(ids)})


def _list_near(
    session: Session, wanted: Sequence[Any], ids: dict[str, Any], now: datetime, beyond_km: float
) -> list[UUID]:
    """Whose offers a round over these requests can need: who may be within reach, and who is being asked already."""
    if not wanted:
        return []
    wanted_at: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in wanted:
        wanted_at[row.skill_code].append((row.latitude, row.longitude))
    degrees = _degrees_to_a_km(wanted)
    box = {
        "south_edge": min(row.latitude for row in wanted),
        "north_edge": max(row.latitude for row in wanted),
        "west_edge": min(row.longitude for row in wanted),
        "east_edge": max(row.longitude for row in wanted),
        "skill_codes": sorted(wanted_at),
        "beyond_km": beyond_km,
    }
    found = _rows(session, statements.NEAR, {**box, **degrees})
    near = {UUID(row.id) for row in found if _is_near(row, wanted_at[row.skill_code], beyond_km, **degrees)}
    return sorted(near.union(row.offer_id for row in _rows(session, statements.ASKED_FOR, {**ids, "now": now})))


def _is_near(home: Any, places: Iterable[tuple[float, float]], beyond_km: float, *, north: float, east: float) -> bool:
    """Whether one of these places may be within the reach of an offer: never no where it is."""
    if home.reach_km > statements.ANYWHERE_KM:
        return True
    far = home.reach_km + beyond_km
    high, wide = far * north + statements.HAIR, far * east + statements.HAIR
    return any(abs(home.latitude - lat) <= high and abs(home.longitude - lon) <= wide for lat, lon in places)


def _degrees_to_a_km(places: Iterable[Any]) -> dict[str, float]:
    """How many degrees a kilometre is at most, north and east of these places, for up to ANYWHERE_KM of them.

    A circle of d km around latitude φ spans asin(sin(d/R) / cos φ) of longitude either way: with cos φ at least a
    half that is less than 1 % above d / (R cos φ). Nearer to a pole, or to the date line, longitude rules nobody out.
    """
    north = _MARGIN / KM_PER_DEGREE
    least = min((cos(radians(place.latitude)) for place in places), default=1.0)
    is_plain = least >= 0.5 and all(abs(place.longitude) <= _FAR_FROM_THE_DATE_LINE for place in places)
    return {"north": north, "east": north / least if is_plain else _ALL_AROUND}


def _live_proposals(
    session: Session, wanted: Sequence[Any], named: dict[str, Any], now: datetime, who: Who
) -> tuple[OpenProposal, ...]:
    """Proposals that may still become a yes: all of them, or those of the named offers and of what is wanted."""
    statement = statements.LIVE_OF_NAMED if who is Who.NAMED else statements.LIVE
    rows = _rows(session, statement, {"now": now, **(named if who is Who.NAMED else {})})
    here = {str(row.id) for row in wanted}
    return tuple(
        OpenProposal(request, offer, until, bool(of_old), is_elsewhere=request not in here)
        for request, offer, until, of_old in rows
    )


def _barred(session: Session) -> dict[str, set[str]]:
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in _rows(session, statements.BARRED):
        pairs[one].add(other)
        pairs[other].add(one)
    return pairs


def _offer_of_person(offers: Iterable[Any]) -> dict[str, list[str]]:
    of_person: defaultdict[str, list[str]] = defaultdict(list)
    for row in offers:
        of_person[row.person_id].append(row.id)
    return of_person


def _to_volunteers(offers: Iterable[Any], barred: dict[str, set[str]], now: datetime) -> dict[str, problem.Volunteer]:
    return {
        row.id: _volunteer(
            *row[:8],
            row.paused_until if row.paused_until and row.paused_until > now else None,
            *row[9:],
            frozenset(barred.get(row.person_id, ())),
        )
        for row in offers
    }


# A town is read again and again, and from one time to the next nearly all of it is the same: what a row says is worked
# out once. The row itself is the key, so nothing can be out of date.
@lru_cache(maxsize=1 << 17)
def _volunteer(
    id_: str,
    person_id: str,
    lat: float,
    lon: float,
    reach_km: float,
    capacity: int,
    asked_per_week: int,
    languages: str,
    paused_until: datetime | None,
    birth_year: int | None,
    skills: str | None,
    week: str | None,
    seen: str | None,
    barred: frozenset[str],
) -> problem.Volunteer:
    return problem.Volunteer(
        id=id_,
        lat=lat,
        lon=lon,
        max_km=reach_km,
        skills=frozenset((skills or "").split()),
        available=tuple(_piece(*piece) for piece in sorted(_numbers(word) for word in (week or "").split())),
        capacity=capacity,
        max_proposals_per_week=asked_per_week,
        qualifications=frozenset((seen or "").split()),
        languages=frozenset(json.loads(languages)),
        born=birth_year,
        paused_until=paused_until,
        avoid=barred | {person_id},
    )


def _numbers(word: str) -> list[int]:
    return [int(part) for part in word.split(":")]


def _to_requests(
    session: Session,
    rows: Sequence[Any],
    ids: dict[str, Any],
    barred: dict[str, set[str]],
    offer_of: dict[str, list[str]],
) -> dict[str, problem.Request]:
    windows, weekly = _windows(session, ids), _weekly(session, ids)
    # What is done or closed asks nobody; the free and the taken places are what matching counts.
    slots = Counter(row.request_id for row in _rows(session, statements.SLOTS, ids) if row.status in _COUNTED)
    return {
        str(row.id): problem.Request(
            id=str(row.id),
            requester=str(row.requester_id),
            lat=row.latitude,
            lon=row.longitude,
            skill=row.skill_code,
            slots=slots[row.id],
            minutes=row.minutes,
            respond_by=row.respond_by,
            windows=tuple(windows.get(row.id, ())),
            weekly=tuple(weekly.get(row.id, ())),
            requires=frozenset(row.requires),
            languages=frozenset(row.languages),
            min_age=row.min_age,
            avoid=frozenset(
                offer
                for person in barred.get(str(row.requester_id), set()) | {str(row.requester_id)}
                for offer in offer_of.get(person, ())
            ),
        )
        for row in rows
    }


def _windows(session: Session, ids: dict[str, Any]) -> dict[UUID, list[Window]]:
    found: defaultdict[UUID, list[Window]] = defaultdict(list)
    for request_id, starts_at, ends_at in _rows(session, statements.WINDOWS, ids):
        found[request_id].append(Window(starts_at, ends_at))
    return found


def _weekly(session: Session, ids: dict[str, Any]) -> dict[UUID, list[WeeklySlot]]:
    found: defaultdict[UUID, list[WeeklySlot]] = defaultdict(list)
    for request_id, weekday, start, end in _rows(session, statements.WEEKLY, ids):
        found[request_id].append(_piece(weekday, start, end))
    return found


def _matches(
    session: Session, who: Who, named: dict[str, Any]
) -> tuple[frozenset[Pair], frozenset[Pair], frozenset[Pair]]:
    running, finished, undone = set(), set(), set()
    for request_id, offer_id, status in _rows(session, statements.matches_of(who), named):
        pair = (request_id, offer_id)
        if status in RUNNING_MATCHES:
            running.add(pair)
        elif status is MatchStatus.DONE:
            finished.add(pair)
        else:
            undone.add(pair)
    return frozenset(running), frozenset(finished), frozenset(undone)


def _asked_at(session: Session, who: Who, named: dict[str, Any], now: datetime) -> dict[str, tuple[datetime, ...]]:
    asked: defaultdict[str, list[datetime]] = defaultdict(list)
    for offer_id, at in _rows(session, statements.askings_of(who), {**named, "since": now - _MEMORY}):
        asked[offer_id].append(at)
    return {offer: tuple(moments) for offer, moments in asked.items()}
