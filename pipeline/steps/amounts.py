"""Turn the inner cells of a table of amounts into its system, and say what must be hidden of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts
from pipeline.contracts.tables import LARGEST
from pipeline.disclosure.amounts import AmountRule, Contributions, amount_cells
from pipeline.disclosure.emptied import emptied
from pipeline.disclosure.primary import Primary
from pipeline.disclosure.shape import Absence, Geography, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place
from pipeline.steps.counting import Counted, code_lists, person_dimensions
from pipeline.steps.laying_out import system_of


def amounts_of(
    one: Counted, contracts: Contracts, places: Geography, opened: Mapping[str, pd.DataFrame]
) -> tuple[System, Primary]:
    """Return the amounts of a table, and those that tell too much of one unit.

    Args:
        one: the inner cells, with what is behind each.
        contracts: the rules.
        places: the territories.
        opened: open table → its cells.

    Raises:
        DisclosureError: there are amounts where an open table shows that there can be none.
    """
    nobody = [_without_amount(one, contracts, places)]

    def system(column: str) -> System:
        return system_of(one, column, contracts, places, absences=nobody)

    whole = system(one.table.measure_names[0])
    there = _can_be(whole, one, contracts=contracts, places=places, opened=opened)
    if above := int(np.count_nonzero(whole.atoms[~there])):
        place = Place(table=one.table.table)
        measure = str(one.table.nothing_without)
        raise DisclosureError(
            "disclosure.amount_without", place=place, count=above, measure=measure
        )
    amounts = emptied(whole, there)
    behind = Contributions(
        number=system("contributors").atoms[there],
        largest=np.stack([system(rank).atoms[there] for rank in LARGEST], axis=1),
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


def _can_be(
    system: System,
    one: Counted,
    *,
    contracts: Contracts,
    places: Geography,
    opened: Mapping[str, pd.DataFrame],
) -> Mask:
    """Return the atoms that no open table shows to be 0."""
    (lattice,) = system.lattices
    can = np.ones(lattice.sizes, dtype=bool)
    name, measure = one.table.needed or ("", "")
    if name in opened:
        lists = code_lists(contracts)
        cells, prefixes = opened[name], contracts.territories.prefixes
        for row in cells[cells[measure] == 0].to_dict("records"):
            inside = places.areas(row["area_level"]) == row["ref_area"].removeprefix(
                prefixes[row["area_level"]]
            )
            at = {each: np.arange(len(lists[each])) for each in lattice.dimensions}
            for each in contracts.tables[name].dimensions:
                if row[each] in {TOTAL, NOT_APPLICABLE}:
                    continue
                if each in places.typology:
                    inside = inside & (places.typology[each] == row[each])
                else:
                    at[each] = np.array([lists[each].index(row[each])])
            if list(at) == list(lattice.dimensions):
                can[np.ix_(np.flatnonzero(inside), *at.values())] = False
    found = np.ones(len(system.atoms), dtype=bool)
    found[lattice.atom[lattice.atom >= 0]] = can.ravel()[lattice.atom >= 0]
    return found
