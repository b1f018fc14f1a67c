"""What is known of a school is known of its pupils: protection and adversary are told of it."""

from __future__ import annotations

from pipeline.lineage.derivation import Relation
from pipeline.lineage.proofs import prove_count
from tests.sql.cells import PROJECT

CONTRACTS = PROJECT.contracts


def not_of_persons(table: str) -> set[str]:
    """Return the dimensions of a table of persons that derive from registers of units alone."""
    relation = prove_count(CONTRACTS, table, PROJECT.counts[table])
    assert isinstance(relation, Relation)
    persons = {one.dataset for one in CONTRACTS.datasets.values() if one.unit == "person"}
    found = set()
    for name in set(CONTRACTS.tables[table].dimensions) & relation.columns.keys():
        datasets = {path[-1].partition(".")[0] for path in relation.columns[name]}
        if not datasets & persons:
            found.add(name)
    return found


def test_a_dimension_that_registers_tell_is_told_by_an_open_table_of_units() -> None:
    """Else a shown sum over schools could open a hidden count: nobody would have hidden for it."""
    base = CONTRACTS.territories.base_level
    told = {
        (table.territory_of, name)
        for table in CONTRACTS.tables.values()
        if table.counts == "units" and table.method == "none"
        for name in table.levels.get(base, ())
    }
    asked = {
        (table.territory_of, name)
        for table in CONTRACTS.tables.values()
        if table.counts == "persons"
        for name in not_of_persons(table.table)
    }
    assert {name for _, name in asked} == {"sector", "in_reach", "social_quintile"}
    assert asked <= told
