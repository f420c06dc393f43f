"""Which slots of one request are there, free, taken or ended, while its events are read in order."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from marketplace.metrics.definitions import Happening
from marketplace.models import ActingAs, EventKind

# These may carry a new total number of slots.
RESIZING: Final = frozenset(
    {
        EventKind.REQUEST_CORRECTED,
        EventKind.REQUEST_CHANGED,
        EventKind.REQUEST_WIDENED,
        EventKind.REQUEST_SPLIT,
        EventKind.REQUEST_REOPENED,
    }
)
# These are about the slots of the whole request.
OF_ALL: Final = frozenset(
    {
        EventKind.REQUEST_POSTED,
        EventKind.REQUEST_WITHDRAWN,
        EventKind.REQUEST_CLOSED,
        EventKind.REQUEST_MERGED,
        EventKind.UNDONE,
    }
)
# These are about one slot.
FILLING: Final = frozenset({EventKind.MATCHED, EventKind.SLOT_FREED})
ENDING: Final = frozenset({EventKind.OBJECTED, EventKind.CANCELLED, EventKind.REMOVED})


class SlotState(StrEnum):
    FREE = "free"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class SlotBook:
    """The slots of one request. ``standing`` holds the match of each slot that has one that was not undone."""

    def __init__(self) -> None:
        self.state: dict[int, SlotState] = {}
        self.standing: dict[int, UUID] = {}

    def read(self, event: Happening) -> frozenset[int]:
        """Take in the next event; returns the slots that became free by it."""
        if event.kind in OF_ALL or (event.kind in RESIZING and "slots" in event.detail):
            before = self.list_free()
            self._read_all(event)
            # What is taken back was never: the stretch of a slot goes on, with all that staff did in it.
            return frozenset() if event.kind is EventKind.UNDONE else self.list_free() - before
        return frozenset() if event.slot_number is None else self._read_slot(event, event.slot_number)

    def list_free(self) -> frozenset[int]:
        return frozenset(number for number, state in self.state.items() if state is SlotState.FREE)

    def list_ended(self) -> frozenset[int]:
        return frozenset(self.state) - self._list_live()

    def _list_live(self) -> frozenset[int]:
        live = (SlotState.FREE, SlotState.TAKEN)
        return frozenset(number for number, state in self.state.items() if state in live)

    def _read_all(self, event: Happening) -> None:
        if event.kind is EventKind.REQUEST_POSTED:
            self._add(int(event.detail.get("slots", 1)))
        elif event.kind is EventKind.REQUEST_WITHDRAWN:
            self._end(event, SlotState.WITHDRAWN)
        elif event.kind is EventKind.REQUEST_CLOSED:
            self._end(event, SlotState.CLOSED)
        elif event.kind is EventKind.REQUEST_MERGED:
            # Asked in the other request from now on, and counted there.
            for number in event.detail.get("slots", ()):
                self.state.pop(number, None)
        elif event.kind is EventKind.UNDONE:
            self._undo(event)
        else:
            self._resize(event)

    def _read_slot(self, event: Happening, number: int) -> frozenset[int]:
        if event.kind is EventKind.SLOT_FREED:
            self.state[number] = SlotState.FREE
            self.standing.pop(number, None)
            return frozenset({number})
        if event.kind is EventKind.MATCHED and event.match_id is not None:
            self.state[number] = SlotState.TAKEN
            self.standing[number] = event.match_id
        elif event.kind in ENDING and event.match_id is not None and self.standing.get(number) == event.match_id:
            self.standing.pop(number, None)
            # Unless an event says that the slot is free again, who cancels an own request needs nobody any more.
            if event.kind is EventKind.CANCELLED and event.detail.get("by") == "requester":
                self.state[number] = SlotState.WITHDRAWN
        return frozenset()

    def _add(self, count: int) -> None:
        first = max(self.state, default=0) + 1
        for number in range(first, first + count):
            self.state[number] = SlotState.FREE

    def _resize(self, event: Happening) -> None:
        """More slots are numbered on; of fewer, the free ones with the highest numbers are no longer asked."""
        surplus = len(self._list_live()) - int(event.detail["slots"])
        if surplus < 0:
            self._add(-surplus)
        for number in sorted(self.list_free(), reverse=True)[: max(surplus, 0)]:
            if event.kind is EventKind.REQUEST_SPLIT:
                del self.state[number]  # asked in another request from now on, and counted there
            else:
                by_staff = event.acting_as is ActingAs.STAFF
                self.state[number] = SlotState.CLOSED if by_staff else SlotState.WITHDRAWN

    def _undo(self, event: Happening) -> None:
        """The slots that are free again, and those that are there no more: the request itself was taken back."""
        for number in event.detail.get("free", ()):
            self.state[number] = SlotState.FREE
            self.standing.pop(number, None)
        for number in event.detail.get("gone", ()):
            self.state.pop(number, None)

    def _end(self, event: Happening, state: SlotState) -> None:
        """The slots it names, else those that are free, have come to an end."""
        for number in event.detail.get("slots", self.list_free()):
            self.state[number] = state
            self.standing.pop(number, None)
