"""The open market of a municipality as `matching` sees it. Volunteers go by the id of their offer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES
from marketplace.models import (
    BarredPair,
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    OfferAvailability,
    OfferSkill,
    Origin,
    Person,
    Proposal,
    QualificationSeen,
    RequestWeekly,
    RequestWindow,
    Skill,
    Slot,
    SlotStatus,
)
from marketplace.policies import AMSTERDAM
from matching import problem
from matching.problem import Market, OpenProposal, Pair, SkillTable, WeeklySlot, Window

_MEMORY = timedelta(hours=168)


# A town has thousands of pieces of week, and few different ones: checked once each.
_piece = lru_cache(maxsize=4096)(WeeklySlot)


def read_skill_table(session: Session) -> SkillTable:
    """The kinds of help, in order of work area and code."""
    columns = (Skill.code, Skill.work_area, Skill.label_nl, Skill.label_en, Skill.requires, Skill.synonyms)
    rows = session.exec(select(*columns).order_by(col(Skill.work_area), col(Skill.code)))  # type: ignore[call-overload]
    return SkillTable(
        problem.Skill(code, area, nl, en, frozenset(requires), tuple(synonyms))
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
) -> Market:
    """What is open at this moment, in a handful of selects whatever its size.

    Requests are those of the municipality with a free slot (or the given ones); volunteers are everybody
    who has not left, from whichever municipality: a reach may cross the border (or the given ones). With
    ``only_able`` those without any kind of help that is asked are left out: no rule, reason or near miss
    looks further than the kind of help for them.
    """
    wanted = _requests(session, municipality_id, request_ids)
    live = _live_proposals(session, now)
    # A question about a few people must not read the whole town; None means everybody.
    few = list(offer_ids) if offer_ids is not None else None
    if only_able:
        few = _able(session, {row.skill_code for row in wanted}, {UUID(proposal.volunteer) for proposal in live})
    offers = _offers(session, few)
    barred = _barred(session)
    skills, unwanted = _skills(session, few)
    requests = _to_requests(session, wanted, barred, _offer_of_person(offers))
    running, finished, undone = _matches(session, few, [row.id for row in wanted])
    return Market(
        skills=read_skill_table(session),
        volunteers=_to_volunteers(session, offers, _weeks(session, few), skills, barred, now),
        requests=requests,
        posted_at={str(row.id): row.version_at for row in wanted},
        held=frozenset(str(row.id) for row in wanted if row.held_at),
        escalated=frozenset(str(row.id) for row in wanted if row.escalated_at),
        running=running,
        finished=finished,
        matched_before=undone,
        open_proposals=live,
        proposed=_proposed(session, [row.id for row in wanted]),
        asked_at=_asked_at(session, now),
        unwanted=unwanted,
    )


def _requests(session: Session, municipality_id: UUID, ids: Iterable[UUID] | None) -> list[Any]:
    columns = (
        HelpRequest.id,
        HelpRequest.requester_id,
        HelpRequest.latitude,
        HelpRequest.longitude,
        HelpRequest.skill_code,
        HelpRequest.minutes,
        HelpRequest.respond_by,
        HelpRequest.requires,
        HelpRequest.languages,
        HelpRequest.min_age,
        HelpRequest.version_at,
        HelpRequest.held_at,
        HelpRequest.escalated_at,
    )
    query = select(*columns).where(col(HelpRequest.ended_at).is_(None))  # type: ignore[call-overload]
    if ids is None:
        free = select(Slot.request_id).where(Slot.municipality_id == municipality_id, Slot.status == SlotStatus.FREE)
        query = query.where(col(HelpRequest.municipality_id) == municipality_id, col(HelpRequest.id).in_(free))
    else:
        query = query.where(col(HelpRequest.id).in_(list(ids)))
    return list(session.exec(query.order_by(HelpRequest.posted_at, HelpRequest.id)))


def _offers(session: Session, ids: list[UUID] | None) -> list[Any]:
    columns = (
        Offer.id,
        Offer.person_id,
        Offer.latitude,
        Offer.longitude,
        Offer.reach_km,
        Offer.capacity,
        Offer.asked_per_week,
        Offer.languages,
        Offer.paused_until,
        Person.birth_year,
    )
    query = select(*columns).join(Person, col(Person.id) == Offer.person_id)  # type: ignore[call-overload]
    query = query.where(col(Offer.left_at).is_(None))
    if ids is not None:
        query = query.where(col(Offer.id).in_(ids))
    return list(session.exec(query.order_by(Offer.offered_at, Offer.id)))


def _able(session: Session, skill_codes: set[str], asked: set[UUID]) -> list[UUID]:
    """Offers that hold one of these kinds of help, and those that are being asked."""
    holding = select(OfferSkill.offer_id).where(col(OfferSkill.skill_code).in_(skill_codes))
    return sorted(set(session.exec(holding)) | asked)


def _barred(session: Session) -> dict[UUID, set[UUID]]:
    pairs: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one, other in session.exec(select(BarredPair.person_id, BarredPair.other_id)):
        pairs[one].add(other)
        pairs[other].add(one)
    return pairs


def _offer_of_person(offers: list[Any]) -> dict[UUID, list[UUID]]:
    of_person: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in offers:
        of_person[row.person_id].append(row.id)
    return of_person


def _skills(session: Session, few: list[UUID] | None) -> tuple[dict[UUID, set[str]], frozenset[tuple[str, str]]]:
    skills: defaultdict[UUID, set[str]] = defaultdict(set)
    rested = set()
    query = select(OfferSkill.offer_id, OfferSkill.skill_code, OfferSkill.rested_at)
    if few is not None:
        query = query.where(col(OfferSkill.offer_id).in_(few))
    for offer_id, code, rested_at in session.exec(query):
        skills[offer_id].add(code)
        if rested_at:
            rested.add((str(offer_id), code))
    return skills, frozenset(rested)


def _weeks(session: Session, few: list[UUID] | None) -> dict[UUID, list[WeeklySlot]]:
    weeks: defaultdict[UUID, list[WeeklySlot]] = defaultdict(list)
    piece = OfferAvailability
    query = select(piece.offer_id, piece.weekday, piece.start_minute, piece.end_minute)
    if few is not None:
        query = query.where(col(piece.offer_id).in_(few))
    for row in session.exec(query.order_by(col(piece.weekday), col(piece.start_minute))):
        weeks[row[0]].append(_piece(*row[1:]))
    return weeks


def _to_volunteers(
    session: Session,
    offers: list[Any],
    weeks: dict[UUID, list[WeeklySlot]],
    skills: dict[UUID, set[str]],
    barred: dict[UUID, set[UUID]],
    now: datetime,
) -> dict[str, problem.Volunteer]:
    seen = _qualifications(session, [row.person_id for row in offers], now)
    return {
        str(row.id): problem.Volunteer(
            id=str(row.id),
            lat=row.latitude,
            lon=row.longitude,
            max_km=row.reach_km,
            skills=frozenset(skills.get(row.id, ())),
            available=tuple(weeks.get(row.id, ())),
            capacity=row.capacity,
            max_proposals_per_week=row.asked_per_week,
            qualifications=frozenset(seen.get(row.person_id, ())),
            languages=frozenset(row.languages),
            born=row.birth_year,
            paused_until=row.paused_until if row.paused_until and row.paused_until > now else None,
            avoid=frozenset(str(other) for other in barred.get(row.person_id, ())) | {str(row.person_id)},
        )
        for row in offers
    }


def _qualifications(session: Session, person_ids: list[UUID], now: datetime) -> dict[UUID, set[str]]:
    today: date = now.astimezone(AMSTERDAM).date()
    seen: defaultdict[UUID, set[str]] = defaultdict(set)
    still = or_(col(QualificationSeen.valid_until).is_(None), col(QualificationSeen.valid_until) >= today)
    wanted = set(person_ids)
    for person_id, code in session.exec(select(QualificationSeen.person_id, QualificationSeen.code).where(still)):
        if person_id in wanted:
            seen[person_id].add(code)
    return seen


def _to_requests(
    session: Session,
    rows: list[Any],
    barred: dict[UUID, set[UUID]],
    offer_of: dict[UUID, list[UUID]],
) -> dict[str, problem.Request]:
    ids = [row.id for row in rows]
    windows, weekly = _windows(session, ids), _weekly(session, ids)
    # What is done or closed asks nobody; the free and the taken places are what matching counts.
    slots = _slot_counts(session, ids)
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
                str(offer)
                for person in barred.get(row.requester_id, set()) | {row.requester_id}
                for offer in offer_of.get(person, ())
            ),
        )
        for row in rows
    }


def _windows(session: Session, ids: list[UUID]) -> dict[UUID, list[Window]]:
    found: defaultdict[UUID, list[Window]] = defaultdict(list)
    query = select(RequestWindow.request_id, RequestWindow.starts_at, RequestWindow.ends_at)
    for piece in session.exec(
        query.where(col(RequestWindow.request_id).in_(ids)).order_by(col(RequestWindow.starts_at))
    ):
        found[piece[0]].append(Window(piece[1], piece[2]))
    return found


def _weekly(session: Session, ids: list[UUID]) -> dict[UUID, list[WeeklySlot]]:
    found: defaultdict[UUID, list[WeeklySlot]] = defaultdict(list)
    query = select(
        RequestWeekly.request_id, RequestWeekly.weekday, RequestWeekly.start_minute, RequestWeekly.end_minute
    )
    for piece in session.exec(
        query.where(col(RequestWeekly.request_id).in_(ids)).order_by(
            col(RequestWeekly.weekday), col(RequestWeekly.start_minute)
        )
    ):
        found[piece[0]].append(_piece(*piece[1:]))
    return found


def _slot_counts(session: Session, ids: list[UUID]) -> dict[UUID, int]:
    counts: defaultdict[UUID, int] = defaultdict(int)
    counted = (SlotStatus.FREE, SlotStatus.TAKEN, SlotStatus.DONE)
    for request_id in session.exec(
        select(Slot.request_id).where(col(Slot.request_id).in_(ids), col(Slot.status).in_(counted))
    ):
        counts[request_id] += 1
    return counts


def _matches(
    session: Session, few: list[UUID] | None, request_ids: list[UUID]
) -> tuple[frozenset[Pair], frozenset[Pair], frozenset[Pair]]:
    running, finished, undone = set(), set(), set()
    query = select(Match.request_id, Match.offer_id, Match.status)
    if few is not None:
        query = query.where(or_(col(Match.offer_id).in_(few), col(Match.request_id).in_(request_ids)))
    for request_id, offer_id, status in session.exec(query):
        pair = (str(request_id), str(offer_id))
        if status in RUNNING_MATCHES:
            running.add(pair)
        elif status is MatchStatus.DONE:
            finished.add(pair)
        else:
            undone.add(pair)
    return frozenset(running), frozenset(finished), frozenset(undone)


def _live_proposals(session: Session, now: datetime) -> tuple[OpenProposal, ...]:
    query = select(Proposal.request_id, Proposal.offer_id, Proposal.expires_at)
    live = and_(col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.expires_at) > now)
    rows = session.exec(query.where(live).order_by(col(Proposal.proposed_at), col(Proposal.id)))
    return tuple(OpenProposal(str(request), str(offer), until) for request, offer, until in rows)


def _proposed(session: Session, ids: list[UUID]) -> frozenset[Pair]:
    since: ColumnElement[bool] = col(Proposal.proposed_at) >= col(HelpRequest.version_at)
    query = (
        select(Proposal.request_id, Proposal.offer_id)
        .join(HelpRequest, col(HelpRequest.id) == Proposal.request_id)
        .where(since, col(Proposal.request_id).in_(ids))
    )
    return frozenset((str(request), str(offer)) for request, offer in session.exec(query))


def _asked_at(session: Session, now: datetime) -> dict[str, tuple[datetime, ...]]:
    # Who offers of their own accord was not asked.
    asked: defaultdict[str, list[datetime]] = defaultdict(list)
    query = select(Proposal.offer_id, Proposal.proposed_at).where(
        col(Proposal.proposed_at) > now - _MEMORY, Proposal.origin != Origin.APPLICATION
    )
    for offer_id, at in session.exec(query):
        asked[str(offer_id)].append(at)
    return {offer: tuple(moments) for offer, moments in asked.items()}
