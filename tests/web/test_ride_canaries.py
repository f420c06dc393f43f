"""Nothing leaks about a ride: a word in every field of who rides and who drives, in every state, on every way out.

How the two stand to each other is written here once more; what may be seen then is `marketplace.visibility`'s to say.
"""

from datetime import timedelta
from itertools import product

import pytest

from app import build
from marketplace.links import DriverDayLinks, FeedLinks
from marketplace.models import Driver, DriveResult, OutboxMessage, Promise, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.rides import answering, results
from marketplace.visibility import Field, Situation, may_see
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_volunteer
from tests.support.ride_builders import a_driver, a_ride, a_stop, day_of, evening_before, plan_day, promises_of

pytestmark = pytest.mark.database("sqlite")

SECRETS = (Field.LAST_NAME, Field.TELEPHONE, Field.EMAIL, Field.LETTER_ADDRESS, Field.HELP_ADDRESS)
# How far it came, how many days after the drive somebody looks, and how the two stand to each other then.
STATES = {
    "asked": (-1, Situation.OFFERED),
    "agreed": (-1, Situation.CONFIRMED),
    "done": (1, Situation.CONFIRMED),
    "long ago": (15, Situation.OVER),
}


def word(field: Field, who: str) -> str:
    if field is Field.TELEPHONE:
        return "06 73000001" if who == "passenger" else "06 74000001"
    return f"kanarie{field.value.replace('_', '')}{who}"


def somebody(session, who: str, *, shares: bool):
    return a_person(
        session,
        who.title(),
        last_name=word(Field.LAST_NAME, who),
        telephone=word(Field.TELEPHONE, who),
        email=f"{word(Field.EMAIL, who)}@voorbeeld.nl",
        street=word(Field.LETTER_ADDRESS, who),
        house_number="1",
        share_telephone=shares,
        share_email=shares,
    )


@pytest.fixture
def scene(sessions, clock, request):
    """A ride in one of the states, of two who share their details or don't."""
    state, shares = request.param
    with sessions.begin() as session:
        passenger, person = (somebody(session, who, shares=shares) for who in ("passenger", "driver"))
        ride = a_ride(session, passenger=passenger, origin=door("passenger"))
        driver = a_driver(session, person=person)
        people = {"passenger": passenger.id, "driver": person.id}
        ride_id, driver_id = ride.id, driver.id
    plan_day(sessions)
    clock.set(evening_before() + timedelta(minutes=5))
    with sessions.begin() as session:
        day_id = day_of(session, session.get_one(Driver, driver_id)).id
        (promise,) = promises_of(session, ride_id)
        ends_at = promise.finish_at
        if state != "asked":
            answering.accept_day(session, driver_day_id=day_id, actor=Actor(people["driver"]), now=clock())
    if state in ("done", "long ago"):
        clock.set(ends_at + timedelta(hours=1))
        with sessions.begin() as session:
            results.report(
                session, promise_id=promise.id, result=DriveResult.DRIVEN, actor=Actor(people["driver"]), now=clock()
            )
    if STATES[state][0] > 0:
        clock.set(ends_at + timedelta(days=STATES[state][0]))
    return state, shares, people, ride_id, day_id


def door(who: str):
    stop = a_stop()
    return type(stop)(**{**vars(stop), "street": word(Field.HELP_ADDRESS, who)})


EVERY = [pytest.param((state, shares), id=f"{state}-{shares}") for state, shares in product(STATES, (True, False))]


@pytest.mark.parametrize("scene", EVERY, indirect=True)
def test_nothing_of_a_ride_is_seen_by_who_may_not_see_it(page, sessions, sign_in, settings, engine, clock, scene):
    state, shares, people, ride_id, day_id = scene
    both = STATES[state][1]
    with sessions.begin() as session:
        stranger = a_volunteer(session, "Sjaak").person_id
        other_driver = a_driver(session, "Theo").person_id
        coordinator = a_coordinator(session).person_id
        reader = a_coordinator(session, kind=StaffRoleKind.READER).person_id
    addresses = [
        *("/", "/mijn", "/mijn/ritten", f"/mijn/ritten/{ride_id}", "/mijn/rijden", f"/mijn/rijden/dag/{day_id}"),
        *(f"/mijn/rijden/dag/{day_id}/blad", "/mijn/agenda", f"/ritten/rit/{ride_id}", "/ritten/2026-03-05", "/werk"),
    ]
    link = DriverDayLinks(settings.secret_key, settings.base_url).path(day_id)
    leaks, seen = [], set()

    def look(viewer: str, visitor, paths, stands: dict[str, Situation]) -> None:
        for path in paths:
            text = visitor.send("GET", path).text
            for who, field in product(stands, SECRETS):
                if word(field, who) not in text:
                    continue
                seen.add((viewer, who, field))
                is_ticked = shares if field in (Field.TELEPHONE, Field.EMAIL) else False
                if not may_see(field, stands[who], is_ticked=is_ticked, is_at_home=True):
                    leaks.append((viewer, path, who, field.value))

    nobody = {"passenger": Situation.PUBLIC, "driver": Situation.PUBLIC}
    look("nobody", page.another(), addresses, nobody)
    for viewer, person_id in (("stranger", stranger), ("other driver", other_driver), ("reader", reader)):
        sign_in(visitor := page.another(), person_id)
        look(viewer, visitor, addresses, dict.fromkeys(nobody, Situation.SIGNED_IN))
    sign_in(visitor := page.another(), coordinator)
    look("coordinator", visitor, addresses, dict.fromkeys(nobody, Situation.SIGNED_IN))
    feeds = FeedLinks(settings.secret_key, settings.base_url)
    for viewer, other in (("driver", "passenger"), ("passenger", "driver")):
        sign_in(visitor := page.another(), people[viewer])
        feed = feeds.url_of(people[viewer], 1).removeprefix(settings.base_url)
        look(viewer, visitor, [*addresses, feed], {other: both})
    look("by link", page.another(), [link, f"{link}/blad"], {"passenger": both})
    mails = build(settings, clock=clock, engine=engine).mails
    with sessions.read() as session:
        for message in session.exec(rows.all_of(OutboxMessage)).all():
            mail = mails.word(session, message)
            said = "" if mail is None else mail.subject + mail.text + mail.html
            leaks += [
                ("mail", message.kind.value, who, field.value)
                for who, field in product(nobody, SECRETS)
                if word(field, who) in said
            ]
        assert session.exec(rows.all_of(Promise)).all()
    assert leaks == []
    # So that finding nothing is no accident.
    if state == "agreed":
        assert ("driver", "passenger", Field.HELP_ADDRESS) in seen
        assert (("driver", "passenger", Field.TELEPHONE) in seen) is shares
        assert (("passenger", "driver", Field.TELEPHONE) in seen) is shares
