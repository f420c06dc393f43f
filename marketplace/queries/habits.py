"""How people answered so far, as `matching.acceptance` wants it. Volunteers go by the id of their offer."""

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.models import HelpRequest, Match, Origin, Proposal, ProposalStatus
from matching.acceptance import Ask, Habits, Listing
from matching.habits_fit import AcceptancePrior
from matching.problem import PROPOSAL_MEMORY, SkillTable

# By then an answer weighs a quarter of what it did.
MEMORY: Final = timedelta(days=180)
_YES: Final = frozenset({ProposalStatus.ACCEPTED, ProposalStatus.WAITING, ProposalStatus.REFUSED})


def read_habits(
    session: Session, *, municipality_id: UUID, skills: SkillTable, prior: AcceptancePrior, now: datetime
) -> Habits:
    """What half a year of asking in a municipality tells, in three selects."""
    habits = Habits(skills, prior)
    asked: defaultdict[str, list[datetime]] = defaultdict(list)
    for row in _proposals(session, municipality_id, now):
        ask = _ask(row, asked[str(row.offer_id)])
        if not ask.is_own:
            asked[ask.volunteer].append(ask.asked_at)
        habits.note(ask)
    for request_id, listing in _listings(session, municipality_id, now):
        habits.note_listing(request_id, listing)
    return habits


def _proposals(session: Session, municipality_id: UUID, now: datetime) -> list[Any]:
    columns = (
        Proposal.request_id,
        Proposal.offer_id,
        HelpRequest.skill_code,
        Proposal.distance_km,
        Proposal.origin,
        Proposal.status,
        Proposal.proposed_at,
        Proposal.answered_at,
        Proposal.decline_reason,
        Proposal.reserve,
    )
    query = select(*columns).join(HelpRequest, col(HelpRequest.id) == Proposal.request_id)  # type: ignore[call-overload]
    query = query.where(Proposal.municipality_id == municipality_id, col(Proposal.proposed_at) > now - MEMORY)
    return list(session.exec(query.order_by(Proposal.proposed_at, Proposal.id)))


def _ask(row: Any, before: list[datetime]) -> Ask:
    is_yes = row.status in _YES or row.reserve is not None
    is_no = not is_yes and row.decline_reason is not None
    is_withdrawn = row.status is ProposalStatus.WITHDRAWN
    is_own = row.origin is Origin.APPLICATION
    return Ask(
        request=str(row.request_id),
        volunteer=str(row.offer_id),
        skill=row.skill_code,
        km=row.distance_km,
        lately=0 if is_own else len(before) - bisect_right(before, row.proposed_at - PROPOSAL_MEMORY),
        asked_at=row.proposed_at,
        answer="accepted" if is_yes else "declined" if is_no else None,
        reason=row.decline_reason.value if is_no else None,
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
        HelpRequest.municipality_id == municipality_id, col(HelpRequest.posted_at) > now - MEMORY
    )
    found = []
    for row in session.exec(query.order_by(HelpRequest.posted_at, HelpRequest.id)):
        made_at, by_offer = first.get(row.id, (None, False))
        ends = [at for at in (row.respond_by, row.ended_at) if at is not None and at <= now]
        until = made_at or min(ends, default=None)
        found.append((str(row.id), Listing(row.skill_code, row.posted_at, until, by_offer)))
    return found


def _first_matches(session: Session, municipality_id: UUID, now: datetime) -> dict[UUID, tuple[datetime, bool]]:
    since = now - MEMORY
    earliest = (
        select(Match.request_id, func.min(Match.made_at).label("made_at"))
        .where(Match.municipality_id == municipality_id, col(Match.made_at) > since)
        .group_by(col(Match.request_id))
        .subquery()
    )
    query = select(Match.request_id, Match.made_at, Match.origin).join(
        earliest, (earliest.c.request_id == Match.request_id) & (earliest.c.made_at == Match.made_at)
    )
    return {request: (made_at, origin is Origin.APPLICATION) for request, made_at, origin in session.exec(query)}
