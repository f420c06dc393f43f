"""Any order of a child, a parent, a coordinator and time: never visible, matched or mailed without consent."""

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import select

from app import places_of
from marketplace import ages, coordination, invariants, matches, matchmaking, responses
from marketplace.errors import MarketplaceError
from marketplace.lifecycle import LIVE_PROPOSALS, RUNNING_MATCHES
from marketplace.models import (
    ApprovalStatus,
    HelpRequest,
    Match,
    Offer,
    OutboxMessage,
    PairApproval,
    ParentalConsent,
    ParentalStatus,
    Person,
    Proposal,
    ProposalStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import browsing, work
from marketplace.young import pairs, parents
from tests.support import builders, proof, stories
from tests.support.clock import NOW
from tests.support.databases import Database
from tests.support.site import site_settings
from tests.support.young_builders import a_child, an_asking, joined, offered_by
from web.mails import TOLD_TO_CHILDREN, words_of

# One turns sixteen in three days, one not for a long time.
CHILDREN: Final = {
    "Kanariesam": ("kanariesam@voorbeeld.nl", date(2010, 3, 6)),
    "Kanarienoor": ("kanarienoor@voorbeeld.nl", date(2012, 5, 1)),
}
Pick = st.integers(min_value=0, max_value=1000)
Name = st.sampled_from(sorted(CHILDREN))


class Town(RuleBasedStateMachine):
    """What is refused is refused; whatever is done, a child is nowhere without a yes that stands."""

    make_database: Callable[[], Database]

    def __init__(self) -> None:
        super().__init__()
        self.database = type(self).make_database()
        self.sessions, self.now = self.database.sessions, NOW
        self.places = places_of(site_settings("sqlite:///none.db", Path(tempfile.gettempdir())))

    def teardown(self) -> None:
        self.database.close()

    def attempt(self, act: Callable[..., Any], **arguments: Any) -> None:
        """In one unit; a refusal must be one that the marketplace knows."""
        try:
            with self.sessions.begin() as session:
                act(session, now=self.now, **arguments)
        except MarketplaceError:
            pass

    def pick(self, table: Any, number: int) -> Any:
        with self.sessions.read() as session:
            found = session.exec(select(table)).all()
        return found[number % len(found)] if found else None

    def person(self, name: str) -> Person | None:
        with self.sessions.read() as session:
            return session.exec(select(Person).where(Person.first_name == name)).first()

    # --- what people do ------------------------------------------------------------------------------------------

    @initialize()
    def found_the_town(self) -> None:
        with self.sessions.begin() as session:
            self.municipality_id = builders.the_municipality(session).id
            self.coordinator = builders.a_coordinator(session)
            builders.on_duty(session, self.coordinator, until_at=NOW + timedelta(days=900))

    @rule(name=Name)
    def a_child_asks(self, name: str) -> None:
        email, born_on = CHILDREN[name]
        person = self.person(name)
        child = a_child(born_on, name=name, email=email, person_id=person.id if person else None)
        self.attempt(lambda session, now: an_asking(session, child, now=now))

    @rule(number=Pick, said=st.sampled_from(["give", "give", "give", "refuse", "withdraw"]))
    def a_parent_answers(self, number: int, said: str) -> None:
        if consent := self.pick(ParentalConsent, number):
            self.attempt(getattr(parents, said), consent_id=consent.id)

    @rule(number=Pick)
    def a_child_opens_the_mail(self, number: int) -> None:
        """Or tries to, before there is one."""
        consent = self.pick(ParentalConsent, number)
        if consent is None or consent.draft_id is None or consent.child_born_on is None:
            return
        if self.person(consent.child_name) is None:
            self.attempt(lambda session, now: joined(session, consent, now=now, capacity=3, asked_per_week=7))

    @rule(name=Name)
    def a_child_offers_again(self, name: str) -> None:
        if (child := self.person(name)) is not None:
            self.attempt(lambda session, now: offered_by(session, child, now=now, is_public=True, capacity=3))

    @rule(is_at_home=st.booleans(), chooses=st.booleans())
    def somebody_asks_for_help(self, is_at_home: bool, chooses: bool) -> None:
        with self.sessions.begin() as session:
            builders.a_request(
                session, skill="home.pets", is_at_home=is_at_home, is_chosen_by_requester=chooses, now=self.now
            )
        matchmaking.run_round(self.sessions, municipality_id=self.municipality_id, now=self.now)

    @rule(number=Pick)
    def a_proposal_is_accepted(self, number: int) -> None:
        """Whatever its state: by an old link as well."""
        if proposal := self.pick(Proposal, number):
            self.attempt(responses.accept, proposal_id=proposal.id, actor=Actor(proposal.person_id))

    @rule(number=Pick, name=Name)
    def a_child_applies(self, number: int, name: str) -> None:
        request, child = self.pick(HelpRequest, number), self.person(name)
        if request is not None and child is not None:
            self.attempt(responses.apply, request_id=request.id, actor=Actor(child.id))

    @rule(number=Pick)
    def a_requester_chooses(self, number: int) -> None:
        proposal = self.pick(Proposal, number)
        if proposal is not None and proposal.status is ProposalStatus.WAITING:
            with self.sessions.read() as session:
                requester = Actor(session.get_one(HelpRequest, proposal.request_id).requester_id)
            self.attempt(responses.choose, proposal_id=proposal.id, actor=requester)

    @rule(number=Pick, said=st.sampled_from(["approve", "approve", "refuse"]))
    def a_coordinator_decides(self, number: int, said: str) -> None:
        if approval := self.pick(PairApproval, number):
            self.attempt(getattr(pairs, said), approval_id=approval.id, actor=self.coordinator)

    @rule(number=Pick, other=Pick)
    def a_coordinator_couples(self, number: int, other: int) -> None:
        request, offer = self.pick(HelpRequest, number), self.pick(Offer, other)
        if request is not None and offer is not None:
            self.attempt(coordination.couple, request_id=request.id, offer_id=offer.id, actor=self.coordinator)

    @rule(number=Pick)
    def a_match_ends(self, number: int) -> None:
        if match := self.pick(Match, number):
            self.attempt(matches.cancel, match_id=match.id, actor=Actor(match.person_id))

    @rule(hours=st.sampled_from([1, 20, 30, 24 * 8, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for act in (
            responses.lapse_overdue,
            matches.confirm_overdue,
            parents.lapse_unanswered,
            parents.release,
            pairs.follow_time,
        ):
            self.attempt(lambda session, now, act=act: act(session, now))

    # --- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def nobody_without_a_yes_is_visible_asked_or_matched(self) -> None:
        with self.sessions.read() as session:
            agreed = {
                one.child_id for one in session.exec(select(ParentalConsent)) if one.status is ParentalStatus.GIVEN
            }
            hidden = {
                person.id
                for person in session.exec(select(Person))
                if ages.needs_parent(person.born_on, self.now) and person.id not in agreed
            }
            children = {
                person.id for person in session.exec(select(Person)) if ages.needs_parent(person.born_on, self.now)
            }
            assert not [one for one in session.exec(select(Offer)) if one.person_id in hidden and one.left_at is None]
            live = [one for one in session.exec(select(Proposal)) if one.status in LIVE_PROPOSALS]
            assert not [one for one in live if one.person_id in hidden]
            running = [one for one in session.exec(select(Match)) if one.status in RUNNING_MATCHES]
            assert not [one for one in running if one.person_id in hidden]
            shown = browsing.list_public_offers(session, municipality_id=self.municipality_id, now=self.now)
            assert not children & {one.person_id for one in shown}

    @invariant()
    def nobody_without_a_yes_is_mailed(self) -> None:
        """Of every message that is still to go, worded as it would be now."""
        addresses = {email for email, _ in CHILDREN.values()}
        with self.sessions.read() as session:
            agreed = {
                email
                for one in session.exec(select(ParentalConsent))
                if one.status in (ParentalStatus.GIVEN, ParentalStatus.RELEASED)
                for email in [one.child_email]
            }
            for message in session.exec(select(OutboxMessage)):
                to = session.get(Person, message.person_id) if message.person_id else None
                is_hidden = to is not None and work.young.is_silenced(session, to, self.now)
                is_unknown = message.email in addresses and message.email not in agreed
                if (is_hidden or is_unknown) and message.kind not in TOLD_TO_CHILDREN:
                    facts = work.read_facts(session, message, now=self.now)
                    assert words_of(session, message, facts, self.places, self.now) is None, message.kind

    @invariant()
    def before_the_yes_nobody_here_has_the_name(self) -> None:
        with self.sessions.read() as session:
            known = {person.first_name for person in session.exec(select(Person))}
            ever = {one.child_id for one in session.exec(select(ParentalConsent)) if one.child_id is not None}
            grown = any(
                one.born_on is None or not ages.needs_parent(one.born_on, self.now)
                for one in session.exec(select(Person).where(Person.first_name.in_(list(CHILDREN))))
            )  # type: ignore[attr-defined]
        assert grown or len(known & set(CHILDREN)) <= len(ever)

    @invariant()
    def homes_are_looked_at_and_the_rows_agree(self) -> None:
        with self.sessions.read() as session:
            for question in (
                invariants.no_child_helps_without_a_parent,
                invariants.states_agree,
                invariants.nobody_has_more_than_their_room,
                invariants.no_slot_is_promised_twice,
            ):
                overdue = "was never answered"  # the job of the hour follows only when time passes
                assert [one for one in question(session, self.now) if overdue not in one] == []
            asked = [one for one in session.exec(select(PairApproval)) if one.status is ApprovalStatus.ASKED]
            assert all(one.due_at > one.asked_at for one in asked)


def _play(make_database: stories.MakeDatabase, name: str, *, count: int) -> None:
    steps = proof.count(20, 40)
    stories.play(Town, make_database, stories=count, steps=steps)
    proof.record(f"young-any-order-{name}", {"stories": count, "steps_at_most": steps})


@pytest.mark.slow
def test_in_any_order_no_child_is_anywhere_without_a_parent_on_sqlite():
    _play(stories.each_its_own(), "sqlite", count=proof.count(3, 400))


@pytest.mark.slow
@pytest.mark.database("postgresql")
def test_in_any_order_no_child_is_anywhere_without_a_parent_on_postgresql(database):
    _play(stories.emptied(database), "postgresql", count=proof.count(1, 150))
