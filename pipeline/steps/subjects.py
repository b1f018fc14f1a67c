"""All that is held on a person: found by recomputing pseudonyms, told in counts, or exported.

Zones that hold persons: protected rows (in force and superseded), refused rows in quarantine,
deliveries as received. What is published or under review holds counts, the ledger and the
registers no person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import describe
from pipeline.errors import PrivacyError
from pipeline.intake.identified import mentions_in_rows, row_codec
from pipeline.intake.identified import rows_of as refused_rows_of
from pipeline.privacy.pseudonyms import PSEUDONYM
from pipeline.steps.left_behind import check_nothing_left_behind
from pipeline.steps.listing import (
    Identified,
    People,
    of_domain,
    rows_of,
    section_of,
)
from pipeline.steps.receipt import Receipt
from pipeline.steps.requests import check_granted
from pipeline.steps.screening import deliveries_of, records_of, seeking, unsearchable
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target, write_clear
from pipeline.storage.deliveries import Delivery
from pipeline.storage.suppressions import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Rows of persons in one place.

    Attributes:
        zone: protected, quarantine or deliveries.
        dataset: the contract.
        period: the period.
        id: of the batch or delivery; for the protected zone the batches together.
        rows: how many.
        files: in how many files they lie.
        mentions: cells of other persons' rows that name them.
        content: the rows, in clear.
    """

    zone: str
    dataset: str
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


def find(workspace: Workspace, place: Identified, people: People) -> list[dict[str, Any]]:
    """Return in which places persons are held, and how many rows; never whose.

    A delivery in which nobody can be looked for is told too, with no row.

    Raises:
        PrivacyError: a row of the domain is more than a person, or somebody is kept where the
            contracts do not look any more; nothing was looked for.
        StorageError: a zone is altered, or a pseudonym domain is between two epochs.
    """
    check_nothing_left_behind(workspace)
    workspace.ledger.append("subject", action="find", domain=place.domain, persons=len(people))
    packed = unsearchable(workspace, people.domain)
    return [held.told() for held in (*held_on(workspace, people), *map(_unsearched, packed))]


def export(
    workspace: Workspace, place: Identified, people: People, *, to: Path, request: str = ""
) -> Receipt:
    """Write all that is held on one person to a new file of its reader's own (GDPR, article 15).

    Args:
        workspace: the zones and the ledger.
        place: where the dataset names its persons.
        people: one person: what is held on one is not for another.
        to: a new file of mode 0600 outside of the zones.
        request: the request that is answered, if it is in the register.

    Raises:
        PrivacyError: several persons are named, nothing is held, the request was not granted, or
            somebody is kept where the contracts do not look any more; nothing was written.
        StorageError: the file is there already, or a zone is altered.
    """
    if len(people) != 1:
        raise PrivacyError("subjects.one_person", count=len(people))
    if request:
        check_granted(workspace, request, "access")
    check_clear_target(to, workspace.home)
    check_nothing_left_behind(workspace)
    held = held_on(workspace, people)
    if not held:
        raise PrivacyError("subjects.nothing_held")
    workspace.ledger.append(
        "subject",
        action="export",
        domain=place.domain,
        persons=1,
        rows=sum(each.rows for each in held),
        request=request or "none",
    )
    not_searched = [each.id for each in unsearchable(workspace, people.domain)]
    page = _page(workspace, held, not_searched=not_searched)
    content = json.dumps(page, ensure_ascii=False, indent=2, default=_plain)
    write_clear(to, f"{content}\n".encode(), workspace.home)
    return Receipt(
        step="subject export",
        changed=True,
        ids={"request": request} if request else {},
        counts={"places": len(held), "rows": sum(each.rows for each in held)},
    )


def held_on(workspace: Workspace, people: People) -> list[Held]:
    """Return every place that holds rows of persons."""
    sought = [section_of(workspace, people)]
    places = of_domain(workspace, people.domain)
    return [
        *(each for place in places for each in _protected(workspace, place, people)),
        *(each for place in places for each in _quarantine(workspace, place, sought)),
        *(each for place in places for each in _deliveries(workspace, place, sought)),
    ]


def theirs(rows: pa.Table, column: str, pseudonyms: Sequence[str]) -> pa.Array:
    """Return which protected rows are those of persons, by their pseudonyms in hex."""
    known = pa.array(map(bytes.fromhex, pseudonyms), PSEUDONYM)
    return pc.is_in(rows[column], value_set=known)


def pseudonyms_in(workspace: Workspace, people: People, period: str) -> list[str]:
    """Return the pseudonyms, in hex, that persons may have in the rows of a period."""
    rows = rows_of(workspace, people, period)
    return sorted({name for each in rows for name in each.pseudonyms})


def refused_of(
    workspace: Workspace, rows: pa.Table, place: Identified, sections: Sequence[Section]
) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """Return which refused rows are those of persons, and which cells of the others name them."""
    sought = seeking(workspace, place, sections)
    raw = rows["row"].to_pylist()
    mine = refused_rows_of(raw, place.dataset, sought)
    named = mentions_in_rows(raw, place.dataset, sought)
    return mine, [() if own else fields for own, fields in zip(mine, named, strict=True)]


