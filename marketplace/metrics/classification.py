"""Who brought two people together: from the events of requests to a ruling on each match. Pure.

The rule stands in `definitions.Ruling`. Here it is a table: for each kind of event what it means when a staff member
does it, acting as staff. The same act by anybody else, or by the engine, never mediates.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final
from uuid import UUID

from marketplace.metrics.definitions import Because, Happening, Reason, Ruling
from marketplace.metrics.slots import SlotBook
from marketplace.models import ActingAs, EventKind


class When(StrEnum):
    """Under which condition an act of staff mediates; where the condition does not hold, see `Meaning.otherwise`."""

    ALWAYS = "always"
    ABOUT_WHO = "the contact was about who would help, or that was not noted"
    ESCALATED = "the request had been escalated before"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an act of staff means: mediating ``when`` and ``because``; where it does not mediate, assisting or not."""

    when: When = When.NEVER
    because: Because | None = None
    assists: bool = False


_SILENT: Final = Meaning()
_ASSISTS: Final = Meaning(assists=True)
_CHANGES: Final = Meaning(When.ESCALATED, Because.CHANGED, assists=True)

# Every kind of event is listed, so that a new one cannot pass unnoticed; a test keeps it so.
ACTS_OF_STAFF: Final[Mapping[EventKind, Meaning]] = {
    # (a) proposed, chose, refused or removed a person
    EventKind.PROPOSED: Meaning(When.ALWAYS, Because.PROPOSED),
    EventKind.APPLIED: Meaning(When.ALWAYS, Because.PROPOSED),
    EventKind.CHOSEN: Meaning(When.ALWAYS, Because.CHOSE),
    EventKind.PAIR_REFUSED: Meaning(When.ALWAYS, Because.REFUSED),
    EventKind.PROPOSAL_WITHDRAWN: Meaning(When.ALWAYS, Because.REFUSED),
    EventKind.REMOVED: Meaning(When.ALWAYS, Because.REMOVED),
    EventKind.RIDE_MOVED: Meaning(When.ALWAYS, Because.MOVED),
    # A coordinator who puts a group before a request proposes it; a group that offers itself does not act as staff.
    EventKind.GARDEN_DAY_PROPOSED: Meaning(When.ALWAYS, Because.PROPOSED),
    # (b) logged contact about who
    EventKind.CONTACT_LOGGED: Meaning(When.ABOUT_WHO, Because.CONTACT),
    # (c) changed the request after it was escalated; before that, they only lent a hand
    EventKind.REQUEST_CORRECTED: _CHANGES,
    EventKind.REQUEST_CHANGED: _CHANGES,
    EventKind.REQUEST_WIDENED: _CHANGES,
    EventKind.REQUEST_SPLIT: _CHANGES,
    EventKind.REQUEST_MERGED: _CHANGES,
    EventKind.REQUEST_REOPENED: _CHANGES,
    # Typing in or reading out what the machine or somebody else said.
    EventKind.REQUEST_POSTED: _ASSISTS,
    EventKind.PROPOSAL_RELAYED: _ASSISTS,
    EventKind.MATCHED: _ASSISTS,
    EventKind.DECLINED: _ASSISTS,
    EventKind.YES_WAITS: _ASSISTS,
    EventKind.GARDEN_DAY_ANSWERED: _ASSISTS,
    EventKind.CONFIRMED: _SILENT,
    EventKind.OBJECTED: _SILENT,
    EventKind.CANCELLED: _SILENT,
    EventKind.DONE: _SILENT,
    # After the yes: what staff types in of what somebody said about a date, how it was, or the hours.
    EventKind.DATE_PROPOSED: _SILENT,
    EventKind.DATE_AGREED: _SILENT,
    EventKind.NUDGED: _SILENT,
    EventKind.OFFERED_ON: _SILENT,
    EventKind.EVALUATED: _SILENT,
    EventKind.HOURS_LOGGED: _SILENT,
    # Neither: reading, taking or annotating a case, approving a text, a certificate or a parent's consent,
    # publishing a plan that drivers then accept or not, and what follows by itself from other acts.
    EventKind.ESCALATED: _SILENT,
    EventKind.CASE_READ: _SILENT,
    EventKind.CASE_TAKEN: _SILENT,
    EventKind.CASE_REASSIGNED: _SILENT,
    EventKind.CASE_NOTED: _SILENT,
    EventKind.APPROVED: _SILENT,
    EventKind.CLIMBED: _SILENT,
    # What staff asked who asked to give way on, mediates once they say yes: then the request is widened by staff.
    EventKind.RELAXATION_ASKED: _SILENT,
    EventKind.RELAXATION_ANSWERED: _SILENT,
    EventKind.UNDONE: _SILENT,
    EventKind.PEOPLE_MERGED: _SILENT,
    EventKind.MERGE_UNDONE: _SILENT,
    EventKind.PLAN_PUBLISHED: _SILENT,
    # A driver's papers, hours and car; a repeating ride; what became of a ride; a taxi instead of a volunteer.
    EventKind.RIDE_RESULT: _SILENT,
    EventKind.RIDE_REFERRED: _SILENT,
    EventKind.STANDING_ASKED: _SILENT,
    EventKind.STANDING_CHANGED: _SILENT,
    EventKind.DRIVER_JOINED: _SILENT,
    EventKind.DRIVER_CHANGED: _SILENT,
    EventKind.DRIVER_AWAY: _SILENT,
    EventKind.DRIVER_LEFT: _SILENT,
    EventKind.PAPER_SEEN: _SILENT,
    # Asking a standby driver by hand is choosing a person; reading out what the planning asks is not.
    EventKind.STANDBY_ASKED: Meaning(When.ALWAYS, Because.PROPOSED),
    EventKind.STANDBY_ANSWERED: _ASSISTS,
    # A buddy: introducing one is proposing a person; what stands around it is not about who.
    EventKind.BUDDY_INTAKE_PLANNED: _SILENT,
    EventKind.BUDDY_INTAKE_HELD: _SILENT,
    EventKind.BUDDY_MEETING_SET: _SILENT,
    EventKind.BUDDY_GOAL_SET: _SILENT,
    EventKind.BUDDY_TALK_HELD: _SILENT,
    EventKind.BUDDY_EXTENDED: _SILENT,
    EventKind.LAPSED: _SILENT,
    EventKind.YES_UNHONOURED: _SILENT,
    EventKind.SLOT_FREED: _SILENT,
    EventKind.REQUEST_WITHDRAWN: _SILENT,
    EventKind.REPRESENTATION_ENDED: _SILENT,
    EventKind.REQUEST_CLOSED: _SILENT,
    EventKind.OFFER_MADE: _SILENT,
    EventKind.OFFER_CHANGED: _SILENT,
    EventKind.OFFER_PAUSED: _SILENT,
    EventKind.OFFER_LEFT: _SILENT,
    # The case goes to another organisation; the search ends by an event of its own.
    EventKind.HANDED_OVER: _SILENT,
    # A worry about somebody has to do with no match.
    EventKind.CONCERN_RAISED: _SILENT,
    EventKind.CONCERN_CLOSED: _SILENT,
    # What a parent says of their child is about no match, whoever of the staff wrote it down.
    EventKind.PARENT_ASKED: _SILENT,
    EventKind.PARENT_ANSWERED: _SILENT,
    EventKind.PARENT_STOPPED: _SILENT,
    # One time of a series, until when it goes on, and how often somebody comes: no occurrence, swap or stand-in is a
    # match. A permanent successor is, by the events of every match.
    EventKind.SERIES_CHANGED: _SILENT,
    EventKind.OCCURRENCE_CHANGED: _SILENT,
    EventKind.SERIES_HELPER_CHANGED: _SILENT,
    # Reading a text first, and judging what was reported, chooses nobody; removing somebody is an event of its own.
    EventKind.TEXT_HELD: _SILENT,
    EventKind.TEXT_JUDGED: _SILENT,
    EventKind.ACCOUNT_BLOCKED: _SILENT,
    EventKind.ACCOUNT_RESTORED: _SILENT,
    EventKind.PAIR_BLOCKED: _SILENT,
    # Seeing that an organisation is one; who waits for a place moves up by themselves.
    EventKind.ORGANISATION_FOUNDED: _SILENT,
    EventKind.ORGANISATION_CONFIRMED: _SILENT,
    EventKind.ORGANISATION_RENAMED: _SILENT,
    EventKind.ORGANISATION_ENDED: _SILENT,
    EventKind.MEMBER_JOINED: _SILENT,
    EventKind.MEMBER_LEFT: _SILENT,
    EventKind.WAITING_JOINED: _SILENT,
    EventKind.WAITING_LEFT: _SILENT,
    EventKind.SIGNED_IN: _SILENT,
}

