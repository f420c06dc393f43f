"""One last slot, fifty people who offer and one who was asked, all at the same moment, in real processes."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Barrier
from typing import Final

import httpx
import pytest
from bs4 import BeautifulSoup

from marketplace.links import AnswerLinks
from marketplace.models import EventKind, Match, Offer, Slot, SlotStatus
from tests.support import builders, proof, rows
from tests.support.buttons import find_button
from tests.support.processes import server_processes
from tests.support.site import sign_in_token
from web.cookies import Cookies

PEOPLE: Final = 50
PROCESSES: Final = 2
ROUNDS: Final = proof.count(1, 40)
SECRET: Final = "only-for-the-tests-" + "0" * 32
SIGN_IN: Final = Cookies("", is_https=False).sign_in


@pytest.fixture
def crowd(sessions) -> Callable[[], tuple]:
    """A request with one slot, somebody who is asked for it, and fifty who would like to: made anew at each call."""

    def make() -> tuple:
        now = datetime.now(UTC)
        with sessions.begin() as session:
            request = builders.a_request(session, now=now)
            asked = builders.a_volunteer(session, "Asked", now=now)
            proposal = builders.a_proposal(session, request, asked, now=now)
            people = [builders.a_volunteer(session, f"V{n}", now=now).person_id for n in range(PEOPLE)]
            request_id, proposal_id = request.id, proposal.id
        return request_id, proposal_id, [sign_in_token(sessions, person_id, now=now) for person_id in people]

    return make


@pytest.mark.races
@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_one_gets_the_last_slot_and_everybody_else_a_friendly_page(sessions, database_url, tmp_path, crowd, attempt):
    request_id, proposal_id, tokens = crowd()
    with server_processes(PROCESSES, database_url, tmp_path) as servers, ExitStack() as clients:
        buttons = []
        for number, token in enumerate(tokens):
            base_url = servers[number % PROCESSES].base_url
            client = clients.enter_context(httpx.Client(cookies={SIGN_IN: token}))
            buttons.append(find_button(client, f"{base_url}/hulpvragen/{request_id}", "Ik help"))
        base_url = servers[0].base_url
        link = AnswerLinks(SECRET, base_url).url(proposal_id)
        buttons.append(find_button(clients.enter_context(httpx.Client()), link, "Ja, graag"))
        barrier = Barrier(len(buttons))
        with ThreadPoolExecutor(len(buttons)) as pool:
            answers = list(pool.map(lambda press: press(barrier), buttons))
    codes = Counter(answer.status_code for answer in answers)
    assert not [code for code in codes if code >= 500], codes
    titles = [BeautifulSoup(answer.text, "html.parser").find_all("h1") for answer in answers]
    assert all(len(found) == 1 for found in titles)
    with sessions.read() as session:
        matches = session.exec(rows.all_of(Match)).all()
        assert len(matches) == 1
        assert session.get_one(Slot, (request_id, 1)).status is SlotStatus.TAKEN
        assert [offer.engaged for offer in session.exec(rows.all_of(Offer)).all()].count(1) == 1
        assert rows.events(session, request_id).count(EventKind.MATCHED) == 1
        # Who won is told so on their own page; nobody else is.
        winners = [answer for answer in answers if "Afspraak afzeggen" in answer.text]
        assert len(winners) == 1
