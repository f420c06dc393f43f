"""Nobody learns from this site who is known here: not from words, status or length, and not from how long it takes."""

import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest
from scipy.stats import mannwhitneyu

from app import create_app
from marketplace import credentials
from marketplace.models import Person
from marketplace.passwords import CHEAP, Hasher
from marketplace.permissions import Actor
from tests.support import proof
from tests.support.builders import a_person, the_municipality
from tests.support.clock import NOW
from tests.support.pages import Page
from tests.support.site import visitor

GOOD = "vier losse woorden hier"
# Of one length, so that a page that repeats the address has one length too.
WITH, WITHOUT, UNKNOWN = "met000@voorbeeld.nl", "zonder@voorbeeld.nl", "iemand@voorbeeld.nl"


class CountingHasher(Hasher):
    """Remembers how often it compared."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.compared = 0

    def is_right(self, password: str, kept: str | None) -> bool:
        self.compared += 1
        return super().is_right(password, kept)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher(CHEAP)


@pytest.fixture
def people(sessions, hasher) -> None:
    """One with a password, one without."""
    with sessions.begin() as session:
        owner: Person = a_person(session, email=WITH)
        a_person(session, email=WITHOUT)
        where = the_municipality(session).id
    credentials.set_password(
        sessions,
        actor=Actor(owner.id),
        password=GOOD,
        context=(),
        hasher=hasher,
        municipality_id=where,
        now=NOW,
        keep=owner.id,
    )


@pytest.fixture
def stranger(settings, clock, engine, hasher, people) -> Iterator[Page]:
    with visitor(create_app(settings, clock=clock, engine=engine, hasher=hasher)) as page:
        page.get("/inloggen")
        yield page


ASKS: dict[str, Callable[[Page, str], httpx.Response]] = {
    "link": lambda page, address: page.send("POST", "/inloggen", {"email": address}),
    "password": lambda page, address: page.send(
        "POST", "/inloggen/wachtwoord", {"address": address, "password": "niet dit wachtwoord"}
    ),
}


@pytest.mark.parametrize("ask", ASKS)
def test_known_or_not_the_answer_is_the_same(stranger, hasher, ask):
    """Byte for byte, but for the address itself; and as many passwords were compared."""
    answers = set()
    for address in (WITH, WITHOUT, UNKNOWN):
        before = hasher.compared
        answer = ASKS[ask](stranger, address)
        headers = {name: value for name, value in answer.headers.items() if name not in ("set-cookie", "date")}
        text = answer.text.replace(address, "")
        answers.add((answer.status_code, text, tuple(headers.items()), hasher.compared - before))
        cookies = {cookie.split("=")[0] for cookie in answer.headers.get_list("set-cookie")}
        assert cookies <= {"__Host-csrf"}
    assert len(answers) == 1


def test_when_no_more_tries_are_looked_at_that_is_the_same_too(stranger):
    last = set()
    for address in (WITH, UNKNOWN):
        answers = [ASKS["password"](stranger, address) for _ in range(11)]
        last.add((answers[-1].status_code, answers[-1].text.replace(address, "")))
    assert len(last) == 1


@pytest.mark.database("sqlite")
def test_what_is_asked_for_a_link_is_looked_up_once_the_answer_is_out(stranger, sessions, monkeypatch):
    """The work for somebody known is done when nobody waits for it any more; and the connection is not kept."""
    assert ASKS["link"](stranger, WITH).headers["connection"] == "close"


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_known_or_not_it_takes_as_long(stranger, clock):
    """Measured in `make proof` only: a rank test on 200 answers each. Otherwise each way is walked a few times."""
    numbers = count(1)
    found: dict[str, dict[str, float]] = {}
    for ask in ASKS:
        times: dict[str, list[float]] = {WITH: [], UNKNOWN: []}
        for _ in range(proof.count(reduced=3, full=200)):
            for address in times if next(numbers) % 2 else reversed(times):
                clock.move(minutes=16)  # tries and links do not run out
                started = time.perf_counter()
                ASKS[ask](stranger, address)
                times[address].append(time.perf_counter() - started)
        chance = float(mannwhitneyu(times[WITH], times[UNKNOWN]).pvalue)
        found[ask] = {"p": chance, **{name: statistics.median(took) * 1000 for name, took in times.items()}}
    proof.record("enumeration", found)
    if proof.is_full():
        assert found["password"]["p"] > 0.01, found
