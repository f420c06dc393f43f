"""What happens by itself: the registry of jobs, and the clockwork that runs them.

What is due stands in the database; the clockwork only gives the tick. Every job may run twice, late, or on four
machines at once: one that computes long or sends claims first, the others take steps that the database allows once.
"""

import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col

from marketplace import (
    concerns,
    escalation,
    handovers,
    matches,
    matchmaking,
    meetings,
    own_house,
    recognition,
    responses,
    retention,
    signing,
    teams,
    undoing,
)
from marketplace.buddies import looking_after
from marketplace.buddies.policies import BUDDY, BuddyPolicy
from marketplace.clock import Clock
from marketplace.clubs import applying
from marketplace.database import Sessions, clean
from marketplace.errors import Overtaken
from marketplace.models import DueRow, JobClaim, Person
from marketplace.queries import blocks, work
from marketplace.queries import rides as ride_queries
from marketplace.rides import asking as asking_rides
from marketplace.rides import driving, leaving, money, planning, reminding, results, seeking
from marketplace.rides.policies import PLANNING, PlanningPolicy
from marketplace.series import reminding as reminding_series
from marketplace.series import settling
from marketplace.talk import blocking, moderating, suspending
from marketplace.together import garden_days, tasks
from marketplace.young import pairs, parents

log = logging.getLogger(__name__)

# As long as a round may take before another process tries; one that failed is tried again after this time, too.
ROUND_LEASE: Final = timedelta(seconds=30)
# Another process was first, or the database is busy: nothing is wrong, and the next tick will do.
LOST: Final = (Overtaken, IntegrityError, OperationalError)
LOOK_AGAIN_EVERY_S: Final = 300


def name_of_process() -> str:
    """Who claims: this machine and process, so that a log says where to look."""
    return f"{socket.gethostname()[:40]}-{uuid4().hex[:8]}"


@dataclass(frozen=True)
class Means:
    """What jobs work with. ``deliver`` sends what the outbox holds; None where this process sends no mail."""

    sessions: Sessions
    clock: Clock
    deliver: Callable[[], int] | None = None
    worker: str = field(default_factory=name_of_process)
    # The key under which who was erased is known again; without it nobody is erased by time.
    key: str = field(default="", repr=False)
    # How the rides of a day are planned, and by whom: this process, unless the edge hands in another solver.
    ride_planning: PlanningPolicy = PLANNING
    ride_money: money.MoneyPolicy = money.MONEY
    # When the two of a trajectory are asked how it goes, and the like.
    buddies: BuddyPolicy = BUDDY
    solve: planning.Solve = field(default_factory=lambda: planning.solver(time.monotonic))
    # One delivery at a time in a process: whoever finds another at it has nothing to add.
    delivering: threading.Lock = field(default_factory=threading.Lock)


# --- claims ------------------------------------------------------------------------------------------------------


def claim(means: Means, job: str, lease: timedelta) -> int | None:
    """Take a job for a while. Returns the fence, or None while somebody else has it."""
    now = means.clock()
    try:
        with means.sessions.begin() as session:
            row = work.find_claim(session, job)
            if row is None:
                row = JobClaim(job=job, claimed_by=means.worker, claimed_until=now + lease)
            elif row.claimed_until > now:
                return None
            else:
                row.claimed_by, row.claimed_until, row.fence = means.worker, now + lease, row.fence + 1
            session.add(row)
            session.flush()
            return row.fence
    except IntegrityError:  # two processes claimed a job that nobody had claimed before
        return None


def release(means: Means, job: str, fence: int) -> None:
    """Give a job back, unless somebody has taken it over meanwhile."""
    with means.sessions.begin() as session:
        session.execute(
            update(JobClaim)
            .where(col(JobClaim.job) == job, col(JobClaim.fence) == fence)
            .values(claimed_until=means.clock())
        )


# --- rounds ------------------------------------------------------------------------------------------------------


def run_rounds_asked_for(means: Means) -> None:
    """Rounds that posting, declining or cancelling asked for."""
    with means.sessions.read() as session:
        due = work.list_municipalities_due(session, means.clock())
    for municipality_id in due:
        _run_rounds(means, municipality_id)


