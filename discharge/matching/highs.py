"""HiGHS, as far as a program that grows needs it; nothing else knows the library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from discharge.rules.places import Floats

INFINITY = highspy.kHighsInf
_PRIMAL, _DUAL = 4, 1
"""The library's names of its ways to go from one optimum to the next."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be written: its bounds, the columns in it and their factors (all 1 where none are given)."""

    lower: float
    upper: float
    members: Sequence[int]
    factors: Sequence[float] | None = None


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum in which columns may be taken in part: value, columns, duals of the rows, reduced costs."""

    value: float
    columns: Floats
    duals: Floats
    reduced: Floats


class Solver:
    """A program to be made least: columns from 0 up, rows; each optimum starts from the last one."""

    def __init__(self) -> None:
        self._highs = _quiet()
        self.columns = 0
        self.rows = 0

    def add_columns(self, rows_of: Sequence[Sequence[int]], *, most: float = INFINITY) -> int:
        """Adds columns of factor 1 in their rows; the number of the first."""
        number = len(rows_of)
        index = np.array([row for rows in rows_of for row in rows], dtype=np.int32)
        starts = np.cumsum([0, *(len(rows) for rows in rows_of[:-1])]).astype(np.int32)
        nought, most_of = np.zeros(number), np.full(number, most)
        ones = np.ones(len(index))
        self._highs.addCols(number, nought, nought, most_of, len(index), starts, index, ones)
        self.columns += number
        return self.columns - number

    def add_rows(self, rows: Sequence[NewRow]) -> int:
        """Adds rows; the number of the first."""
        index = np.array([m for row in rows for m in row.members], dtype=np.int32)
        factors = np.array([f for row in rows for f in row.factors or [1.0] * len(row.members)])
        starts = np.cumsum([0, *(len(row.members) for row in rows[:-1])]).astype(np.int32)
        lower, upper = np.array([row.lower for row in rows]), np.array([row.upper for row in rows])
        self._highs.addRows(len(rows), lower, upper, len(index), starts, index, factors)
        self.rows += len(rows)
        return self.rows - len(rows)

    def set_costs(self, columns: Sequence[int], costs: Floats) -> None:
        """What each of these columns costs."""
        self._highs.changeColsCost(len(columns), np.array(columns, dtype=np.int32), costs)

    def set_least(self, row: int, least: float) -> None:
        """A row's columns add up to at least this."""
        self._highs.changeRowBounds(row, least, INFINITY)

    def join(self, row: int, column: int) -> None:
        """Puts a column into a row, with factor 1."""
        self._highs.changeCoeff(row, column, 1.0)

    def relax(self, *, primal: bool, deadline: float | None) -> Relaxed | None:
        """The optimum where columns may be taken in part; None where there is none, or no time.

        `primal`: the last optimum is still feasible.
        """
        highs = self._highs
        _set_deadline(highs, deadline)
        highs.setOptionValue("simplex_strategy", _PRIMAL if primal else _DUAL)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = highs.getSolution()
        return Relaxed(
            float(highs.getInfo().objective_function_value),
            np.asarray(solution.col_value),
            np.asarray(solution.row_dual),
            np.asarray(solution.col_dual),
        )


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a search in whole numbers may cost: until a moment of the clock, and so many nodes."""

    deadline: float | None = None
    nodes: int | None = None


@dataclass(frozen=True, eq=False)
class Searched:
    """The best whole numbers found (None for none), and the bound that was proven (infinity: there are
    none)."""

    values: Floats | None
    bound: float


class WholeSolver:
    """A program in whole numbers, to be made least: columns from 0 up to `most`."""

    def __init__(self, costs: Floats, most: Floats, rows: Sequence[NewRow]) -> None:
        highs = self._highs = _quiet()
        # only rows that can bind are written, so looking for more to leave out costs more than it saves
        highs.setOptionValue("presolve", "off")
        # plans come from elsewhere; looking for them in there takes half of the time and more
        highs.setOptionValue("mip_heuristic_effort", 0.0)
        for search in ("rins", "rens", "root_reduced_cost"):
            highs.setOptionValue(f"mip_heuristic_run_{search}", False)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(costs), len(rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = costs, np.zeros(len(costs)), most
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
        lp.row_lower_ = np.array([row.lower for row in rows])
        lp.row_upper_ = np.array([row.upper for row in rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row.members) for row in rows)]).astype(np.int32)
        lp.a_matrix_.index_ = np.array([m for row in rows for m in row.members], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([f for row in rows for f in row.factors or [1.0] * len(row.members)])
        highs.passModel(lp)

    def solve(self, known: Floats | None, effort: Effort) -> Searched:
        """Searches until the best is proven or the effort is spent; `known` values are to be bettered."""
        highs = self._highs
        if known is not None:
            highs.setSolution(len(known), np.arange(len(known), dtype=np.int32), known)
        _set_deadline(highs, effort.deadline)
        if effort.nodes is not None:
            highs.setOptionValue("mip_max_nodes", effort.nodes)
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Searched(None, INFINITY)
        solution, info = highs.getSolution(), highs.getInfo()
        values = np.asarray(solution.col_value) if solution.value_valid else None
        if status == highspy.HighsModelStatus.kOptimal and values is not None:
            return Searched(values, float(info.objective_function_value))
        return Searched(values, float(info.mip_dual_bound))


class SilentHighs(highspy.Highs):
    """HiGHS that prints nothing, not its name either.

    From 1.16 on its constructor prints a banner where callbacks are set, before anybody could say no to it;
    what `discharge` prints is JSON, and nothing else may stand in it.
    """

    def enableCallbacks(self) -> None:
        """Set the callbacks, with the output off before."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _quiet() -> SilentHighs:
    highs = SilentHighs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    highs.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.5)
    return highs


def _set_deadline(highs: highspy.Highs, deadline: float | None) -> None:
    if deadline is not None:
        left = max(0.01, deadline - time.monotonic())
        highs.setOptionValue("time_limit", highs.getRunTime() + left)
