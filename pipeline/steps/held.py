"""Where persons are held: found by recomputing pseudonyms, or by their identifiers.

Zones that hold persons: protected rows (in force and superseded), refused rows in quarantine,
deliveries as received, whatever dataset they came under. What is published or under review holds
counts, the ledger and the registers no person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.intake.row_codecs import row_codec
from pipeline.privacy.pseudonyms import PSEUDONYM
from pipeline.steps.kept import deliveries_kept, refused_kept
from pipeline.steps.listing import (
    Identified,
    People,
    of_domain,
    rows_of,
    section_of,
)
from pipeline.steps.searches import (
    dataset_of,
    records_of,
    refused_of,
    searches_of,
    searches_of_refused,
)
from pipeline.steps.workspace import Workspace
from pipeline.storage.receiving import Delivery
from pipeline.storage.suppressions import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Rows of persons in one place.

    Attributes:
        zone: protected, quarantine or deliveries.
        dataset: the contract that they were delivered under.
        read_as: the one whose names the columns of the content bear.
        period: the period.
        id: of the batch or delivery; for the protected zone the batches together.
        rows: how many.
        files: in how many files they lie.
        mentions: cells of other persons' rows that name them.
        content: the rows, in clear.
    """

    zone: str
    dataset: str
    read_as: str
    period: str
    id: str
    rows: int
    files: int
    mentions: int = 0
    content: pa.Table

    def told(self) -> dict[str, Any]:
        """Return what may be told of it."""
        return {
            "zone": self.zone,
            "dataset": self.dataset,
            "period": self.period,
            "id": self.id,
            "rows": self.rows,
            "files": self.files,
            "mentions": self.mentions,
        }

    def __repr__(self) -> str:
        return f"Held({self.told()})"


def held_on(workspace: Workspace, people: People) -> list[Held]:
    """Return every place that holds rows of persons.

    Raises:
        StorageError: a zone is altered, or something of it absent.
    """
    sought = [section_of(workspace, people)]
    places = of_domain(workspace, people.domain)
    return [
        *(each for place in places for each in _protected(workspace, place, people)),
        *(
            each
            for batch in refused_kept(workspace)
            for each in _quarantine(workspace, batch, places, sought)
        ),
        *(
            each
            for delivery in deliveries_kept(workspace)
            for each in _deliveries(workspace, delivery, places, sought)
        ),
    ]


def theirs(rows: pa.Table, column: str, pseudonyms: Sequence[str]) -> pa.Array:
    """Return which protected rows are those of persons, by their pseudonyms in hex."""
    known = pa.array(map(bytes.fromhex, pseudonyms), PSEUDONYM)
    return pc.is_in(rows[column], value_set=known)


def pseudonyms_in(workspace: Workspace, people: People, period: str) -> list[str]:
    """Return the pseudonyms, in hex, that persons may have in the rows of a period."""
    rows = rows_of(workspace, people, period)
    return sorted({name for each in rows for name in each.pseudonyms})


def _protected(workspace: Workspace, place: Identified, people: People) -> Iterator[Held]:
    dataset = place.dataset.dataset
    for period in workspace.protected.periods(dataset):
        pseudonyms = pseudonyms_in(workspace, people, period)
        found: list[pa.Table] = []

        def look(
            rows: pa.Table, found: list[pa.Table] = found, sought: list[str] = pseudonyms
        ) -> pa.Table:
            mine = rows.filter(theirs(rows, place.kept_as, sought))
            if mine.num_rows:
                found.append(mine)
            return rows

        # A change that changes nothing: every part of every batch is read, none is written.
        workspace.protected.rewrite(dataset, period, look)
        if found:
            content = pa.concat_tables(found)
            yield Held(
                zone="protected",
                dataset=dataset,
                read_as=dataset,
                period=period,
                id=f"{dataset}-{period}",
                rows=content.num_rows,
                files=len(found),
                content=content,
            )


def _quarantine(
    workspace: Workspace, batch: str, places: Sequence[Identified], sections: Sequence[Section]
) -> Iterator[Held]:
    for search in searches_of_refused(workspace, batch, places):
        rows = workspace.quarantine.open(batch)
        mask, named = refused_of(workspace, rows, search, sections)
        mine = rows.filter(pa.array(mask))
        mentions = sum(map(len, named))
        if mine.num_rows or mentions:
            raw = mine["row"].to_pylist()
            text = [row.decode(row_codec(row, search.dataset), "backslashreplace") for row in raw]
            at = mine.schema.get_field_index("row")
            yield Held(
                zone="quarantine",
                dataset=dataset_of(batch),
                read_as=search.dataset.dataset,
                period=batch.rsplit("-", 2)[1],
                id=batch,
                rows=mine.num_rows,
                files=1,
                mentions=mentions,
                content=mine.set_column(at, "row", pa.array(text, pa.string())),
            )


def _deliveries(
    workspace: Workspace,
    delivery: Delivery,
    places: Sequence[Identified],
    sections: Sequence[Section],
) -> Iterator[Held]:
    for search in searches_of(workspace, delivery, places):
        found = records_of(workspace, delivery.id, search, sections)
        if found:
            yield Held(
                zone="deliveries",
                dataset=delivery.dataset,
                read_as=search.dataset.dataset,
                period=delivery.period,
                id=delivery.id,
                rows=len(found),
                files=1,
                mentions=found.named,
                content=_table(found.records),
            )


def _table(records: Sequence[dict[str, str]]) -> pa.Table:
    """Return records as a table of all names that any of them has."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name) for record in records] for name in names}
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