def _run_rounds(means: Means, municipality_id: UUID) -> None:
    """Rounds until none is asked for any more. One with a bug keeps its claim, and so is not tried at every tick."""
    job = f"round:{municipality_id}"
    while (fence := claim(means, job, ROUND_LEASE)) is not None:
        try:
            was_asked_for = _run_round(means, municipality_id)
        except LOST:
            release(means, job, fence)
            raise
        release(means, job, fence)
        if not was_asked_for:
            return


def _run_round(means: Means, municipality_id: UUID) -> bool:
    """One round, if one is still asked for. Whether it was."""
    now = means.clock()
    with means.sessions.read() as session:
        asked = work.list_due_rows(session, municipality_id, now)
    if asked:
        matchmaking.run_round(means.sessions, municipality_id=municipality_id, now=now)
        _tick_off(means, asked, now)
    return bool(asked)


def _tick_off(means: Means, rows: Sequence[UUID], now: datetime) -> None:
    """Only the rows seen before the round: one that came in while it ran asks for another."""
    with means.sessions.begin() as session:
        session.execute(update(DueRow).where(col(DueRow.id).in_(rows)).values(done_at=now))


def look_again_everywhere(means: Means) -> None:
    """A round in every municipality: time alone changes who can be asked. Once in a period over all machines."""
    with means.sessions.read() as session:
        municipalities = work.list_municipality_ids(session)
    for municipality_id in municipalities:
        lease = timedelta(seconds=LOOK_AGAIN_EVERY_S * 0.9)
        if claim(means, f"look-again:{municipality_id}", lease) is not None:
            matchmaking.run_round(means.sessions, municipality_id=municipality_id, now=means.clock())


# --- rides -------------------------------------------------------------------------------------------------------


def plan_rides_asked_for(means: Means) -> None:
    """Days whose rides are to be planned: the evening before, and at every change."""
    with means.sessions.read() as session:
        due = ride_queries.list_days_due(session, means.clock())
    lease = timedelta(seconds=means.ride_planning.seconds + ROUND_LEASE.total_seconds())
    for municipality_id, day in due:
        job = f"rides:{municipality_id}:{day.isoformat()}"
        if (fence := claim(means, job, lease)) is None:
            continue
        # One with a bug keeps its claim, and so is not tried at every tick.
        try:
            _plan_day(means, municipality_id, day)
        except LOST:
            release(means, job, fence)
            raise
        release(means, job, fence)


def _plan_day(means: Means, municipality_id: UUID, day: date) -> None:
    """One planning of one day. What asks for another one while it runs is left for that."""
    now = means.clock()
    with means.sessions.read() as session:
        asked = ride_queries.list_plans_due(session, municipality_id, day, now)
    if asked:
        planning.plan(
            means.sessions,
            municipality_id=municipality_id,
            day=day,
            now=now,
            solve=means.solve,
            policy=means.ride_planning,
        )
        _tick_off(means, asked, now)


def _ask_for_evening_plans(session: Session, now: datetime) -> None:
    planning.ask_for_evening_plans(session, now)


def warn_of_limit(means: Means) -> None:
    """Drivers who come near what they may be paid in a year without tax."""
    with means.sessions.begin() as session:
        money.warn_of_limit(session, means.clock(), means.ride_money)


# --- steps that time takes ---------------------------------------------------------------------------------------


def _step(take: Callable[[Session, datetime], Any]) -> Callable[[Means], None]:
    """One transaction. Two processes at once take the same step; the database lets one of them."""

    def run(means: Means) -> None:
        with means.sessions.begin() as session:
            take(session, means.clock())

    return run


def look_after_buddies(means: Means) -> None:
    """What time does in trajectories with a buddy."""
    with means.sessions.begin() as session:
        looking_after.look_after(session, means.clock(), means.buddies)


def _forget(session: Session, now: datetime) -> None:
    signing.forget_old(session, now=now)
    undoing.forget_old(session, now=now)


def settle_series(means: Means) -> None:
    """Series of which something changed, or a time is over, one by one."""
    with means.sessions.read() as session:
        due = settling.list_due(session, means.clock())
    for series_id in due:
        with means.sessions.begin() as session:
            settling.settle_one(session, series_id, now=means.clock())


