"""What a query names: every table and every column, wherever they stand in it."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pipeline.contracts.recoding_checks import Mentions
from pipeline.errors import ContractError, Place

DIALECT = "duckdb"


def mentions(sql: str, *, file: str) -> Mentions:
    """Return the tables and columns that a query names, its own CTEs among the tables.

    A column is told by its bare name: whichever table it is of, it counts.

    Raises:
        ContractError: the query cannot be read, so that what it needs is not known.
    """
    try:
        tree = sqlglot.parse_one(sql, dialect=DIALECT)
    except SqlglotError:
        raise ContractError("contract.unreadable_sql", place=Place(file=file)) from None
    return Mentions(
        tables=frozenset(table.name for table in tree.find_all(exp.Table)),
        # Also what `using (…)` names, which is no column to the parser.
        columns=frozenset(name.name for name in tree.find_all(exp.Identifier)),
    )
