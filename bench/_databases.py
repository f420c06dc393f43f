"""A made-up country in a database: towns with people who help, half a year of asking behind them, and what is open now.

The people and requests are those of `bench._worlds`; what came of earlier requests is drawn. Rows are written in bulk,
not by use cases, so a hundred thousand people take a minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from pydantic_core import PydanticUndefined
from sqlalchemy import Engine, insert, inspect
from sqlmodel import SQLModel

from bench._worlds import NOW, SKILLS, Size, a_market, town_of
from marketplace import catalogue, schema
from marketplace.database import Sessions
from marketplace.models import (
    HelpRequest,
    Match,
    MatchStatus,
    Municipality,
    Offer,
    OfferAvailability,
    OfferSkill,
    Origin,
    Person,
    Precision,
    Proposal,
    ProposalStatus,
    QualificationSeen,
    RequestWeekly,
    RequestWindow,
    Slot,
    SlotStatus,
)
from matching.problem import Market, Request, Volunteer

HALF_A_YEAR: Final = timedelta(days=180)
STILL_OPEN: Final = timedelta(days=2)
AT_ONCE: Final = 5_000
ASKED_BEFORE: Final = 2  # people who said no or nothing before somebody said yes
Row = dict[str, Any]
Rows = defaultdict[type[SQLModel], list[Row]]


class Country:
    """What was put in the database: ids of towns, and requests that somebody may ask."""

    def __init__(self, market: Market, size: Size, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self.market, self.size = market, size
        self.towns = [self._id() for _ in range(size.towns)]
        self.nobody = self._id()
        self.people: dict[str, UUID] = {}
        self.offers: dict[str, UUID] = {}

    def _id(self) -> UUID:
        return UUID(bytes=self._rng.bytes(16), version=4)

    def rows(self) -> Iterator[tuple[type[SQLModel], list[Row]]]:
        """Everything, in the order in which the tables need one another."""
        rows: Rows = defaultdict(list)
        for n, town in enumerate(self.towns):
            rows[Municipality].append(_town(town, n))
        rows[Person].append(_person(self.nobody, "Desk"))
        by_town: defaultdict[int, list[str]] = defaultdict(list)
        for volunteer in self.market.volunteers.values():
            by_town[town_of(volunteer.id)].append(volunteer.id)
            self._add_volunteer(rows, volunteer)
        for request in self.market.requests.values():
            self._add_request(rows, request, by_town[town_of(request.id)])
        tables = (
            Municipality, Person, Offer, OfferSkill, OfferAvailability, QualificationSeen,
            HelpRequest, Slot, RequestWindow, RequestWeekly, Proposal, Match,
        )  # fmt: skip
        yield from ((table, rows[table]) for table in tables)

    def _add_volunteer(self, rows: Rows, volunteer: Volunteer) -> None:
        person, offer, town = self._id(), self._id(), self.towns[town_of(volunteer.id)]
        self.people[volunteer.id], self.offers[volunteer.id] = person, offer
        rows[Person].append(_person(person, f"Person {volunteer.id}", volunteer.born))
        rows[Offer].append(_offer(offer, person, town, volunteer))
        rows[OfferSkill] += ({"offer_id": offer, "skill_code": code, "rested_at": None} for code in volunteer.skills)
        rows[OfferAvailability] += ({"offer_id": offer} | _piece(piece) for piece in volunteer.available)
        for code in volunteer.qualifications:
            rows[QualificationSeen].append(
                {
                    "id": self._id(),
                    "municipality_id": town,
                    "person_id": person,
                    "code": code,
                    "seen_on": NOW.date(),
                    "seen_by_id": self.nobody,
                    "valid_until": None,
                }
            )

    def _add_request(self, rows: Rows, request: Request, neighbours: list[str]) -> None:
        """One of the half year behind us; nearly all of them were helped."""
        posted_at = NOW - HALF_A_YEAR * self._rng.random()
        is_open = NOW - posted_at < STILL_OPEN
        request_id, requester, town = self._id(), self._id(), self.towns[town_of(request.id)]
        rows[Person].append(_person(requester, f"Person {request.id}"))
        rows[HelpRequest].append(_request(request_id, requester, town, request, posted_at, is_open=is_open))
        if not is_open:
            rows[Slot].append(_slot(request_id, 1, town, posted_at, SlotStatus.DONE))
            self._add_history(rows, request, request_id, town, posted_at, neighbours)
            return
        rows[Slot] += (_slot(request_id, n, town, posted_at, SlotStatus.FREE) for n in range(1, request.slots + 1))
        for window in set(request.windows):
            rows[RequestWindow].append(
                {"request_id": request_id, "starts_at": window.start_at, "ends_at": window.end_at}
            )
        rows[RequestWeekly] += ({"request_id": request_id} | _piece(piece) for piece in set(request.weekly))

    def _add_history(
        self, rows: Rows, request: Request, request_id: UUID, town: UUID, posted_at: datetime, neighbours: list[str]
    ) -> None:
        if not neighbours:
            return
        asked = self._rng.choice(neighbours, min(len(neighbours), 1 + ASKED_BEFORE), replace=False).tolist()
        for n, volunteer_id in enumerate(asked):
            at, is_last = posted_at + timedelta(hours=5 * n), n == len(asked) - 1
            status = ProposalStatus.ACCEPTED if is_last else (ProposalStatus.LAPSED, ProposalStatus.DECLINED)[n % 2]
            row = self._proposal(request_id, volunteer_id, town, at, status)
            rows[Proposal].append(row)
            if is_last:
                rows[Match].append(self._match(row, at + timedelta(hours=3)))

    def _proposal(self, request_id: UUID, volunteer_id: str, town: UUID, at: datetime, status: ProposalStatus) -> Row:
        return {
            "id": self._id(), "municipality_id": town, "volunteer_municipality_id": town, "request_id": request_id,
            "offer_id": self.offers[volunteer_id], "person_id": self.people[volunteer_id], "origin": Origin.ENGINE,
            "status": status, "proposed_at": at, "expires_at": at + timedelta(hours=24),
            "answered_at": None if status is ProposalStatus.LAPSED else at + timedelta(hours=3),
            "decline_reason": None if status is not ProposalStatus.DECLINED else "not_now",
            "reasons": [], "score": {}, "distance_km": float(self._rng.uniform(0, 6)), "reserve": None, "version": 2,
        }  # fmt: skip

    def _match(self, proposal: Row, at: datetime) -> Row:
        shared = ("municipality_id", "volunteer_municipality_id", "request_id", "offer_id", "person_id", "origin")
        return {name: proposal[name] for name in shared} | {
            "id": self._id(), "slot_number": 1, "proposal_id": proposal["id"], "status": MatchStatus.DONE,
            "made_at": at, "objection_until": at + timedelta(hours=24), "confirmed_at": at + timedelta(hours=24),
            "ended_at": at + timedelta(days=3), "nudged_at": None, "asked_how_at": None, "version": 3,
        }  # fmt: skip


def fill(engine: Engine, size: Size, seed: int) -> Country:
    """Make the schema and put a country in it."""
    schema.upgrade(engine)
    with Sessions(engine).begin() as session:
        catalogue.load_skills(session, SKILLS)
    country = Country(a_market(size, seed), size, seed)
    with engine.execution_options(writes=True).begin() as connection:
        for table, given in country.rows():
            usual = _usual(table)
            rows = [usual | row for row in given]
            for first in range(0, len(rows), AT_ONCE):
                connection.execute(insert(table), rows[first : first + AT_ONCE])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return country


def _usual(table: type[SQLModel]) -> Row:
    """What a row of a table holds where nothing else is said; models know, tables don't."""
    worked_out = {column.name for column in inspect(table).columns if column.computed is not None}
    return {
        name: column.default
        for name, column in table.model_fields.items()
        if column.default_factory is None and column.default is not PydanticUndefined and name not in worked_out
    }


