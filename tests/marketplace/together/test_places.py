"""The social map: what staff keep, what fits a request, and somebody who comes along."""

from datetime import date, timedelta

import pytest

from marketplace import matchmaking, posting
from marketplace.asks import WeekPiece
from marketplace.errors import InvalidInput, NotAllowed, NotFound, Overtaken
from marketplace.geocoding import EmbeddedGeocoder
from marketplace.models import (
    ActivityKind,
    ActivityLinkKind,
    EventKind,
    Known,
    PlaceKind,
    SlotStatus,
    WorkKind,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import requests, social_map
from marketplace.queries.workbench import list_work
from marketplace.timetables import next_sitting
from marketplace.together import along, places, suggesting
from marketplace.together.places import NewActivity, NewPlace, OtherDay
from tests.support import rows
from tests.support.builders import a_coordinator, a_person, a_request, a_volunteer, place, the_municipality
from tests.support.clock import NOW

EVERY_DAY = tuple(WeekPiece(weekday, 600, 720) for weekday in range(7))


def a_place(session, staff, name="De Huiskamer", *, at=None, **more):
    typed = NewPlace(name, PlaceKind.ACTIVITY_CENTRE, point=at or place(), **more)
    return places.save_place(session, typed, municipality_id=the_municipality(session).id, actor=staff, now=NOW)


def an_activity(session, staff, where, title="Koffie", kind=ActivityKind.COFFEE, **more):
    typed = NewActivity(where.id, title, kind, **({"weekly": EVERY_DAY} | more))
    return places.save_activity(session, typed, municipality_id=where.municipality_id, actor=staff, now=NOW)


def test_the_first_places_come_from_the_policy_papers_without_a_time_or_a_price(sessions):
    with sessions.begin() as session:
        staff, here = a_coordinator(session), the_municipality(session)
        load = {"municipality": here, "actor": staff, "geocoder": EmbeddedGeocoder(), "now": NOW}
        assert places.load_first_places(session, **load) == 10
        assert places.load_first_places(session, **load) == 0  # pressed twice
        found = social_map.list_places(session, here.id)
        assert {one.wheelchair for one in found} == {Known.UNKNOWN}
        assert all(one.source and not one.telephone and one.checked_on is None for one in found)
        assert {one.name for one in found if one.latitude is None} == {"Floralia Park", "H19", "MOOVE"}
        assert social_map.list_activities(session, here.id) == []


def test_what_nobody_checked_for_half_a_year_comes_to_the_workbench_as_one_thing(sessions):
    with sessions.begin() as session:
        staff, here = a_coordinator(session), the_municipality(session)

        def waiting(now):
            return [item.count for item in list_work(session, here.id, now=now) if item.kind is WorkKind.CHECK]

        where = a_place(session, staff)
        an_activity(session, staff, where)
        assert waiting(NOW + timedelta(days=167)) == []
        later = NOW + timedelta(days=170)
        assert waiting(later) == [2]
        places.confirm(session, where.id, municipality_id=here.id, actor=staff, now=later)
        assert waiting(later) == []


def test_only_the_desk_keeps_the_map_and_of_two_at_once_the_second_sees_it(sessions):
    with sessions.begin() as session:
        staff, riet = a_coordinator(session), Actor(a_person(session, "Riet").id)
        with pytest.raises(NotAllowed):
            a_place(session, riet)
        where = a_place(session, staff)
        change = {"municipality_id": where.municipality_id, "actor": staff, "now": NOW, "place_id": where.id}
        places.save_place(session, NewPlace("Nieuw", PlaceKind.OTHER), based_on=1, **change)
        with pytest.raises(Overtaken):
            places.save_place(session, NewPlace("Ouder", PlaceKind.OTHER), based_on=1, **change)
        places.close_place(session, where.id, municipality_id=where.municipality_id, actor=staff, now=NOW)
        with pytest.raises(NotFound):
            social_map.get_place(session, where.id, where.municipality_id)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": ""}, "title"),
        ({"cost_cents": -1}, "cost"),
        ({"weekly": (WeekPiece(1, 600, 700), WeekPiece(1, 650, 720))}, "weekly"),
        ({"dated": (OtherDay(date(2026, 4, 5)), OtherDay(date(2026, 4, 5)))}, "dated"),
        ({"from_on": date(2026, 4, 5), "until_on": date(2026, 4, 4)}, "until_on"),
    ],
)
def test_an_activity_that_cannot_be_is_refused_with_the_field(sessions, more, field):
    with sessions.begin() as session:
        staff = a_coordinator(session)
        where = a_place(session, staff)
        with pytest.raises(InvalidInput) as refused:
            an_activity(session, staff, where, **({"title": "Koffie"} | more))
        assert set(refused.value.problems) == {field}


def test_times_are_replaced_as_they_were_filled_in(sessions):
    with sessions.begin() as session:
        staff = a_coordinator(session)
        where = a_place(session, staff)
        made = an_activity(session, staff, where)
        monday = (WeekPiece(0, 600, 720),)
        easter = OtherDay(date(2026, 4, 6), (660, 700))
        typed = NewActivity(where.id, "Thee", ActivityKind.COFFEE, weekly=monday, dated=(easter,))
        for based_on in (1, 2):
            places.save_activity(
                session,
                typed,
                municipality_id=where.municipality_id,
                actor=staff,
                now=NOW,
                activity_id=made.id,
                based_on=based_on,
            )
        facts = social_map.get_activity(session, made.id, where.municipality_id)
        assert facts.times.weekly == ((0, 600, 720),)
        assert facts.times.dated == {date(2026, 4, 6): (660, 700)}


