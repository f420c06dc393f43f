"""Service periods, certificates, a year in January, and one invitation in a life."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace import matches, meetings, privacy, recognition
from marketplace.errors import InvalidInput, NotAllowed, NotFound
from marketplace.meetings import Said
from marketplace.models import HowItWas, NoticeKind, ServiceHoursStatus
from marketplace.permissions import Actor
from marketplace.queries import recognition as queries
from marketplace.young import serving
from marketplace.young.serving import Tally
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_role, a_volunteer, the_municipality
from tests.support.clock import NOW

DAY = timedelta(days=1)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def noor(session):
    """In a service period since January, towards eighty hours."""
    offer = a_volunteer(session, "Noor", capacity=9)
    actor = Actor(offer.person_id, "Noor")
    where = the_municipality(session).id
    serving.begin(session, goal_hours=80, starts_on=date(2026, 1, 5), municipality_id=where, actor=actor, now=NOW)
    return offer


def helped(session, offer, *, minutes=None, said=None, at=NOW, requester=None):
    """One match that was done, perhaps with hours and with what was said of it."""
    request = a_request(session, requester=requester, now=at)
    match = a_match(session, request, offer, now=at)
    asker = Actor(request.requester_id)
    matches.confirm(session, match_id=match.id, actor=asker, now=at)
    matches.finish(session, match_id=match.id, actor=asker, now=at)
    if minutes:
        meetings.log_hours(session, match_id=match.id, minutes=minutes, actor=Actor(offer.person_id), now=at)
    if said:
        kind = Said(HowItWas.GOOD, HowItWas.GOOD, True, said, may_be_told=True)
        meetings.evaluate(session, match_id=match.id, said=kind, actor=asker, now=at)
    return match, asker


def noted(session, offer, **more):
    fields = {"on_day": date(2026, 2, 1), "minutes": 60, "what": "Bar gedraaid", "organisation": "", "email": ""}
    return serving.log(session, **{**fields, **more}, actor=Actor(offer.person_id), now=NOW)


def test_hours_count_by_whose_word_they_stand(session, noor):
    """Of matches: confirmed by who was helped or not; besides: by an organisation, or as one's own word."""
    period = queries.find_period(session, noor.person_id)
    match, asker = helped(session, noor, minutes=90)
    helped(session, noor, minutes=30)
    noted(session, noor)
    right = noted(session, noor, minutes=120, organisation="Het Scoutinghuis", email="bar@voorbeeld.nl")
    wrong = noted(session, noor, minutes=240, organisation="Het Scoutinghuis", email="bar@voorbeeld.nl")
    assert serving.tally(session, period, now=NOW + DAY) == Tally(0, 90 + 30 + 60 + 120 + 240, 80 * 60)
    serving.confirm_match_hours(session, match_id=match.id, actor=asker, now=NOW)
    serving.confirm_match_hours(session, match_id=match.id, actor=asker, now=NOW)
    serving.answer(session, hours_id=right.id, is_right=True, now=NOW)
    serving.answer(session, hours_id=right.id, is_right=False, now=NOW)
    serving.answer(session, hours_id=wrong.id, is_right=False, now=NOW)
    assert serving.tally(session, period, now=NOW + DAY) == Tally(90 + 120, 30 + 60, 80 * 60)
    assert (right.status, right.email) == (ServiceHoursStatus.CONFIRMED, None)
    # Changed afterwards, the hours are the volunteer's own word again.
    meetings.log_hours(session, match_id=match.id, minutes=100, actor=Actor(noor.person_id), now=NOW)
    assert serving.tally(session, period, now=NOW + DAY) == Tally(120, 30 + 60 + 100, 80 * 60)


