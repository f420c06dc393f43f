"""Reads a day and a plan as plain JSON objects and says everything that is wrong with the plan.

Written from the interface alone; it shares no code with the planner, not even the travel model.
"""

from __future__ import annotations

import math
from typing import Any

Json = dict[str, Any]


def travel_tables(day: Json) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """Minutes and metres by pair of place ids."""
    ids = [place["id"] for place in day["places"]]
    travel = day["travel"]
    if travel["kind"] == "matrix":
        pairs = [(a, b) for a in range(len(ids)) for b in range(len(ids))]
        return (
            {(ids[a], ids[b]): travel["minutes"][a][b] for a, b in pairs},
            {(ids[a], ids[b]): travel["metres"][a][b] for a, b in pairs},
        )
    minutes, metres = {}, {}
    for a in day["places"]:
        for b in day["places"]:
            pair = a["id"], b["id"]
            if a["id"] == b["id"]:
                minutes[pair] = metres[pair] = 0
                continue
            km = great_circle_km(a, b) * travel["detour"]
            metres[pair] = math.floor(1000 * km + 0.5)
            minutes[pair] = math.ceil(travel["overhead_min"] + 60 * km / travel["km_per_hour"] - 1e-9)
    return minutes, metres


def great_circle_km(a: Json, b: Json) -> float:
    lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b["lon"] - a["lon"]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, h)))


def faults(day: Json, plan: Json, previous: Json | None = None) -> list[str]:
    """Everything that is wrong; nothing where the plan keeps every rule and counts itself rightly."""
    return Verifier(day, plan, previous).run()


