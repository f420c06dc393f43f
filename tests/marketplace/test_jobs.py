"""What happens by itself happens once, late if it must, and never twice over."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlmodel import Session, select

from marketplace import jobs, matchmaking
from marketplace.database import Sessions
from marketplace.errors import Overtaken
from marketplace.jobs import JOBS, Job, Means
from marketplace.models import DueRow, JobClaim, MatchStatus, OutboxMessage, Proposal, ProposalStatus
from marketplace.queries import matches
from tests.support.builders import a_match, a_proposal, a_request, a_team_lead, a_volunteer, the_municipality
from tests.support.clock import NOW, MovableClock
from tests.support.proof import count

LEASE = timedelta(minutes=1)


@pytest.fixture
def means(sessions: Sessions, clock: MovableClock) -> Means:
    return Means(sessions, clock)


def due(session: Session) -> list[DueRow]:
    return [row for row in session.exec(select(DueRow)) if row.done_at is None]


def proposals(session: Session) -> list[Proposal]:
    return list(session.exec(select(Proposal)))


# --- the registry ------------------------------------------------------------------------------------------------


def test_every_job_says_why_and_has_a_name_of_its_own():
    assert len({job.name for job in JOBS}) == len(JOBS)
    for job in JOBS:
        assert job.every_s > 0
        assert job.why.endswith(".")


def test_the_clockwork_ticks_for_every_job_and_lets_none_overlap(means):
    scheduler = jobs.make_scheduler(means)
    ticking = {ticking.id: ticking for ticking in scheduler.get_jobs()}
    assert set(ticking) == {job.name for job in JOBS}
    for job in JOBS:
        tick = ticking[job.name]
        assert tick.trigger.interval == timedelta(seconds=job.every_s)
        assert (tick.coalesce, tick.max_instances, tick.misfire_grace_time) == (True, 1, None)


def test_the_clockwork_runs_and_stops(means):
    """Starting and stopping leaves nothing behind: what is due stands in the database."""
    scheduler = jobs.make_scheduler(means)
    scheduler.start()
    assert scheduler.running
    scheduler.shutdown(wait=True)
    assert not scheduler.running


def test_every_job_can_run_twice_with_nothing_to_do(means):
    assert jobs.run_once(means) == []
    assert jobs.run_once(means) == []


def test_a_job_that_fails_does_not_stop_the_others_and_logs_no_names(means, caplog):
    def stumble(_means: Means) -> None:
        raise ValueError(str(NOW.year))

    assert jobs.run(Job("broken", 1, stumble, "To see."), means) is False
    assert "broken" in caplog.text
    assert "ValueError: " not in caplog.text


def test_losing_a_race_is_no_error(means, caplog):
    def lose(_means: Means) -> None:
        raise Overtaken("slot changed meanwhile")

    assert jobs.run(Job("late", 1, lose, "To see."), means) is False
    assert "ERROR" not in caplog.text


# --- claims ------------------------------------------------------------------------------------------------------


def test_a_claim_keeps_others_out_until_it_is_released_or_its_time_is_over(means, clock):
    other = replace(means, worker="other")
    fence = jobs.claim(means, "sweep", LEASE)
    assert fence is not None
    assert jobs.claim(other, "sweep", LEASE) is None
    jobs.release(means, "sweep", fence)
    assert jobs.claim(other, "sweep", LEASE) == fence + 1
    clock.move(minutes=1)
    assert jobs.claim(means, "sweep", LEASE) == fence + 2


def test_who_was_taken_over_cannot_release_the_claim_of_who_took_over(means, clock):
    other = replace(means, worker="other")
    old = jobs.claim(means, "sweep", LEASE)
    clock.move(minutes=1)
    assert jobs.claim(other, "sweep", LEASE) is not None
    jobs.release(means, "sweep", old)
    assert jobs.claim(means, "sweep", LEASE) is None


def test_of_many_who_claim_at_once_one_gets_it(means, sessions):
    """Also the very first time, when there is no row to lock yet."""
    for turn in range(count(3, 50)):
        start = Barrier(4)

        def take(number: int, job: str, start: Barrier = start) -> int | None:
            start.wait(10)
            return jobs.claim(replace(means, worker=f"w{number}"), job, LEASE)

        with ThreadPoolExecutor(4) as pool:
            fences = list(pool.map(partial(take, job=f"sweep-{turn}"), range(4)))
        assert sorted(fence is not None for fence in fences) == [False, False, False, True]
    with sessions.read() as session:
        assert all(row.fence == 1 for row in session.exec(select(JobClaim)))


# --- rounds ------------------------------------------------------------------------------------------------------


def test_a_posted_request_gets_its_round_at_once(means, sessions):
    """Posting leaves a due row; the edge runs it in a second unit, and it is ticked off."""
    with sessions.begin() as session:
        a_volunteer(session)
        request_id = a_request(session).id
        assert len(due(session)) == 1
    jobs.run_due_now(means)
    with sessions.read() as session:
        assert [(asked.request_id, asked.status) for asked in proposals(session)] == [(request_id, ProposalStatus.OPEN)]
        assert due(session) == []


def test_running_what_is_due_again_changes_nothing(means, sessions):
    with sessions.begin() as session:
        a_volunteer(session)
        a_request(session)
    for _ in range(3):
        jobs.run_due_now(means)
    with sessions.read() as session:
        assert len(proposals(session)) == 1


def test_a_round_that_died_is_run_by_the_next_tick(means, sessions, clock, monkeypatch):
    """The process ended between claiming and writing: the due row is still there, and the claim runs out."""
    with sessions.begin() as session:
        a_volunteer(session)
        a_request(session)
    with monkeypatch.context() as dying:
        dying.setattr(matchmaking, "run_round", _die)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_rounds_asked_for(means)
    jobs.run_rounds_asked_for(replace(means, worker="next"))
    with sessions.read() as session:
        assert len(due(session)) == 1, "the claim still stood"
    clock.move(minutes=1)
    jobs.run_rounds_asked_for(replace(means, worker="next"))
    with sessions.read() as session:
        assert due(session) == []
        assert len(proposals(session)) == 1


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_round_that_lost_a_race_is_run_at_the_next_tick(means, sessions, monkeypatch):
    """Nothing was wrong, so nobody waits for a claim to run out."""
    with sessions.begin() as session:
        a_volunteer(session)
        a_request(session)

    def lose(*_: object, **__: object) -> None:
        raise Overtaken("proposal changed meanwhile")

    with monkeypatch.context() as losing:
        losing.setattr(matchmaking, "run_round", lose)
        jobs.run_due_now(means)
    jobs.run_due_now(means)
    with sessions.read() as session:
        assert due(session) == []


def test_what_is_asked_for_during_a_round_gets_a_round_of_its_own(means, sessions, monkeypatch):
    """A row that came in while a round read the market is not ticked off with it."""
    rounds = []
    with sessions.begin() as session:
        a_request(session)

    def meanwhile(sessions: Sessions, **_: object) -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            with sessions.begin() as session:
                a_request(session)

    monkeypatch.setattr(matchmaking, "run_round", meanwhile)
    jobs.run_rounds_asked_for(means)
    assert len(rounds) == 2
    with sessions.read() as session:
        assert due(session) == []


def test_many_machines_at_once_ask_a_volunteer_once(means, sessions):
    with sessions.begin() as session:
        a_volunteer(session)
        a_request(session)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: jobs.run_due_now(replace(means, worker=f"w{number}")), range(4)))
    jobs.run_due_now(means)
    with sessions.read() as session:
        assert len(proposals(session)) == 1
        assert due(session) == []


def test_looking_again_happens_once_in_a_period_over_all_machines(means, sessions, clock, monkeypatch):
    seen = []
    monkeypatch.setattr(matchmaking, "run_round", lambda _sessions, *, municipality_id, now: seen.append(now))
    for number in range(3):
        jobs.look_again_everywhere(replace(means, worker=f"w{number}"))
    assert len(seen) == 1
    clock.move(minutes=5)
    jobs.look_again_everywhere(means)
    assert len(seen) == 2


# --- steps that time takes ---------------------------------------------------------------------------------------


def test_time_ends_a_question_confirms_a_match_and_hands_on_a_case(means, sessions, clock):
    """One day later, run by the registry as the clockwork would, on however many machines."""
    with sessions.begin() as session:
        a_team_lead(session)
        offer = a_volunteer(session)
        asked = a_proposal(session, a_request(session), a_volunteer(session, "Kees"))
        match = a_match(session, a_request(session), offer)
        overdue = a_request(session)
        overdue.owner_id = asked.person_id
        overdue.next_moment_at = NOW + timedelta(hours=1)
        session.add(overdue)
        overdue_id = overdue.id
    clock.move(hours=25)
    for number in range(2):
        assert jobs.run_once(replace(means, worker=f"w{number}")) == []
    with sessions.read() as session:
        assert matches.get_proposal(session, asked.id).status is ProposalStatus.LAPSED
        assert matches.get_match(session, match.id).status is MatchStatus.CONFIRMED
        handed = [row for row in session.exec(select(OutboxMessage)) if row.subject.get("request") == str(overdue_id)]
        assert [row.kind.value for row in handed].count("escalated_for_coordinator") == 1


def test_one_delivery_at_a_time_in_a_process(means):
    """A second finds the first at it and has nothing to add: the first goes on until the outbox is empty."""
    calls = []
    inner = replace(means, deliver=lambda: calls.append("inner") or 0)

    def deliver() -> int:
        calls.append("outer")
        jobs.deliver(replace(inner, delivering=outer.delivering))
        return 0

    outer = replace(means, deliver=deliver)
    jobs.deliver(outer)
    assert calls == ["outer"]
    jobs.deliver(replace(inner, delivering=outer.delivering))
    assert calls == ["outer", "inner"]


def test_a_process_that_sends_no_mail_leaves_the_outbox_alone(means, sessions):
    with sessions.begin() as session:
        a_request(session)
        assert the_municipality(session)
    jobs.deliver(means)
    with sessions.read() as session:
        assert all(row.attempts == 0 for row in session.exec(select(OutboxMessage)))
