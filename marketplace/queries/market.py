"""The open market of a municipality as `matching` sees it. Volunteers go by the id of their offer."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES
from marketplace.models import MatchStatus, Origin, SlotStatus
from marketplace.policies import AMSTERDAM
from marketplace.queries import asks, near, shifts
from marketplace.queries import market_statements as statements
from marketplace.queries.market_statements import FEW_OFFERS, MOST_NAMED, Who, read_rows
from marketplace.queries.near import Place
from matching import problem
from matching.problem import PROPOSAL_MEMORY, Market, OpenProposal, Pair, SkillTable, WeeklySlot, Window
from matching.quarters import quarters_of

_COUNTED: Final = frozenset({SlotStatus.FREE, SlotStatus.TAKEN, SlotStatus.DONE})


# A town has thousands of pieces of week, and few different ones: checked once each.
_piece = lru_cache(maxsize=4096)(WeeklySlot)


def read_skill_table(session: Session) -> SkillTable:
    """The kinds of help, in order of work area and code."""
    return _skill_table(tuple(read_rows(session, statements.SKILL_TABLE)))


@lru_cache(maxsize=4)
def _skill_table(rows: tuple[Any, ...]) -> SkillTable:
    return SkillTable(
        problem.Skill(code, area, nl, en, frozenset(json.loads(requires)), tuple(json.loads(synonyms)))
        for code, area, nl, en, requires, synonyms in rows
    )


@dataclass(frozen=True, eq=False)
class Wanted:
    """Requests as they are open, whoever may help with them: what is read once where people are read twice."""

    rows: Sequence[Any]
    ids: dict[str, Any]
    windows: dict[UUID, list[Window]]
    weekly: dict[UUID, list[WeeklySlot]]
    slots: Counter[UUID]
    # Everybody who was ever asked for these, the first first.
    asked: Sequence[Any]
    barred: dict[str, set[str]]
    # Who has another shift at the time of one of these: offers by request.
    elsewhere: dict[UUID, set[str]]
    skills: SkillTable


@dataclass(frozen=True, eq=False)
class Scene:
    """A market, and what was read besides of the people in it and of everybody who was ever asked for its requests:
    since when they help (by offer), and what they were asked (None where that is not known of each)."""

    market: Market
    offered_at: Mapping[str, datetime]
    asks: Sequence[Any] | None


def read_wanted(session: Session, *, municipality_id: UUID, request_ids: Iterable[UUID] | None = None) -> Wanted:
    """The requests of a municipality with a free slot, or the given ones."""
    rows = _requests(session, municipality_id, request_ids)
    ids = {"request_ids": [row.id for row in rows]}
    return Wanted(
        rows=rows,
        ids=ids,
        windows=_windows(session, ids),
        weekly=_weekly(session, ids),
        # What is done or closed asks nobody; the free and the taken places are what matching counts.
        slots=Counter(row.request_id for row in read_rows(session, statements.SLOTS, ids) if row.status in _COUNTED),
        asked=read_rows(session, statements.ASKED_FOR, ids),
        barred=_barred(session),
        elsewhere=shifts.list_elsewhere(session, [row.id for row in rows if row.vacancy_id]),
        skills=read_skill_table(session),
    )


def read_market(
    session: Session,
    *,
    municipality_id: UUID,
    now: datetime,
    request_ids: Iterable[UUID] | None = None,
    offer_ids: Iterable[UUID | str] | None = None,
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
    wanted = read_wanted(session, municipality_id=municipality_id, request_ids=request_ids)
    if only_near and has_few_offers(session):
        only_able = True
    elif only_near:
        near = list_near(session, wanted, now=now, beyond_km=beyond_km)
        # More than so many are not named one by one: then everybody is read who does such help.
        offer_ids, only_able = (near, only_able) if len(near) <= MOST_NAMED else (None, True)
    return read_scene(session, wanted, now=now, offer_ids=offer_ids, only_able=only_able).market


def read_scene(
    session: Session,
    wanted: Wanted,
    *,
    now: datetime,
    offer_ids: Iterable[UUID | str] | None = None,
    only_able: bool = False,
) -> Scene:
    """The market of these requests and everybody, everybody able, or the given offers (ids, or those as text)."""
    who, named = Who.ANYBODY, dict[str, Any]()
    if offer_ids is not None:
        who, named = Who.NAMED, {"offer_ids": [str(id_) for id_ in offer_ids]}
    elif only_able:
        being_asked = sorted({row.offer_id for row in read_rows(session, statements.ALL_ASKED, {"now": now})})
        who, named = Who.ABLE, {"skill_codes": sorted({row.skill_code for row in wanted.rows}), "asked": being_asked}
    offers = read_rows(session, statements.offers_of(who), {**named, "today": now.astimezone(AMSTERDAM).date()})
    if who is Who.ABLE and len(offers) <= MOST_NAMED:
        who, named = Who.NAMED, {"offer_ids": [row.id for row in offers]}
    offered_at, history = {row.id: row.offered_at for row in offers}, None
    if who is Who.NAMED:
        # A question about a few people must not read the whole town.
        ever = {row.offer_id for row in wanted.asked}
        history = asks.read_asks(session, sorted(ever.union(named["offer_ids"])), now)
        if gone := [id_ for id_ in ever if id_ not in offered_at]:
            offered_at |= asks.read_offered_at(session, gone)
    running, finished, undone = _matches(session, who, {**named, **wanted.ids})
    here = {row.id for row in offers}
    market = Market(
        skills=wanted.skills,
        volunteers=_to_volunteers(offers, wanted.barred, now),
        requests=_to_requests(wanted, _offer_of_person(offers)),
        posted_at={str(row.id): row.version_at for row in wanted.rows},
        held=frozenset(str(row.id) for row in wanted.rows if row.held_at),
        escalated=frozenset(str(row.id) for row in wanted.rows if row.escalated_at),
        running=running,
        finished=finished,
        matched_before=undone,
        open_proposals=_open_proposals(session, wanted, here, history, now),
        proposed=frozenset((row.request_id, row.offer_id) for row in wanted.asked if _is_still_asked(row)),
        asked_at=_asked_at(session, who, named, now) if history is None else _asked_lately(history, here, now),
        unwanted=frozenset((offer, code) for offer, code in read_rows(session, statements.rested_of(who), named)),
    )
    return Scene(market, offered_at, history)


def has_few_offers(session: Session) -> bool:
    """Whether so few people help here that living far away leaves nobody out."""
    return not read_rows(session, statements.MORE_THAN_FEW, {"few": FEW_OFFERS})


def _requests(session: Session, municipality_id: UUID, ids: Iterable[UUID] | None) -> Sequence[Any]:
    if ids is None:
        return read_rows(session, statements.REQUESTS_FREE, {"municipality_id": municipality_id})
    return read_rows(session, statements.REQUESTS_NAMED, {"request_ids": list(ids)})


def list_asked(wanted: Wanted, now: datetime) -> list[str]:
    """Offers (ids as text) of those who are being asked for these requests and may still say yes."""
    return sorted({row.offer_id for row in wanted.asked if asks.is_live(row, now)})


def list_near(
    session: Session,
    wanted: Wanted,
    *,
    now: datetime,
    of: Container[str] | None = None,
    asked: Collection[str] | None = None,
    beyond_km: float = 0.0,
) -> list[str]:
    """Whose offers (ids as text) a round over these requests can need: who may be within reach, and who is being asked
    already.

    ``of`` names the only requests (ids as text) for which anybody new is sought; who has no time at all when one of
    them asks for it is left out then.
    """
    sought = [row for row in wanted.rows if of is None or str(row.id) in of]
    if asked is None:
        asked = list_asked(wanted, now)
    if not sought:
        return sorted(asked)
    places = [
        Place(row.skill_code, row.latitude, row.longitude, **({} if of is None else _time(wanted, row)))
        for row in sought
    ]
    return sorted({*near.list_near(session, places, beyond_km), *asked})


def _time(wanted: Wanted, row: Any) -> dict[str, int]:
    quarters = quarters_of(wanted.windows.get(row.id, ()), wanted.weekly.get(row.id, ()))
    return {"minutes": row.minutes, "quarters": quarters}


def _open_proposals(
    session: Session, wanted: Wanted, offers: Collection[str], history: Sequence[Any] | None, now: datetime
) -> tuple[OpenProposal, ...]:
    """Proposals that may still become a yes: of what is wanted and to these offers; all, where no more is known."""
    here = {str(row.id) for row in wanted.rows}
    if history is None:
        rows = read_rows(session, statements.LIVE, {"now": now})
    else:
        live = {row.id: row for row in (*wanted.asked, *history) if asks.is_live(row, now)}
        ours = (row for row in live.values() if row.request_id in here or row.offer_id in offers)
        rows = sorted(ours, key=lambda row: (row.proposed_at, row.id))
    return tuple(
        OpenProposal(row.request_id, row.offer_id, row.expires_at, _is_of_old(row), row.request_id not in here)
        for row in rows
    )


def _is_of_old(ask: Any) -> bool:
    """Whether it was asked before the request was last changed."""
    is_of_old: bool = ask.proposed_at < ask.version_at
    return is_of_old


def _is_still_asked(ask: Any) -> bool:
    """Whether asking again would be asking twice: of this version, or not ended yet, though its time may be over."""
    return not _is_of_old(ask) or ask.status in LIVE_PROPOSALS


def _barred(session: Session) -> dict[str, set[str]]:
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in read_rows(session, statements.BARRED):
        pairs[one].add(other)
        pairs[other].add(one)
    return pairs


def _offer_of_person(offers: Iterable[Any]) -> dict[str, list[str]]:
    of_person: defaultdict[str, list[str]] = defaultdict(list)
    for row in offers:
        of_person[row.person_id].append(row.id)
    return of_person


def year_of_birth(born_on: date, today: date) -> int:
    """Whose age counts by the year alone: until the birthday in a year they count as born a year later."""
    return born_on.year + ((today.month, today.day) < (born_on.month, born_on.day))


def _to_volunteers(offers: Iterable[Any], barred: dict[str, set[str]], now: datetime) -> dict[str, problem.Volunteer]:
    today = now.astimezone(AMSTERDAM).date()
    return {
        row.id: _volunteer(
            *row[:8],
            row.paused_until if row.paused_until and row.paused_until > now else None,
            row.birth_year if row.born_on is None else year_of_birth(row.born_on, today),
            *row[10:13],
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
    skills: str,
    week: str,
    seen: str | None,
    barred: frozenset[str],
) -> problem.Volunteer:
    return problem.Volunteer(
        id=id_,
        lat=lat,
        lon=lon,
        max_km=reach_km,
        skills=_codes(skills),
        available=_pieces(week),
        capacity=capacity,
        max_proposals_per_week=asked_per_week,
        qualifications=_codes(seen or ""),
        languages=_languages(languages),
        born=birth_year,
        paused_until=paused_until,
        avoid=barred | {person_id},
    )


@lru_cache(maxsize=1 << 14)
def _word(word: str) -> tuple[tuple[int, ...], WeeklySlot]:
    """A piece of a week in brief, and the numbers by which such pieces are put in order."""
    numbers = tuple(int(part) for part in word.split(":"))
    return numbers, WeeklySlot(*numbers)


# Few differ: what many have in common is one object, and there is less for the collector of garbage to go through.
@lru_cache(maxsize=1 << 14)
def _pieces(week: str) -> tuple[WeeklySlot, ...]:
    return tuple(piece for _, piece in sorted(map(_word, week.split()), key=itemgetter(0)))


@lru_cache(maxsize=1 << 14)
def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


@lru_cache(maxsize=1024)
def _languages(told: str) -> frozenset[str]:
    return frozenset(json.loads(told))


def _to_requests(wanted: Wanted, offer_of: dict[str, list[str]]) -> dict[str, problem.Request]:
    return {
        str(row.id): problem.Request(
            id=str(row.id),
            requester=str(row.requester_id),
            lat=row.latitude,
            lon=row.longitude,
            skill=row.skill_code,
            slots=wanted.slots[row.id],
            minutes=row.minutes,
            respond_by=row.respond_by,
            windows=tuple(wanted.windows.get(row.id, ())),
            weekly=tuple(wanted.weekly.get(row.id, ())),
            requires=frozenset(row.requires),
            languages=frozenset(row.languages),
            min_age=row.min_age,
            avoid=frozenset(
                offer
                for person in wanted.barred.get(str(row.requester_id), set()) | {str(row.requester_id)}
                for offer in offer_of.get(person, ())
            )
            | frozenset(wanted.elsewhere.get(row.id, ())),
        )
        for row in wanted.rows
    }


def _windows(session: Session, ids: dict[str, Any]) -> dict[UUID, list[Window]]:
    found: defaultdict[UUID, list[Window]] = defaultdict(list)
    for request_id, starts_at, ends_at in read_rows(session, statements.WINDOWS, ids):
        found[request_id].append(Window(starts_at, ends_at))
    return found


def _weekly(session: Session, ids: dict[str, Any]) -> dict[UUID, list[WeeklySlot]]:
    found: defaultdict[UUID, list[WeeklySlot]] = defaultdict(list)
    for request_id, weekday, start, end in read_rows(session, statements.WEEKLY, ids):
        found[request_id].append(_piece(weekday, start, end))
    return found


def _matches(
    session: Session, who: Who, named: dict[str, Any]
) -> tuple[frozenset[Pair], frozenset[Pair], frozenset[Pair]]:
    running, finished, undone = set(), set(), set()
    for request_id, offer_id, status in read_rows(session, statements.matches_of(who), named):
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
    for offer_id, at in read_rows(session, statements.askings_of(who), {**named, "since": now - PROPOSAL_MEMORY}):
        asked[offer_id].append(at)
    return {offer: tuple(moments) for offer, moments in asked.items()}


def _asked_lately(history: Iterable[Any], offers: Collection[str], now: datetime) -> dict[str, tuple[datetime, ...]]:
    """The same from what is known of these people; who offers of their own accord was not asked."""
    asked: defaultdict[str, list[datetime]] = defaultdict(list)
    for row in history:
        if row.proposed_at > now - PROPOSAL_MEMORY and row.origin != Origin.APPLICATION and row.offer_id in offers:
            asked[row.offer_id].append(row.proposed_at)
    return {offer: tuple(moments) for offer, moments in asked.items()}
