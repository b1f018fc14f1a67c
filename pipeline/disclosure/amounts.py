"""Say which sums over units, such as bandwidth over schools, tell of one of them.

A sum is hidden when too few units are behind it, when its second largest unit could work out the
largest to within p percent, or when its n largest hold more than k percent. Which units are behind
a sum is taken to be known, how much each gives is not.

Source: Handbook on Statistical Disclosure Control, chapter 4 (p % rule, (n, k) dominance, minimum
frequency); INSEE, Guide du secret statistique (three units, 85 %).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.primary import Primary
from pipeline.disclosure.shape import Counts
from pipeline.disclosure.system import System

FEW, P_PCT, DOMINANT, NOTHING = "few_units", "p_pct", "dominance", "nothing"
"""The rules, by what they find: few units, a near estimate, a dominant unit, none with anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountRule:
    """Declare when a sum tells too much of one unit.

    Args:
        contributors: fewest units behind a sum.
        p_pct: to within which share of it, in percent, nobody may work out a unit's amount.
        dominance_n: how many units may not dominate together.
        dominance_k_pct: which share of the sum, in percent, they may hold at most.
    """

    contributors: int
    p_pct: float
    dominance_n: int
    dominance_k_pct: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """Hold what is behind each atom of a system; a unit is behind one atom only.

    Args:
        number: units behind each atom.
        largest: atoms x ranks; the largest amounts of an atom, most first, 0 where there are no
            more. As many ranks as the rule looks at, and two at least.
    """

    number: Counts
    largest: Counts


def amount_cells(system: System, behind: Contributions, rule: AmountRule) -> Primary:
    """Return the sums that the rule hides, each to stay uncertain by p percent of it.

    Args:
        system: one table of sums.
        behind: what is behind its atoms.
        rule: when a sum tells too much.
    """
    total = system.cells.value
    number = system.membership @ behind.number
    largest = _largest(system, behind.largest)
    beside = total - largest[:, :2].sum(axis=1)
    dominant = largest[:, : rule.dominance_n].sum(axis=1)
    rules = {
        FEW: number < rule.contributors,
        P_PCT: 100 * beside < rule.p_pct * largest[:, 0],
        DOMINANT: 100 * dominant > rule.dominance_k_pct * total,
        # That all units together have nothing tells that each has nothing.
        NOTHING: total == 0,
    }
    rules = {name: cells & (number > 0) for name, cells in rules.items()}
    hidden = np.any([*rules.values()], axis=0)
    width = np.where(hidden, np.ceil(total * rule.p_pct / 100), 1)
    return Primary(cells=hidden, width=np.maximum(width, 1).astype(np.int64), rules=rules)


def _largest(system: System, largest: Counts) -> Counts:
    """Return cells x ranks: the largest amounts among all atoms of each cell."""
    ranks = largest.shape[1]
    counted = system.membership.tocoo()
    cell = np.repeat(counted.row, ranks)
    amount = largest[counted.col].ravel()
    order = np.lexsort((-amount, cell))
    cell, amount = cell[order], amount[order]
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    found = np.zeros((len(system.cells), ranks), dtype=np.int64)
    kept = rank < ranks
    found[cell[kept], rank[kept]] = amount[kept]
    return found
