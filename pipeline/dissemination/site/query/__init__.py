"""The query page of a release: DuckDB in the reader's browser, over the release's own database."""
