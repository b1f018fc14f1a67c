"""Ask the release in force: read-only, locked down, no secret key needed."""

from __future__ import annotations

from pathlib import Path

from pipeline.dissemination.access import QueryResult, catalogue_name
from pipeline.dissemination.apart import query_apart
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

    Other releases that are still public are there by name: `release_0123` for `release-0123`.

    Raises:
        QueryError: nothing was published, or the query was refused.
        StorageError: as `published_database`.
    """
    database = published_database(settings)
    return query_apart(database, sql, earlier=_others(settings, database, sql), limit=limit)


def _others(settings: Settings, database: Path, sql: str) -> dict[str, Path]:
    """Return the databases of the other public releases that a query may name, each checked."""
    others: dict[str, Path] = {}
    for release in _releases(settings).releases():
        # Checking hashes whole files: only what may be read is checked.
        if release.folder != database.parent and catalogue_name(release.release_id) in sql.lower():
            check_files(release.folder, release.manifest, [DATABASE])
            others[release.release_id] = release.folder / DATABASE
    return others


def _publisher(settings: Settings) -> PublicKey | None:
    path = settings.keys / PUBLIC
    return PublicKey(read_public_key(path)) if path.exists() else None


def _releases(settings: Settings) -> ReleaseStore:
    """Return the releases; without a publisher.pub the key that a manifest names counts."""
    return ReleaseStore(settings.home / "published", publisher=_publisher(settings))


def _current(settings: Settings) -> Release | None:
    """Return the release in force."""
    folder, key, releases = settings.home / LEDGER, _publisher(settings), _releases(settings)
    if key is None and not folder.exists():
        # A copy of what is published, for readers alone.
        return releases.current()
    return check_told(releases, Ledger(folder, publisher=key, home=settings.home))
