"""From the events of one request to what became of it, as of an instant. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from marketplace.metrics.classification import rule_request
from marketplace.metrics.definitions import (
    UNKNOWN,
    Facts,
    Happening,
    MatchEnd,
    MatchMade,
    Ruling,
    SlotAsked,
    SlotOutcome,
    Story,
)
from marketplace.metrics.slots import ENDING, FILLING, OF_ALL, RESIZING, SlotBook, SlotState
from marketplace.models import EventKind

# Whoever does these, they change a story. So does what staff does and a ruling hears (`HEARD_OF_STAFF`); no other
# event needs to be read, and in a busy town that is half of them.
TELLING: Final = frozenset(
    OF_ALL | RESIZING | ENDING | FILLING | {EventKind.CONFIRMED, EventKind.PROPOSED, EventKind.ESCALATED}
)


_ENDS: Final = {"requester": MatchEnd.BY_REQUESTER, "volunteer": MatchEnd.BY_VOLUNTEER}


def read_story(events: Iterable[Happening], *, as_of: datetime) -> Story:
    """What became of one request by ``as_of``; events after it are left out. Raises ValueError without events."""
    known = sorted((event for event in events if event.at <= as_of), key=lambda event: event.order)
    if not known:
        raise ValueError("a request without events has no story")
    reading = _Reading()
    for event in known:
        reading.read(event)
    rulings = dict(rule_request(known))
    return Story(
        request_id=known[0].request_id,
        facts=reading.facts,
        matches=tuple(match.as_made(rulings[match.match_id]) for match in reading.matches.values()),
        slots=tuple(_ask_slots(reading, rulings, as_of)),
        proposed_at=tuple(event.at for event in known if event.kind is EventKind.PROPOSED),
        is_escalated=any(event.kind is EventKind.ESCALATED for event in known),
    )


@dataclass
class _Match:
    """A match while its events are read."""

    match_id: UUID
    made_at: datetime
    origin: str
    objection_until: datetime
    is_confirmed: bool = False
    is_objected: bool = False
    end: MatchEnd | None = None

    def read(self, event: Happening) -> None:
        if event.kind is EventKind.CONFIRMED:
            self.is_confirmed = True
        elif event.kind is EventKind.OBJECTED:
            self.is_objected = True
        elif event.kind is EventKind.REMOVED:
            self.end = MatchEnd.BY_STAFF
        elif event.kind is EventKind.CANCELLED:
            # Staff who remove somebody may have it recorded as cancelled too; that they did it stays.
            self.end = self.end or _ENDS.get(str(event.detail.get("by")), MatchEnd.BY_STAFF)

    def as_made(self, ruling: Ruling) -> MatchMade:
        return MatchMade(ruling=ruling, **vars(self))


@dataclass
class _Reading:
    """What is known of one request so far."""

    facts: Facts = field(default_factory=Facts)
    respond_by: datetime | None = None
    matches: dict[UUID, _Match] = field(default_factory=dict)
    book: SlotBook = field(default_factory=SlotBook)

    def read(self, event: Happening) -> None:
        self.book.read(event)
        if event.kind is EventKind.REQUEST_POSTED:
            self.facts = _read_facts(event)
        if event.kind is EventKind.REQUEST_POSTED or event.kind in RESIZING:
            self.respond_by = _read_instant(event.detail.get("respond_by")) or self.respond_by
        if event.kind is EventKind.UNDONE:
            # Nobody was told of it: it never was.
            self.matches = {
                key: one for key, one in self.matches.items() if str(key) not in event.detail.get("matches", ())
            }
        if event.match_id is None:
            return
        if event.kind is EventKind.MATCHED and event.slot_number is not None:
            self.matches[event.match_id] = _begin_match(event, event.match_id)
        elif event.match_id in self.matches:
            self.matches[event.match_id].read(event)


def _read_facts(event: Happening) -> Facts:
    detail = event.detail
    return Facts(
        posted_at=event.at,
        work_area=detail.get("work_area") or UNKNOWN,
        neighbourhood=detail.get("neighbourhood") or UNKNOWN,
        asker=detail.get("asker_kind") or UNKNOWN,
        channel=detail.get("channel") or UNKNOWN,
        is_ride=detail.get("is_ride") is True,
    )


def _begin_match(event: Happening, match_id: UUID) -> _Match:
    return _Match(
        match_id=match_id,
        made_at=event.at,
        origin=event.detail.get("origin") or UNKNOWN,
        objection_until=_read_instant(event.detail.get("objection_until")) or event.at,
    )


def _read_instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _ask_slots(reading: _Reading, rulings: dict[UUID, Ruling], as_of: datetime) -> Iterable[SlotAsked]:
    has_passed = reading.respond_by is None or reading.respond_by <= as_of
    for number, state in sorted(reading.book.state.items()):
        match_id = reading.book.standing.get(number)
        if state is SlotState.WITHDRAWN:
            outcome = SlotOutcome.WITHDRAWN
        elif not has_passed:
            outcome = SlotOutcome.STILL_RUNNING
        elif match_id is None:
            outcome = SlotOutcome.EMPTY
        else:
            outcome = SlotOutcome.MEDIATED if rulings[match_id].mediated else SlotOutcome.UNMEDIATED
        yield SlotAsked(number, outcome, match_id)
