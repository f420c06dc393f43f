"""The ride planner's board without a mouse, without a script, and with both."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Page as Tab
from sqlmodel import select

from marketplace.database import Sessions
from marketplace.models import Promise, PromiseStatus, StaffRoleKind
from tests.journeys.test_keyboard import enter, go_to
from tests.support.browser import DESK, assert_accessible, assert_fits
from tests.support.builders import a_coordinator, a_person, place
from tests.support.clock import MovableClock
from tests.support.ride_builders import DAY, a_driver, a_ride, evening_before, plan_day
from tests.support.site import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]
RIET: Final = "10.15 Riet (nog geen ja)"


@pytest.fixture
def board(live: str, tab: Tab, sessions: Sessions, sign_in: SignIn, clock: MovableClock) -> Tab:
    """Rik before the day on which Dirk drives Riet and Anna has time."""
    with sessions.begin() as session:
        rik = a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER).person_id
        a_driver(session, "Dirk")
        a_driver(session, "Anna", at=place("4849AB"))
        a_ride(session, passenger=a_person(session, "Riet"))
    plan_day(sessions)
    clock.set(evening_before() + timedelta(minutes=5))
    sign_in(tab, rik)
    tab.set_viewport_size(DESK)
    tab.goto(f"{live}/ritten/{DAY}")
    return tab


def who_drives(sessions: Sessions) -> UUID:
    with sessions.read() as session:
        return session.exec(select(Promise.person_id).where(Promise.status == PromiseStatus.PROPOSED)).one()


@pytest.mark.javascript("on", "off")
def test_a_ride_is_moved_and_taken_back_with_the_keyboard_alone(board: Tab, sessions: Sessions):
    """Choose the ride, choose the driver, read what it costs, do it, undo it; the focus is always to be seen."""
    before = who_drives(sessions)
    go_to(board, words=RIET)
    enter(board)
    go_to(board, name="chauffeur")
    board.keyboard.type("Anna")
    go_to(board, words="Laat zien wat dat kost")
    enter(board)
    assert "Wat het kost" in board.locator("#verplaatsen").inner_text()
    assert who_drives(sessions) == before
    assert_fits(board, width=320)
    board.set_viewport_size(DESK)
    go_to(board, words="Geef de rit aan Anna")
    enter(board)
    assert "De rit is verplaatst." in board.locator("#melding").inner_text()
    assert who_drives(sessions) != before
    go_to(board, words="Maak ongedaan: terug naar Dirk")
    enter(board)
    assert who_drives(sessions) == before


@pytest.mark.javascript("on")
def test_dragging_a_ride_to_another_line_shows_what_it_costs_and_moves_nothing(board: Tab, sessions: Sessions):
    before = who_drives(sessions)
    board.locator("summary", has_text="heeft nog geen rit").click()
    lane = board.locator(".day-lane", has_text="Anna").bounding_box()
    ride = board.locator(".day-ride__box").bounding_box()
    assert lane is not None
    assert ride is not None
    with board.expect_navigation(url="**chauffeur=**"):
        board.mouse.move(ride["x"] + 5, ride["y"] + 5)
        board.mouse.down()
        board.mouse.move(lane["x"] + 300, lane["y"] + 20, steps=8)
        assert board.locator(".day-lane--target").inner_text().startswith("Anna")
        board.mouse.up()
    assert "Wat het kost" in board.locator("#verplaatsen").inner_text()
    assert_accessible(board)
    assert who_drives(sessions) == before


@pytest.mark.javascript("on")
def test_a_drag_that_ends_nowhere_or_is_broken_off_does_nothing(board: Tab):
    here = board.url
    ride = board.locator(".ride-chips a").bounding_box()
    assert ride is not None
    board.mouse.move(ride["x"] + 5, ride["y"] + 5)
    board.mouse.down()
    board.mouse.move(ride["x"] + 5, 5, steps=5)
    board.mouse.up()
    assert board.url == here
    board.mouse.move(ride["x"] + 5, ride["y"] + 5)
    board.mouse.down()
    board.mouse.move(ride["x"] + 60, ride["y"] - 60, steps=5)
    board.keyboard.press("Escape")
    assert board.locator(".day-lane--target").count() == 0
