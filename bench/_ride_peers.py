"""The ride planner's peers: each gets a day without sharing as a vehicle routing problem over whole rides.

A ride is one visit: it starts where the passenger boards and ends where the car is empty again, so the matrix from
visit to visit is not symmetric. Metres between visits are the cost, minutes the duration; skills stand for needs and
seats. A peer gives, by driver, the order of rides; `plan_of` puts minutes to it, and one verifier judges everybody.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transport.problem import Day, may_drive

Json = dict[str, Any]
Orders = dict[int, list[int]]  # rides by driver
Matrix = NDArray[np.int64]
THREADS: Final = min(2, len(os.sched_getaffinity(0)))  # one where the process is pinned to one core
PRIZE_M: Final = 100_000  # more than any detour; far larger ones made PyVRP return what is not feasible


@dataclass(frozen=True, eq=False)
class Visits:
    """Rides and then homes as places: metres and minutes between them, and what each ride takes."""

    day: Day
    metres: Matrix
    minutes: Matrix
    length: list[int]
    may: NDArray[np.bool_]  # shape (n_rides, n_drivers)


def visits_of(day: Day) -> Visits:
    """Raises ValueError where the day has what peers are not given: sharing, returns by anybody, several windows."""
    length = []
    for ride in day.rides:
        if ride.may_share or ride.return_pickup is not None:
            raise ValueError(f"ride {ride.id} shares or is fetched later")
        there = int(day.minutes[ride.origin, ride.destination])
        back = int(day.minutes[ride.destination, ride.origin])
        once = ride.board_min + there + ride.alight_min
        length.append(once if ride.wait_min is None else once + ride.wait_min + ride.board_min + back + ride.alight_min)
    if any(len(driver.windows) > 1 for driver in day.drivers):
        raise ValueError("a driver has several windows")
    homes = [driver.home for driver in day.drivers]
    starts = np.array([ride.origin for ride in day.rides] + homes)
    ends = np.array([ride.destination if ride.wait_min is None else ride.origin for ride in day.rides] + homes)
    may = np.array([[may_drive(driver, ride) for driver in day.drivers] for ride in day.rides], dtype=bool)
    return Visits(day, day.metres[np.ix_(ends, starts)], day.minutes[np.ix_(ends, starts)], length, may)


def vroom_orders(visits: Visits, seconds: float) -> Orders:
    """VROOM at its best exploration level; on the largest days at a low one, as its time limit comes too late."""
    import vroom

    day, n = visits.day, len(visits.day.rides)
    problem = vroom.Input()
    problem.set_durations_matrix("car", (60 * visits.minutes).astype(np.uint32))
    problem.set_costs_matrix("car", visits.metres.astype(np.uint32))
    kinds = _kinds(visits)
    for at, driver in enumerate(day.drivers):
        start, end = driver.windows[0]
        problem.add_vehicle(
            vroom.Vehicle(
                at,
                start=n + at,
                end=n + at,
                skills={kind for kind, may in kinds.items() if may[at]},
                time_window=vroom.TimeWindow(60 * start, 60 * end),
                max_tasks=driver.max_rides,
            )
        )
    for at, ride in enumerate(day.rides):
        first, last = ride.pickup
        kind = next(kind for kind, may in kinds.items() if np.array_equal(may, visits.may[at]))
        problem.add_job(
            vroom.Job(
                at,
                location=at,
                default_service=60 * visits.length[at],
                skills={kind},
                time_windows=[vroom.TimeWindow(60 * first, 60 * last)],
            )
        )
    found = problem.solve(
        exploration_level=5 if n <= 400 else 1, nb_threads=THREADS, timeout=timedelta(seconds=seconds)
    ).routes
    orders: Orders = {}
    for row in found[found["type"] == "job"].to_dict("records"):
        orders.setdefault(int(row["vehicle_id"]), []).append(int(row["id"]))
    return orders


def _kinds(visits: Visits) -> dict[int, NDArray[np.bool_]]:
    """Numbers for the different sets of drivers who may drive a ride."""
    rows = np.unique(visits.may, axis=0)
    return dict(enumerate(rows))


def pyvrp_orders(visits: Visits, seconds: float) -> Orders:
    """PyVRP's iterated local search with its own settings; a profile for each kind of car."""
    import pyvrp
    from pyvrp.stop import MaxRuntime

    begun = time.monotonic()
    day, n = visits.day, len(visits.day.rides)
    kinds, kind_of = np.unique(visits.may, axis=1, return_inverse=True)
    distances, durations = [], []
    for column in range(kinds.shape[1]):
        forbidden = np.flatnonzero(~kinds[:, column])
        metres, minutes = visits.metres.copy(), visits.minutes.copy()
        for matrix in (metres, minutes):
            matrix[:, forbidden] = matrix[forbidden, :] = 10**6
            np.fill_diagonal(matrix, 0)
        distances.append(metres)
        durations.append(minutes)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(n + len(day.drivers))],
        clients=[
            pyvrp.Client(
                at,
                delivery=[1],
                service_duration=visits.length[at],
                tw_early=ride.pickup[0],
                tw_late=ride.pickup[1],
                prize=PRIZE_M,
                required=False,
            )
            for at, ride in enumerate(day.rides)
        ],
        depots=[pyvrp.Depot(n + at) for at in range(len(day.drivers))],
        vehicle_types=[
            pyvrp.VehicleType(
                1,
                [driver.max_rides],
                at,
                at,
                tw_early=driver.windows[0][0],
                tw_late=driver.windows[0][1],
                profile=int(kind_of[at]),
                name=str(at),
            )
            for at, driver in enumerate(day.drivers)
        ],
        distance_matrices=distances,
        duration_matrices=durations,
    )
    left = max(0.1, seconds - (time.monotonic() - begun))
    best = pyvrp.solve(data, MaxRuntime(left), seed=1, display=False).best
    if not best.is_feasible():
        return {}
    return {
        route.vehicle_type(): [activity.idx for activity in route if activity.is_client()] for route in best.routes()
    }


