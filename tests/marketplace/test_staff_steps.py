"""Everything that staff can do with a case, done by the use cases themselves: what makes the next match mediated.

The policy names them: (a) proposed, chose, refused or removed a person; (b) logged contact about who; (c) changed,
widened, split or reopened the request after it was escalated. Those do, and no other step does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import Session, select

from marketplace import (
    casework,
    coordination,
    deskwork,
    escalation,
    merging,
    ownership,
    relaxing,
    responses,
    teams,
    undoing,
)
from marketplace.asks import WeekPiece
from marketplace.coordination import Widening
from marketplace.metrics.classification import rule_matches
from marketplace.metrics.definitions import Happening
from marketplace.models import ContactBy, Event, HelpRequest, Match, Offer, Person, Proposal, ProposalStatus, Relaxation
from marketplace.permissions import Actor
from marketplace.queries import undoing as undo_queries
from marketplace.relaxing import Proposal as Relaxing
from tests.support.builders import (
    a_coordinator,
    a_match,
    a_person,
    a_proposal,
    a_request,
    a_team_lead,
    a_volunteer,
    on_duty,
)
from tests.support.clock import NOW

TUESDAYS = (WeekPiece(1, 9 * 60, 12 * 60),)
LATER = NOW + timedelta(hours=1)


@dataclass
class Scene:
    """An escalated request of Riet for which the engine asked Piet; Kees could be asked; Carla has the case."""

    session: Session
    carla: Actor
    els: Actor
    trudy: Actor
    request: HelpRequest
    proposal: Proposal
    kees: Offer
    # The request whose next match is judged, where it is another one.
    judged: HelpRequest | None = None

    @property
    def riet(self) -> Actor:
        return Actor(self.request.requester_id)

    def case(self, act: Callable[..., Any], **more: Any) -> Any:
        return act(self.session, request_id=self.request.id, actor=self.carla, now=NOW, **more)

    def ask_and_answer(self, actor: Actor | None) -> None:
        asked = Relaxing(Relaxation.SHORTER, 30, 1)
        question = relaxing.ask(self.session, self.request, asked, actor=actor, now=NOW)
        relaxing.answer(self.session, question_id=question.id, is_yes=True, actor=self.riet, now=NOW)


def remove_helper(scene: Scene) -> None:
    match = a_match(scene.session, scene.request, a_volunteer(scene.session, "Jan"))
    coordination.remove(scene.session, match_id=match.id, actor=scene.carla, text="Klacht", now=NOW)


def split_off(scene: Scene) -> None:
    scene.judged = scene.case(casework.split, text="Ook gras maaien.", skill_code="garden.hedge", minutes=60, slots=0)


def merge_two(scene: Scene) -> None:
    riet = scene.session.get_one(Person, scene.request.requester_id)
    other = a_request(scene.session, requester=riet, weekly=TUESDAYS, now=NOW + timedelta(seconds=1))
    scene.case(casework.merge, other_id=other.id)


def take_and_undo(scene: Scene) -> None:
    act = partial(coordination.take, scene.session, request_id=scene.request.id, actor=scene.carla, now=NOW)
    undoing.record(scene.session, "take", act, request_ids=(scene.request.id,), actor=scene.carla, now=NOW)
    step = undo_queries.find_last_step(
        scene.session, request_id=scene.request.id, actor_id=scene.carla.person_id, now=NOW
    )
    undoing.undo(scene.session, step_id=step.id, actor=scene.carla, now=NOW)


def couple_and_undo(scene: Scene) -> None:
    act = partial(
        coordination.couple,
        scene.session,
        request_id=scene.request.id,
        offer_id=scene.kees.id,
        actor=scene.carla,
        now=NOW,
    )
    undoing.record(scene.session, "couple", act, request_ids=(scene.request.id,), actor=scene.carla, now=NOW)
    step = undo_queries.find_last_step(
        scene.session, request_id=scene.request.id, actor_id=scene.carla.person_id, now=NOW
    )
    undoing.undo(scene.session, step_id=step.id, actor=scene.carla, now=NOW)


def hand_over_area(scene: Scene) -> None:
    teams.hand_over(
        scene.session,
        municipality_id=scene.request.municipality_id,
        from_id=scene.carla.person_id,
        to_id=scene.els.person_id,
        with_cases=True,
        actor=scene.trudy,
        now=NOW,
    )


def fall_ill(scene: Scene) -> None:
    teams.note_absence(
        scene.session,
        municipality_id=scene.request.municipality_id,
        person_id=scene.carla.person_id,
        stand_in_id=scene.els.person_id,
        from_at=NOW,
        until_at=NOW + timedelta(days=3),
        actor=scene.carla,
        now=NOW,
    )


def merge_files(scene: Scene) -> None:
    second = a_person(scene.session, "Riet", email=None, contact_by=ContactBy.TELEPHONE)
    a_request(scene.session, requester=second)
    merging.merge(
        scene.session,
        one_id=scene.request.requester_id,
        other_id=second.id,
        municipality_id=scene.request.municipality_id,
        actor=scene.carla,
        now=NOW,
    )


def relay(scene: Scene) -> None:
    deskwork.note_relay(scene.session, scene.proposal, actor=scene.carla, answer="yes", now=NOW)


def contact(scene: Scene, *, who: bool, outcome: str = "") -> None:
    scene.case(coordination.log_contact, text="Gebeld.", is_about_who=who, outcome=outcome)


MEDIATING = {
    "a: proposes somebody": lambda s: s.case(coordination.propose, offer_id=s.kees.id),
    "a: couples by hand": lambda s: s.case(coordination.couple, offer_id=s.kees.id),
    "a: removes somebody": remove_helper,
    "a: couples and takes it back": couple_and_undo,
    "b: spoke about who": lambda s: contact(s, who=True),
    "b: reached, and said yes to who": lambda s: contact(s, who=True, outcome="agreed"),
    "c: widens": lambda s: s.case(coordination.widen, widening=Widening(is_any_time=True)),
    "c: had who asked give way": lambda s: s.ask_and_answer(s.carla),
    "c: splits": split_off,
    "c: merges": merge_two,
}
NOT_MEDIATING = {
    "leaves it be": lambda s: None,
    "reads": lambda s: s.case(coordination.read_case),
    "reads with a reason": lambda s: s.case(coordination.read_case, reason="Carla is ziek"),
    "looks up a helper": lambda s: s.case(coordination.look_up_helper, offer_id=s.kees.id),
    "takes": lambda s: s.case(coordination.take),
    "takes and takes it back": take_and_undo,
    "gives back": lambda s: s.case(coordination.give_back),
    "notes": lambda s: s.case(coordination.note, text="Riet is vanaf morgen weg."),
    "spoke about something else": lambda s: contact(s, who=False),
    "did not reach anybody": lambda s: contact(s, who=True, outcome="not_reached"),
    "left a message": lambda s: contact(s, who=True, outcome="message_left"),
    "asks who asked, who has not answered": lambda s: relaxing.ask(
        s.session, s.request, Relaxing(Relaxation.SHORTER, 30, 1), actor=s.carla, now=NOW
    ),
    "the engine had who asked give way": lambda s: s.ask_and_answer(None),
    "reads the engine's question out": relay,
    "hands the area over": hand_over_area,
    "is away": fall_ill,
    "does nothing in time": lambda s: escalation.hand_on_overdue(s.session, NOW + timedelta(days=3)),
    "makes one of two files": merge_files,
}


def play(session: Session, step: Callable[[Scene], Any], *, is_escalated: bool) -> bool:
    """Do one step, then let the next match come of itself; whether it counts as mediated."""
    carla, els, trudy = a_coordinator(session, "Carla"), a_coordinator(session, "Els"), a_team_lead(session)
    on_duty(session, carla)
    piet, kees = a_volunteer(session, "Piet", capacity=9), a_volunteer(session, "Kees", capacity=9)
    request = a_request(session, requester=a_person(session, "Riet"), weekly=TUESDAYS)
    proposal = a_proposal(session, request, piet, expires_at=NOW + timedelta(days=6))
    if is_escalated:
        ownership.escalate(session, request, reason="no_answer_in_time", nearest=[], now=NOW)
    scene = Scene(session, carla, els, trudy, request, proposal, kees)
    step(scene)
    judged = scene.judged or request
    match = next_match(session, judged, proposal, piet)
    events = session.exec(select(Event).where(Event.request_id == judged.id)).all()
    ruled = rule_matches(
        Happening(one.seq, one.at, one.kind, one.acting_as, one.request_id, one.slot_number, one.match_id, one.detail)
        for one in events
    )
    return ruled[match.id].mediated


def next_match(session: Session, request: HelpRequest, proposal: Proposal, piet: Offer) -> Match:
    """Whoever was asked says yes: the engine's proposal, or the one that staff made."""
    made = session.exec(select(Match).where(Match.request_id == request.id, Match.status == "agreed")).first()
    if made is not None:
        return made
    staff = session.exec(
        select(Proposal).where(
            Proposal.request_id == request.id, Proposal.origin == "coordinator", Proposal.status == "open"
        )
    ).first()
    wanted = staff or proposal
    if wanted.request_id != request.id or wanted.status is not ProposalStatus.OPEN:
        wanted = a_proposal(session, request, piet, now=LATER)
    answer = responses.accept(session, proposal_id=wanted.id, actor=Actor(wanted.person_id), now=LATER)
    assert answer.match_id is not None
    return session.get_one(Match, answer.match_id)


@pytest.mark.parametrize("name", MEDIATING)
def test_these_steps_make_the_next_match_mediated(sessions, name):
    with sessions.begin() as session:
        assert play(session, MEDIATING[name], is_escalated=True), name


@pytest.mark.parametrize("name", NOT_MEDIATING)
def test_no_other_step_does(sessions, name):
    with sessions.begin() as session:
        assert not play(session, NOT_MEDIATING[name], is_escalated=True), name


@pytest.mark.parametrize("name", [name for name in MEDIATING if name.startswith("c:")])
def test_before_it_is_escalated_a_change_lends_a_hand_only(sessions, name):
    with sessions.begin() as session:
        assert not play(session, MEDIATING[name], is_escalated=False), name
