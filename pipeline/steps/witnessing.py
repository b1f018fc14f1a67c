"""Write the worlds that prove a pattern as tables to be sealed: rows of persons, and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts
from pipeline.disclosure.layout import Lattice
from pipeline.disclosure.protect import Pattern
from pipeline.disclosure.shape import Absence
from pipeline.disclosure.shape import Geography as Places
from pipeline.disclosure.system import System
from pipeline.disclosure.witnesses import Witnesses, select, veil

PERSONS, WORLDS, TOLD, REOPENED = "persons_", "worlds_", "elsewhere_", "reopened_"


def proof_tables(
    system: System,
    pattern: Pattern,
    places: Places,
    codes: Mapping[str, tuple[str, ...]],
    *,
    prefix: str,
    period: str,
    threads: int,
) -> dict[str, pd.DataFrame]:
    """Return the proofs of one population and period, two tables for each of its tables.

    `persons_<table>`: ref_area, the dimensions that persons have, persons, time_period; it is not
    what was counted. `worlds_<table>`: world, row of the former, change in persons, time_period.

    Args:
        system: the relations and exact counts.
        pattern: what is hidden, and the worlds that were found.
        places: the territories.
        codes: dimension → its codes.
        prefix: of the smallest level in `ref_area`.
        period: of the counts.
        threads: how many parts are worked on at the same time.
    """
    asked = pattern.audit.asked
    worlds = select(system, pattern.hidden, pattern.audit.changes, asked=asked)
    # Seeded by the machine: what was counted must not follow from what is kept.
    random = np.random.default_rng()
    kept = veil(system, pattern.hidden, worlds, asked=asked, random=random, threads=threads)
    territory = [prefix + str(code) for code in places.in_order().territory]
    tables = {}
    for lattice in system.lattices:
        names = {"ref_area": territory, **{each: [*codes[each]] for each in lattice.dimensions}}
        persons, changes = witness_tables(kept, lattice, names)
        for kind, frame in ((PERSONS, persons), (WORLDS, changes)):
            tables[f"{kind}{lattice.table}"] = frame.assign(time_period=period)
    return tables


def told_tables(elsewhere: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what others publish of each table as tables to be sealed with its proofs.

    `elsewhere_<table>`: the cells; it is public, so that worlds must agree with it as well.
    """
    return {f"{TOLD}{name}": frame for name, frame in elsewhere.items()}


def reopened_tables(
    reopened: Sequence[Absence], tables: Sequence[str], *, prefix: str, period: str
) -> dict[str, pd.DataFrame]:
    """Return where somebody is counted though a table of units shows none, to be sealed as well.

    `reopened_<table>`: ref_area, dimension, code, time_period; none where there is no such place.
    """
    rows = [
        (prefix + str(territory), name, str(code))
        for absence in reopened
        for name, codes in absence.codes.items()
        for territory, code in zip(absence.territory, codes, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["ref_area", "dimension", "code"])
    return {f"{REOPENED}{name}": frame.assign(time_period=period) for name in tables if rows}


def proof_rules(contracts: Contracts) -> dict[str, Any]:
    """Return what a proof is judged by.

    `width`: of hidden counts of persons; `asked`: table → width of its hidden cells; `least`:
    table → what every hidden cell is known to be at least.
    """
    width = int(contracts.policy.protection_width.value)
    hiding = [
        table
        for table in contracts.tables.values()
        if table.method == "suppression" and (table.counts == "persons" or table.amounts)
    ]
    return {
        "width": width,
        "asked": {table.table: 1 if table.amounts else width for table in hiding},
        # Where every zero is shown, whoever sees a hidden cell knows that it is at least one.
        "least": {table.table: int(contracts.zeros(table) == "published") for table in hiding},
    }


def witness_tables(
    kept: Witnesses, lattice: Lattice, names: Mapping[str, list[str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of a table that hold persons in any world, and its changes.

    Args:
        kept: persons and worlds of the whole system.
        lattice: where the atoms of the table lie.
        names: `ref_area`, then each dimension → what its places are called.
    """
    world, atom = kept.changes.tocoo().coords
    change = kept.changes.tocoo().data
    is_used = kept.persons > 0
    is_used[atom] = True
    place = np.flatnonzero((lattice.atom >= 0) & is_used[lattice.atom])
    row = np.full(len(kept.persons), -1)
    row[lattice.atom[place]] = np.arange(len(place))
    index = np.unravel_index(place, lattice.sizes)
    persons = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(at, categories=pd.Index(codes))
            for (name, codes), at in zip(names.items(), index, strict=True)
        }
    )
    persons["persons"] = kept.persons[lattice.atom[place]].astype(np.int32)
    mine = row[atom] >= 0
    changes = pd.DataFrame({"world": world[mine], "row": row[atom[mine]], "persons": change[mine]})
    return persons, changes.sort_values(["world", "row"], ignore_index=True).astype(np.int32)
