"""Turn the inner cells of a table of amounts into its system, and say what must be hidden of it."""

from __future__ import annotations

from itertools import product

import numpy as np

from pipeline.contracts import Contracts
from pipeline.contracts.tables import LARGEST
from pipeline.disclosure.amounts import AmountRule, Contributions, amount_cells
from pipeline.disclosure.primary import Primary
from pipeline.disclosure.shape import Absence, Geography
from pipeline.disclosure.system import System
from pipeline.steps.counting import Counted, code_lists, person_dimensions
from pipeline.steps.laying_out import system_of


def amounts_of(one: Counted, contracts: Contracts, places: Geography) -> tuple[System, Primary]:
    """Return the amounts of a table, and those that tell too much of one unit.

    Args:
        one: the inner cells, with what is behind each.
        contracts: the rules.
        places: the territories.
    """
    nobody = [_without_amount(one, contracts, places)]

    def system(column: str) -> System:
        return system_of(one, column, contracts, places, absences=nobody)

    amounts = system(one.table.measure_names[0])
    behind = Contributions(
        number=system("contributors").atoms,
        largest=np.stack([system(rank).atoms for rank in LARGEST], axis=1),
    )
    signed = contracts.policy.amounts[str(one.table.amounts)]
    rule = AmountRule(
        contributors=int(signed.contributors.value),
        p_pct=float(signed.p_pct.value),
        dominance_n=int(signed.dominance_n.value),
        dominance_k_pct=float(signed.dominance_k_pct.value),
    )
    return amounts, amount_cells(amounts, behind, rule)


def _without_amount(one: Counted, contracts: Contracts, places: Geography) -> Absence:
    """Return the territories and codes of which no unit has an amount: who has is public."""
    dimensions, codes = person_dimensions(one.table, contracts), code_lists(contracts)
    lists = [places.territory.tolist(), *(codes[name] for name in dimensions)]
    rows = one.inner("contributors", dimensions)
    columns = [rows.territory, *(rows.codes[name] for name in dimensions)]
    known = set(zip(*(column[rows.count > 0].tolist() for column in columns), strict=True))
    empty = np.array([key for key in product(*lists) if key not in known], dtype=np.str_)
    territory, *others = empty.reshape(-1, len(lists)).T
    return Absence(territory=territory, codes=dict(zip(dimensions, others, strict=True)))
