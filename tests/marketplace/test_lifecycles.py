"""Any order of anything: what people, the engine and coordinators do, and what must hold after every step."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import select

from marketplace import coordination, escalation, lifecycle, matches, matchmaking, offering, posting, responses
from marketplace.asks import NewOffer
from marketplace.coordination import Widening
from marketplace.errors import MarketplaceError
from marketplace.models import (
    DeclineReason,
    Event,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
    Offer,
    OutboxMessage,
    Proposal,
    ProposalStatus,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor, is_contact_open
from marketplace.policies import ContactPolicy
from tests.support import builders, proof, stories
from tests.support.clock import NOW
from tests.support.databases import Database

CONTACT = ContactPolicy()
SKILLS = ("garden.hedge", "company.coffee")
Pick = st.integers(min_value=0, max_value=10_000)


class Town(RuleBasedStateMachine):
    """A town with a few people. What is refused must leave everything as it was; what is done must add up."""

    make_database: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).make_database()
        self.sessions = self.database.sessions
        self.now = NOW

    def teardown(self) -> None:
        self.database.close()

    # --- machinery -----------------------------------------------------------------------------------------------

    def attempt(self, use_case: Callable[..., Any], **arguments: Any) -> Any:
        """Do it in one unit. A refusal is fine; it must be a refusal that the marketplace knows."""
        try:
            with self.sessions.begin() as session:
                return use_case(session, now=self.now, **arguments)
        except MarketplaceError:
            return None

    def pick(self, table: Any, number: int) -> Any:
        with self.sessions.read() as session:
            found = session.exec(select(table)).all()
        return found[number % len(found)] if found else None

    def round(self) -> None:
        matchmaking.run_round(self.sessions, municipality_id=self.municipality_id, now=self.now)

    # --- the town ------------------------------------------------------------------------------------------------

    @initialize()
    def found_the_town(self) -> None:
        with self.sessions.begin() as session:
            self.municipality_id = builders.the_municipality(session).id
            self.coordinator = builders.a_coordinator(session)
            self.lead = builders.a_team_lead(session)
            builders.on_duty(session, self.coordinator, until_at=NOW + timedelta(days=400))

    @rule(skill=st.sampled_from(SKILLS), capacity=st.integers(1, 3), is_public=st.booleans())
    def somebody_offers(self, skill: str, capacity: int, is_public: bool) -> None:
        with self.sessions.begin() as session:
            builders.a_volunteer(
                session, skills=(skill,), capacity=capacity, is_public=is_public, asked_per_week=7, now=self.now
            )

    @rule(number=Pick, capacity=st.integers(1, 3))
    def somebody_changes_their_offer(self, number: int, capacity: int) -> None:
        if offer := self.pick(Offer, number):
            offered = NewOffer(frozenset(SKILLS), builders.place(), builders.ALL_WEEK, capacity=capacity)
            with self.sessions.read() as session:
                municipality = builders.the_municipality(session)
            self.attempt(offering.save_offer, offered=offered, municipality=municipality, actor=Actor(offer.person_id))

    @rule(number=Pick, days=st.integers(0, 5))
    def somebody_pauses_or_comes_back(self, number: int, days: int) -> None:
        if offer := self.pick(Offer, number):
            until = self.now + timedelta(days=days) if days else None
            self.attempt(
                offering.pause_offer,
                actor=Actor(offer.person_id),
                municipality_id=self.municipality_id,
                until=until,
            )

    @rule(number=Pick)
    def somebody_leaves(self, number: int) -> None:
        if offer := self.pick(Offer, number):
            self.attempt(offering.leave, actor=Actor(offer.person_id), municipality_id=self.municipality_id)

    @rule(skill=st.sampled_from(SKILLS), slots=st.integers(1, 3), chooses=st.booleans())
    def somebody_asks(self, skill: str, slots: int, chooses: bool) -> None:
        with self.sessions.begin() as session:
            builders.a_request(
                session, skill=skill, slots=slots, is_chosen_by_requester=chooses, minutes=60, now=self.now
            )
        self.round()

    @rule(number=Pick)
    def a_requester_withdraws(self, number: int) -> None:
        if request := self.pick(HelpRequest, number):
            self.attempt(posting.withdraw_request, request_id=request.id, actor=Actor(request.requester_id))

    @rule(number=Pick)
    def a_requester_looks_further(self, number: int) -> None:
        if request := self.pick(HelpRequest, number):
            self.attempt(posting.look_further, request_id=request.id, actor=Actor(request.requester_id))

    @rule()
    def the_engine_looks(self) -> None:
        self.round()

    @rule(number=Pick)
    def somebody_says_yes(self, number: int) -> None:
        if proposal := self.pick(Proposal, number):
            self.attempt(responses.accept, proposal_id=proposal.id, actor=Actor(proposal.person_id))

    @rule(number=Pick, reason=st.sampled_from(DeclineReason))
    def somebody_says_no(self, number: int, reason: DeclineReason) -> None:
        if proposal := self.pick(Proposal, number):
            self.attempt(
                responses.decline,
                proposal_id=proposal.id,
                actor=Actor(proposal.person_id),
                reason=reason,
                pause_until=self.now + timedelta(days=3),
            )

    @rule(offer_number=Pick, request_number=Pick)
    def somebody_offers_on_a_request(self, offer_number: int, request_number: int) -> None:
        offer, request = self.pick(Offer, offer_number), self.pick(HelpRequest, request_number)
        if offer and request:
            self.attempt(responses.apply, request_id=request.id, actor=Actor(offer.person_id))

    @rule(offer_number=Pick, request_number=Pick)
    def a_requester_asks_somebody_listed(self, offer_number: int, request_number: int) -> None:
        offer, request = self.pick(Offer, offer_number), self.pick(HelpRequest, request_number)
        if offer and request:
            self.attempt(
                responses.ask_volunteer,
                request_id=request.id,
                offer_id=offer.id,
                actor=Actor(request.requester_id),
            )

    @rule(number=Pick, is_yes=st.booleans())
    def a_requester_chooses(self, number: int, is_yes: bool) -> None:
        if proposal := self.pick(Proposal, number):
            with self.sessions.read() as session:
                requester = Actor(session.get_one(HelpRequest, proposal.request_id).requester_id)
            use_case = responses.choose if is_yes else responses.refuse
            self.attempt(use_case, proposal_id=proposal.id, actor=requester)

    @rule(
        number=Pick,
        use_case=st.sampled_from((matches.confirm, matches.object_to, matches.cancel, matches.finish)),
        is_requester=st.booleans(),
    )
    def one_of_the_two_acts_on_their_match(self, number: int, use_case: Callable[..., Any], is_requester: bool) -> None:
        if match := self.pick(Match, number):
            with self.sessions.read() as session:
                requester_id = session.get_one(HelpRequest, match.request_id).requester_id
            self.attempt(use_case, match_id=match.id, actor=Actor(requester_id if is_requester else match.person_id))

    @rule(number=Pick, use_case=st.sampled_from((coordination.take, coordination.give_back, coordination.read_case)))
    def a_coordinator_takes_or_gives_back(self, number: int, use_case: Callable[..., Any]) -> None:
        if request := self.pick(HelpRequest, number):
            self.attempt(use_case, request_id=request.id, actor=self.coordinator)

    @rule(number=Pick, is_any_time=st.booleans())
    def a_coordinator_widens(self, number: int, is_any_time: bool) -> None:
        if request := self.pick(HelpRequest, number):
            self.attempt(
                coordination.widen,
                request_id=request.id,
                widening=Widening(is_any_time=is_any_time),
                actor=self.coordinator,
            )

    @rule(offer_number=Pick, request_number=Pick, is_couple=st.booleans())
    def a_coordinator_proposes_or_couples(self, offer_number: int, request_number: int, is_couple: bool) -> None:
        offer, request = self.pick(Offer, offer_number), self.pick(HelpRequest, request_number)
        if offer and request:
            use_case = coordination.couple if is_couple else coordination.propose
            self.attempt(use_case, request_id=request.id, offer_id=offer.id, actor=self.coordinator)

    @rule(number=Pick)
    def a_coordinator_closes(self, number: int) -> None:
        if request := self.pick(HelpRequest, number):
            self.attempt(
                coordination.close, request_id=request.id, reason="nobody_found", text="", actor=self.coordinator
            )

    @rule(number=Pick)
    def a_coordinator_removes(self, number: int) -> None:
        if match := self.pick(Match, number):
            self.attempt(coordination.remove, match_id=match.id, actor=self.coordinator, text="Klacht")

    @rule(hours=st.sampled_from((1, 5, 24, 50, 200)))
    def time_passes(self, hours: int) -> None:
        for _ in range(hours if hours < 6 else 1):
            self.now += timedelta(hours=1 if hours < 6 else hours)
            with self.sessions.begin() as session:
                responses.lapse_overdue(session, self.now)
                matches.confirm_overdue(session, self.now)
                escalation.hand_on_overdue(session, self.now)
            self.round()

    # --- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    @precondition(lambda self: hasattr(self, "municipality_id"))
    def everything_adds_up(self) -> None:
        with self.sessions.read() as session:
            offers = {offer.id: offer for offer in session.exec(select(Offer))}
            slots = session.exec(select(Slot)).all()
            found = session.exec(select(Match)).all()
            proposals = session.exec(select(Proposal)).all()
            requests = {request.id: request for request in session.exec(select(HelpRequest))}
            kinds = Counter(session.exec(select(Event.kind)))
            told = Counter(session.exec(select(OutboxMessage.kind)))
        self.no_slot_is_promised_twice(slots, found)
        self.nobody_is_over_capacity(offers, found)
        self.every_open_request_is_somebodys(requests, slots)
        self.proposals_ask_for_something(proposals, slots)
        self.every_step_left_its_event(found, proposals, kinds, told)
        self.details_are_open_exactly_when_they_may(found)

    def no_slot_is_promised_twice(self, slots: Any, found: Any) -> None:
        standing = Counter(
            (match.request_id, match.slot_number) for match in found if match.status in lifecycle.STANDING_MATCHES
        )
        assert all(count == 1 for count in standing.values())
        for slot in slots:
            is_given = (slot.request_id, slot.number) in standing
            assert is_given == (slot.status in (SlotStatus.TAKEN, SlotStatus.DONE))
        pairs = Counter(
            (match.request_id, match.person_id) for match in found if match.status in lifecycle.STANDING_MATCHES
        )
        assert all(count == 1 for count in pairs.values())

    def nobody_is_over_capacity(self, offers: Any, found: Any) -> None:
        running = Counter(match.offer_id for match in found if match.status in lifecycle.RUNNING_MATCHES)
        for offer in offers.values():
            assert offer.engaged == running[offer.id] <= offer.capacity

    def every_open_request_is_somebodys(self, requests: Any, slots: Any) -> None:
        free = {slot.request_id for slot in slots if slot.status is SlotStatus.FREE}
        for request in requests.values():
            assert (request.ended_at is None) == any(
                slot.status in (SlotStatus.FREE, SlotStatus.TAKEN) for slot in slots if slot.request_id == request.id
            )
            if request.id not in free:
                continue
            assert request.next_moment_at is not None
            if request.held_at is not None:
                assert request.owner_id is not None

    def proposals_ask_for_something(self, proposals: Any, slots: Any) -> None:
        free = Counter(slot.request_id for slot in slots if slot.status is SlotStatus.FREE)
        for proposal in proposals:
            if proposal.status in lifecycle.LIVE_PROPOSALS:
                assert free[proposal.request_id] > 0

    def every_step_left_its_event(self, found: Any, proposals: Any, kinds: Any, told: Any) -> None:
        assert kinds[EventKind.MATCHED] == len(found)
        statuses = Counter(match.status for match in found)
        assert kinds[EventKind.OBJECTED] == statuses[MatchStatus.OBJECTED]
        assert kinds[EventKind.DONE] == statuses[MatchStatus.DONE] == told[NoticeKind.THANKS]
        assert kinds[EventKind.CANCELLED] + kinds[EventKind.REMOVED] == statuses[MatchStatus.CANCELLED]
        assert told[NoticeKind.MATCH_FOR_VOLUNTEER] == told[NoticeKind.MATCH_FOR_REQUESTER] == len(found)
        assert kinds[EventKind.PROPOSED] + kinds[EventKind.APPLIED] >= sum(
            proposal.status is not ProposalStatus.ACCEPTED for proposal in proposals
        )

    def details_are_open_exactly_when_they_may(self, found: Any) -> None:
        for match in found:
            was_confirmed = match.confirmed_at is not None
            is_past_objection = match.status is MatchStatus.AGREED and self.now >= match.objection_until
            has_gone = match.ended_at is not None and self.now >= match.ended_at + timedelta(days=14)
            expected = (was_confirmed or is_past_objection) and not has_gone
            assert is_contact_open(match, now=self.now, policy=CONTACT) is expected


@pytest.mark.slow
def test_whatever_happens_everything_adds_up_on_sqlite():
    stories.play(Town, stories.each_its_own(), stories=proof.count(20, 500), steps=proof.count(40, 50))


@pytest.mark.slow
@pytest.mark.database("postgresql")
def test_whatever_happens_everything_adds_up_on_postgresql(database):
    stories.play(Town, stories.emptied(database), stories=proof.count(6, 200), steps=proof.count(40, 50))