def quarantined(workspace: Workspace, place: Identified) -> list[str]:
    """Return the batches of a dataset that have rows in quarantine; they bear its name."""
    name = place.dataset.dataset
    return [each for each in workspace.quarantine.ids() if each.rsplit("-", 2)[0] == name]


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
                period=period,
                id=f"{dataset}-{period}",
                rows=content.num_rows,
                files=len(found),
                content=content,
            )


def _unsearched(delivery: Delivery) -> Held:
    """Return the place of a delivery in which nobody can be looked for."""
    return Held(
        zone="deliveries (not searchable)",
        dataset=delivery.dataset,
        period=delivery.period,
        id=delivery.id,
        rows=0,
        files=1,
        content=pa.table({}),
    )


def _quarantine(
    workspace: Workspace, place: Identified, sections: Sequence[Section]
) -> Iterator[Held]:
    for batch in quarantined(workspace, place):
        rows = workspace.quarantine.open(batch)
        mask, named = refused_of(workspace, rows, place, sections)
        mine = rows.filter(pa.array(mask))
        mentions = sum(map(len, named))
        if mine.num_rows or mentions:
            raw = mine["row"].to_pylist()
            text = [row.decode(row_codec(row, place.dataset), "backslashreplace") for row in raw]
            at = mine.schema.get_field_index("row")
            yield Held(
                zone="quarantine",
                dataset=place.dataset.dataset,
                period=batch.rsplit("-", 2)[1],
                id=batch,
                rows=mine.num_rows,
                files=1,
                mentions=mentions,
                content=mine.set_column(at, "row", pa.array(text, pa.string())),
            )


def _deliveries(
    workspace: Workspace, place: Identified, sections: Sequence[Section]
) -> Iterator[Held]:
    for delivery in deliveries_of(workspace, place.domain):
        if delivery.dataset != place.dataset.dataset:
            continue
        found = records_of(workspace, delivery.id, place, sections)
        if found:
            yield Held(
                zone="deliveries",
                dataset=delivery.dataset,
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


def _page(
    workspace: Workspace, held: Sequence[Held], *, not_searched: Sequence[str]
) -> dict[str, Any]:
    """Return what a person is told: all rows, the meaning of each column, and the rules."""
    policy = workspace.project.contracts.policy
    return {
        "made": workspace.clock().astimezone(UTC).isoformat(timespec="seconds"),
        "controller": policy.controller,
        "purpose": _words(policy.purpose),
        "legal_basis": _words(policy.legal_basis),
        "recipients": [_words(each) for each in policy.recipients],
        "kept_days": {
            zone: getattr(policy.retention, zone).value
            for zone in ("deliveries", "quarantine", "protected")
        },
        "kept_days_from": {
            "en": "the day of receipt; for the protected zone, the end of the year of the period",
            "fr": "le jour de réception ; zone protégée : la fin de l'année de la période",
        },
        "your_rights": {
            "en": (
                "rectification, erasure, restriction, objection, and a complaint to the "
                "supervisory authority (GDPR, articles 15 to 21 and 77)"
            ),
            "fr": (
                "rectification, effacement, limitation, opposition, et réclamation auprès de "
                "l'autorité de contrôle (RGPD, articles 15 à 21 et 77)"
            ),
        },
        "automated_decisions": {"en": "none", "fr": "aucune"},
        "held": [_held_page(workspace, each) for each in held],
        # Of a kind in which nobody can be looked for: whether the person is there is not known.
        "not_searched": not_searched,
    }


def _held_page(workspace: Workspace, held: Held) -> dict[str, Any]:
    dataset = workspace.project.contracts.datasets[held.dataset]
    kept = workspace.project.contracts.kept_columns(held.dataset)
    delivered = {column.name: column for column in dataset.columns}
    columns = kept if held.zone == "protected" else delivered
    meanings = {
        name: {
            "meaning": _words(columns[name].label),
            "what_is_kept": _words(describe(columns[name].privacy)),
        }
        for name in held.content.column_names
        if name in columns
    }
    return {
        **held.told(),
        "description": _words(dataset.description),
        "purpose": _words(dataset.purpose),
        "source": dataset.source,
        "columns": {**meanings, **_QUARANTINE} if held.zone == "quarantine" else meanings,
        "content": held.content.to_pylist(),
    }


_QUARANTINE = {
    "line": {"meaning": {"en": "line of the file", "fr": "ligne du fichier"}},
    "column": {"meaning": {"en": "column that was refused", "fr": "colonne refusée"}},
    "rule": {"meaning": {"en": "rule that refused it", "fr": "règle qui l'a refusée"}},
    "row": {"meaning": {"en": "the row as received", "fr": "la ligne telle que reçue"}},
}


def _words(label: Any) -> dict[str, str]:
    return {"en": label.en, "fr": label.fr}


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
