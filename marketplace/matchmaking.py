"""The engine's round: read the open market (short), decide (no transaction open), write (short, all rechecked)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, lifecycle, notices, ownership
from marketplace.database import Sessions
from marketplace.holidays import without_the_away, without_the_unable
from marketplace.lifecycle import ProposalAction
from marketplace.models import (
    ActingAs,
    EventKind,
    NoticeKind,
    Origin,
    Proposal,
    ProposalStatus,
    SlotStatus,
)
from marketplace.policies import ASKING, LOOK_AGAIN, next_asking_moment
from marketplace.queries import habits, market, matches, offers, own_house, requests, rounds, series
from marketplace.queries.habits import Shared
from marketplace.queries.market import Scene
from marketplace.queries.market_statements import MOST_NAMED
from marketplace.queries.offers import HeldOffer
from marketplace.queries.rounds import OpenRequest
from matching import asking, rules
from matching.acceptance import Habits
from matching.asking import Escalation, PlannedProposal, Round
from matching.escalating import is_explained_nearby
from matching.problem import Market, OpenProposal
from matching.reasons import NearMiss, Reason, Why

# So far outside their own reach live those who almost fit, where there are enough people.
EXPLAINED_WITHIN_KM: Final = 10.0
NOTHING: Final = Round((), (), (), None)


def run_round(sessions: Sessions, *, municipality_id: UUID, now: datetime, learnt: Habits | None = None) -> Round:
    """One round over a municipality. Two rounds at once do no harm: what is stale when written is dropped.

    ``learnt`` is how people answered so far, for a caller who keeps that; without it the round reads it anew.
    """
    with sessions.read() as session:
        open_requests = rounds.list_open(session, municipality_id=municipality_id, now=now)
        wanted = [request.id for request in open_requests if _needs_a_look(request, now)]
        watermark = rounds.last_event(session)
        scene = None
        if not wanted and learnt is None and ASKING.hours.include(now):
            # Who asks first today is not kept waiting for it.
            prepare(session, municipality_id=municipality_id, now=now)
        if wanted:
            scene, learnt = _read_scene(session, municipality_id, wanted, learnt, now)
    decided = NOTHING
    if scene is not None:
        decided = _explained(sessions, asking.decide(scene, now, ASKING, habits=learnt), municipality_id, now)
    moments = _next_moments(open_requests, decided, now)
    if decided.withdrawals or decided.escalations or decided.proposals or moments:
        with sessions.begin() as session:
            if scene is not None:
                _write(session, scene, decided, watermark=watermark, municipality_id=municipality_id, now=now)
            for moment, request_ids in moments.items():
                rounds.set_next_moment(session, request_ids, moment)
    return decided


def learn(session: Session, *, municipality_id: UUID, now: datetime) -> Habits:
    """How people in a municipality answered so far."""
    skills = market.read_skill_table(session)
    return habits.read_habits(session, municipality_id=municipality_id, skills=skills, prior=ASKING.prior, now=now)


def prepare(session: Session, *, municipality_id: UUID, now: datetime) -> None:
    """Work out what all share in how they answer, which is done once a day."""
    skills = market.read_skill_table(session)
    habits.read_shared(session, municipality_id=municipality_id, skills=skills, prior=ASKING.prior, now=now)


def _explained(sessions: Sessions, decided: Round, municipality_id: UUID, now: datetime) -> Round:
    """A round looks at who lives near enough; why nobody was found is told by all who do such help."""
    handed = [UUID(escalation.request) for escalation in decided.escalations]
    if not handed:
        return decided
    with sessions.read() as session:
        if market.has_few_offers(session):
            return decided  # nobody was left out
        holidays = own_house.list_holidays_planned(session)
        unable = series.list_unable(session, municipality_id=municipality_id)
        for only_near in (True, False):
            scene = market.read_market(
                session,
                municipality_id=municipality_id,
                now=now,
                request_ids=handed,
                only_near=only_near,
                only_able=True,
                beyond_km=EXPLAINED_WITHIN_KM,
            )
            scene = without_the_unable(without_the_away(scene, holidays, now), unable)
            decided = asking.explain_again(decided, scene, now, ASKING)
            if all(_is_explained(escalation) for escalation in decided.escalations):
                break
    return decided


def _is_explained(escalation: Escalation) -> bool:
    return is_explained_nearby(escalation, ASKING.escalation.nearest_at_most, EXPLAINED_WITHIN_KM)


def _needs_a_look(request: OpenRequest, now: datetime) -> bool:
    """Whether somebody is still to be asked, somebody asked no longer fits, or a person should take over."""
    if request.is_held:
        return False
    is_late = not request.is_escalated and now >= ASKING.escalation.due_at(request.version_at, request.respond_by)
    if is_late or request.may_misfit:
        return True
    if now >= request.respond_by:
        return False
    # By day a second person may be asked where the first will probably not answer. At night nobody is asked, but
    # where nobody can ever fit a person hears of it at once.
    return ASKING.hours.include(now) or (request.live == 0 and not request.is_escalated)


def _read_scene(
    session: Session, municipality_id: UUID, wanted: Sequence[UUID], learnt: Habits | None, now: datetime
) -> tuple[Market, Habits | None]:
    """Who matters to these requests, and how they answered so far; at night, when nobody is asked, that is not needed.

    Most requests have been asked for already and wait for answers. Who else lives near those is not looked up: first
    are read the people who are being asked, then only whoever is near to what still seeks somebody.
    """
    holidays = own_house.list_holidays_planned(session)
    unable = series.list_unable(session, municipality_id=municipality_id)
    found = market.read_wanted(session, municipality_id=municipality_id, request_ids=wanted)

    shared = None
    if learnt is None and ASKING.hours.include(now):
        shared = habits.read_shared(
            session, municipality_id=municipality_id, skills=found.skills, prior=ASKING.prior, now=now
        )

    def read(offer_ids: Sequence[str] | None) -> tuple[Market, Habits | None]:
        scene = market.read_scene(session, found, now=now, offer_ids=offer_ids, only_able=offer_ids is None)
        able = without_the_unable(without_the_away(scene.market, holidays, now), unable)
        return able, learnt if shared is None else _learn_of(session, scene, shared, municipality_id, now)

    if market.has_few_offers(session):
        return read(None)
    seeking = frozenset(str(id_) for id_ in wanted)
    asked = market.list_asked(found, now)
    if asked:
        scene, told = read(asked)
        seeking = asking.list_seeking(scene, now, ASKING, habits=told)
        if not seeking:
            return scene, told
    near = market.list_near(session, found, now=now, of=seeking, asked=asked)
    return read(near) if len(near) <= MOST_NAMED else read(None)


def _learn_of(session: Session, scene: Scene, shared: Shared, municipality_id: UUID, now: datetime) -> Habits:
    """What is known of the people of one scene: what all share, and what each of them did."""
    of_town: Any = {"municipality_id": municipality_id, "prior": ASKING.prior, "shared": shared, "now": now}
    open_market = scene.market
    if scene.asks is not None:
        return habits.habits_of(scene.asks, scene.offered_at, skills=open_market.skills, **of_town)
    people, asked = open_market.volunteers, open_market.requests
    return habits.read_habits_of(session, offers=people, requests=asked, skills=open_market.skills, **of_town)


def _write(
    session: Session, scene: Market, decided: Round, *, watermark: int, municipality_id: UUID, now: datetime
) -> None:
    for request_id, offer_id in decided.withdrawals:
        if request_id in scene.requests:
            _withdraw(session, UUID(request_id), UUID(offer_id), now)
    for escalation in decided.escalations:
        _escalate(session, escalation, now)
    if decided.proposals:
        _ask(session, scene, decided.proposals, watermark=watermark, municipality_id=municipality_id, now=now)


def _withdraw(session: Session, request_id: UUID, offer_id: UUID, now: datetime) -> None:
    """Only what the engine asked itself: a person's choice is not the engine's to take back."""
    for proposal in matches.list_live_proposals(session, request_id):
        is_ours = proposal.origin is Origin.ENGINE and proposal.status is ProposalStatus.OPEN
        if proposal.offer_id == offer_id and is_ours:
            lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
            history.about_proposal(
                session, EventKind.PROPOSAL_WITHDRAWN, proposal, at=now, acting_as=ActingAs.ENGINE, why="misfit"
            )
            _tell_volunteer(session, NoticeKind.PROPOSAL_WITHDRAWN, proposal, now)


def _escalate(session: Session, escalation: Escalation, now: datetime) -> None:
    request = requests.lock_request(session, UUID(escalation.request))
    is_ours = request.ended_at is None and request.held_at is None
    if is_ours and requests.list_slots(session, request.id, SlotStatus.FREE):
        nearest = [_miss_as_json(miss) for miss in escalation.nearest]
        ownership.escalate(session, request, reason=escalation.reason.value, nearest=nearest, now=now)


def _ask(
    session: Session,
    scene: Market,
    planned: Sequence[PlannedProposal],
    *,
    watermark: int,
    municipality_id: UUID,
    now: datetime,
) -> None:
    """Ask whom the round chose, as far as every rule still holds now that requests and offers are held."""
    request_ids = sorted({UUID(plan.request) for plan in planned})
    offer_ids = sorted({UUID(plan.volunteer) for plan in planned})
    requests.lock_requests(session, request_ids)
    held = offers.lock_offers(session, offer_ids)
    # Whatever could forbid a proposal leaves an event and touches a row that is held here: where no event came
    # since the scene was read, it is still true.
    before = scene
    if rounds.last_event(session) != watermark:
        scene = market.read_market(
            session, municipality_id=municipality_id, now=now, request_ids=request_ids, offer_ids=offer_ids
        )
        scene = without_the_away(scene, own_house.list_holidays_planned(session), now)
        scene = without_the_unable(scene, series.list_unable(session, municipality_id=municipality_id))
    fresh, asked = scene, []
    for plan in planned:
        if not _is_overtaken(before, fresh, plan.request, now) and _still_holds(scene, plan, now):
            asked.append((plan, _proposal(plan, municipality_id, held[UUID(plan.volunteer)], now)))
            scene = _with_proposal(scene, plan, now)
    _propose(session, asked, now)


def _is_overtaken(before: Market, fresh: Market, request_id: str, now: datetime) -> bool:
    """Whether more people are being asked, or fewer slots are free, than when it was decided to ask one more."""
    if before is fresh:
        return False
    known, request = before.requests[request_id], fresh.requests.get(request_id)
    if request is None or fresh.free_slots(request) < before.free_slots(known):
        return True
    return len(fresh.open_for_request(request_id, now)) > len(before.open_for_request(request_id, now))


def _still_holds(scene: Market, plan: PlannedProposal, now: datetime) -> bool:
    request, volunteer = scene.requests.get(plan.request), scene.volunteers.get(plan.volunteer)
    if request is None or volunteer is None:
        return False
    return rules.may_ask(scene, volunteer, request, now)


def _with_proposal(scene: Market, plan: PlannedProposal, now: datetime) -> Market:
    asked = (*scene.asked_at.get(plan.volunteer, ()), now)
    return replace(
        scene,
        open_proposals=(*scene.open_proposals, OpenProposal(plan.request, plan.volunteer, plan.expires_at)),
        asked_at={**scene.asked_at, plan.volunteer: asked},
    )


def _proposal(plan: PlannedProposal, municipality_id: UUID, offer: HeldOffer, now: datetime) -> Proposal:
    return Proposal(
        municipality_id=municipality_id,
        volunteer_municipality_id=offer.municipality_id,
        request_id=UUID(plan.request),
        offer_id=offer.id,
        person_id=offer.person_id,
        origin=Origin.ENGINE,
        proposed_at=now,
        expires_at=plan.expires_at,
        reasons=[_reason_as_json(reason) for reason in plan.reasons],
        score={part: round(points, 3) for part, points in asdict(plan.score).items()},
        distance_km=_distance_km(plan),
    )


def _propose(session: Session, asked: Sequence[tuple[PlannedProposal, Proposal]], now: datetime) -> None:
    session.add_all([proposal for _, proposal in asked])
    session.flush()
    for plan, proposal in asked:
        history.about_proposal(
            session, EventKind.PROPOSED, proposal, at=now, acting_as=ActingAs.ENGINE, chance=round(plan.chance, 3)
        )
        _tell_volunteer(session, NoticeKind.PROPOSAL, proposal, now)


def _distance_km(plan: PlannedProposal) -> float:
    amounts = [reason.amount for reason in plan.reasons if reason.code is Why.DISTANCE]
    return round(sum(amount for amount in amounts if isinstance(amount, float)), 3)


def _next_moments(open_requests: Sequence[OpenRequest], decided: Round, now: datetime) -> dict[datetime, list[UUID]]:
    """For requests that the engine owns: the moment at which it looks again, where that has changed."""
    handed_over = {escalation.request for escalation in decided.escalations}
    moments: defaultdict[datetime, list[UUID]] = defaultdict(list)
    for request in open_requests:
        if request.owner_id is None and str(request.id) not in handed_over:
            moment = _next_moment(request, decided, now)
            if moment != request.next_moment_at:
                moments[moment].append(request.id)
    return moments


def _next_moment(request: OpenRequest, decided: Round, now: datetime) -> datetime:
    asked = [plan.expires_at for plan in decided.proposals if plan.request == str(request.id)]
    ahead = [request.respond_by, *asked]
    if request.first_expiry_at is not None:
        ahead.append(request.first_expiry_at)
    if not request.is_escalated:
        ahead.append(ASKING.escalation.due_at(request.version_at, request.respond_by))
    if request.live + len(asked) < request.free:
        ahead.append(next_asking_moment(now + LOOK_AGAIN))
    return min((moment for moment in ahead if moment > now), default=now + LOOK_AGAIN)


def _tell_volunteer(session: Session, kind: NoticeKind, proposal: Proposal, now: datetime) -> None:
    notices.about_proposal(session, kind, proposal, at=now, key=f"{proposal.id}:{proposal.version}")


def _reason_as_json(reason: Reason) -> dict[str, Any]:
    amount = reason.amount
    if isinstance(amount, datetime):
        amount = amount.isoformat()
    return {"code": reason.code.value, "amount": round(amount, 2) if isinstance(amount, float) else amount}


def _miss_as_json(miss: NearMiss) -> dict[str, Any]:
    by = miss.by.isoformat() if isinstance(miss.by, datetime) else miss.by
    return {"offer": miss.volunteer, "relax": miss.relax.value, "by": by}
