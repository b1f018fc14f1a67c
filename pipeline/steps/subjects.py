"""All that is held on a person: told in counts, or exported with its meaning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.contracts import describe
from pipeline.errors import PrivacyError
from pipeline.steps.held import Held, held_on
from pipeline.steps.kept import check_none_absent
from pipeline.steps.left_behind import check_nothing_left_behind
from pipeline.steps.listing import (
    Identified,
    People,
)
from pipeline.steps.receipt import Receipt
from pipeline.steps.requests import check_granted
from pipeline.steps.screening import unsearchable
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target, write_clear
from pipeline.storage.receiving import Delivery


def find(workspace: Workspace, place: Identified, people: People) -> list[dict[str, Any]]:
    """Return in which places persons are held, and how many rows; never whose.

    A delivery in which nobody can be looked for is told too, with no row.

    Raises:
        PrivacyError: a row of the domain is more than a person, or somebody is kept where the
            contracts do not look any more; nothing was looked for.
        StorageError: a zone is altered or something of it absent, or a pseudonym domain is
            between two epochs.
    """
    check_nothing_left_behind(workspace)
    check_none_absent(workspace)
    workspace.ledger.append("subject", action="find", domain=place.domain, persons=len(people))
    closed = unsearchable(workspace)
    return [held.told() for held in (*held_on(workspace, people), *map(_unsearched, closed))]


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
        StorageError: the file is there already, or a zone is altered or something of it absent.
    """
    if len(people) != 1:
        raise PrivacyError("subjects.one_person", count=len(people))
    if request:
        check_granted(workspace, request, "access")
    check_clear_target(to, workspace.home)
    check_nothing_left_behind(workspace)
    check_none_absent(workspace)
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
    not_searched = [each.id for each in unsearchable(workspace)]
    page = _page(workspace, held, not_searched=not_searched)
    content = json.dumps(page, ensure_ascii=False, indent=2, default=_plain)
    write_clear(to, f"{content}\n".encode(), workspace.home)
    return Receipt(
        step="subject export",
        changed=True,
        ids={"request": request} if request else {},
        counts={"places": len(held), "rows": sum(each.rows for each in held)},
    )


def _unsearched(delivery: Delivery) -> Held:
    """Return the place of a delivery in which nobody can be looked for."""
    return Held(
        zone="deliveries (not searchable)",
        dataset=delivery.dataset,
        read_as=delivery.dataset,
        period=delivery.period,
        id=delivery.id,
        rows=0,
        files=1,
        content=pa.table({}),
    )


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
    read_as = workspace.project.contracts.datasets[held.read_as]
    delivered = {column.name: column for column in read_as.columns}
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
