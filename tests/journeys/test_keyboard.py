"""Asking for help without a mouse: Tab, Enter, Space and typing, and one always sees where one is."""

from typing import Any, Final

import pytest
from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite"), pytest.mark.javascript("on", "off")]

MOST_TABS: Final = 80
# What has the focus, and whether that shows: on itself, on what it stands in, or on the words beside it.
FOCUSED: Final = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const label = focused.labels && focused.labels.length ? focused.labels[0] : null;
  const around = [focused, focused.parentElement, focused.nextElementSibling, label].filter(Boolean);
  const shows = element => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const box = (label || focused).getBoundingClientRect();
  return {
    name: focused.name || '',
    value: focused.value || '',
    words: (label || focused).innerText.trim().replace(/\\s+/g, ' '),
    is_shown: around.some(shows),
    is_on_screen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    where: focused.outerHTML.slice(0, 120),
  };
}"""


def test_somebody_asks_with_the_keyboard_alone(live: str, tab: Tab):
    """From the front page to the mail, and nowhere does the focus get lost, hidden or stuck."""
    tab.goto(live)
    go_to(tab, words="Ik zoek hulp Vertel wat er nodig is. Wij zoeken iemand in de buurt.")
    enter(tab)
    go_to(tab, name="text")
    tab.keyboard.type("Mijn heg moet nodig geknipt")
    go_to(tab, words="Ga verder")
    enter(tab)
    go_to(tab, words="Heg knippen en snoeien")
    press(tab, "Space")
    fill(tab, postcode="4901 AB", house_number="12", street="Heuvel")
    enter(tab)  # in a field, Enter sends the form
    go_to(tab, name="when", value="2-morning")
    tab.keyboard.press("Space")
    go_to(tab, name="minutes")
    tab.keyboard.press("ArrowRight")
    go_to(tab, words="Ga verder")
    enter(tab)
    fill(tab, first_name="Riet", last_name="de Wit", email="riet@voorbeeld.nl", telephone="06 12345678")
    enter(tab)
    assert "Dinsdagochtend" in tab.locator("main").inner_text()
    go_to(tab, words="Vraag plaatsen")
    enter(tab)
    assert tab.locator("h1").inner_text() == "Kijk in uw mail"


def test_the_focus_goes_round_and_the_first_stop_skips_the_menu(live: str, tab: Tab):
    """Everything that can be pressed is passed once, in the order of the page, and one comes out at the end."""
    tab.goto(f"{live}/helpen")
    first = step(tab)
    assert first is not None
    assert first["words"] == "Naar de inhoud"
    passed = 1
    while step(tab) is not None:
        passed += 1
        assert passed < MOST_TABS, "the focus does not come out of the page"


def step(tab: Tab) -> dict[str, Any] | None:
    """Press Tab once. What has the focus now; None where it left the page."""
    tab.keyboard.press("Tab")
    focused: dict[str, Any] | None = tab.evaluate(FOCUSED)
    if focused is not None:
        assert focused["is_shown"], f"one cannot see that this has the focus: {focused['where']}"
        assert focused["is_on_screen"], f"the focus is out of sight: {focused['where']}"
    return focused


def go_to(tab: Tab, **wanted: str) -> None:
    """Press Tab until the focus is there."""
    passed = []
    for _ in range(MOST_TABS):
        focused = step(tab)
        if focused is not None and all(focused[key] == value for key, value in wanted.items()):
            return
        passed.append(focused and (focused["name"] or focused["words"]))
    raise AssertionError(f"Tab never comes to {wanted} on {tab.url}; it passes {passed}")


def fill(tab: Tab, **fields: str) -> None:
    """Type into one field after the other."""
    for name, value in fields.items():
        go_to(tab, name=name)
        tab.keyboard.type(value)


def press(tab: Tab, key: str) -> None:
    with tab.expect_navigation():
        tab.keyboard.press(key)


def enter(tab: Tab) -> None:
    press(tab, "Enter")