def _town(id_: UUID, number: int) -> Row:
    return {
        "id": id_,
        "slug": f"town-{number}",
        "name": f"Town {number}",
        "organisation": "Desk",
        "telephone": "",
        "created_at": NOW,
    }


def _person(id_: UUID, name: str, born: int | None = None) -> Row:
    return {"id": id_, "first_name": name, "birth_year": born, "created_at": NOW - HALF_A_YEAR}


def _offer(id_: UUID, person: UUID, town: UUID, volunteer: Volunteer) -> Row:
    since = NOW - HALF_A_YEAR
    return {
        "id": id_, "municipality_id": town, "person_id": person, "postcode": "4901AB", "neighbourhood": "Centre",
        "latitude": volunteer.lat, "longitude": volunteer.lon, "precision": Precision.POSTCODE6,
        "reach_km": volunteer.max_km, "capacity": volunteer.capacity, "asked_per_week": 2,
        "languages": sorted(volunteer.languages), "offered_at": since, "changed_at": since,
        "skills_in_brief": " ".join(sorted(volunteer.skills)),
        "week_in_brief": " ".join(":".join(map(str, _piece(piece).values())) for piece in volunteer.available),
    }  # fmt: skip


def _request(id_: UUID, requester: UUID, town: UUID, request: Request, posted_at: datetime, *, is_open: bool) -> Row:
    return {
        "id": id_, "municipality_id": town, "requester_id": requester, "skill_code": request.skill, "text": "Help.",
        "postcode": "4901AB", "neighbourhood": "Centre", "latitude": request.lat, "longitude": request.lon,
        "precision": Precision.POSTCODE6, "minutes": request.minutes, "languages": sorted(request.languages),
        "requires": [], "min_age": request.min_age, "posted_at": posted_at, "version_at": posted_at,
        "respond_by": request.respond_by, "next_moment_at": NOW, "ended_at": None if is_open else posted_at,
    }  # fmt: skip


def _slot(request_id: UUID, number: int, town: UUID, since: datetime, status: SlotStatus) -> Row:
    return {
        "request_id": request_id, "number": number, "municipality_id": town, "status": status, "free_since_at": since
    }  # fmt: skip


def _piece(piece: Any) -> Row:
    return {"weekday": piece.weekday, "start_minute": piece.start_minute, "end_minute": piece.end_minute}