def test_only_who_was_helped_confirms_the_hours_of_a_match(session, noor):
    match, _ = helped(session, noor, minutes=90)
    with pytest.raises(NotAllowed):
        serving.confirm_match_hours(session, match_id=match.id, actor=Actor(noor.person_id), now=NOW)
    match, asker = helped(session, noor)
    with pytest.raises(NotFound):
        serving.confirm_match_hours(session, match_id=match.id, actor=asker, now=NOW)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"on_day": date(2026, 1, 4)}, "on_day"),
        ({"on_day": date(2026, 3, 4)}, "on_day"),
        ({"minutes": 0}, "hours"),
        ({"minutes": 12 * 60 + 1}, "hours"),
        ({"what": " "}, "what"),
        ({"email": "bar@voorbeeld.nl"}, "organisation"),
    ],
)
@pytest.mark.database("sqlite")
def test_hours_that_cannot_be_are_refused(session, noor, typed, field):
    with pytest.raises(InvalidInput) as refused:
        noted(session, noor, **typed)
    assert set(refused.value.problems) == {field}


def test_a_certificate_says_what_was_signed_and_can_be_taken_back(session, noor):
    carla, where = a_coordinator(session), the_municipality(session).id
    period = queries.find_period(session, noor.person_id)
    with pytest.raises(InvalidInput, match="no_hours"):
        serving.sign(session, period_id=period.id, municipality_id=where, actor=carla, now=NOW)
    helped(session, noor, minutes=90, at=NOW - DAY)
    with pytest.raises(NotAllowed):
        serving.sign(session, period_id=period.id, municipality_id=where, actor=Actor(noor.person_id), now=NOW)
    signed = serving.sign(session, period_id=period.id, municipality_id=where, actor=carla, now=NOW)
    helped(session, noor, minutes=90, at=NOW - DAY)
    assert (signed.confirmed_minutes, signed.own_minutes, signed.until_on) == (0, 90, date(2026, 3, 3))
    assert [one.person_id for one in rows.outbox(session, NoticeKind.CERTIFICATE_SIGNED)] == [noor.person_id]
    for _ in range(2):
        serving.take_back(session, certificate_id=signed.id, municipality_id=where, actor=carla, now=NOW + DAY)
    assert (signed.withdrawn_at, signed.withdrawn_by_id) == (NOW + DAY, carla.person_id)


def test_one_period_at_a_time_and_its_goal_may_change(session, noor):
    actor, where = Actor(noor.person_id), the_municipality(session).id
    again = serving.begin(
        session, goal_hours=100, starts_on=date(2026, 1, 5), municipality_id=where, actor=actor, now=NOW
    )
    assert again.id == queries.find_period(session, noor.person_id).id
    serving.stop(session, actor=actor, now=NOW)
    assert queries.find_period(session, noor.person_id) is None
    with pytest.raises(NotFound):
        noted(session, noor)


