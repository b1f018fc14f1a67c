"""Perturb the counts of a population whose tables ask for it, instead of hiding small ones."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contracts import Contracts
from pipeline.contracts.policy import CellKey
from pipeline.contracts.tables import RECORD_KEYS
from pipeline.disclosure.cell_key import PerturbationTable, design_table
from pipeline.disclosure.layout import lay_out
from pipeline.disclosure.shape import Counts, Geography
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place
from pipeline.steps.counting import Counted, code_lists, person_dimensions
from pipeline.steps.drawing import Drawings
from pipeline.steps.laying_out import cells_frame, system_of

SHOWN = "shown"
"""The column of exact cells that holds what is released in their place."""


def perturb(
    present: Sequence[Counted], contracts: Contracts, places: Geography, *, drawings: Drawings
) -> dict[str, pd.DataFrame]:
    """Return table → exact cells with what is shown of each, for one population.

    Raises:
        DisclosureError: the policy's numbers allow no such noise, or a budget is spent.
    """
    frames = {}
    for one in present:
        measure = one.table.measure_names[0]
        system = system_of(one, measure, contracts, places)
        frame = cells_frame(system.cells, one, contracts)
        match one.table.method:
            case "cell_key":
                shown = _by_cell_key(one, system, contracts, places)
            case "dp":
                shown = drawings.shown(one, system, frame)
            case _:
                place = Place(table=one.table.table)
                raise DisclosureError("disclosure.rule_unsupported", place=place)
        columns = {measure: system.cells.value, SHOWN: shown}
        frames[one.table.table] = frame.assign(**columns, is_primary=False, is_hidden=False)
    return frames


def _by_cell_key(one: Counted, system: System, contracts: Contracts, places: Geography) -> Counts:
    rule = contracts.policy.cell_key
    if rule is None:
        raise DisclosureError("disclosure.rule_unsupported", place=Place(table=one.table.table))
    dimensions = person_dimensions(one.table, contracts)
    inner = one.inner(RECORD_KEYS, dimensions)
    _, keys = lay_out(inner, dimensions, code_lists(contracts), geography=places.in_order())
    return perturbation_table(rule).perturb(system.cells.value, system.membership @ keys)


def perturbation_table(rule: CellKey) -> PerturbationTable:
    """Return the perturbation table of a policy."""
    return design_table(
        variance=rule.variance.value, maximum=rule.maximum.value, smallest=rule.smallest.value
    )
