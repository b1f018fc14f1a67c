"""Everything that an Airflow keeps, in every view in which an identity may hide."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from tests.airflow.deliveries import PERIOD
from tests.airflow.installation import Installation
from tests.privacy.scan import Identities, Person
from tests.privacy.scan_demo import persons_of
from tests.privacy.scan_views import View, views_of


def delivered_identities(outbox: Path) -> Identities:
    """Return all persons of the deliveries, ready to be looked up."""
    return Identities(_persons(outbox))


def delivered_persons(outbox: Path, count: int) -> list[Person]:
    """Return some of the pupils, each with an e-mail, no two with one name."""
    rows = {
        (row["given_name"], row["family_name"]): row
        for row in _persons(outbox).to_pylist()
        if row["email"] and row["address"]
    }
    return [
        Person(
            national_id=row["national_id"],
            family=row["family_name"],
            given=row["given_name"],
            birth_date=row["birth_date"],
            email=row["email"],
            address=row["address"],
        )
        for row in list(rows.values())[:count]
    ]


def kept_views(installation: Installation) -> Iterator[View]:
    """Yield every view of Airflow's files, and of every value of its database."""
    for path in sorted(installation.airflow.rglob("*")):
        if path.is_file() and path != installation.database:
            yield from views_of(str(path.relative_to(installation.airflow)), path.read_bytes())
    yield from views_of(installation.database.name, installation.database.read_bytes())
    with closing(sqlite3.connect(installation.database)) as database:
        names = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (name,) in names:
            yield from _table_views(database, name)


def _table_views(database: sqlite3.Connection, name: str) -> Iterator[View]:
    quoted = '"' + name.replace('"', '""') + '"'
    rows = database.execute(f"select * from {quoted}").fetchall()
    texts = [value for row in rows for value in row if isinstance(value, str)]
    yield from views_of(f"database!{name}", "\n".join(texts).encode())
    for row in rows:
        for value in row:
            if isinstance(value, bytes):
                yield from views_of(f"database!{name}", value)


def _persons(outbox: Path) -> pa.Table:
    return pa.concat_tables(
        persons_of(dataset, (outbox / f"{dataset}_{PERIOD}.csv").read_bytes())
        for dataset in ("pupils", "teachers")
    )