def _stop_rides(session: Session, now: datetime) -> None:
    for person_id in blocks.list_suspended_with_rides(session):
        leaving.stop(session, session.get_one(Person, person_id), now=now)


def climb(means: Means) -> None:
    """Who waits long enough goes to the next rung of the ladder; what would help is worked out first."""
    escalation.climb_alone(means.sessions, means.clock())
    escalation.catch_up(means.sessions, means.clock())


def keep_terms(means: Means) -> None:
    """What was kept long enough goes, one kind a transaction; then nothing of it is left beside the tables."""
    steps: list[Callable[[Session, datetime], object]] = [
        lambda session, now: retention.note_activity(session, now=now),
        lambda session, now: retention.forget(session, now=now),
        lambda session, now: retention.warn_inactive(session, now=now),
    ]
    if means.key:
        steps.append(lambda session, now: retention.erase_inactive(session, key=means.key, now=now))
    for take in steps:
        with means.sessions.begin() as session:
            take(session, means.clock())
    clean(means.sessions.engine)


def _follow_birthdays(session: Session, now: datetime) -> None:
    """Who turned sixteen goes on by themselves: with what they typed while they waited, or with a yes that waits."""
    for waiter in parents.release(session, now):
        signing.ask_link(
            session,
            email=waiter.email,
            municipality_id=waiter.municipality_id,
            now=now,
            draft_id=waiter.draft_id,
        )
    pairs.follow_time(session, now)


def deliver(means: Means) -> None:
    """Send what the outbox holds."""
    if means.deliver is not None and means.delivering.acquire(blocking=False):
        try:
            means.deliver()
        finally:
            means.delivering.release()


# --- the registry ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """Something that is done again and again, and why."""

    name: str
    every_s: int
    run: Callable[[Means], None]
    why: str