def test_what_fits_comes_by_day_kind_and_distance_and_what_needs_somebody_gets_none(sessions):
    with sessions.begin() as session:
        staff = a_coordinator(session)
        here, far = a_place(session, staff), a_place(session, staff, "Ver", at=place("4818CK"))
        an_activity(session, staff, here, "Koffie op zaterdag", weekly=(WeekPiece(5, 600, 720),))
        an_activity(
            session, staff, here, "Inloop op dinsdag", ActivityKind.OPEN_HOUSE, weekly=(WeekPiece(1, 800, 900),)
        )
        an_activity(session, staff, here, "Computerhulp", ActivityKind.DIGITAL)
        an_activity(session, staff, far, "Koffie ver weg")
        an_activity(session, staff, here, "Voorbij", until_on=date(2026, 3, 1))
        saturday = a_request(session, skill="company.coffee", weekly=(WeekPiece(5, 540, 1000),))
        found = suggesting.suggest_for(session, saturday, now=NOW)
        assert [one.facts.activity.title for one in found] == ["Koffie op zaterdag", "Inloop op dinsdag"]
        digital = a_request(session, skill="digital.devices")
        assert [one.facts.activity.title for one in suggesting.suggest_for(session, digital, now=NOW)] == [
            "Computerhulp"
        ]
        assert suggesting.suggest_for(session, a_request(session), now=NOW) == []


def test_somebody_comes_along_the_first_time_by_a_request_that_the_engine_fills(sessions):
    with sessions.begin() as session:
        staff, riet = a_coordinator(session), a_person(session, "Riet")
        made = an_activity(session, staff, a_place(session, staff), "Bingo", ActivityKind.OPEN_HOUSE)
        facts = social_map.get_activity(session, made.id, made.municipality_id)
        sitting = next_sitting(facts.times, NOW, within_days=7)
        volunteer = a_volunteer(session, "Sanne", skills=["company.culture"])
        asked = along.asked_for(facts, sitting, geocoder=EmbeddedGeocoder(), now=NOW)
        request = posting.post_request(
            session,
            asked,
            municipality=the_municipality(session),
            requester_id=riet.id,
            actor=Actor(riet.id),
            now=NOW,
        )
        kept = {"activity_id": made.id, "starts_at": sitting.starts_at, "actor": Actor(riet.id), "now": NOW}
        for _ in range(2):
            along.note(session, request, ActivityLinkKind.ALONG, **kept)
        assert "Bingo" in request.text
        assert not request.is_at_home
        assert social_map.count_went(session, request.municipality_id) == {(made.id, ActivityLinkKind.ALONG): 1}
        with pytest.raises(NotAllowed):
            along.note(session, request, ActivityLinkKind.ALONG, **(kept | {"actor": Actor(volunteer.person_id)}))
    matchmaking.run_round(sessions, municipality_id=request.municipality_id, now=NOW)
    with sessions.read() as session:
        assert EventKind.PROPOSED in rows.events(session, request.id)


def test_a_place_of_which_nobody_knows_where_it_is_has_nobody_who_comes_along(sessions):
    with sessions.begin() as session:
        staff = a_coordinator(session)
        where = places.save_place(
            session,
            NewPlace("Ergens", PlaceKind.PARK),
            municipality_id=the_municipality(session).id,
            actor=staff,
            now=NOW,
        )
        made = an_activity(session, staff, where)
        facts = social_map.get_activity(session, made.id, made.municipality_id)
        sitting = next_sitting(facts.times, NOW, within_days=7)
        with pytest.raises(InvalidInput, match="place_unknown"):
            along.asked_for(facts, sitting, geocoder=EmbeddedGeocoder(), now=NOW)


def test_who_goes_there_instead_withdraws_with_that_reason(sessions):
    with sessions.begin() as session:
        request = a_request(session, skill="company.coffee")
        her = Actor(request.requester_id)
        posting.withdraw_request(session, request_id=request.id, actor=her, now=NOW, because=along.GOES_THERE)
        assert {slot.status for slot in requests.list_slots(session, request.id)} == {SlotStatus.WITHDRAWN}
        assert request.closed_reason == "goes_there"
        (event,) = [one for one in rows.all_events(session) if one.kind is EventKind.REQUEST_WITHDRAWN]
        assert event.detail["because"] == "goes_there"


def test_a_morning_in_the_weekend_is_that_morning(sessions):
    with sessions.begin() as session:
        staff = a_coordinator(session)
        made = an_activity(session, staff, a_place(session, staff), weekly=(WeekPiece(6, 600, 720),))
        facts = social_map.get_activity(session, made.id, made.municipality_id)
        (pair,) = suggesting.coming([facts], now=NOW, within_days=7)
        assert pair[0].starts_at.astimezone(AMSTERDAM).strftime("%A %H:%M") == "Sunday 10:00"
