"""Cordeau's dial-a-ride instances as days of pooled rides, and an exact model of such a day to compare with.

A day is not the instance: our rides have windows where they board, our planner counts empty metres instead of all, and
a duty is as long as its driver's window. Where an instance says when to arrive, boarding gets the window that a direct
drive needs. A unit is a kilometre and takes a minute, rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, hypot
from pathlib import Path
from typing import Any, Final

from ortools.sat.python import cp_model

Json = dict[str, Any]
FOLDER: Final = Path(__file__).with_name("instances")
WHOLE_DAY: Final = 1440
UNSERVED_M: Final = 10_000_000  # more than all empty metres of any of these days


def a_day(name: str) -> Json:
    """The instance of this name as a day."""
    lines = [line.split() for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    vehicles, n_nodes, _, seats, longest = (int(value) for value in lines[0])
    nodes = [[float(value) for value in line] for line in lines[1 : n_nodes + 2]]
    n = n_nodes // 2
    at = [(x, y) for _, x, y, *_ in nodes]
    km = [[hypot(ax - bx, ay - by) for bx, by in at] for ax, ay in at]
    minutes = [[ceil(way - 1e-9) for way in row] for row in km]
    travel = {"kind": "matrix", "minutes": minutes, "metres": [[round(1000 * way) for way in row] for row in km]}
    rides = []
    for one in range(1, n + 1):
        _, _, _, service, persons, first, last = nodes[one]
        if last - first >= WHOLE_DAY:  # the way there: what counts is when to arrive
            before = service + minutes[one][one + n]
            first, last = (max(0, value - before) for value in nodes[one + n][5:7])
        rides.append({
            "id": f"r{one}", "from": f"n{one}", "to": f"n{one + n}", "pickup": [int(first), int(last)],
            "persons": int(persons), "needs": [], "board_min": int(service), "alight_min": int(nodes[one + n][3]),
            "return": None, "pool": True, "max_ride_min": longest, "prefer": [], "avoid": [],
        })  # fmt: skip
    drivers = [
        {"id": f"d{one}", "home": "n0", "windows": [[0, WHOLE_DAY]], "seats": seats, "carries": [], "max_rides": n}
        for one in range(vehicles)
    ]
    places = [{"id": f"n{one}", "lat": 0, "lon": 0} for one in range(len(at))]
    return {"travel": travel, "places": places, "drivers": drivers, "rides": rides}


@dataclass(frozen=True)
class Exact:
    """What the exact model found: unserved rides and empty metres of its best plan, and of its bound."""

    unserved: int
    empty_metres: int
    bound_unserved: int
    bound_empty_metres: float
    is_optimal: bool


def exact(day: Json, seconds: float, threads: int) -> Exact:
    """Stops as nodes of circuits through the one home, with minutes and persons aboard: CP-SAT over every order."""
    return _Circuits(day).solve(seconds, threads)


class _Circuits:
    """Node 0 is the home, 1 to n board, n + 1 to 2n alight."""

    def __init__(self, day: Json) -> None:
        self.rides, self.n = day["rides"], len(day["rides"])
        self.minutes: list[list[int]] = day["travel"]["minutes"]
        self.metres: list[list[int]] = day["travel"]["metres"]
        self.seats, self.vehicles = day["drivers"][0]["seats"], len(day["drivers"])
        self.model = cp_model.CpModel()
        self._lay_nodes()
        self._lay_arcs()

    def _lay_nodes(self) -> None:
        model, n = self.model, self.n
        self.served = [model.new_bool_var(f"served {at}") for at in range(n)]
        self.first, self.last, self.service = [0] * (2 * n + 1), [0] * (2 * n + 1), [0] * (2 * n + 1)
        self.change = [0] * (2 * n + 1)
        for at, ride in enumerate(self.rides, 1):
            direct = self.minutes[at][at + n]
            longest = max(direct, ride["max_ride_min"])
            self.first[at], self.last[at] = ride["pickup"]
            self.first[at + n] = ride["pickup"][0] + ride["board_min"] + direct
            self.last[at + n] = ride["pickup"][1] + ride["board_min"] + longest
            self.service[at], self.service[at + n] = ride["board_min"], ride["alight_min"]
            self.change[at], self.change[at + n] = ride["persons"], -ride["persons"]
        every = range(2 * n + 1)
        self.at = [model.new_int_var(self.first[one], self.last[one], f"at {one}") for one in every]
        self.aboard = [model.new_int_var(0, self.seats, f"aboard {one}") for one in every]  # after the stop
        self.car = [model.new_int_var(0, max(0, self.vehicles - 1), f"car {one}") for one in every]
        self.is_empty = [model.new_bool_var(f"empty after {one}") for one in every]
        for at in range(1, n + 1):
            ride, served = self.rides[at - 1], self.served[at - 1]
            direct = self.minutes[at][at + n]
            longest = max(direct, ride["max_ride_min"])
            model.add(self.at[at + n] >= self.at[at] + ride["board_min"] + direct).only_enforce_if(served)
            model.add(self.at[at + n] <= self.at[at] + ride["board_min"] + longest).only_enforce_if(served)
            model.add(self.car[at] == self.car[at + n]).only_enforce_if(served)
            model.add(self.aboard[at + n] >= 1).only_enforce_if(self.is_empty[at + n].negated())

    def _lay_arcs(self) -> None:
        model, n = self.model, self.n
        arcs: list[tuple[int, int, Any]] = []
        cost: list[Any] = []
        begins: list[Any] = []
        for at in range(1, 2 * n + 1):
            served = self.served[(at - 1) % n]
            arcs.append((at, at, served.negated()))
        for at in range(1, n + 1):
            begin = model.new_bool_var(f"first {at}")
            arcs.append((0, at, begin))
            begins.append(begin)
            cost.append(self.metres[0][at] * begin)
            model.add(self.aboard[at] == self.change[at]).only_enforce_if(begin)
            end = model.new_bool_var(f"last {at + n}")
            arcs.append((at + n, 0, end))
            cost.append(self.metres[at + n][0] * end)
            model.add(self.aboard[at + n] == 0).only_enforce_if(end)
        model.add(sum(begins) <= self.vehicles)
        # Each car begins with another ride, and their order says which car it is.
        for at in range(1, n + 1):
            model.add(self.car[at] == sum(begins[: at - 1])).only_enforce_if(begins[at - 1])
        for one in range(1, 2 * n + 1):
            for other in range(1, 2 * n + 1):
                if self._can_follow(one, other):
                    self._lay_arc(one, other, arcs, cost)
        model.add_multiple_circuit(arcs)
        model.minimize(sum(cost) + UNSERVED_M * sum(served.negated() for served in self.served))

    def _can_follow(self, one: int, other: int) -> bool:
        n = self.n
        if one == other or one == other + n:
            return False
        aboard = self.change[one] + self.change[other] if one <= n and other <= n else 0
        soonest = self.first[one] + self.service[one] + self.minutes[one][other]
        return aboard <= self.seats and soonest <= self.last[other]

    def _lay_arc(self, one: int, other: int, arcs: list[tuple[int, int, Any]], cost: list[Any]) -> None:
        model = self.model
        arc = model.new_bool_var(f"{one} to {other}")
        arcs.append((one, other, arc))
        way = self.service[one] + self.minutes[one][other]
        model.add(self.at[other] >= self.at[one] + way).only_enforce_if(arc)
        model.add(self.aboard[other] == self.aboard[one] + self.change[other]).only_enforce_if(arc)
        model.add(self.car[other] == self.car[one]).only_enforce_if(arc)
        if one > self.n >= other:  # only between alighting and boarding can a car be empty
            is_charged = model.new_bool_var(f"empty {one} to {other}")
            model.add_bool_or(is_charged, arc.negated(), self.is_empty[one].negated())
            cost.append(self.metres[one][other] * is_charged)

    def solve(self, seconds: float, threads: int) -> Exact:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = threads
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Exact(self.n, 0, 0, 0.0, is_optimal=False)
        unserved, empty = divmod(round(solver.objective_value), UNSERVED_M)
        bound, rest = divmod(solver.best_objective_bound, UNSERVED_M)
        return Exact(unserved, empty, int(bound), rest, is_optimal=status == cp_model.OPTIMAL)
