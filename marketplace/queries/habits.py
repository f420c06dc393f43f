"""How people answered so far, as `matching.acceptance` wants it. Volunteers go by the id of their offer."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Uuid, and_, bindparam
from sqlmodel import Session, col, func, select

from marketplace.models import HelpRequest, Match, MatchStatus, Offer, Origin, Proposal, ProposalStatus
from marketplace.models.columns import UtcDateTime
from marketplace.queries import asks
from marketplace.queries.market_statements import MOST_NAMED, read_rows
from marketplace.queries.several import is_one_of
from matching.acceptance import Ask, Habits, Listing
from matching.availability import local_day, local_midnight
from matching.habits_fit import AcceptancePrior, Population
from matching.problem import PROPOSAL_MEMORY, SkillTable

# What all share in how they answer, and the midnight up to which it was learnt.
Shared = tuple[datetime, Population]
_YES: Final = frozenset({ProposalStatus.ACCEPTED, ProposalStatus.WAITING, ProposalStatus.REFUSED})


def read_habits(
    session: Session, *, municipality_id: UUID, skills: SkillTable, prior: AcceptancePrior, now: datetime
) -> Habits:
    """What half a year of asking in a municipality tells, in a handful of selects."""
    habits = _read_asked(session, municipality_id=municipality_id, skills=skills, prior=prior, now=now)
    _note_known(habits, session.connection().execute(_KNOWN))
    return habits


def _read_asked(
    session: Session, *, municipality_id: UUID, skills: SkillTable, prior: AcceptancePrior, now: datetime
) -> Habits:
    """The same of those who were asked or offered: what all share follows from them."""
    habits = Habits(skills, prior)
    _note_town(session, habits, municipality_id, now)
    for request_id, listing in _listings(session, municipality_id, now):
        habits.note_listing(request_id, listing)
    return habits


def read_habits_of(
    session: Session,
    *,
    municipality_id: UUID,
    skills: SkillTable,
    prior: AcceptancePrior,
    offers: Collection[str],
    requests: Collection[str],
    now: datetime,
    shared: Shared | None = None,
) -> Habits:
    """The same as far as some offers and requests are concerned; ids as text.

    What all share is fitted to half a year, once a day in each process (and again where that half year has changed);
    the rest is what those people did who have these offers or were asked for these requests.
    """
    if shared is None:
        shared = read_shared(session, municipality_id=municipality_id, skills=skills, prior=prior, now=now)
    if len(offers) > MOST_NAMED:
        habits = Habits(skills, prior, shared=shared)
        _note_known(habits, session.connection().execute(_KNOWN))
        _note_town(session, habits, municipality_id, now)
        return habits
    asked = session.connection().execute(_ASKED_FOR, {"request_ids": [UUID(one) for one in requests]})
    people = sorted({*offers, *(str(row.offer_id) for row in asked)})
    return habits_of(
        asks.read_asks(session, people, now),
        asks.read_offered_at(session, people),
        municipality_id=municipality_id,
        skills=skills,
        prior=prior,
        shared=shared,
        now=now,
    )


def habits_of(
    history: Iterable[Any],
    known: Mapping[str, datetime],
    *,
    municipality_id: UUID,
    skills: SkillTable,
    prior: AcceptancePrior,
    shared: Shared,
    now: datetime,
) -> Habits:
    """The same of what was read before: since when people help, and `asks.read_asks` of them."""
    habits = Habits(skills, prior, shared=shared)
    for offer_id, offered_at in known.items():
        habits.note_known(offer_id, offered_at)
    since, town = asks.oldest(now), str(municipality_id)
    _note(habits, (row for row in history if row.municipality_id == town and row.proposed_at > since))
    return habits


# Per database and municipality: until which midnight it was fitted, to what, and what came of it.
_Fit = tuple[datetime, tuple[Any, ...], Population]
_FITTED: Final["WeakKeyDictionary[Any, dict[UUID, _Fit]]"] = WeakKeyDictionary()


def read_shared(
    session: Session, *, municipality_id: UUID, skills: SkillTable, prior: AcceptancePrior, now: datetime
) -> Shared:
    """What all share, as fitted to half a year up to the last midnight: from memory where that was done before."""
    midnight = local_midnight(local_day(now))
    fitted_to = (prior, *_fingerprint(session, municipality_id, midnight))
    kept = _FITTED.setdefault(session.connection().engine.pool, {})
    fit = kept.get(municipality_id)
    if fit is None or fit[:2] != (midnight, fitted_to):
        whole = _read_asked(session, municipality_id=municipality_id, skills=skills, prior=prior, now=now)
        fit = kept[municipality_id] = midnight, fitted_to, whole.population(now)
    return midnight, fit[2]


def _fingerprint(session: Session, municipality_id: UUID, midnight: datetime) -> tuple[Any, ...]:
    """What a fit depends on, in short. Answers after that midnight don't count for it; what is erased does."""
    half_a_year = {"municipality_id": municipality_id, "since": midnight - asks.MEMORY, "midnight": midnight}
    asked, posted = (read_rows(session, statement, half_a_year) for statement in (_HOW_MANY_ASKED, _HOW_MANY_POSTED))
    return (*asked[0], *posted[0])


