"""Ask the release in force: read-only, locked down, no key needed."""

from __future__ import annotations

from pathlib import Path

from pipeline.dissemination.access import QueryResult, open_published, query
from pipeline.errors import QueryError
from pipeline.storage.releases import ReleaseStore


def published_database(home: Path) -> Path:
    """Return the path of the database of the release in force.

    Args:
        home: the folder of all zones.

    Raises:
        QueryError: nothing was published yet.
        StorageError: the manifest of the release is altered.
    """
    current = ReleaseStore(home / "published").current()
    if current is None:
        raise QueryError("query.nothing_published")
    return current.folder / "published.duckdb"


def ask(home: Path, sql: str, *, limit: int | None = None) -> QueryResult:
    """Return the answer of one query on the published database.

    Raises:
        QueryError: nothing was published, or the query was refused.
    """
    with open_published(published_database(home)) as connection:
        return query(connection, sql, limit=limit)
