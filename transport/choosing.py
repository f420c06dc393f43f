"""The best whole choice among listed duties, by branch and cut (SCIP, which comes with OR-Tools).

On days of 60 drivers and 120 rides SCIP needs a handful of nodes and a third of the time of HiGHS; CP-SAT varies
between a second and a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from ortools.linear_solver import pywraplp

from transport.master import LEAST_SOLVE_S, Column, Weights
from transport.model import Model
from transport.problem import Deadline

# What improves plans that are good already costs more time than proving them: the linear programme is nearly whole.
SETTINGS: Final = "\n".join(
    f"heuristics/{name}/freq = -1" for name in ("alns", "rins", "rens", "crossover", "mutation", "localbranching")
)
DIGITS_LOST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen (None where nothing can be, or time ran out), its value, a bound on any choice, and whether that
    is proven. Values leave the weight of unserved rides out where their number was given."""

    columns: tuple[Column, ...] | None
    value: float
    bound: float
    is_proven: bool


def choose(
    model: Model, weights: Weights, columns: Sequence[Column], deadline: Deadline, *, unserved: int | None = None
) -> Choice:
    """The choice of least value among the columns, with exactly `unserved` rides left out, or any number at its weight.

    Every leg is in exactly one column or left out with its ride; each shift has one column at most; each driver's
    columns together no more rides than there is room for.
    """
    left = deadline.left()
    if left < LEAST_SOLVE_S:
        return Choice(None, inf, -inf, is_proven=False)
    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.SetSolverSpecificParametersAsString(SETTINGS)
    infinity = solver.infinity()
    of_leg = {index: solver.Constraint(1, 1) for index in model.wanted}
    of_shift = [solver.Constraint(-infinity, 1) for _ in model.shifts]
    drivers = [shift.driver for shift in model.shifts]
    of_driver = {
        driver: solver.Constraint(-infinity, float(model.room[driver]))
        for driver in sorted(set(drivers))
        if drivers.count(driver) > 1
    }
    objective = solver.Objective()
    objective.SetMinimization()
    variables = []
    for column in columns:
        variable = solver.BoolVar("")
        variables.append(variable)
        objective.SetCoefficient(variable, column.cost)
        for index in column.legs:
            of_leg[index].SetCoefficient(variable, 1)
        of_shift[column.shift].SetCoefficient(variable, 1)
        driver = drivers[column.shift]
        if driver in of_driver:
            of_driver[driver].SetCoefficient(variable, len(column.legs))
    count = solver.Constraint(0 if unserved is None else unserved, infinity if unserved is None else unserved)
    # Where their number is settled, rides left out weigh nothing, so that metres keep all their digits.
    weight = weights.unserved if unserved is None else 0.0
    for ride, legs in model.legs_of_ride.items():
        variable = solver.BoolVar("")
        objective.SetCoefficient(variable, weight + weights.broken * model.promises_of_ride[ride])
        count.SetCoefficient(variable, 1)
        for index in legs:
            of_leg[index].SetCoefficient(variable, 1)
    # Building took some of the time that was left.
    solver.SetTimeLimit(max(1, int(1000 * deadline.left())))
    parameters = pywraplp.MPSolverParameters()
    parameters.SetDoubleParam(pywraplp.MPSolverParameters.RELATIVE_MIP_GAP, 0.0)
    status = solver.Solve(parameters)
    if status == pywraplp.Solver.INFEASIBLE:
        return Choice(None, inf, inf, is_proven=True)
    bound = objective.BestBound() - DIGITS_LOST
    if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return Choice(None, inf, bound if abs(bound) < infinity else -inf, is_proven=False)
    chosen = tuple(
        column for column, variable in zip(columns, variables, strict=True) if variable.solution_value() > 0.5
    )
    is_proven = status == pywraplp.Solver.OPTIMAL
    value = objective.Value()
    return Choice(chosen, value, value if is_proven else min(bound, value), is_proven)
