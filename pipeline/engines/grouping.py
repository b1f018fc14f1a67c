"""Count the rows of each combination of values, in one grouped query, with no SQL text.

The query is built of expressions: a column is named, never pasted into a statement.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipeline.engines.duckdb import LOCKED
from pipeline.errors import Place, StorageError

# No column of a contract may bear such a name.
ROWS = "#rows"


def count_combinations(rows: pa.Table, columns: Sequence[str], *, name: str) -> pa.Table:
    """Return each combination of values that occurs, and in how many rows; a null is a value.

    Args:
        rows: what is counted.
        columns: whose values are combined, at least one, no name twice.
        name: of what is counted, for messages.

    Returns:
        The columns in the order given, then `#rows` as int64; one row per combination, in no
        order.

    Raises:
        StorageError: the query failed; the engine's own message is cut, for it may quote rows.
    """
    with duckdb.connect(":memory:", config=LOCKED) as connection:
        try:
            grouped = connection.from_arrow(rows.select(list(columns))).aggregate(
                [
                    *(duckdb.ColumnExpression(column) for column in columns),
                    duckdb.FunctionExpression("count", duckdb.StarExpression()).alias(ROWS),
                ]
            )
            return grouped.to_arrow_table()
        except duckdb.Error as error:
            place = Place(dataset=name, rule=type(error).__name__)
            raise StorageError("storage.query_failed", place=place) from None