JOBS: Final = (
    Job(
        "lapse", 20, _step(responses.lapse_overdue), "A question without an answer ends in time, and the next is asked."
    ),
    Job("waiting-lists", 20, _step(applying.look_after_lists), "Who waits for a place gets it before anybody else."),
    Job("confirm", 20, _step(matches.confirm_overdue), "When nobody objects, the two can reach each other."),
    Job(
        "series",
        3,
        settle_series,
        "Every time of a series has somebody, or a search, or we say so.",
    ),
    Job("remind-series", 60, _step(reminding_series.remind), "Both are reminded, also of what is every Tuesday."),
    Job("series-on", 3600, _step(reminding_series.ask_whether_on), "Nothing goes on for years unasked."),
    Job("series-how", 3600, _step(reminding_series.ask_how_it_goes), "How it goes is asked once in a while."),
    Job("remind", 60, _step(meetings.remind), "Nobody stands before a closed door: both are reminded of the date."),
    Job("nudge", 300, _step(meetings.nudge), "Two people who have no date yet are asked whether it works out."),
    Job("offer-on", 300, _step(meetings.offer_on), "Who hears nothing is not left waiting: somebody else is asked."),
    Job("how-was-it", 300, _step(meetings.ask_how_it_was), "Whether the help helped, only the two of them know."),
    Job("over", 3600, _step(meetings.finish_silent), "What was done long ago keeps nobody's room."),
    Job("holidays", 300, _step(own_house.begin_holidays), "Who is away is asked nothing."),
    Job("hand-on", 60, _step(escalation.hand_on_overdue), "A case that nobody acts on goes to the team lead."),
    Job("hand-overs", 300, _step(handovers.return_overdue), "What another organisation leaves lying comes back."),
    Job("reports", 300, _step(moderating.look_after), "What was reported lies with somebody who looks at it."),
    Job("appeals", 300, _step(suspending.pass_late_appeals), "Who disagrees hears in time from somebody else."),
    Job("blocked-pairs", 300, _step(blocking.look_again), "Who wants nothing to do with each other is left in peace."),
    Job("blocked-rides", 60, _step(_stop_rides), "Nobody is fetched by, or fetches, whose account is blocked."),
    Job("concerns", 300, _step(concerns.look_after), "A worry lies with somebody who is there to look at it."),
    Job("climb", 300, climb, "Before a person must look: who asked, and organisations, may know a way."),
    Job("away", 60, _step(teams.pass_cases), "Who is away leaves no case behind, and gets back what is still there."),
    Job("years", 3600, _step(recognition.tell_years), "What somebody did in a year is said, and thanked for."),
    Job("invite", 3600, _step(recognition.invite), "Who was helped may help: asked once, gently."),
    Job("parents", 300, _step(parents.lapse_unanswered), "Of whom no parent agrees, nothing is kept."),
    Job("birthdays", 60, _step(_follow_birthdays), "Who is sixteen decides for themselves, from that day on."),
    Job("buddies", 60, look_after_buddies, "Both are asked how it goes, and nobody who waits is forgotten."),
    Job("look-again", LOOK_AGAIN_EVERY_S, look_again_everywhere, "Time alone opens and closes possibilities."),
    Job("repeating-rides", 3600, _step(asking_rides.make_all_days), "Every Tuesday is every Tuesday."),
    Job("evening-plans", 60, _step(_ask_for_evening_plans), "Tomorrow's rides are planned this evening."),
    Job("lapse-drives", 60, _step(planning.lapse_overdue), "Who does not answer keeps nobody waiting."),
    Job("standby", 60, _step(seeking.look_again), "A ride that nobody took is not forgotten."),
    Job("hand-on-rides", 60, _step(seeking.hand_on_overdue), "A ride that nobody acts on goes to the team lead."),
    Job("expired-rides", 300, _step(planning.give_up_expired), "A ride that was not driven is not left standing."),
    Job("remind-rides", 60, _step(reminding.remind), "Nobody waits in vain, and nobody is fetched unawares."),
    Job("driven", 3600, _step(results.finish_silent), "What was driven is written up, also where nobody says so."),
    Job("statements", 3600, _step(money.write_statements), "Drivers see each month what they drove and got back."),
    Job("yearly-limit", 3600, warn_of_limit, "Nobody is surprised by the tax office."),
    Job("papers", 3600, _step(driving.warn_of_papers), "Nobody drives without valid papers."),
    Job("garden-days", 60, _step(garden_days.look_after), "A garden day goes on, or every garden looks again."),
    Job("task-alerts", 300, _step(tasks.tell_of_tasks), "Who wanted to do something hears of it while they still do."),
    Job("rides", 3, plan_rides_asked_for, "A change of the day changes who drives whom."),
    Job("rounds", 3, run_rounds_asked_for, "What somebody just did changes who is asked now."),
    Job("mail", 5, deliver, "People are told."),
    Job("retention", 3600, keep_terms, "Texts, addresses and people are kept no longer than we said."),
    Job("past-minutes", 3600, _step(planning.forget_minutes), "What is past need not be guarded."),
    Job("forget", 3600, _step(_forget), "Links, drafts and sign-ins are kept no longer than they are of use."),
)


def run(job: Job, means: Means) -> bool:
    """Run one job; what goes wrong is logged and left to the next tick. Whether it went well."""
    try:
        job.run(means)
    except LOST as lost:
        log.info("job %s: another was first, or the database is busy (%s)", job.name, type(lost).__name__)
        return False
    except Exception as bug:  # a job that fails must not end the clockwork
        # Where, but not what: the message of an exception may hold what people typed.
        frames = "".join(traceback.format_tb(bug.__traceback__))
        log.error("job %s failed: %s\n%s", job.name, type(bug).__name__, frames)
        return False
    return True


def run_once(means: Means) -> list[str]:
    """Run every job once, in the order of the registry. The names of those that did not go well."""
    return [job.name for job in JOBS if not run(job, means)]


def run_due_now(means: Means) -> None:
    """What somebody just did may have made a round due and put mails in the outbox: not a tick later, but now."""
    for job in JOBS:
        if job.run in (settle_series, run_rounds_asked_for, deliver):
            run(job, means)


def make_scheduler(means: Means) -> Any:
    """The clockwork, not yet started. Keeps nothing itself, so that it may stop at any moment."""
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in JOBS:
        scheduler.add_job(
            run,
            "interval",
            args=(job, means),
            id=job.name,
            seconds=job.every_s,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler
