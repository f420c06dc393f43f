"""One new request in a country of a hundred thousand volunteers, through the application and its database.

Run: python -m bench.one_request [--write] [--requests 200] [--towns 340] [--database postgresql://…]
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import Engine

from bench._databases import Country, fill
from bench._measure import circumstances
from bench._worlds import NATION_100K, NOW, Size, town_of
from marketplace import matchmaking, posting
from marketplace.asks import BUDDIES, RIDE, NewRequest, Span, WeekPiece
from marketplace.database import Sessions, hurry, make_engine
from marketplace.geocoding import Place
from marketplace.models import Municipality, Precision
from marketplace.permissions import Actor
from marketplace.queries import market, rounds
from matching.problem import Request
from matching.threads import sum_on_one_thread

FOLDER: Final = Path(__file__).parents[1] / "docs" / "bench"
SEED: Final = 1
COMPARED: Final = 20
AIM_MS: Final = 50


@dataclass
class Times:
    """Milliseconds of each request."""

    post: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)  # of the processor alone, for both
    round: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)  # the first round of a day in a town
    asked: list[int] = field(default_factory=list)
    near: list[float] = field(default_factory=list)  # reading the scene of the round again
    able: list[float] = field(default_factory=list)  # the same of everybody who does such help
    people: list[tuple[int, int]] = field(default_factory=list)

    @property
    def both(self) -> list[float]:
        return [post + round_ for post, round_ in zip(self.post, self.round, strict=True)]


def main() -> None:
    """Fill a database, post requests one by one, print; with --write keep the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--towns", type=int, default=NATION_100K.towns)
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; SQLite without")
    asked = parser.parse_args()
    sum_on_one_thread()  # as the site does
    size = Size(NATION_100K.name, asked.towns, NATION_100K.volunteers, NATION_100K.requests)
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{folder}/country.db"
        filling = make_engine(url)
        hurry(filling)  # for filling only
        country = fill(filling, size, SEED)
        filling.dispose()
        engine = make_engine(url)
        # A country in memory is the bench's own: the site holds none, and its collector has none to go through.
        gc.collect()
        gc.freeze()
        times = measure(engine, country, asked.requests)
        engine.dispose()
    text = _page(times, country, asked.database.split(":")[0] or "sqlite")
    print(text)
    if asked.write:
        (FOLDER / "one_request.md").write_text(text, encoding="utf-8")


def measure(engine: Engine, country: Country, count: int) -> Times:
    """Post requests in towns drawn by how many ask there; each is followed by the round that it makes due."""
    sessions, times = Sessions(engine), Times()
    rng = np.random.default_rng(SEED)
    # A ride and a buddy are asked with forms of their own.
    elsewhere = {RIDE, *BUDDIES}
    asked = sorted(request.id for request in country.market.requests.values() if request.skill not in elsewhere)
    chosen = rng.choice(asked, count, replace=False).tolist()
    seen: set[int] = set()
    now = NOW
    for request_id in chosen:
        request, now = country.market.requests[request_id], now + timedelta(seconds=20)
        town = town_of(request_id)
        if town not in seen:
            # The clockwork looks into every town each few minutes: who asks first today finds that done.
            times.first.append(_round(sessions, country, town, now)[0])
            seen.add(town)
        started = time.process_time()
        times.post.append(_post(sessions, country, request, now))
        took, people = _round(sessions, country, town, now)
        times.busy.append((time.process_time() - started) * 1000)
        times.round.append(took)
        times.asked.append(people)
        if len(times.able) < COMPARED:
            _compare(sessions, country, town, times, now)
    return times


