"""Everything that an Airflow keeps, in every view in which an identity may hide."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from tests.airflow.deliveries import PERIOD
from tests.airflow.installation import Installation
from tests.airflow.postgres import Postgres
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


def kept_views(installation: Installation, postgres: Postgres) -> Iterator[View]:
    """Yield every view of Airflow's files, and of every value of its database."""
    for path in sorted(installation.airflow.rglob("*")):
        if path.is_file():
            name, content = str(path.relative_to(installation.airflow)), path.read_bytes()
            yield from views_of(name, content)
            # What was printed as one text is kept as one record for each of its lines.
            yield from views_of(f"{name}!events", "\n".join(_events(content)).encode())
    tables = "select tablename from pg_tables where schemaname = 'public' order by 1"
    for (name,) in postgres.select(tables):
        yield from _table_views(postgres, name)


def _events(content: bytes) -> Iterator[str]:
    for line in content.splitlines():
        with suppress(ValueError):
            record = json.loads(line)
            if isinstance(record, dict):
                yield str(record.get("event", ""))


def _table_views(postgres: Postgres, name: str) -> Iterator[View]:
    rows = postgres.select(f'select * from "{name}"')
    texts = [_text(value) for row in rows for value in row if isinstance(value, (str, dict, list))]
    yield from views_of(f"database!{name}", "\n".join(texts).encode())
    for row in rows:
        for value in row:
            if isinstance(value, (bytes, memoryview)):
                yield from views_of(f"database!{name}", bytes(value))


def _text(value: str | dict[str, object] | list[object]) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _persons(outbox: Path) -> pa.Table:
    return pa.concat_tables(
        persons_of(dataset, (outbox / f"{dataset}_{PERIOD}.csv").read_bytes())
        for dataset in ("pupils", "teachers")
    )
