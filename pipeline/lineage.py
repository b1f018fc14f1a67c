"""What each published column is made of, proved from the SQL itself.

A count query may read protected tables only, and none of its output columns may derive from a
direct identifier or a pseudonym. An indicator query may read released cells only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.scope import traverse_scope

from pipeline.contracts import Contracts, Pseudonymise
from pipeline.errors import ContractError, Place, Problem

DIALECT = "duckdb"


@dataclass(frozen=True, slots=True)
class Origin:
    """One column that a published column derives from."""

    table: str
    column: str


def check_lineage(
    contracts: Contracts, counts: Mapping[str, str], indicators: Mapping[str, str]
) -> list[Problem]:
    """Return every query that reads or returns what it must not."""
    protected = {name: list(contracts.kept_columns(name)) for name in contracts.datasets}
    problems: list[Problem] = []
    for table, sql in counts.items():
        problems += _check(
            sql,
            f"sql/counts/{table}.sql",
            protected,
            forbidden=_forbidden(contracts),
            readable=set(protected),
        )
    released = {name: released_columns(contracts, name) for name in contracts.tables}
    for code, sql in indicators.items():
        file = f"sql/indicators/{code.lower()}.sql"
        declared = set(contracts.indicators[code].tables)
        problems += _check(sql, file, released, forbidden=frozenset(), readable=declared)
    return problems


def released_columns(contracts: Contracts, table: str) -> list[str]:
    """Return the columns of the released cells of a table, in order."""
    shape = contracts.tables[table]
    return [
        "ref_area",
        "area_level",
        "time_period",
        *shape.dimensions,
        *shape.measure_names,
        "obs_status",
        "conf_status",
        "coverage",
    ]


def tables_read(sql: str) -> frozenset[str]:
    """Return the names of the tables that a query reads, its own CTEs left out."""
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    return frozenset(
        source.name
        for scope in traverse_scope(tree)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    )


def origins(sql: str, column: str, schema: Mapping[str, list[str]]) -> frozenset[Origin]:
    """Return the table columns that one output column of a query derives from."""
    root = lineage(
        column,
        sql,
        schema={table: dict.fromkeys(names, "varchar") for table, names in schema.items()},
        dialect=DIALECT,
    )
    return frozenset(_leaves(root))


def _leaves(node: Node) -> list[Origin]:
    if node.downstream:
        return [leaf for child in node.downstream for leaf in _leaves(child)]
    if isinstance(node.source, exp.Table):
        return [Origin(node.source.name, node.name.rsplit(".", maxsplit=1)[-1].strip('"'))]
    return []


def _forbidden(contracts: Contracts) -> frozenset[Origin]:
    return frozenset(
        Origin(name, str(column.kept_as))
        for name, dataset in contracts.datasets.items()
        for column in dataset.kept
        if column.role == "direct_identifier" or isinstance(column.privacy, Pseudonymise)
    )


def _check(
    sql: str,
    file: str,
    schema: Mapping[str, list[str]],
    *,
    forbidden: frozenset[Origin],
    readable: set[str],
) -> list[Problem]:
    place = Place(file=file)
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
        if not isinstance(tree, exp.Select):
            return [Problem(code="contract.not_a_select", place=place)]
        strangers = sorted(tables_read(sql) - readable)
        if strangers:
            facts = (("name", strangers[0]),)
            return [Problem(code="contract.reads_elsewhere", place=place, facts=facts)]
        return [
            Problem(
                code="contract.identifier_published",
                place=Place(file=file, column=name),
                facts=(("name", f"{origin.table}.{origin.column}"),),
            )
            for name in tree.named_selects
            for origin in sorted(origins(sql, name, schema) & forbidden, key=str)
        ]
    except (SqlglotError, ContractError):
        return [Problem(code="contract.unreadable_sql", place=place)]
