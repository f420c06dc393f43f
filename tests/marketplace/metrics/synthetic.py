"""Made-up histories in a real database: requests to which anything happens that the use cases can record.

Only events are looked at by the figures; the rows they refer to are there for the foreign keys alone.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel

from marketplace.models import (
    ActingAs,
    Event,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    Municipality,
    Offer,
    Origin,
    Proposal,
    Slot,
)
from marketplace.models.offers import Precision
from tests.support.builders import a_person, a_volunteer

MOST_SLOTS = 17
FIRST = datetime(2026, 2, 20, 8, 0, tzinfo=UTC)
# Instants that are easily put in the wrong month, or on a day of 23 hours.
BORDERS = [
    datetime(2026, 2, 28, 22, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 2, 28, 23, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 31, 22, 0, tzinfo=UTC),
]
Rows = dict[type[SQLModel], list[SQLModel]]

NEIGHBOURHOODS = ["Dommelbergen", "Slotjes", "Dorst"]
AREAS = ["meeting_company", "house_garden_kitchen", "clubs_organisations", "transport"]


def write_histories(session: Session, municipality: Municipality, random: Random, count: int) -> None:
    """So many requests in one municipality, each with a life of its own."""
    people = [a_volunteer(session, municipality=municipality) for _ in range(2)]
    asker = a_person(session, "Riet").id
    rows: Rows = {kind: [] for kind in (HelpRequest, Slot, Proposal, Match, Event)}
    for _ in range(count):
        _Life(rows, municipality.id, asker, people, random).live()
    for kind in rows.values():  # in the order in which they refer to each other
        session.add_all(kind)
        session.flush()


class _Life:
    """One request: keeps which slots are free and taken, so that what happens could happen."""

    def __init__(self, rows: Rows, municipality_id: UUID, asker_id: UUID, people: list[Offer], random: Random) -> None:
        self.rows, self.random, self.people = rows, random, people
        self.municipality_id, self.asker_id = municipality_id, asker_id
        self.at = random.choice(BORDERS) if random.random() < 0.2 else FIRST + timedelta(hours=random.randint(0, 1000))
        self.free: set[int] = set()
        self.taken: dict[int, Match] = {}
        self.request = self._make_request()
        self.me = random.choice([ActingAs.RESIDENT, ActingAs.ORGANISATION])

    def live(self) -> None:
        self._post()
        often = [self._match] * 7 + [self._staff] * 3 + [self._object, self._cancel, self._remove] * 2
        acts = [*often, self._escalate, self._escalate, self._prima, self._widen, self._add_slot, self._others]
        for _ in range(self.random.randint(0, 14)):
            self._wait()
            self.random.choice(acts)()
        self._wait()
        self.random.choice([self._withdraw, self._close, self._done, lambda: None, lambda: None])()

    def _wait(self) -> None:
        """Often no time at all: what is told in one instant keeps its order."""
        if self.random.random() < 0.1:
            self.at = next((border for border in BORDERS if border > self.at), self.at)
        elif self.random.random() < 0.7:
            self.at += timedelta(minutes=self.random.randint(1, 2000))

    def _record(
        self, kind: str, acting_as: ActingAs, slot: int | None = None, match: Match | None = None, **detail: Any
    ) -> None:
        self.rows[Event].append(
            Event(
                municipality_id=self.municipality_id,
                at=self.at,
                kind=EventKind(kind),
                acting_as=acting_as,
                request_id=self.request.id,
                slot_number=match.slot_number if match else slot,
                match_id=match.id if match else None,
                detail=detail,
            )
        )

    def _post(self) -> None:
        slots = self.random.randint(1, 3)
        self.free = set(range(1, slots + 1))
        typed_in = self.random.random() < 0.3
        self._record(
            "request_posted",
            ActingAs.STAFF if typed_in else self.me,
            work_area=self.random.choice(AREAS),
            neighbourhood=self.random.choice(NEIGHBOURHOODS),
            asker_kind="private" if self.me is ActingAs.RESIDENT else "organisation",
            channel="telephone" if typed_in else "web",
            slots=slots,
            respond_by=self._in_days(14),
            is_ride=self.random.random() < 0.3,
            assisted=typed_in,
        )

    def _in_days(self, most: int) -> str:
        return (self.at + timedelta(days=self.random.randint(1, most))).isoformat()

    def _match(self) -> None:
        if not self.free:
            return
        slot = self.random.choice(sorted(self.free))
        origin = self.random.choice(["engine", "engine", "application", "resident_choice", "coordinator"])
        if origin == "coordinator":
            self._record("chosen", ActingAs.STAFF, slot)
        self.free.remove(slot)
        self.taken[slot] = match = self._make_match(slot, origin)
        until = self.at + timedelta(hours=self.random.choice([1, 12, 24]))
        acting = ActingAs.STAFF if origin == "coordinator" else ActingAs.VOLUNTEER
        self._record("matched", acting, match=match, origin=origin, objection_until=until.isoformat())

    def _staff(self) -> None:
        kind = self.random.choice(
            ["proposed", "applied", "chosen", "pair_refused", "proposal_withdrawn", "ride_moved", "contact_logged"]
            + ["request_corrected", "request_changed", "request_widened", "request_split", "request_reopened"] * 2
            + ["case_taken", "case_read", "case_noted", "approved", "proposal_relayed", "plan_published", "declined"]
        )
        detail = {"about_who": self.random.random() < 0.5} if kind == "contact_logged" else {}
        about_slots = not kind.startswith(("request", "case"))
        slot = self.random.choice([None, *sorted(self.free)]) if about_slots else None
        self._record(kind, ActingAs.STAFF, slot, **detail)

    def _others(self) -> None:
        """The same acts by others never mediate."""
        kind = self.random.choice(["proposed", "applied", "chosen", "pair_refused", "request_changed", "lapsed"])
        self._record(kind, self.random.choice([ActingAs.ENGINE, ActingAs.VOLUNTEER, self.me]))

    def _escalate(self) -> None:
        self._record("escalated", ActingAs.ENGINE, reason="no_answer_in_time")

    def _widen(self) -> None:
        acting = self.random.choice([ActingAs.ENGINE, ActingAs.STAFF, self.me])
        self._record("request_widened", acting, respond_by=self._in_days(20))

    def _add_slot(self) -> None:
        total = len(self.free) + len(self.taken) + 1
        self.free.add(total)
        self._record("request_changed", self.random.choice([ActingAs.STAFF, self.me]), slots=total)

    def _prima(self) -> None:
        if self.taken:
            self._record("confirmed", self.me, match=self._any_match(), how="prima")

    def _object(self) -> None:
        if self.taken:
            match = self._any_match()
            self._record("objected", self.me, match=match)
            self._set_free(match, self.me)

    def _cancel(self) -> None:
        if self.taken:
            match, by = self._any_match(), self.random.choice(["requester", "volunteer"])
            acting = self.me if by == "requester" else ActingAs.VOLUNTEER
            self._record("cancelled", acting, match=match, by=by)
            self._set_free(match, acting)

    def _remove(self) -> None:
        if self.taken:
            match = self._any_match()
            self._set_free(match, ActingAs.STAFF)
            self._record("removed", ActingAs.STAFF, match=match)

    def _set_free(self, match: Match, acting: ActingAs) -> None:
        del self.taken[match.slot_number]
        self.free.add(match.slot_number)
        self._record("slot_freed", acting, match.slot_number)

    def _withdraw(self) -> None:
        ended = sorted([*self.free, *self.taken])
        for match in self.taken.values():
            self._record("cancelled", self.me, match=match, by="requester")
        self._record("request_withdrawn", self.me, slots=ended)

    def _close(self) -> None:
        self._record("request_closed", ActingAs.STAFF, slots=sorted(self.free), reason="no_helper")

    def _done(self) -> None:
        for match in self.taken.values():
            self._record("done", self.me, match=match)

    def _any_match(self) -> Match:
        return self.taken[self.random.choice(sorted(self.taken))]

    # --- rows that events refer to -------------------------------------------------------------------------------

    def _make_request(self) -> HelpRequest:
        request = HelpRequest(
            municipality_id=self.municipality_id,
            requester_id=self.asker_id,
            skill_code="garden.hedge",
            text="",
            postcode="4901AB",
            neighbourhood="",
            latitude=51.6,
            longitude=4.9,
            precision=Precision.POSTCODE4,
            minutes=60,
            languages=[],
            requires=[],
            posted_at=self.at,
            version_at=self.at,
            respond_by=self.at,
            next_moment_at=self.at,
        )
        self.rows[HelpRequest].append(request)
        for number in range(1, MOST_SLOTS + 1):
            slot = Slot(
                request_id=request.id, number=number, municipality_id=self.municipality_id, free_since_at=self.at
            )
            self.rows[Slot].append(slot)
        return request

    def _make_match(self, slot: int, origin: str) -> Match:
        offer = self.random.choice(self.people)
        both = {
            "municipality_id": self.municipality_id,
            "volunteer_municipality_id": self.municipality_id,
            "request_id": self.request.id,
            "offer_id": offer.id,
            "person_id": offer.person_id,
            "origin": Origin(origin),
        }
        proposal = Proposal(
            **both, status="accepted", proposed_at=self.at, expires_at=self.at, reasons=[], score={}, distance_km=0
        )
        self.rows[Proposal].append(proposal)
        # Not standing, so that one slot can have had several; the figures do not look here.
        ended = {"status": MatchStatus.CANCELLED, "made_at": self.at, "objection_until": self.at}
        match = Match(**both, **ended, slot_number=slot, proposal_id=proposal.id)
        self.rows[Match].append(match)
        return match