class Verifier:
    def __init__(self, day: Json, plan: Json, previous: Json | None) -> None:
        self.day, self.plan, self.previous = day, plan, previous
        self.minutes, self.metres = travel_tables(day)
        self.drivers = {driver["id"]: driver for driver in day["drivers"]}
        self.rides = {ride["id"]: ride for ride in day["rides"]}
        self.wrong: list[str] = []
        # ride → kind → (driver, arrive, depart)
        self.done: dict[str, dict[str, tuple[str, int, int]]] = {}

    def check(self, holds: bool, text: str) -> None:
        if not holds:
            self.wrong.append(text)

    def run(self) -> list[str]:
        expected = {"duties", "unserved", "objective", "bound", "proven"}
        self.check(set(self.plan) == expected, f"keys {sorted(self.plan)}")
        seen: set[tuple[str, int]] = set()
        counts: dict[str, int] = {}
        for duty in self.plan["duties"]:
            key = duty["driver"], duty["window"]
            self.check(key not in seen, f"{key} twice")
            seen.add(key)
            counts[duty["driver"]] = counts.get(duty["driver"], 0) + self.duty(duty)
        for driver, count in counts.items():
            self.check(count <= self.drivers[driver]["max_rides"], f"{driver} drives {count}")
        self.rides_are_whole()
        self.objective()
        return self.wrong

    def duty(self, duty: Json) -> int:
        """One duty by itself; the rides it counts for."""
        driver = self.drivers[duty["driver"]]
        name = f"{duty['driver']}/{duty['window']}"
        start, end = driver["windows"][duty["window"]]
        self.check(bool(duty["stops"]), f"{name} is empty")
        self.check(duty["leave_home"] >= start, f"{name} leaves too early")
        self.check(duty["back_home"] <= end, f"{name} is home too late")
        place, free, aboard = driver["home"], duty["leave_home"], {}
        total = empty = drives = 0
        for at, stop in enumerate(duty["stops"]):
            ride = self.rides[stop["ride"]]
            label = f"{name} stop {at}"
            self.check(stop["arrive"] >= free + self.minutes[place, stop["place"]], f"{label} faster than the model")
            metres = self.metres[place, stop["place"]]
            total += metres
            empty += 0 if aboard else metres
            drives += self.stop(stop, ride, driver, aboard, label, duty["stops"], at)
            place, free = stop["place"], stop["depart"]
        self.check(not aboard, f"{name} ends with {sorted(aboard)} aboard")
        self.check(
            duty["back_home"] >= free + self.minutes[place, driver["home"]], f"{name} home faster than the model"
        )
        home = self.metres[place, driver["home"]]
        self.check(duty["metres"] == total + home, f"{name} metres {duty['metres']} not {total + home}")
        self.check(
            duty["empty_metres"] == empty + home, f"{name} empty metres {duty['empty_metres']} not {empty + home}"
        )
        if not duty.get("fixed"):
            first, last = duty["stops"][0], duty["stops"][-1]
            late = first["arrive"] - self.minutes[driver["home"], first["place"]]
            soon = last["depart"] + self.minutes[last["place"], driver["home"]]
            self.check(duty["leave_home"] == late, f"{name} could leave later")
            self.check(duty["back_home"] == soon, f"{name} could be home sooner")
        return drives

    def stop(
        self, stop: Json, ride: Json, driver: Json, aboard: dict[str, Json], label: str, stops: list[Json], at: int
    ) -> int:
        kind = stop["kind"]
        self.check(kind in ("pickup", "dropoff", "return_pickup", "return_dropoff"), f"{label} kind {kind}")
        is_return = kind.startswith("return_")
        boards = kind.endswith("pickup")
        self.check(not is_return or ride["return"] is not None, f"{label} no return was asked for")
        self.check(stop["place"] == ride["from" if boards != is_return else "to"], f"{label} at the wrong place")
        needed = ride["board_min" if boards else "alight_min"]
        self.check(stop["depart"] >= stop["arrive"] + needed, f"{label} no time to board or alight")
        kinds = self.done.setdefault(ride["id"], {})
        self.check(kind not in kinds, f"{label} {kind} of {ride['id']} twice")
        kinds[kind] = driver["id"], stop["arrive"], stop["depart"]
        waits = ride["return"] is not None and ride["return"]["mode"] == "wait"
        if waits:
            self.waiting(stop, ride, stops, at, label)
        if not boards:
            self.check(ride["id"] in aboard, f"{label} was not aboard")
            boarded = aboard.pop(ride["id"], stop)
            there, back = (ride["to"], ride["from"]) if is_return else (ride["from"], ride["to"])
            if ride["pool"] and not waits:
                direct = self.minutes[there, back]
                given = ride["max_ride_min"]
                limit = direct + 15 if given is None else max(given, direct)
                if boarded.get("shared"):
                    self.check(stop["arrive"] - boarded["depart"] <= limit, f"{label} too long in the car")
            return 0
        instant = stop["depart"] - ride["board_min"]
        if not (waits and is_return):
            low, high = ride["return"]["pickup"] if is_return else ride["pickup"]
            self.check(low <= instant <= high, f"{label} boards at {instant}, not in [{low}, {high}]")
        shares = ride["pool"] and not waits
        for other in aboard.values():
            self.check(shares and other["may_share"], f"{label} shares the car")
            other["shared"] = True
        aboard[ride["id"]] = {"depart": stop["depart"], "may_share": shares, "persons": ride["persons"],
                              "shared": bool(aboard)}  # fmt: skip
        self.check(sum(other["persons"] for other in aboard.values()) <= driver["seats"], f"{label} too many aboard")
        self.check(set(ride["needs"]) <= set(driver["carries"]), f"{label} cannot be carried")
        self.check(driver["id"] not in ride["avoid"], f"{label} is avoided")
        return 0 if waits and is_return else 1

    def waiting(self, stop: Json, ride: Json, stops: list[Json], at: int, label: str) -> None:
        """A waiting driver's four stops follow each other exactly."""
        kind = stop["kind"]
        order = ["pickup", "dropoff", "return_pickup", "return_dropoff"]
        place = order.index(kind)
        if place:
            before = stops[at - 1]
            self.check(before["ride"] == ride["id"] and before["kind"] == order[place - 1], f"{label} serves others")
            way = self.minutes[before["place"], stop["place"]]
            self.check(kind == "return_pickup" or stop["arrive"] == before["depart"] + way, f"{label} not at once")
            if kind == "return_pickup":
                due = before["depart"] + ride["return"]["minutes"] + ride["board_min"]
                self.check(stop["depart"] == due, f"{label} waits until {stop['depart']}, not {due}")
        if kind in ("dropoff", "return_dropoff"):
            self.check(stop["depart"] == stop["arrive"] + ride["alight_min"], f"{label} not exactly")

    def rides_are_whole(self) -> None:
        unserved = [entry["ride"] for entry in self.plan["unserved"]]
        self.check(len(unserved) == len(set(unserved)), "unserved twice")
        for name, ride in self.rides.items():
            kinds = set(self.done.get(name, {}))
            whole = {"pickup", "dropoff"} | ({"return_pickup", "return_dropoff"} if ride["return"] else set())
            if kinds not in (set(), whole) and name in unserved and kinds <= self.in_fixed(name):
                continue  # what a fixed duty drives of it stays, though the rest can't be driven
            self.check(kinds in (set(), whole), f"{name} has only {sorted(kinds)}")
            self.check(
                (not kinds) == (name in unserved), f"{name} is {'not ' if kinds else ''}served and listed wrongly"
            )
            if ride["return"] and ride["return"]["mode"] == "later" and kinds == whole:
                boards = self.done[name]["return_pickup"][2] - ride["board_min"]
                self.check(boards >= self.done[name]["dropoff"][2], f"{name} returns before being there")
        self.check(set(unserved) <= set(self.rides), "unknown unserved")
        for entry in self.plan["unserved"]:
            self.check(set(entry) == {"ride", "reason", "nearest"} and len(entry["nearest"]) <= 3, f"entry {entry}")

    def in_fixed(self, ride: str) -> set[str]:
        duties = [duty for duty in self.plan["duties"] if duty.get("fixed")]
        return {stop["kind"] for duty in duties for stop in duty["stops"] if stop["ride"] == ride}

    def objective(self) -> None:
        counted = {
            "unserved": len(self.plan["unserved"]),
            "empty_metres": sum(duty["empty_metres"] for duty in self.plan["duties"]),
        }
        if self.previous is not None:
            counted["broken_promises"] = broken_promises(self.day, self.plan, self.previous)
        self.check(self.plan["objective"] == counted, f"objective {self.plan['objective']} not {counted}")
        order = ["unserved", "broken_promises", "empty_metres"]
        own = [counted[key] for key in order if key in counted]
        bound = self.plan["bound"]
        if bound is None:
            self.check(not self.plan["proven"], "proven without a bound")
            return
        least = [bound[key] for key in order if key in counted]
        self.check([*least[:-1], least[-1]] <= [*own[:-1], own[-1] + 1e-6], f"bound {least} above {own}")
        closes = least[:-1] == own[:-1] and math.ceil(least[-1]) >= own[-1]
        self.check(self.plan["proven"] == closes, f"proven {self.plan['proven']} but {closes}")


def drives(day: Json, plan: Json) -> dict[tuple[str, str], tuple[str, int]]:
    """(ride, kind) → (driver, minute boarding starts): each a promise."""
    rides = {ride["id"]: ride for ride in day["rides"]}
    found = {}
    for duty in plan["duties"]:
        for stop in duty["stops"]:
            ride = rides.get(stop["ride"])
            if ride is None or stop["kind"] not in ("pickup", "return_pickup"):
                continue
            if stop["kind"] == "return_pickup" and (ride["return"] is None or ride["return"]["mode"] != "later"):
                continue
            found[ride["id"], stop["kind"]] = duty["driver"], stop["depart"] - ride["board_min"]
    return found


def broken_promises(day: Json, plan: Json, previous: Json) -> int:
    now = drives(day, plan)
    return sum(now.get(drive) != promise for drive, promise in drives(day, previous).items())
