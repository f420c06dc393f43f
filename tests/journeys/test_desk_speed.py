"""How much work the desk's work is: fields of an intake, and steps from the queue to a match, counted in a browser."""

from typing import Final

import pytest
from playwright.sync_api import Page as Tab
from sqlmodel import select

from marketplace import matchmaking
from marketplace.models import ConsentEntry, HelpRequest, Match, NoticeChannel, OutboxMessage
from tests.support import proof
from tests.support.builders import a_coordinator, a_person, a_request, a_volunteer, on_duty, place
from tests.support.clock import NOW

pytestmark = [pytest.mark.browser, pytest.mark.database("sqlite")]

MOST_FIELDS: Final = 10
MOST_STEPS: Final = 4
# A field is what has a label of its own: a text, a choice, a group of ticks; folded ones are for what is seldom needed.
FIELDS: Final = """
() => {
  const shown = element => element.checkVisibility();
  const named = [...document.querySelectorAll("#nieuwe-vraag input, #nieuwe-vraag select, #nieuwe-vraag textarea")];
  return [...new Set(named.filter(one => one.type !== "hidden" && (shown(one) || shown(one.closest(".field") || one)))
    .filter(one => !one.closest("details:not([open])")).map(one => one.name))];
}
"""


@pytest.fixture
def carla(sessions):
    """Nobody lives near enough; Piet nearly does. The case lies with Carla."""
    with sessions.begin() as session:
        carla = a_coordinator(session, "Carla")
        on_duty(session, carla)
        a_volunteer(session, "Piet", at=place("4849AB"))
        where = a_request(session, requester=a_person(session, "Riet")).municipality_id
    matchmaking.run_round(sessions, municipality_id=where, now=NOW)
    return carla


def test_an_intake_by_telephone_has_ten_fields_at_most(tab: Tab, live, sign_in, carla, sessions):
    """Four of them are typed; the others stand on what is usual. The consent is logged and a letter confirms."""
    sign_in(tab, carla.person_id)
    tab.goto(live + "/werk/nieuwe-vraag")
    fields = tab.evaluate(FIELDS)
    assert len(fields) <= MOST_FIELDS, fields
    typed = {
        "Naam": "Riet de Wit",
        "Adres": "Dorpstraat 12, 4901 AB",
        "De vraag, in eigen woorden": "Mijn heg is te hoog geworden. Wie helpt mij met heg knippen?",
    }
    for label, words in typed.items():
        tab.get_by_label(label, exact=True).fill(words)
    tab.locator("label", has_text="Per brief, bellen bij haast").click()
    tab.get_by_role("button", name="Ja gezegd aan de telefoon: plaats de vraag").click()
    tab.get_by_text("De vraag van Riet staat er.").wait_for()
    with sessions.read() as session:
        asked = session.exec(select(HelpRequest).where(HelpRequest.entered_by_id == carla.person_id)).one()
        agreed = session.exec(select(ConsentEntry).where(ConsentEntry.person_id == asked.requester_id)).one()
        assert agreed.recorded_by_id == carla.person_id
        told = session.exec(select(OutboxMessage).where(OutboxMessage.person_id == asked.requester_id)).all()
        assert {one.channel for one in told} == {NoticeChannel.LETTER}
    proof.record("intake_fields", {"fields": fields, "typed": len(typed)})


def count_matches(sessions) -> int:
    with sessions.read() as session:
        return len(session.exec(select(Match)).all())


def test_coupling_an_escalated_case_takes_four_keys_from_the_queue(tab: Tab, live, sign_in, carla, sessions):
    """Open the first case, the first who could help, both said yes, couple."""
    sign_in(tab, carla.person_id)
    tab.goto(live + "/werk")
    for key, then in (("Enter", "Wie kan helpen?"), ("1", "Zo bereikt u hen"), ("a", ""), ("Enter", "Net gedaan")):
        tab.keyboard.press(key)
        if then:
            tab.get_by_text(then).first.wait_for()
    assert count_matches(sessions) == 1
    proof.record("coupling_steps", {"keys": MOST_STEPS, "clicks": MOST_STEPS})


def test_or_four_clicks(tab: Tab, live, sign_in, carla, sessions):
    sign_in(tab, carla.person_id)
    tab.goto(live + "/werk")
    clicks = (
        lambda: tab.locator("[data-keys-row]").first.click(),
        lambda: tab.get_by_role("link", name="Koppel Piet").click(),
        lambda: tab.locator("label[for=agreed]").click(),
        lambda: tab.get_by_role("button", name="Koppel Piet").click(),
    )
    assert len(clicks) <= MOST_STEPS
    for click in clicks:
        click()
    tab.get_by_text("Net gedaan").wait_for()
    assert count_matches(sessions) == 1
