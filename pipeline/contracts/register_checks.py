"""What registers of units tell of persons must be told to their protection as well.

A register of schools tells of each school its sector, the levels it teaches, its fifth by social
position, whether a place is in its reach: all of them together. Tables of persons that are crossed
by one of these, beside others that are crossed by another, are then sums over the same schools,
which whoever has the register adds up. Protection knows what tables of units tell of each alone,
not of both together; so such tables need that what others publish of the persons is known to it.

Source: `docs/decisions/0070`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from pipeline.contracts.findings import Finding
from pipeline.contracts.model import Contracts
from pipeline.contracts.tables import Table


def check_registers(contracts: Contracts) -> Iterator[Finding]:
    """Yield the tables of persons that a register of their units would open together."""
    base = contracts.territories.base_level
    for tables in contracts.populations().values():
        hiding = [table for table in tables if not table.is_perturbed]
        if any(_is_known(table, contracts) for table in hiding):
            continue
        for one, other in combinations(hiding, 2):
            told = told_of_units(one, contracts)
            own, others = (
                sorted(told & (set(a.dimensions) - set(b.dimensions)))
                for a, b in ((one, other), (other, one))
            )
            if one.territory_of == other.territory_of and own and others:
                facts = (
                    *(("name", one.table), ("own", ", ".join(own))),
                    *(("other", other.table), ("others", ", ".join(others)), ("level", base)),
                )
                where = f"tables/{one.table}"
                yield Finding(where, ("known_elsewhere",), "contract.registers_tell", facts)


def _is_known(table: Table, contracts: Contracts) -> bool:
    """Return whether others publish its persons by all of it that registers tell."""
    told = told_of_units(table, contracts) & set(table.dimensions)
    elsewhere = table.known_elsewhere.get(contracts.territories.base_level)
    return elsewhere is not None and bool(told) and told <= set(elsewhere.dimensions)


def told_of_units(persons: Table, contracts: Contracts) -> set[str]:
    """Return the dimensions that tell something of the unit that a person belongs to.

    They are those by which an open table of units at the same kind of place is crossed in the
    smallest territories; and where its codes are those of another list, joined by `_` where a unit
    has several, as levels taught are, that list too.
    """
    base = contracts.territories.base_level
    told = {
        name
        for table in contracts.tables.values()
        if table.counts == "units" and table.method == "none"
        if table.territory_of == persons.territory_of
        for name in table.levels.get(base, ())
    }
    known = contracts.codelists
    joined = {
        part for part in known for name in told & known.keys() if _joins(name, part, contracts)
    }
    return told | joined


def _joins(name: str, part: str, contracts: Contracts) -> bool:
    """Return whether the codes of a list are those of another, some of them joined."""
    codes, parts = contracts.codelists[name].codes, set(contracts.codelists[part].codes)
    split = {one for code in codes for one in code.split("_")}
    return split == parts and not parts >= set(codes)
