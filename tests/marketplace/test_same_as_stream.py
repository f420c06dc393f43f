"""The application, with its database, asks the same people at the same moments as the stream does in memory."""

import heapq
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from marketplace import matchmaking, responses
from marketplace.asks import WeekPiece
from marketplace.errors import MarketplaceError
from marketplace.models import DeclineReason, HelpRequest, Proposal, ProposalStatus
from marketplace.permissions import Actor
from marketplace.policies import ASKING
from marketplace.queries import market
from matching.events import Applied, Event, RequestPosted, Responded, Tick, VolunteerKnown
from matching.ledger import Engine, Outcome
from tests.support import builders, proof
from tests.support.clock import NOW

SKILLS = ("garden.hedge", "garden.mowing", "company.coffee", "company.walking")
POSTCODES = ("4901AB", "4907AB", "4849AB", "4902AB", "4904AB", "4908AB")
DAYS = 14
HOUR = timedelta(hours=1)


class Both:
    """One life lived twice: by use cases on a database, and as events in memory."""

    def __init__(self, sessions: Any, seed: int) -> None:
        self.sessions, self.rng = sessions, Random(seed)
        with sessions.begin() as session:
            self.where = builders.the_municipality(session).id
            builders.a_team_lead(session)
            self.engine = Engine(market.read_skill_table(session), ASKING)
        self.ids: dict[tuple[str, str], str] = {}  # of the stream's proposals
        self.people: dict[str, Actor] = {}
        self.requests: list[str] = []
        self.queue: list[tuple[datetime, int, str, Any]] = []
        self.number = count()
        self.seen = {"proposals": 0, "withdrawn": 0, "escalated": 0, "matched": 0}

    def later(self, at: datetime, what: str, about: Any = None) -> None:
        # Never two things at one instant: the application answers for a moment, the stream for a line.
        heapq.heappush(self.queue, (at + timedelta(seconds=next(self.number)), next(self.number), what, about))

    def live(self) -> None:
        for n in range(18):
            self.later(NOW - HOUR, "join", n)
        for _ in range(20):
            self.later(NOW + timedelta(hours=self.rng.uniform(0, 24 * (DAYS - 3))), "post")
        for _ in range(30):
            self.later(NOW + timedelta(hours=self.rng.uniform(0, 24 * DAYS)), "offer")
        for half_hours in range(48 * DAYS):
            if half_hours % 6 == 0:
                self.later(NOW + half_hours * HOUR / 2, "tick")
        while self.queue:
            now, _, what, about = heapq.heappop(self.queue)
            if now > NOW + timedelta(days=DAYS):
                return
            with self.sessions.begin() as session:
                responses.lapse_overdue(session, now)
            event = getattr(self, f"_{what}")(now, about)
            if event is not None:
                self.compare(now, event)

    def compare(self, now: datetime, event: Event) -> None:
        """What the stream does with the event, and what a round of the application has done at that moment."""
        outcome = self.engine.take(now, event)
        if not isinstance(event, VolunteerKnown):
            matchmaking.run_round(self.sessions, municipality_id=self.where, now=now)
        asked = {(made.plan.request, made.plan.volunteer, made.plan.expires_at) for made in outcome.proposals}
        with self.sessions.read() as session:
            made = session.exec(select(Proposal).where(Proposal.proposed_at == now, Proposal.origin == "engine")).all()
            called_back = session.exec(
                select(Proposal).where(Proposal.status == ProposalStatus.WITHDRAWN, Proposal.answered_at == now)
            ).all()
            handed = session.exec(select(HelpRequest.id).where(col(HelpRequest.escalated_at) == now)).all()
            assert {(str(p.request_id), str(p.offer_id), p.expires_at) for p in made} == asked, now
            assert {self.ids[str(p.request_id), str(p.offer_id)] for p in called_back} == set(outcome.withdrawn), now
            assert {str(request_id) for request_id in handed} == {e.request for e in outcome.escalated}, now
            for proposal in made:
                self._plan_an_answer(now, proposal)
        self._count(outcome)

    def _count(self, outcome: Outcome) -> None:
        for made in outcome.proposals:
            self.ids[made.plan.request, made.plan.volunteer] = made.id
        for what in self.seen:
            self.seen[what] += len(getattr(outcome, what))

    def _plan_an_answer(self, now: datetime, proposal: Proposal) -> None:
        if self.rng.random() < 0.7:
            self.later(now + timedelta(hours=self.rng.expovariate(1 / 9)), "answer", proposal.id)

    def _tick(self, now: datetime, _: None) -> Event:
        return Tick()

    def _join(self, now: datetime, n: int) -> Event:
        days = self.rng.sample(range(7), self.rng.randrange(2, 8))
        with self.sessions.begin() as session:
            offer = builders.a_volunteer(
                session,
                f"Helper{n}",
                skills=self.rng.sample(SKILLS, self.rng.randrange(1, 4)),
                at=builders.place(self.rng.choice(POSTCODES)),
                availability=tuple(WeekPiece(day, 9 * 60, 18 * 60) for day in days),
                reach_km=self.rng.choice((2.0, 5.0, 10.0)),
                capacity=self.rng.choice((1, 2, 3)),
                asked_per_week=self.rng.choice((1, 2, 3)),
                now=now,
            )
            offer_id, person_id = offer.id, offer.person_id
        self.people[str(offer_id)] = Actor(person_id)
        with self.sessions.read() as session:
            scene = market.read_market(session, municipality_id=self.where, now=now, offer_ids=[offer_id])
        return VolunteerKnown(scene.volunteers[str(offer_id)])

    def _post(self, now: datetime, _: None) -> Event:
        with self.sessions.begin() as session:
            request = builders.a_request(
                session,
                skill=self.rng.choice(SKILLS),
                at=builders.place(self.rng.choice(POSTCODES)),
                slots=self.rng.choice((1, 1, 2)),
                windows=(),
                weekly=(WeekPiece(self.rng.randrange(7), 9 * 60, 17 * 60),),
                respond_by=now + timedelta(hours=self.rng.choice((30, 72, 120))),
                now=now,
            )
            request_id = request.id
        self.requests.append(str(request_id))
        with self.sessions.read() as session:
            scene = market.read_market(session, municipality_id=self.where, now=now, request_ids=[request_id])
        return RequestPosted(scene.requests[str(request_id)])

    def _offer(self, now: datetime, _: None) -> Event | None:
        if not self.requests:
            return None
        request, volunteer = self.rng.choice(self.requests[-6:]), self.rng.choice(sorted(self.people))
        try:
            with self.sessions.begin() as session:
                responses.apply(session, request_id=UUID(request), actor=self.people[volunteer], now=now)
        except MarketplaceError:
            pass  # the stream does not honour it either
        return Applied(request, volunteer)

    def _answer(self, now: datetime, proposal_id: Any) -> Event | None:
        with self.sessions.begin() as session:
            proposal = session.get_one(Proposal, proposal_id)
            pair, actor = (str(proposal.request_id), str(proposal.offer_id)), Actor(proposal.person_id)
            if proposal.status is ProposalStatus.ACCEPTED:
                return None
            if self.rng.random() < 0.6:
                try:
                    responses.accept(session, proposal_id=proposal_id, actor=actor, now=now)
                except MarketplaceError:
                    return None
                return Responded(self.ids[pair], "accepted")
            reason = self.rng.choice((DeclineReason.NOT_NOW, DeclineReason.TOO_FAR, DeclineReason.NOT_THIS_KIND))
            responses.decline(session, proposal_id=proposal_id, actor=actor, now=now, reason=reason)
            return Responded(self.ids[pair], "declined", reason.value)


def test_two_weeks_on_a_database_are_the_same_two_weeks_in_memory(sessions: Any) -> None:
    for seed in range(proof.count(1, 10)):
        both = Both(sessions, seed)
        both.live()
        assert min(both.seen[what] for what in ("proposals", "escalated", "matched")) > 0, both.seen
