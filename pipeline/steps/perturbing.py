"""Perturb the counts of a population whose tables ask for it, instead of hiding small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from pipeline.contracts import Contracts
from pipeline.contracts.policy import CellKey
from pipeline.contracts.tables import RECORD_KEYS
from pipeline.disclosure.cell_key import PerturbationTable, design_table
from pipeline.disclosure.layout import lay_out
from pipeline.disclosure.rounding import round_counts
from pipeline.disclosure.shape import Counts, Geography
from pipeline.disclosure.system import System, build_system
from pipeline.errors import DisclosureError, Place
from pipeline.steps.already_public import PublicPeriod
from pipeline.steps.counting import Counted, code_lists, person_dimensions
from pipeline.steps.drawing import Drawings
from pipeline.steps.holding import hold_back
from pipeline.steps.laying_out import cells_frame, system_of, table_shape

SHOWN = "shown"
"""The column of exact cells that holds what is released in their place."""


class Perturbed(NamedTuple):
    """The tables of one population whose counts are moved.

    Attributes:
        frames: table → exact cells with what is shown of each.
        waiting: in how many of the smallest territories figures wait.
    """

    frames: dict[str, pd.DataFrame]
    waiting: int


def perturb(
    present: Sequence[Counted],
    contracts: Contracts,
    places: Geography,
    *,
    public: PublicPeriod | None,
    drawings: Drawings,
) -> Perturbed:
    """Return the tables of one population with what is shown of each cell.

    Args:
        present: the tables.
        contracts: the rules.
        places: the territories.
        public: what is public of the period.
        drawings: the noise of differential privacy, and what it costs.

    Raises:
        DisclosureError: the policy's numbers allow no such noise, a budget is spent, or what is
            public cannot be compared.
    """
    if present[0].table.method == "rounding":
        return Perturbed(_rounded(present, contracts, places), 0)
    frames = {}
    waiting: set[str] = set()
    for one in present:
        system = system_of(one, one.table.measure_names[0], contracts, places)
        told: dict[str, Counts] = {}
        match one.table.method:
            case "cell_key":
                moved = _by_cell_key(one, system, contracts, places)
                shown, is_held = hold_back(
                    moved, system, one, public, contracts=contracts, places=places
                )
                waiting |= set(system.cells.area[is_held & (system.cells.level == places.base)])
            case "dp":
                keys = cells_frame(system.cells, one, contracts)
                private = drawings.shown(one, system, keys)
                shown = private.value
                told = dict.fromkeys(one.table.measured_columns, private.measured)
            case _:
                raise _unknown(one)
        frame = _frame(one, system, shown, contracts)
        frames[one.table.table] = frame.assign(**told)
    return Perturbed(frames, len(waiting))


def _frame(one: Counted, system: System, shown: Counts, contracts: Contracts) -> pd.DataFrame:
    """Return the exact cells of a table with what is shown of each."""
    mine = system.cells.of(one.table.table)
    columns = {one.table.measure_names[0]: system.cells.value[mine], SHOWN: shown[mine]}
    frame = cells_frame(system.cells, one, contracts)
    return frame.assign(**columns, is_primary=False, is_hidden=False)


def _rounded(
    present: Sequence[Counted], contracts: Contracts, places: Geography
) -> dict[str, pd.DataFrame]:
    """Round all tables of a population together, so that they agree where they count the same."""
    rule = contracts.policy.rounding
    if rule is None:
        raise _unknown(present[0])
    inners = [
        one.inner(one.table.measure_names[0], person_dimensions(one.table, contracts))
        for one in present
    ]
    shapes = [table_shape(one.table, contracts) for one in present]
    system = build_system(shapes, inners, code_lists(contracts), geography=places)
    shown = round_counts(system, base=rule.base.value).value
    return {one.table.table: _frame(one, system, shown, contracts) for one in present}


def _unknown(one: Counted) -> DisclosureError:
    return DisclosureError("disclosure.rule_unsupported", place=Place(table=one.table.table))


def _by_cell_key(one: Counted, system: System, contracts: Contracts, places: Geography) -> Counts:
    rule = contracts.policy.cell_key
    if rule is None:
        raise _unknown(one)
    dimensions = person_dimensions(one.table, contracts)
    inner = one.inner(RECORD_KEYS, dimensions)
    _, keys = lay_out(inner, dimensions, code_lists(contracts), geography=places.in_order())
    return perturbation_table(rule).perturb(system.cells.value, system.membership @ keys)


def perturbation_table(rule: CellKey) -> PerturbationTable:
    """Return the perturbation table of a policy."""
    return design_table(
        variance=rule.variance.value, maximum=rule.maximum.value, smallest=rule.smallest.value
    )
