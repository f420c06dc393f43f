"""The power goes while people press buttons: what was answered is kept, what was not is there whole or not at all.

Each writer keeps a log, as Jepsen's clients do: a press was *ok* (the site said so), *failed* (it said no), or is
*unknown* (no answer came), and whatever is unknown may or may not have happened, but never by half.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Signal
from typing import Final
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session, select

from marketplace import operations
from marketplace.database import Sessions
from marketplace.models import Match
from tests.support import builders, proof
from tests.support.buttons import find_button
from tests.support.processes import ServerProcess, server_process
from tests.support.site import sign_in_token
from web.cookies import Cookies

KILLS: Final = proof.count(1, 200)
WRITERS: Final = 6
LONGEST_WAIT_S: Final = 0.5
SIGN_IN: Final = Cookies("", is_https=False).sign_in
Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Writer:
    """A volunteer with a browser, and the requests they mean to offer on."""

    person_id: UUID
    token: str
    requests: tuple[UUID, ...]


@dataclass
class Log:
    """What each press came to, by volunteer and request."""

    ok: list[Pair] = field(default_factory=list)
    failed: list[Pair] = field(default_factory=list)
    unknown: list[Pair] = field(default_factory=list)

    def note(self, pair: Pair, answer: httpx.Response | None) -> None:
        if answer is None:
            self.unknown.append(pair)
        else:
            (self.ok if answer.status_code == 303 else self.failed).append(pair)


def people(sessions: Sessions) -> list[Writer]:
    """Every request is wanted by two volunteers, and every volunteer wants two requests."""
    now = datetime.now(UTC)
    with sessions.begin() as session:
        requests = [builders.a_request(session, now=now).id for _ in range(WRITERS)]
        helpers = [builders.a_volunteer(session, f"V{number}", now=now).person_id for number in range(WRITERS)]
    return [
        Writer(person_id, sign_in_token(sessions, person_id, now=now), (requests[n], requests[(n + 1) % WRITERS]))
        for n, person_id in enumerate(helpers)
    ]


def press_all(writer: Writer, base_url: str, log: Log, begun: Signal) -> None:
    """Open each page, press its button, and write down what came of it; a dead server ends it."""
    with httpx.Client(cookies={SIGN_IN: writer.token}) as client:
        for request_id in writer.requests:
            try:
                press = find_button(client, f"{base_url}/hulpvragen/{request_id}", "Ik help")
            except (httpx.TransportError, AssertionError):
                return  # the server is gone, or somebody else was first: nothing was asked of it
            begun.set()
            try:
                answer = press.once()
            except httpx.TransportError:
                answer = None
            log.note((writer.person_id, request_id), answer)


def kill_while_they_write(server: ServerProcess, writers: Sequence[Writer], chance: random.Random) -> Log:
    log, begun = Log(), Signal()
    with ThreadPoolExecutor(len(writers)) as pool:
        pressing = [pool.submit(press_all, writer, server.base_url, log, begun) for writer in writers]
        assert begun.wait(60), "nobody pressed anything"
        time.sleep(chance.uniform(0, LONGEST_WAIT_S))
        server.kill()
        for press in pressing:
            press.result()
    return log


def list_pairs(session: Session, writers: Sequence[Writer]) -> Counter[Pair]:
    ours = {writer.person_id for writer in writers}
    return Counter(
        (match.person_id, match.request_id) for match in session.exec(select(Match)) if match.person_id in ours
    )


def check(sessions: Sessions, log: Log, writers: Sequence[Writer]) -> None:
    with sessions.read() as session:
        kept = list_pairs(session, writers)
    assert set(log.ok) <= set(kept), "what was acknowledged is lost"
    assert set(kept) <= {*log.ok, *log.unknown}, "something happened that nobody asked, or after a no"
    assert all(count == 1 for count in kept.values()), "something happened twice"
    assert all(count == 1 for count in Counter(request_id for _, request_id in kept).values())
    assert operations.verify(sessions.engine, now=datetime.now(UTC)) == []


def press_again(server: ServerProcess, sessions: Sessions, log: Log, writers: Sequence[Writer]) -> None:
    """Who got no answer tries once more: whatever had happened, it has now happened once."""
    again, unknown = Log(), set(log.unknown)
    for writer in writers:
        left = tuple(request_id for request_id in writer.requests if (writer.person_id, request_id) in unknown)
        press_all(Writer(writer.person_id, writer.token, left), server.base_url, again, Signal())
    assert not again.unknown
    log.ok += again.ok
    check(sessions, log, writers)


def wait_until_ready(server: ServerProcess, began: float) -> float:
    server.wait_until_ready()
    assert httpx.get(f"{server.base_url}/readyz", timeout=30).status_code == 200
    return time.monotonic() - began


@pytest.mark.races
def test_nothing_acknowledged_is_lost_when_the_power_goes(database, sessions: Sessions, tmp_path: Path):
    """Each server that starts after a cut takes up what was left, and is the next to be cut off."""
    chance, total, ready_s = random.Random(2026), Counter[str](), []
    with ExitStack() as stack:
        server = stack.enter_context(server_process(database.url, tmp_path))
        server.wait_until_ready()
        for _ in range(KILLS):
            writers = people(sessions)
            log = kill_while_they_write(server, writers, chance)
            total.update(ok=len(log.ok), failed=len(log.failed), unknown=len(log.unknown))
            check(sessions, log, writers)
            began = time.monotonic()
            server = stack.enter_context(server_process(database.url, tmp_path))
            ready_s.append(wait_until_ready(server, began))
            press_again(server, sessions, log, writers)
        # The last one too: by now it has a large town to look after, and need not finish that.
        server.kill()
    assert total["ok"] + total["unknown"] > 0
    figures = {"kills": KILLS, **total, "lost": 0, "doubled": 0, "findings of verify": 0}
    proof.record(f"kill-{database.kind}", {**figures, "slowest start in s": round(max(ready_s), 1)})


def test_who_is_asked_to_stop_finishes_what_was_begun(database, sessions: Sessions, tmp_path: Path):
    """SIGTERM: every press that reached the server is answered, and the process ends by itself."""
    writers, log, begun = people(sessions), Log(), Signal()
    with server_process(database.url, tmp_path) as server:
        server.wait_until_ready()
        with ThreadPoolExecutor(len(writers)) as pool:
            pressing = [pool.submit(press_all, writer, server.base_url, log, begun) for writer in writers]
            assert begun.wait(60)
            server.stop()
            for press in pressing:
                press.result()
        assert server.process.returncode in (0, -signal.SIGTERM), server.output()
        assert "Traceback" not in server.output()
    check(sessions, log, writers)