def _compare(sessions: Sessions, country: Country, town: int, times: Times, now: datetime) -> None:
    """The scene of a round as it is read, and as it would be of everybody who does such help, wherever they live."""
    with sessions.read() as session:
        found = rounds.list_open(session, municipality_id=country.towns[town], now=now)
        wanted = [one.id for one in found]
        seen: list[int] = []
        for only_near, told in ((True, times.near), (False, times.able)):
            started = time.perf_counter()
            scene = market.read_market(
                session,
                municipality_id=country.towns[town],
                now=now,
                request_ids=wanted,
                only_near=only_near,
                only_able=not only_near,
            )
            told.append((time.perf_counter() - started) * 1000)
            seen.append(len(scene.volunteers))
        times.people.append((seen[0], seen[1]))


def _post(sessions: Sessions, country: Country, request: Request, now: datetime) -> float:
    """What the form does when it is sent, in milliseconds."""
    started = time.perf_counter()
    with sessions.begin() as session:
        town = session.get_one(Municipality, country.towns[town_of(request.id)])
        posting.post_request(
            session,
            _asked(request, town.name),
            municipality=town,
            requester_id=country.nobody,
            actor=Actor(country.nobody),
            now=now,
        )
    return (time.perf_counter() - started) * 1000


def _asked(request: Request, town: str) -> NewRequest:
    place = Place("4901AB", "Centre", town, request.lat, request.lon, Precision.POSTCODE6)
    return NewRequest(
        request.skill,
        "Who can help?",
        place,
        request.minutes,
        windows=tuple(Span(window.start_at, window.end_at) for window in set(request.windows)),
        weekly=tuple(WeekPiece(one.weekday, one.start_minute, one.end_minute) for one in set(request.weekly)),
        respond_by=request.respond_by,
    )


def _round(sessions: Sessions, country: Country, town: int, now: datetime) -> tuple[float, int]:
    """What the site does right after it has answered the form: milliseconds, and how many it asked."""
    started = time.perf_counter()
    made = matchmaking.run_round(sessions, municipality_id=country.towns[town], now=now)
    return (time.perf_counter() - started) * 1000, len(made.proposals)


def _page(times: Times, country: Country, database: str) -> str:
    near, able = np.median([pair[0] for pair in times.people]), np.median([pair[1] for pair in times.people])
    ratio = np.median(np.array(times.able) / np.array(times.near))
    return f"""# One new request through the application

Written by `python -m bench.one_request --write`. {circumstances("sqlalchemy", "numpy", "scipy", "ortools")}
Load of the machine while measuring: {os.getloadavg()[0]:.1f}. Database: {database}.

{len(country.offers):,} volunteers in {country.size.towns} towns that border on one another, each with half a year of
requests and answers behind it, and what was posted in the last two days still open. {len(times.post)} requests are
posted one after another, in towns drawn by how many ask there. Each is timed in two parts: *posting* is what the form
waits for, up to and with the commit; the *round* is what the site does right after it has answered, from reading the
market of that town (every open request in it competes) to the committed proposals. {sum(n > 0 for n in times.asked)} of
the rounds asked somebody.

| milliseconds | median | p95 | most |
|---|---|---|---|
| posting | {_row(times.post)} |
| round | {_row(times.round)} |
| both | {_row(times.both)} |
| both, time of the processor alone: what does not depend on who else uses the machine | {_row(times.busy)} |
| first round of the day in a town and process, in which is learnt anew how people there answer | {_row(times.first)} |
| of the round: reading the scene ({near:.0f} people) | {_row(times.near)} |
| the same of everybody who does such help ({able:.0f} people) | {_row(times.able)} |

The last two are measured one after the other in {len(times.able)} rounds: everybody takes {ratio:.0f} times as long.

The aim is {AIM_MS} ms for both at p95. Here it was {_met(times.both)} on the clock,
{_met(times.busy)} by the processor.
"""


def _met(told: list[float]) -> str:
    return "met" if np.percentile(told, 95) <= AIM_MS else "not met"


def _row(told: list[float]) -> str:
    return " | ".join(f"{value:.0f}" for value in (*np.percentile(told, [50, 95]), max(told)))


if __name__ == "__main__":
    main()
