"""Where big queries run. DuckDB is the default engine."""

from pipeline.engines.duckdb import run_query

__all__ = ["run_query"]
