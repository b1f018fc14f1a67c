"""Rows of a PostgreSQL relation as the text of a table: read alone, in one state of the database.

The library comes with a part of the project. What it says of a failure may quote the address, the
statement or a value: only the kind of a failure is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from pipeline.contracts.datasets import Dataset
from pipeline.contracts.formats import SqlFormat
from pipeline.errors import CartableError, DeliveryError, Place, SourceError
from pipeline.intake.formats.faults import Faults
from pipeline.intake.formats.table_text import header_line, lines_of
from pipeline.intake.formats.typed_cells import typed_cell

_ROWS, _WAIT_SECONDS = 5_000, 15
_OVERLAP = 86_400
_LOCAL = {"", "localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a relation in one state of the database, all or those that changed.

    Attributes:
        dataset: the contract.
        watermark: the highest value of the column that grows with each change; None without one.
        read_to: the highest one that is not of the future, from which the next changes are read.
        total: how many rows the relation has.
        count: how many of them are read, as the database counts them.
    """

    dataset: Dataset
    watermark: str | None
    read_to: str | None
    total: int
    count: int
    place: Place
    _connection: Connection = field(repr=False)
    _wanted: Any = field(repr=False)

    def text(self) -> Iterator[bytes]:
        """Yield the rows as the text of a table.

        Raises:
            DeliveryError: a value is of another kind than the contract wants, the rows are not as
                many as were counted, or the database breaks off.
        """
        faults, seen = Faults(self.place), 0
        columns = self.dataset.columns
        yield header_line([column.name for column in columns])
        for block in _guarded(self._blocks(), self.place):
            cells: list[list[str]] = []
            for row in block:
                seen += 1
                told = [typed_cell(*pair) for pair in zip(row, columns, strict=True)]
                for (code, _), column in zip(told, columns, strict=True):
                    if code is not None:
                        faults.add(code, line=seen, column=column.name)
                cells.append([cell for _, cell in told])
            if not faults:
                yield lines_of([pa.array(each, pa.string()) for each in zip(*cells, strict=True)])
        faults.check()
        if seen != self.count:
            raise DeliveryError(
                "delivery.account", place=self.place, count=self.count, accounted=seen
            )

    def _blocks(self) -> Iterator[list[Any]]:
        form = _form(self.dataset)
        wanted = [sa.column(form.fields[column.name]) for column in self.dataset.columns]
        statement = sa.select(*wanted).select_from(_relation(form)).where(self._wanted)
        streamed = self._connection.execution_options(stream_results=True, max_row_buffer=_ROWS)
        for block in streamed.execute(statement).partitions(_ROWS):
            yield list(block)


@contextmanager
def open_rows(
    url: str, dataset: Dataset, *, place: Place, since: str | None = None
) -> Iterator[Rows]:
    """Connect, and yield the rows of a dataset's relation, in a transaction that only reads.

    Args:
        url: of the database, with user and password; told to nobody.
        dataset: the contract, whose format is `sql`.
        place: dataset and file, for refusals.
        since: what `read_to` was before: only rows that may have changed since are read. Those
            that tell no instant or number are among them.

    Raises:
        DeliveryError: the address is none of PostgreSQL, or the database does not answer as it
            should.
    """
    connection = _connected(url, place)
    try:
        yield _opened(connection, dataset, place, since)
    finally:
        connection.close()
        connection.engine.dispose()


def _connected(url: str, place: Place) -> Connection:
    kind = "ArgumentError"
    try:
        address = sa.make_url(url)
        if address.get_backend_name() == "postgresql":
            if address.host not in _LOCAL | {None} and "sslmode" not in address.query:
                address = address.update_query_dict({"sslmode": "require"})
            engine = sa.create_engine(
                address.set(drivername="postgresql+psycopg2"),
                poolclass=NullPool,
                hide_parameters=True,
                isolation_level="REPEATABLE READ",
                connect_args={"connect_timeout": _WAIT_SECONDS},
            )
            return engine.connect().execution_options(postgresql_readonly=True)
    except (sa.exc.SQLAlchemyError, UnicodeError, ValueError) as error:
        kind = type(error).__name__
    raise SourceError("delivery.sql_unreachable", place=place, kind=kind)


def _opened(connection: Connection, dataset: Dataset, place: Place, since: str | None) -> Rows:
    form = _form(dataset)
    kind = ""
    try:
        whole = sa.select(sa.func.count()).select_from(_relation(form))
        total = count = int(connection.execute(whole).scalar_one())
        wanted: Any = sa.true()
        highest = read_to = None
        if form.watermark is not None:
            column = sa.column(form.watermark)
            highest = _highest(connection, form)
            _told(highest, place)
            is_past = column <= sa.func.now() if isinstance(highest, datetime) else sa.true()
            read_to = _highest(connection, form, is_past)
            if since is not None:
                wanted = (column >= _from(since, form)) | column.is_(None)
                count = int(connection.execute(whole.where(wanted)).scalar_one())
        marks = _told(highest, place), _told(read_to, place)
        return Rows(dataset, *marks, total, count, place, connection, wanted)
    except sa.exc.SQLAlchemyError as error:
        kind = type(error).__name__
    raise SourceError("delivery.sql_unreachable", place=place, kind=kind)


def _highest(connection: Connection, form: SqlFormat, *wanted: Any) -> Any:
    """Return the highest mark, of some rows or all."""
    column = sa.func.max(sa.column(form.watermark))
    statement = sa.select(column).select_from(_relation(form)).where(*wanted)
    return connection.execute(statement).scalar_one()


def _from(since: str, form: SqlFormat) -> datetime | int:
    """Return from which mark on rows are read: what was committed late is above it."""
    overlap = _OVERLAP if form.overlap is None else form.overlap
    try:
        return int(since) - overlap
    except ValueError:
        return datetime.fromisoformat(since) - timedelta(seconds=overlap)


def _guarded(blocks: Iterator[list[Any]], place: Place) -> Iterator[list[Any]]:
    """Yield the blocks; what a library says of a failure does not leave here."""
    kind = ""
    try:
        yield from blocks
    except CartableError:
        raise
    except Exception as error:  # noqa: BLE001  its message may quote a value
        kind = type(error).__name__
    if kind:
        raise SourceError("delivery.sql_unreachable", place=place, kind=kind)


def _told(value: Any, place: Place) -> str | None:
    match value:
        case None:
            return None
        case bool():
            pass
        case int():
            return str(value)
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    raise DeliveryError("delivery.sql_watermark", place=replace(place, rule="format.watermark"))


def _relation(form: SqlFormat) -> Any:
    schema, _, name = form.relation.rpartition(".")
    return sa.table(name, schema=schema or None)


def _form(dataset: Dataset) -> SqlFormat:
    if not isinstance(dataset.format, SqlFormat):
        raise TypeError
    return dataset.format
