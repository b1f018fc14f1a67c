"""What each published column is made of, proved from the SQL itself."""

from pipeline.lineage.proofs import (
    DERIVED_FROM,
    check_lineage,
    identified_columns,
    prove_count,
    prove_indicator,
    released_columns,
    tables_read,
)
from pipeline.lineage.trace import Link, trace

__all__ = [
    "DERIVED_FROM",
    "Link",
    "check_lineage",
    "identified_columns",
    "prove_count",
    "prove_indicator",
    "released_columns",
    "tables_read",
    "trace",
]
