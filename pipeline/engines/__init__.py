"""Where big queries run. DuckDB is the default engine."""

from pipeline.engines.duckdb import run_query
from pipeline.engines.grouping import count_combinations

__all__ = ["count_combinations", "run_query"]
