"""The best plan of a tiny day by trying everything; it shares no code with the planner.

Every shift gets every order of stops of every set of drives; minutes are a system of differences, solved by
Bellman and Ford's method over all duties together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.transport.verifier import drives, travel_tables

Json = dict[str, Any]
Drive = tuple[str, bool]  # ride, and whether it is its return by anybody
Stop = tuple[Drive, bool]  # and whether it boards


class Everything:
    def __init__(self, day: Json, previous: Json | None = None) -> None:
        self.day = day
        self.minutes, self.metres = travel_tables(day)
        self.rides = {ride["id"]: ride for ride in day["rides"]}
        self.shifts = [(driver, window) for driver in day["drivers"] for window in driver["windows"]]
        self.drives: list[Drive] = []
        for ride in day["rides"]:
            self.drives.append((ride["id"], False))
            if ride["return"] and ride["return"]["mode"] == "later":
                self.drives.append((ride["id"], True))
        self.promises: dict[Drive, tuple[str, int]] = {}
        if previous is not None:
            for (ride, kind), promise in drives(day, previous).items():
                self.promises[ride, kind == "return_pickup"] = promise

    # --- one drive -----------------------------------------------------------------------------------------------

    def place(self, stop: Stop) -> str:
        (name, is_return), boards = stop
        ride = self.rides[name]
        if self.waits(stop[0]):
            return str(ride["from"])
        return str(ride["from"] if boards != is_return else ride["to"])

    def waits(self, drive: Drive) -> bool:
        back = self.rides[drive[0]]["return"]
        return back is not None and back["mode"] == "wait"

    def shares(self, drive: Drive) -> bool:
        return bool(self.rides[drive[0]]["pool"]) and not self.waits(drive)

    def direct(self, drive: Drive) -> int:
        """Minutes from departure to the last arrival, not sharing."""
        ride = self.rides[drive[0]]
        there, back = self.minutes[ride["from"], ride["to"]], self.minutes[ride["to"], ride["from"]]
        if self.waits(drive):
            return there + int(ride["alight_min"] + ride["return"]["minutes"] + ride["board_min"]) + back
        return back if drive[1] else there

    # --- orders of stops -----------------------------------------------------------------------------------------

    def orders(self, driver: Json, window: list[int]) -> Iterator[tuple[tuple[Stop, ...], int]]:
        """Every order of stops of one shift that some minutes fit, with its empty metres."""
        mine = [
            drive
            for drive in self.drives
            if self.rides[drive[0]]["persons"] <= driver["seats"]
            and set(self.rides[drive[0]]["needs"]) <= set(driver["carries"])
            and driver["id"] not in self.rides[drive[0]]["avoid"]
        ]

        def walk(stops: tuple[Stop, ...], aboard: tuple[Drive, ...], empty: int, place: str) -> Iterator[Any]:
            # Who can't be home in time from here may be by way of the next stop: detours may be shorter.
            if stops and not self.minutes_fit([(driver, window, stops)], is_over=False):
                return
            if stops and not aboard and self.minutes_fit([(driver, window, stops)]):
                yield stops, empty + self.metres[place, driver["home"]]
            for drive in aboard:
                stop = drive, False
                rest = tuple(other for other in aboard if other != drive)
                yield from walk((*stops, stop), rest, empty, self.place(stop))
            begun = {drive for drive, boards in stops if boards}
            if len(begun) == driver["max_rides"]:
                return
            for drive in mine:
                if drive in begun or (aboard and not all(self.shares(other) for other in (*aboard, drive))):
                    continue
                if sum(self.rides[name]["persons"] for name, _ in (*aboard, drive)) > driver["seats"]:
                    continue
                stop = drive, True
                way = 0 if aboard else self.metres[place, self.place(stop)]
                yield from walk((*stops, stop), (*aboard, drive), empty + way, self.place(stop))

        yield from walk((), (), 0, driver["home"])

    def minutes_fit(self, duties: list[Any], *, is_over: bool = True, fixed: dict[Drive, int] | None = None) -> bool:
        """Whether there are minutes for these orders of stops, together."""
        least: dict[Stop, int] = {}
        arcs: list[tuple[Stop, Stop, int]] = []
        most: dict[Stop, int] = {}
        for driver, window, stops in duties:
            before: Stop | None = None
            service, place = 0, driver["home"]
            for at, stop in enumerate(stops):
                drive, boards = stop
                ride = self.rides[drive[0]]
                way = self.direct(drive) if self.waits(drive) and not boards else self.minutes[place, self.place(stop)]
                if before is None:
                    least[stop] = window[0] + way
                else:
                    least[stop] = 0
                    arcs.append((before, stop, service + way))
                if boards:
                    low, high = ride["return"]["pickup"] if drive[1] else ride["pickup"]
                    if fixed and drive in fixed:
                        if not low <= fixed[drive] <= high:
                            return False
                        low = high = fixed[drive]
                    least[stop] = max(least[stop], low)
                    most[stop] = high
                    service = ride["board_min"]
                else:
                    service = ride["alight_min"]
                    began = stops.index((drive, True))
                    if self.shares(drive) and (at > began + 1 or self.is_shared(stops, began)):
                        given = ride["max_ride_min"]
                        limit = self.direct(drive) + 15 if given is None else max(given, self.direct(drive))
                        arcs.append((stop, (drive, True), -(limit + ride["board_min"])))
                    if self.waits(drive):
                        arcs.append((stop, (drive, True), -(self.direct(drive) + ride["board_min"])))
                before, place = stop, self.place(stop)
            if is_over:
                most[before] = min(most.get(before, 10**6), window[1] - service - self.minutes[place, driver["home"]])
        for drive in self.drives:
            out, back = ((drive[0], False), False), ((drive[0], True), True)
            if drive[1] and out in least and back in least:
                arcs.append((out, back, self.rides[drive[0]]["alight_min"]))
        return _settles(least, arcs, most)

    @staticmethod
    def is_shared(stops: tuple[Stop, ...], at: int) -> bool:
        aboard = 0
        for _, boards in stops[:at]:
            aboard += 1 if boards else -1
        return aboard > 0

    # --- whole plans ---------------------------------------------------------------------------------------------

    def best(self) -> tuple[int, ...]:
        """(unserved, empty metres), or with a previous plan (unserved, broken promises, empty metres)."""
        by_shift = [list(self.orders(driver, window)) for driver, window in self.shifts]
        # Of the orders with the same stops in the same order there is one; keep all, minutes may matter together.
        self.least = (10**9,)
        self._choose(0, by_shift, [], 0)
        return self.least

    def _choose(self, at: int, by_shift: list[Any], chosen: list[Any], empty: int) -> None:
        if at == len(by_shift):
            self._weigh(chosen, empty)
            return
        self._choose(at + 1, by_shift, chosen, empty)
        driver, window = self.shifts[at]
        taken = {drive for _, _, stops in chosen for drive, _ in stops}
        room = driver["max_rides"] - sum(len(stops) // 2 for other, _, stops in chosen if other is driver)
        for stops, metres in by_shift[at]:
            if len(stops) // 2 <= room and taken.isdisjoint(drive for drive, _ in stops):
                self._choose(at + 1, by_shift, [*chosen, (driver, window, stops)], empty + metres)

    def _weigh(self, chosen: list[Any], empty: int) -> None:
        driver_of = {drive: driver["id"] for driver, _, stops in chosen for drive, _ in stops}
        unserved = 0
        for name, ride in self.rides.items():
            is_back = not ride["return"] or ride["return"]["mode"] != "later" or (name, True) in driver_of
            is_out = (name, False) in driver_of
            if is_out != is_back and (is_out or (name, True) in driver_of):
                return  # half a ride
            unserved += not is_out
        if not self.promises:
            if (unserved, empty) < self.least and self.minutes_fit(chosen):
                self.least = unserved, empty
            return
        may_keep = [drive for drive, (driver, _) in self.promises.items() if driver_of.get(drive) == driver]
        for broken in range(len(self.promises) - len(may_keep), len(self.promises) + 1):
            if (unserved, broken, empty) >= self.least:
                return
            for kept in combinations(may_keep, len(self.promises) - broken):
                if self.minutes_fit(chosen, fixed={drive: self.promises[drive][1] for drive in kept}):
                    self.least = unserved, broken, empty
                    return


def _settles(least: dict[Stop, int], arcs: list[tuple[Stop, Stop, int]], most: dict[Stop, int]) -> bool:
    for _ in range(10_000):
        raised = False
        for before, after, gap in arcs:
            if after in least and before in least and least[before] + gap > least[after]:
                least[after] = least[before] + gap
                raised = True
        if any(least[stop] > high for stop, high in most.items() if stop in least):
            return False
        if not raised:
            return True
    return False
