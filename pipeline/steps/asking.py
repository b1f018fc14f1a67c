"""Ask the release in force: read-only, locked down, no secret key needed."""

from __future__ import annotations

from pathlib import Path

from pipeline.dissemination.access import QueryResult, open_published, query
from pipeline.errors import QueryError
from pipeline.settings import Settings
from pipeline.steps.in_force import check_told
from pipeline.storage.keys import PUBLIC
from pipeline.storage.ledger import FOLDER as LEDGER
from pipeline.storage.ledger import Ledger
from pipeline.storage.ledger_check import PublicKey
from pipeline.storage.manifest import check_files
from pipeline.storage.releases import Release, ReleaseStore
from pipeline.storage.signatories import read_public_key

DATABASE = "published.duckdb"


def published_database(settings: Settings) -> Path:
    """Return the path of the database of the release in force, checked against its manifest.

    Raises:
        QueryError: nothing was published yet.
        StorageError: the database is not the one that was signed, or another release is in force
            than the ledger tells of.
    """
    current = _current(settings)
    if current is None:
        raise QueryError("query.nothing_published")
    check_files(current.folder, current.manifest, [DATABASE])
    return current.folder / DATABASE


def ask(settings: Settings, sql: str, *, limit: int | None = None) -> QueryResult:
    """Return the answer of one query on the published database.

    Raises:
        QueryError: nothing was published, or the query was refused.
        StorageError: as `published_database`.
    """
    with open_published(published_database(settings)) as connection:
        return query(connection, sql, limit=limit)


def _current(settings: Settings) -> Release | None:
    """Return the release in force; without a publisher.pub the key that a manifest names counts."""
    path, folder = settings.keys / PUBLIC, settings.home / LEDGER
    key = PublicKey(read_public_key(path)) if path.exists() else None
    releases = ReleaseStore(settings.home / "published", publisher=key)
    if key is None and not folder.exists():
        # A copy of what is published, for readers alone.
        return releases.current()
    return check_told(releases, Ledger(folder, publisher=key, home=settings.home))