HEARD_OF_STAFF: Final = frozenset(kind for kind, meaning in ACTS_OF_STAFF.items() if meaning != _SILENT)

# Acts by which a slot becomes free again. They belong to the stretch they open, whether they were recorded just
# before the SLOT_FREED they cause or just after it: the *next* match of that slot is mediated.
EMPTYING: Final = frozenset({EventKind.REMOVED, EventKind.RIDE_MOVED})
# Hands lent to the request itself, which every later match of it has had.
LASTING: Final = frozenset(
    {
        EventKind.REQUEST_POSTED,
        EventKind.REQUEST_CORRECTED,
        EventKind.REQUEST_CHANGED,
        EventKind.REQUEST_WIDENED,
        EventKind.REQUEST_SPLIT,
        EventKind.REQUEST_MERGED,
        EventKind.REQUEST_REOPENED,
    }
)


def rule_matches(events: Iterable[Happening]) -> dict[UUID, Ruling]:
    """A ruling on every match in these events, which may be of many requests and come in any order."""
    rulings: dict[UUID, Ruling] = {}
    by_request = sorted(events, key=lambda event: (event.request_id, event.order))
    for _, of_request in groupby(by_request, key=lambda event: event.request_id):
        rulings.update(rule_request(of_request))
    return rulings