def _in_town(table: Any, instant: Any) -> Any:
    midnight = bindparam("midnight", type_=UtcDateTime())
    return and_(table.municipality_id == _TOWN, col(instant) > asks.SINCE, col(instant) < midnight)


def _note_known(habits: Habits, rows: Iterable[Any]) -> None:
    for row in rows:
        habits.note_known(row.id, row.offered_at)


def _note(habits: Habits, rows: Iterable[Any]) -> None:
    asked: defaultdict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        ask = _ask(row, asked[row.offer_id])
        if not ask.is_own:
            asked[ask.volunteer].append(ask.asked_at)
        habits.note(ask)


def _note_town(session: Session, habits: Habits, municipality_id: UUID, now: datetime) -> None:
    """Everybody who was asked in a town, and what they said."""
    lately = {"municipality_id": municipality_id, "since": asks.oldest(now), "now": now}
    _note_known(habits, session.connection().execute(_KNOWN_ASKED, lately))
    _note(habits, session.connection().execute(_EVERY, lately))


_KNOWN: Final[Any] = asks.OFFERED_AT.where(col(Offer.left_at).is_(None))
# Built once, as those of `market_statements` are.
_TOWN: Final = bindparam("municipality_id", type_=Uuid())
_HOW_MANY_ASKED: Final[Any] = select(
    func.count(), func.max(Proposal.proposed_at), func.sum(Proposal.distance_km)
).where(_in_town(Proposal, Proposal.proposed_at))
_HOW_MANY_POSTED: Final[Any] = select(func.count(), func.max(HelpRequest.posted_at)).where(
    _in_town(HelpRequest, HelpRequest.posted_at)
)
_OF_TOWN: Final = and_(col(Proposal.municipality_id) == _TOWN, col(Proposal.proposed_at) > asks.SINCE)
_KNOWN_ASKED: Final[Any] = asks.OFFERED_AT.where(col(Offer.id).in_(select(Proposal.offer_id).where(_OF_TOWN)))
_EVERY: Final[Any] = asks.asks().where(_OF_TOWN)
_ASKED_FOR: Final[Any] = select(Proposal.offer_id).where(is_one_of(Proposal.request_id, "request_ids"))


def _ask(row: Any, before: list[datetime]) -> Ask:
    is_yes = row.status in _YES or row.reserve is not None
    is_no = not is_yes and row.decline_reason is not None
    is_withdrawn = row.status == ProposalStatus.WITHDRAWN
    is_own = row.origin == Origin.APPLICATION
    return Ask(
        request=row.request_id,
        volunteer=row.offer_id,
        skill=row.skill_code,
        km=row.distance_km,
        lately=0 if is_own else len(before) - bisect_right(before, row.proposed_at - PROPOSAL_MEMORY),
        asked_at=row.proposed_at,
        answer="accepted" if is_yes else "declined" if is_no else None,
        reason=row.decline_reason if is_no else None,
        answered_at=row.answered_at if (is_yes or is_no) and not is_withdrawn else None,
        withdrawn_at=row.answered_at if is_withdrawn else None,
        is_own=is_own,
    )


def _listings(session: Session, municipality_id: UUID, now: datetime) -> list[tuple[str, Listing]]:
    first = _first_matches(session, municipality_id, now)
    columns = (
        HelpRequest.id,
        HelpRequest.skill_code,
        HelpRequest.posted_at,
        HelpRequest.respond_by,
        HelpRequest.ended_at,
    )
    query = select(*columns).where(  # type: ignore[call-overload]
        HelpRequest.municipality_id == municipality_id, col(HelpRequest.posted_at) > asks.oldest(now)
    )
    found = []
    for row in session.exec(query.order_by(HelpRequest.posted_at, HelpRequest.id)):
        made_at, by_offer = first.get(row.id, (None, False))
        ends = [at for at in (row.respond_by, row.ended_at) if at is not None and at <= now]
        until = made_at or min(ends, default=None)
        found.append((str(row.id), Listing(row.skill_code, row.posted_at, until, by_offer)))
    return found


def _first_matches(session: Session, municipality_id: UUID, now: datetime) -> dict[UUID, tuple[datetime, bool]]:
    since = asks.oldest(now)
    earliest = (
        select(Match.request_id, func.min(Match.made_at).label("made_at"))
        .where(
            Match.municipality_id == municipality_id,
            col(Match.made_at) > since,
            Match.status != MatchStatus.UNDONE,
        )
        .group_by(col(Match.request_id))
        .subquery()
    )
    query = select(Match.request_id, Match.made_at, Match.origin).join(
        earliest, (earliest.c.request_id == Match.request_id) & (earliest.c.made_at == Match.made_at)
    )
    return {request: (made_at, origin is Origin.APPLICATION) for request, made_at, origin in session.exec(query)}