def test_a_year_is_told_in_january_once_by_the_calendar_of_oosterhout(session):
    """What ended at half past eleven on New Year's Eve is of the old year, an hour later of the new one."""
    piet, riet = a_volunteer(session, "Piet", capacity=9), a_person(session, "Riet")
    helped(session, piet, minutes=60, said="Wat een fijne man.", at=datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    helped(session, piet, at=datetime(2025, 6, 1, 12, tzinfo=UTC), requester=riet)
    helped(session, piet, at=datetime(2025, 7, 1, 12, tzinfo=UTC), requester=riet)
    helped(session, piet, minutes=600, at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    year = queries.read_year(session, piet.person_id, 2025)
    assert (year.times, year.people, year.minutes, year.thanks) == (3, 2, 60, ("Wat een fijne man.",))
    assert recognition.tell_years(session, datetime(2025, 12, 31, 22, tzinfo=UTC)) == 0
    january = datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert recognition.tell_years(session, january) == 1
    assert recognition.tell_years(session, january + DAY) == 0
    assert [one.person_id for one in rows.outbox(session, NoticeKind.YEAR_OVERVIEW)] == [piet.person_id]


def test_who_would_rather_not_hear_of_their_year_does_not(session):
    piet = a_volunteer(session)
    helped(session, piet, at=datetime(2025, 6, 1, 12, tzinfo=UTC))
    recognition.choose(session, wants_year=False, wants_invitation=True, actor=Actor(piet.person_id))
    assert recognition.tell_years(session, datetime(2026, 1, 5, 12, tzinfo=UTC)) == 0


def test_who_was_helped_well_is_invited_once(session):
    _, asker = helped(session, a_volunteer(session, capacity=9), said="Heel fijn.")
    assert recognition.invite(session, NOW + DAY) == 0
    assert recognition.invite(session, NOW + 3 * DAY) == 1
    assert recognition.invite(session, NOW + 4 * DAY) == 0
    assert [one.person_id for one in rows.outbox(session, NoticeKind.INVITED_TO_HELP)] == [asker.person_id]
    recognition.answer(session, is_yes=False, actor=asker, now=NOW + 5 * DAY)
    assert queries.find_invitation(session, asker.person_id).is_yes is False
    helped(
        session,
        a_volunteer(session),
        said="Weer fijn.",
        at=NOW + 6 * DAY,
        requester=rows.person(session, asker.person_id),
    )
    assert recognition.invite(session, NOW + 9 * DAY) == 0


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("who", ["not_well", "helps", "works", "no_mail", "rather_not", "long_ago"])
def test_who_is_not_invited(session, who):
    """Not well, helps already, works here, has no address, asked not to be, or it was long ago."""
    riet = a_person(session, "Riet", **({"email": None} if who == "no_mail" else {}))
    match, asker = helped(session, a_volunteer(session), requester=riet)
    how = HowItWas.SO_SO if who == "not_well" else HowItWas.GOOD
    meetings.evaluate(session, match_id=match.id, said=Said(how, how, True), actor=asker, now=NOW)
    if who == "helps":
        a_volunteer(session, person=riet)
    if who == "works":
        a_role(session, riet)
    if who == "rather_not":
        recognition.choose(session, wants_year=True, wants_invitation=False, actor=asker)
    assert recognition.invite(session, NOW + (40 * DAY if who == "long_ago" else 3 * DAY)) == 0


def test_without_an_address_it_is_not_sent_and_does_not_count_as_once(session):
    """A letter would ask for a form on the site: with an address it comes all the same."""
    riet = a_person(session, "Riet", email=None)
    match, asker = helped(session, a_volunteer(session), requester=riet)
    meetings.evaluate(session, match_id=match.id, said=Said(HowItWas.GOOD, HowItWas.GOOD, True), actor=asker, now=NOW)
    assert recognition.invite(session, NOW + 3 * DAY) == 0
    assert queries.find_invitation(session, riet.id) is None
    assert NoticeKind.INVITED_TO_HELP not in rows.notices(session)
    riet.email = "riet@voorbeeld.nl"
    assert recognition.invite(session, NOW + 4 * DAY) == 1


def test_who_leaves_for_good_takes_hours_and_certificates_along(session, noor):
    """Told in the export before; afterwards no word of it is left, and no certificate holds."""
    carla, where = a_coordinator(session), the_municipality(session).id
    period = queries.find_period(session, noor.person_id)
    noted(session, noor, organisation="Het Scoutinghuis")
    signed = serving.sign(session, period_id=period.id, municipality_id=where, actor=carla, now=NOW)
    (told,) = privacy.export_person(session, actor=Actor(noor.person_id), now=NOW)["service_periods"]
    assert [one["what"] for one in told["hours"]] == ["Bar gedraaid"]
    assert [one["own_minutes"] for one in told["certificates"]] == [60]
    privacy.erase_person(session, rows.person(session, noor.person_id), key="only-for-the-tests", now=NOW)
    assert [(one.what, one.organisation) for one in queries.list_service_hours(session, period.id)] == [("", "")]
    assert (period.ended_at, signed.withdrawn_at) == (NOW, NOW)