def rule_request(events: Iterable[Happening]) -> Iterator[tuple[UUID, Ruling]]:
    """A ruling on every match of one request, whose events come in order."""
    book, judge = SlotBook(), _Judge()
    for event in events:
        freed = book.read(event)
        judge.begin_stretch(freed)
        judge.hear(event, book)
        if event.kind is EventKind.MATCHED and event.match_id is not None and event.slot_number is not None:
            yield event.match_id, judge.rule(event, event.slot_number)


class _Judge:
    """Remembers, for each slot of one request, what staff did since it last became free."""

    def __init__(self) -> None:
        self._since: defaultdict[int, list[Reason]] = defaultdict(list)
        self._carried: defaultdict[int, list[Reason]] = defaultdict(list)
        self._relayed: set[int] = set()
        self._is_typed_in = False
        self._is_escalated = False

    def begin_stretch(self, freed: Iterable[int]) -> None:
        """These slots became free: what staff did before counts no longer, but for the act that freed them."""
        for number in freed:
            self._since[number] = self._carried.pop(number, [])
            self._relayed.discard(number)

    def hear(self, event: Happening, book: SlotBook) -> None:
        """Take in an event, after the slots it freed."""
        self._is_escalated = self._is_escalated or event.kind is EventKind.ESCALATED
        # Assisted at posting is also a fact of the request: a family carer's paper form, typed in by a volunteer.
        if event.kind is EventKind.REQUEST_POSTED and event.detail.get("assisted") is True:
            self._is_typed_in = True
        if event.acting_as is not ActingAs.STAFF:
            return
        meaning = ACTS_OF_STAFF[event.kind]
        if meaning.because is not None and self._is_mediating(meaning.when, event):
            self._remember(Reason(meaning.because, event.kind, event.at), event, book)
        elif meaning.assists:
            self._is_typed_in = self._is_typed_in or event.kind in LASTING
            self._relayed |= _reach(event, book)

    def rule(self, matched: Happening, slot_number: int) -> Ruling:
        """The slot was taken just now."""
        self._since[slot_number] += self._carried.pop(slot_number, [])
        because = tuple(self._since[slot_number])
        # A coordinator's proposal may have stayed open while the slot was taken and became free again.
        if not because and matched.detail.get("origin") == "coordinator":
            because = (Reason(Because.COUPLED, matched.kind, matched.at),)
        return Ruling(bool(because), self._is_typed_in or slot_number in self._relayed, because)

    def _is_mediating(self, when: When, event: Happening) -> bool:
        if when is When.ABOUT_WHO:
            return event.detail.get("about_who") is not False
        if when is When.ESCALATED:
            return self._is_escalated
        return when is When.ALWAYS

    def _remember(self, reason: Reason, event: Happening, book: SlotBook) -> None:
        free = book.list_free()
        for number in _reach(event, book):
            if number in free:
                self._since[number].append(reason)
            elif event.kind in EMPTYING or event.kind is EventKind.REQUEST_REOPENED:
                self._carried[number].append(reason)


def _reach(event: Happening, book: SlotBook) -> frozenset[int]:
    """The slots an act is about: the one it names, else those that are free; reopening also reaches ended ones."""
    if event.slot_number is not None:
        return frozenset({event.slot_number})
    return book.list_free() | (book.list_ended() if event.kind is EventKind.REQUEST_REOPENED else frozenset())
