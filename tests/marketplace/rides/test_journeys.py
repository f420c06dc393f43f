"""Two stories from the beginning to the end: a resident without e-mail, and a driver who falls ill at seven."""

from datetime import date

from marketplace import deskwork, intake, jobs
from marketplace.intake import Described
from marketplace.jobs import Means
from marketplace.models import (
    Channel,
    DriveResult,
    NoticeChannel,
    NoticeKind,
    PromiseStatus,
    ReturnMode,
    Ride,
    RideStatus,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import ride_costs
from marketplace.queries import rides as queries
from marketplace.rides import answering, driving, results, seeking
from marketplace.trips import from_minutes, instant_of
from tests.support import builders, rows
from tests.support import ride_builders as build
from tests.support.ride_world import RIDE_JOBS

DAY = build.DAY


def tick(sessions, clock, day, hour, minute=0):
    """The clockwork at a time of the day; below 0 is the day before."""
    clock.set(instant_of(day, hour * 60 + minute))
    means = Means(sessions, clock, ride_planning=build.QUICK, solve=build.solve())
    for _ in range(2):
        for job in jobs.JOBS:
            if job.name in RIDE_JOBS:
                job.run(means)


def messages(sessions, person_id):
    """What somebody is told, in order: kind and channel."""
    with sessions.read() as session:
        found = [message for kind in NoticeKind for message in rows.outbox(session, kind)]
    mine = [message for message in found if message.person_id == person_id]
    return [(each.kind, each.channel) for each in sorted(mine, key=lambda each: (each.queued_at, each.kind))]


def test_a_resident_without_email_rides_there_and_back(sessions, clock):
    """By telephone in, planned, accepted by one tap, called the evening before, driven, told the price, written up."""
    with sessions.begin() as session:
        desk = builders.a_coordinator(session, "Gerard", kind=StaffRoleKind.RIDE_PLANNER)
        driver = build.a_driver(session)
        where = builders.the_municipality(session)
        caller = intake.register(
            session,
            Described("Jo Smits", "0162 111111", "4901AB", "Straat", "1"),
            municipality_id=where.id,
            actor=desk,
            now=clock(),
        )
        ride = build.a_ride(
            session,
            passenger=caller,
            by=desk,
            channel=Channel.TELEPHONE,
            return_mode=ReturnMode.LATER,
            return_minute=build.wall(13),
            needs=("rollator",),
        )
        assert ride.entered_by_id == desk.person_id
        assert 0 < ride.least_cents <= ride.most_cents
    tick(sessions, clock, DAY, -8, 1)
    with sessions.begin() as session:
        day = build.day_of(session, driver)
        answering.accept_day(session, driver_day_id=day.id, actor=Actor(driver.person_id), now=clock())
    tick(sessions, clock, DAY, -6, 1)
    assert [kind for kind, _ in messages(sessions, caller.id)] == [
        NoticeKind.RIDE_ASKED,
        NoticeKind.RIDE_AGREED,
        NoticeKind.RIDE_REMINDER,
    ]
    assert {channel for _, channel in messages(sessions, caller.id)} == {NoticeChannel.TELEPHONE}
    with sessions.begin() as session:
        # One call tells all of it.
        (reminder,) = rows.outbox(session, NoticeKind.RIDE_REMINDER)
        call = deskwork.take(session, reminder.id, actor=desk, now=clock())
        deskwork.told(session, call, actor=desk, now=clock())
    clock.set(from_minutes(DAY, build.wall(15)))
    with sessions.begin() as session:
        for promise in build.promises_of(session, ride.id):
            results.report(
                session,
                promise_id=promise.id,
                result=DriveResult.DRIVEN,
                actor=Actor(driver.person_id),
                now=clock(),
            )
    with sessions.read() as session:
        assert queries.get_ride(session, ride.id).status is RideStatus.DONE
        lines = ride_costs.list_lines(
            session,
            municipality_id=where.id,
            first=DAY.replace(day=1),
            last=date(2026, 3, 31),
            driver_id=driver.id,
        )
        metres = sum(duty["metres"] for duty in build.day_of(session, driver).duties)
    assert [line.passenger.id for line in lines] == [caller.id, caller.id]
    assert sum(line.metres for line in lines) == metres
    assert sum(line.cents for line in lines) > 0
    assert (NoticeKind.RIDE_RECEIPT, NoticeChannel.LETTER) in messages(sessions, caller.id) or (
        NoticeKind.RIDE_RECEIPT,
        NoticeChannel.TELEPHONE,
    ) in messages(sessions, caller.id)
    tick(sessions, clock, date(2026, 4, 3), 9)
    assert (NoticeKind.DRIVER_STATEMENT, NoticeChannel.EMAIL) in messages(sessions, driver.person_id)


def test_a_driver_falls_ill_at_seven(sessions, clock):
    """A new plan: their rides go to others, everybody concerned is told once, and nobody else notices."""
    with sessions.begin() as session:
        ill, other, third = (
            build.a_driver(session, name, at=build.place(postcode), max_rides=3)
            for name, postcode in (("Dirk", "4901AA"), ("Fien", "4907AA"), ("Kees", "4849AA"))
        )
        rides = [
            build.a_ride(session, passenger=builders.a_person(session, f"Reiziger{n}"), wanted_minute=build.wall(9 + n))
            for n in range(5)
        ]
    tick(sessions, clock, DAY, -8, 1)
    with sessions.begin() as session:
        plan = queries.find_plan(session, ill.municipality_id, DAY)
        for day in queries.list_driver_days(session, plan.id):
            answering.accept_day(session, driver_day_id=day.id, actor=Actor(day.person_id), now=clock())
    tick(sessions, clock, DAY, -6, 1)
    before = snapshot(sessions, rides)
    assert {status for status, *_ in before.values()} == {RideStatus.AGREED}
    lost = {ride_id for ride_id, (_, driver_id, _) in before.items() if driver_id == ill.id}
    assert lost
    clock.set(instant_of(DAY, build.wall(7)))
    with sessions.begin() as session:
        driving.change_day(session, driver_id=ill.id, day=DAY, windows=(), actor=Actor(ill.person_id), now=clock())
    tick(sessions, clock, DAY, 7, 1)
    after = snapshot(sessions, rides)
    assert {driver_id for _, driver_id, _ in after.values()} <= {other.id, third.id}
    kept = {ride_id for ride_id in before if before[ride_id][1:] == after[ride_id][1:]}
    assert kept == set(before) - lost
    clock.set(instant_of(DAY, build.wall(7, 20)))
    with sessions.begin() as session:
        assert build.day_of(session, ill).duties == []
        plan = queries.find_plan(session, ill.municipality_id, DAY)
        for day in queries.list_driver_days(session, plan.id):
            answering.accept_day(session, driver_day_id=day.id, actor=Actor(day.person_id), now=clock())
    assert {status for status, *_ in snapshot(sessions, rides).values()} == {RideStatus.AGREED}
    for ride in rides:
        told = [kind for kind, _ in messages(sessions, ride.passenger_id)]
        again = [NoticeKind.RIDE_UNSURE, NoticeKind.RIDE_AGREED] if ride.id in lost else []
        assert told == [NoticeKind.RIDE_ASKED, NoticeKind.RIDE_AGREED, NoticeKind.RIDE_REMINDER, *again]
    assert [kind for kind, _ in messages(sessions, ill.person_id)] == [
        NoticeKind.DRIVER_DAY,
        NoticeKind.DRIVER_DAY_REMINDER,
        NoticeKind.DRIVER_DAY_CHANGED,
    ]


def snapshot(sessions, rides):
    """Of each ride: its status, who drives it, and when."""
    with sessions.read() as session:
        found = {}
        for ride in rides:
            (promise,) = build.promises_of(session, ride.id)
            found[ride.id] = queries.get_ride(session, ride.id).status, promise.driver_id, promise.pickup_at
        return found


def test_nobody_can_so_standby_is_asked_and_then_the_planner(sessions, clock):
    """Outside everybody's hours: the standby driver is asked and says no; the planner has it, with what would help."""
    with sessions.begin() as session:
        planner = builders.a_coordinator(session, "Gerard", kind=StaffRoleKind.RIDE_PLANNER)
        build.a_driver(session, hours=[(weekday, 14 * 60, 18 * 60) for weekday in range(7)])
        standby = build.a_driver(session, "Sien", hours=(), is_standby=True)
        ride = build.a_ride(session)
    tick(sessions, clock, DAY, -8, 1)
    with sessions.begin() as session:
        (ask,) = queries.list_standby_asks(session, [ride.id])
        assert ask.driver_id == standby.id
        seeking.answer_standby(session, ask_id=ask.id, is_yes=False, actor=Actor(standby.person_id), now=clock())
    tick(sessions, clock, DAY, -7, 0)
    with sessions.read() as session:
        found = queries.get_ride(session, ride.id)
        assert found.owner_id == planner.person_id
        assert found.escalation["reason"] == "outside_all_windows"
        assert {change["relax"] for change in found.escalation["nearest"]} >= {"pickup"}
    assert [kind for kind, _ in messages(sessions, ride.passenger_id)] == [
        NoticeKind.RIDE_ASKED,
        NoticeKind.RIDE_UNSURE,
    ]
    with sessions.begin() as session:
        lead = builders.a_team_lead(session)
    tick(sessions, clock, DAY, 3)
    with sessions.read() as session:
        assert queries.get_ride(session, ride.id).owner_id == lead.person_id
    assert [kind for kind, _ in messages(sessions, lead.person_id)] == [NoticeKind.RIDE_FOR_PLANNER]


def test_standby_says_yes_and_that_is_enough(sessions, clock):
    """Outside everybody's hours, too: the first yes is planned and agreed without another question."""
    with sessions.begin() as session:
        sien, toos = (build.a_driver(session, name, hours=(), is_standby=True) for name in ("Sien", "Toos"))
        ride = build.a_ride(session, return_mode=ReturnMode.WAIT, wait_minutes=45)
    tick(sessions, clock, DAY, -8, 1)
    with sessions.begin() as session:
        asks = {ask.driver_id: ask for ask in queries.list_standby_asks(session, [ride.id])}
        assert set(asks) == {sien.id, toos.id}
        seeking.answer_standby(session, ask_id=asks[toos.id].id, is_yes=True, actor=Actor(toos.person_id), now=clock())
    tick(sessions, clock, DAY, -7, 0)
    with sessions.read() as session:
        (promise,) = build.promises_of(session, ride.id)
        assert (promise.driver_id, promise.status) == (toos.id, PromiseStatus.ACCEPTED)
        assert queries.get_ride(session, ride.id).status is RideStatus.AGREED
        assert session.exec(rows.all_of(Ride)).one().unsure_at is None
    assert NoticeKind.STANDBY_OVER in [kind for kind, _ in messages(sessions, sien.person_id)]
