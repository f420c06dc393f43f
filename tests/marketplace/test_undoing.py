"""What a coordinator did is taken back within a minute, wholly; and it says so where somebody may know already."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace import casework, coordination, lifecycle, ownership, responses, undoing
from marketplace.asks import WeekPiece
from marketplace.coordination import Widening
from marketplace.errors import MarketplaceError, NotAllowed
from marketplace.invariants import find_violations
from marketplace.metrics.report import make_report
from marketplace.models import (
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
    Offer,
    OutboxMessage,
    Person,
    Proposal,
    ProposalStatus,
    Relaxation,
    RequestWeekly,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries import undoing as queries
from marketplace.undoing import CannotUndo
from tests.support import proof, rows
from tests.support.builders import (
    a_coordinator,
    a_person,
    a_proposal,
    a_request,
    a_volunteer,
    on_duty,
    place,
)
from tests.support.clock import NOW
from tests.support.databases import lent_sqlite

TUESDAYS = (WeekPiece(1, 9 * 60, 12 * 60),)
WEDNESDAYS = (WeekPiece(2, 8 * 60, 18 * 60),)
SOON = NOW + timedelta(seconds=30)


@pytest.fixture
def case(sessions):
    return make_case(sessions)


def make_case(sessions):
    """A case of two places with Carla; Jan was asked, Piet lives too far, Kees can on Wednesdays; and a second one."""
    with sessions.begin() as session:
        carla, riet = a_coordinator(session, "Carla"), a_person(session, "Riet")
        on_duty(session, carla)
        piet = a_volunteer(session, "Piet", at=place("4849AB"))
        a_volunteer(session, "Kees", availability=WEDNESDAYS)
        jan = a_volunteer(session, "Jan", capacity=5)
        request = a_request(session, requester=riet, weekly=TUESDAYS, slots=2)
        other = a_request(session, requester=riet, weekly=WEDNESDAYS, now=NOW + timedelta(seconds=1))
        proposal = a_proposal(session, request, jan)
        ownership.escalate(session, request, reason="no_time", nearest=[], now=NOW)
    return carla, request, other, piet, proposal


ACTS = {
    "take": lambda request, other, piet: partial(coordination.take, request_id=request),
    "give_back": lambda request, other, piet: partial(coordination.give_back, request_id=request),
    "widen": lambda request, other, piet: partial(
        coordination.widen, request_id=request, widening=Widening(minutes=60, is_any_time=True)
    ),
    "ask": lambda request, other, piet: partial(coordination.propose, request_id=request, offer_id=piet),
    "couple": lambda request, other, piet: partial(coordination.couple, request_id=request, offer_id=piet),
    "close": lambda request, other, piet: partial(
        coordination.close, request_id=request, reason="nobody_found", text="Alles geprobeerd."
    ),
    "split": lambda request, other, piet: partial(
        casework.split, request_id=request, text="Ook gras maaien.", skill_code="garden.mowing", minutes=60, slots=1
    ),
    "merge": lambda request, other, piet: partial(casework.merge, request_id=request, other_id=other),
}


def everything(session):
    """Every row that says how things stand: not history, and not what was never told."""
    tables = (HelpRequest, Slot, RequestWeekly, Offer, Person)
    told = {table.__tablename__: [row.model_dump() for row in session.exec(rows.all_of(table))] for table in tables}
    for found in told["slot"]:
        found.pop("version")
    told["match"] = [
        row.model_dump() for row in session.exec(rows.all_of(Match)) if row.status is not MatchStatus.UNDONE
    ]
    told["proposal"] = [
        {**row.model_dump(), "version": 0}
        for row in session.exec(rows.all_of(Proposal))
        if row.status is not ProposalStatus.UNDONE
    ]
    told["outbox"] = [row.model_dump() for row in session.exec(rows.all_of(OutboxMessage))]
    # A part that was never asked leaves a row that ended at once.
    gone = {row["id"] for row in told["help_request"] if row["closed_reason"] == undoing.UNDONE}
    for name, key in (("help_request", "id"), ("slot", "request_id"), ("request_weekly", "request_id")):
        told[name] = [row for row in told[name] if row[key] not in gone]
    return {name: sorted(found, key=str) for name, found in told.items()}


def do(session, name, case, now=NOW):
    carla, request, other, piet, _ = case
    act = ACTS[name](request.id, other.id, piet.id)
    also = (other.id,) if name == "merge" else ()
    return undoing.record(
        session,
        name,
        partial(act, session, actor=carla, now=now),
        request_ids=(request.id, *also),
        actor=carla,
        now=now,
    )


def last_step(session, case, now=SOON):
    return queries.find_last_step(session, request_id=case[1].id, actor_id=case[0].person_id, now=now)


@pytest.mark.parametrize("name", ACTS)
def test_what_is_taken_back_leaves_everything_as_it_was(sessions, case, name):
    with sessions.begin() as session:
        before = everything(session)
    with sessions.begin() as session:
        do(session, name, case)
    with sessions.begin() as session:
        assert everything(session) != before
        step_id = last_step(session, case).id
        for _ in range(2):
            undoing.undo(session, step_id=step_id, actor=case[0], now=SOON)
    with sessions.begin() as session:
        assert everything(session) == before
        assert EventKind.UNDONE in rows.events(session, case[1].id)
        assert find_violations(session, now=SOON) == []


@pytest.mark.parametrize("name", ACTS)
def test_nobody_is_told_within_the_minute(sessions, case, name):
    with sessions.begin() as session:
        known = {row.id for row in session.exec(rows.all_of(OutboxMessage))}
    with sessions.begin() as session:
        do(session, name, case)
    with sessions.read() as session:
        new = [row for row in session.exec(rows.all_of(OutboxMessage)) if row.id not in known]
        assert all(row.next_try_at >= NOW + undoing.UNDO_FOR for row in new)


@pytest.mark.parametrize("name", ACTS)
def test_after_a_minute_it_stays(sessions, case, name):
    with sessions.begin() as session:
        do(session, name, case)
        step = last_step(session, case)
    with sessions.begin() as session, pytest.raises(CannotUndo) as refused:
        undoing.undo(session, step_id=step.id, actor=case[0], now=NOW + undoing.UNDO_FOR)
    assert refused.value.why == "time"


def test_who_was_told_is_not_untold(sessions, case):
    """Somebody called at once: the message is no longer ours to take back."""
    with sessions.begin() as session:
        do(session, "couple", case)
        step = last_step(session, case)
        message = rows.outbox(session, NoticeKind.MATCH_FOR_VOLUNTEER)[0]
        message.attempts, message.sent_at = 1, SOON
        session.add(message)
    with sessions.begin() as session, pytest.raises(CannotUndo) as refused:
        undoing.undo(session, step_id=step.id, actor=case[0], now=SOON)
    assert refused.value.why == "told"


def test_what_somebody_did_since_is_not_trampled(sessions, case):
    *_, proposal = case
    with sessions.begin() as session:
        do(session, "take", case)
        step = last_step(session, case)
    with sessions.begin() as session:
        responses.accept(session, proposal_id=proposal.id, actor=Actor(proposal.person_id), now=SOON)
    with sessions.begin() as session, pytest.raises(CannotUndo) as refused:
        undoing.undo(session, step_id=step.id, actor=case[0], now=SOON)
    assert refused.value.why == "changed"


def test_only_who_did_it_takes_it_back(sessions, case):
    with sessions.begin() as session:
        els = a_coordinator(session, "Els")
        do(session, "take", case)
        step = last_step(session, case)
        with pytest.raises(NotAllowed):
            undoing.undo(session, step_id=step.id, actor=els, now=SOON)


def test_the_wrong_person_can_be_coupled_rightly_after_all(sessions, case):
    """Who was coupled by mistake was never helping: they can be asked and coupled for the same request."""
    carla, request, _, piet, _ = case
    for _ in range(2):
        with sessions.begin() as session:
            do(session, "couple", case)
        with sessions.begin() as session:
            undoing.undo(session, step_id=last_step(session, case).id, actor=carla, now=SOON)
    with sessions.begin() as session:
        asked = coordination.propose(session, request_id=request.id, offer_id=piet.id, actor=carla, now=SOON)
        assert (asked.offer_id, asked.status) == (piet.id, ProposalStatus.OPEN)


def test_an_open_question_is_open_again_with_its_own_link(sessions, case):
    """The last place was given by hand and taken back: whoever was asked before can still say yes."""
    carla, request, _, _, proposal = case
    with sessions.begin() as session:
        slot = requests.list_slots(session, request.id, SlotStatus.FREE)[0]
        lifecycle.advance_slot(session, slot, lifecycle.SlotAction.WITHDRAW, at=NOW)
        do(session, "couple", case)
        assert session.get_one(Proposal, proposal.id).status is ProposalStatus.WITHDRAWN
    with sessions.begin() as session:
        undoing.undo(session, step_id=last_step(session, case).id, actor=carla, now=SOON)
    with sessions.begin() as session:
        answer = responses.accept(session, proposal_id=proposal.id, actor=Actor(proposal.person_id), now=SOON)
        assert answer.match_id is not None


def test_a_match_taken_back_is_in_no_figure(sessions, case):
    carla, request, *_ = case

    def matches():
        with sessions.read() as session:
            day = NOW.date()
            later = NOW + timedelta(days=9)
            report = make_report(session, municipality_id=request.municipality_id, from_on=day, to_on=day, now=later)
        return report.headline.matches.denominator

    with sessions.begin() as session:
        do(session, "couple", case)
    assert matches() == 1
    with sessions.begin() as session:
        undoing.undo(session, step_id=last_step(session, case).id, actor=carla, now=SOON)
    assert matches() == 0


def test_asking_who_asked_is_taken_back_too(sessions):
    with sessions.begin() as session:
        carla = a_coordinator(session)
        a_volunteer(session, "Kees", availability=WEDNESDAYS)
        request = a_request(session, weekly=TUESDAYS)
        ask = partial(
            casework.ask_relaxation,
            session,
            request_id=request.id,
            kind=Relaxation.OTHER_DAY,
            amount=1,
            actor=carla,
            now=NOW,
        )
        undoing.record(session, "relax", ask, request_ids=(request.id,), actor=carla, now=NOW)
        step = queries.find_last_step(session, request_id=request.id, actor_id=carla.person_id, now=SOON)
        undoing.undo(session, step_id=step.id, actor=carla, now=SOON)
        assert rows.outbox(session, NoticeKind.RELAXATION_ASKED) == []
        ask()


def test_what_was_recorded_is_not_kept(sessions, case):
    with sessions.begin() as session:
        do(session, "close", case)
    with sessions.begin() as session:
        undoing.forget_old(session, now=NOW + timedelta(hours=2))
        assert list(session.exec(rows.all_of(undoing.UndoStep))) == []


@pytest.mark.database("sqlite")
@settings(max_examples=proof.count(10, 500), deadline=None)
@given(names=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=5))
def test_any_number_of_steps_is_taken_back_one_by_one(names):
    """Last done, first undone: each leaves everything as it was before it."""
    with lent_sqlite() as database:
        sessions = database.sessions
        case, steps = make_case(sessions), []
        for second, name in enumerate(names):
            with sessions.begin() as session:
                before = everything(session)
            try:
                with sessions.begin() as session:
                    do(session, name, case, NOW + timedelta(seconds=second))
            except MarketplaceError:
                continue  # not possible any more: nothing to take back
            with sessions.read() as session:
                step = last_step(session, case)
            if step is not None and (not steps or steps[-1][0] != step.id):
                steps.append((step.id, before))
        for step_id, before in reversed(steps):
            with sessions.begin() as session:
                undoing.undo(session, step_id=step_id, actor=case[0], now=SOON)
            with sessions.begin() as session:
                assert everything(session) == before