def ortools_orders(visits: Visits, seconds: float) -> Orders:
    """OR-Tools routing: parallel cheapest insertion, then guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    begun = time.monotonic()
    day, n, m = visits.day, len(visits.day.rides), len(visits.day.drivers)
    homes = list(range(n, n + m))
    manager = pywrapcp.RoutingIndexManager(n + m, m, homes, homes)
    routing = pywrapcp.RoutingModel(manager)
    lengths = np.array([*visits.length, *([0] * m)])
    distance = routing.RegisterTransitMatrix(visits.metres.tolist())
    duration = routing.RegisterTransitMatrix((visits.minutes + lengths[:, None]).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(distance)
    routing.AddDimension(duration, 1440, 3000, False, "minutes")
    clock = routing.GetDimensionOrDie("minutes")
    one = routing.RegisterUnaryTransitVector([1] * n + [0] * m)
    most = [driver.max_rides for driver in day.drivers]
    routing.AddDimensionWithVehicleCapacity(one, 0, most, True, "rides")
    for at, driver in enumerate(day.drivers):
        clock.CumulVar(routing.Start(at)).SetRange(*driver.windows[0])
        clock.CumulVar(routing.End(at)).SetRange(*driver.windows[0])
    for at, ride in enumerate(day.rides):
        index = manager.NodeToIndex(at)
        clock.CumulVar(index).SetRange(*ride.pickup)
        routing.AddDisjunction([index], 1_000_000)
        routing.VehicleVar(index).SetValues([-1, *np.flatnonzero(visits.may[at]).tolist()])
    settings = pywrapcp.DefaultRoutingSearchParameters()
    settings.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    settings.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    settings.time_limit.FromMilliseconds(max(100, int(1000 * (seconds - (time.monotonic() - begun)))))
    found = routing.SolveWithParameters(settings)
    orders: Orders = {}
    if found is None:
        return orders
    for at in range(m):
        index = found.Value(routing.NextVar(routing.Start(at)))
        while not routing.IsEnd(index):
            orders.setdefault(at, []).append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
    return orders


PEERS: Final[dict[str, Callable[[Visits, float], Orders]]] = {
    "VROOM": vroom_orders,
    "PyVRP": pyvrp_orders,
    "OR-Tools": ortools_orders,
}
PACKAGES: Final = {"VROOM": "pyvroom", "PyVRP": "pyvrp", "OR-Tools": "ortools"}


def versions() -> str:
    return ", ".join(f"{name} ({package} {version(package)})" for name, package in PACKAGES.items())


def plan_of(day: Day, orders: Orders) -> Json:
    """The plan as the interface prints it, everything as soon as it can be."""
    duties = [_duty(day, driver, rides) for driver, rides in sorted(orders.items()) if rides]
    served = {at for rides in orders.values() for at in rides}
    unserved = [{"ride": ride.id, "reason": "", "nearest": []} for at, ride in enumerate(day.rides) if at not in served]
    objective = {"unserved": len(unserved), "empty_metres": sum(duty["empty_metres"] for duty in duties)}
    return {"duties": duties, "unserved": unserved, "objective": objective, "bound": None, "proven": False}


def _duty(day: Day, driver: int, rides: list[int]) -> Json:
    home = day.drivers[driver].home
    first = day.rides[rides[0]]
    leave = max(day.drivers[driver].windows[0][0], first.pickup[0] - int(day.minutes[home, first.origin]))
    place, free, total, empty = home, leave, 0, 0
    stops: list[Json] = []

    def go(ride: int, kind: str, to: int, service: int, not_before: int = 0) -> None:
        nonlocal place, free, total, empty
        arrive = free + int(day.minutes[place, to])
        metres = int(day.metres[place, to])
        total += metres
        empty += metres if kind == "pickup" else 0
        free, place = max(arrive, not_before) + service, to
        stop = {"ride": day.rides[ride].id, "kind": kind, "place": day.places[to], "arrive": arrive, "depart": free}
        stops.append(stop)

    for at in rides:
        ride = day.rides[at]
        go(at, "pickup", ride.origin, ride.board_min, ride.pickup[0])
        go(at, "dropoff", ride.destination, ride.alight_min)
        if ride.wait_min is not None:
            go(at, "return_pickup", ride.destination, ride.wait_min + ride.board_min)
            go(at, "return_dropoff", ride.origin, ride.alight_min)
    back = int(day.metres[place, home])
    return {
        "driver": day.drivers[driver].id, "window": 0, "stops": stops, "leave_home": leave,
        "back_home": free + int(day.minutes[place, home]), "metres": total + back, "empty_metres": empty + back,
    }  # fmt: skip
