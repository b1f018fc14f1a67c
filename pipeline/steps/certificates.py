"""The certificate of an erasure: that it was done, where and when; signed, and naming nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.steps.recomputing import to_recompute
from pipeline.steps.registering import read
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import write_clear
from pipeline.storage.registers import EventFact
from pipeline.storage.signed import canonical_json

REGISTER = "erasure"
ZONES = ("protected", "quarantine", "deliveries")
PURPOSE = "certificate of erasure"


def certificate(workspace: Workspace, record: str) -> dict[str, Any]:
    """Return the certificate of an erasure that is done; the same again each time.

    Raises:
        StorageError: there is no such erasure, or its record is altered.
    """
    events = read(workspace, REGISTER, record)
    begun, done = events[0], events[-1]
    page: dict[str, Any] = {
        "certificate": record,
        "request": str(begun.facts["request"]),
        "installation": workspace.ring.installation,
        "domain": str(begun.facts["domain"]),
        "begun": begun.at,
        "done": done.at,
        "persons": begun.facts["persons"],
        "periods": str(begun.facts["periods"]).split("+"),
        "zones": {
            zone: {
                "rows": begun.facts[f"{zone}_rows"],
                "files": begun.facts[f"{zone}_files"],
            }
            for zone in ZONES
        },
        "datasets": _of_datasets(begun.facts),
        "list_version": done.facts.get("list_version", 0),
        # Erasures of before texts were looked through do not tell.
        "mentions": begun.facts.get("mentions", 0),
        "vault": {"before": begun.facts["vault_before"], "after": done.facts["vault_after"]},
        "releases_to_recompute": to_recompute(workspace, because=record),
    }
    page["words"] = {"en": _english(page), "fr": _french(page)}
    return page


def write_certificate(workspace: Workspace, page: dict[str, Any], to: Path) -> None:
    """Write a certificate with the signature of the installation to a new file."""
    message = b"cartable " + PURPOSE.encode() + b"\n" + canonical_json(page)
    signed = {
        "body": page,
        "purpose": PURPOSE,
        "public_key": workspace.ring.public_key.hex(),
        "signature": workspace.ring.sign(message).hex(),
    }
    content = json.dumps(signed, ensure_ascii=True, indent=2, sort_keys=True)
    write_clear(to, f"{content}\n".encode(), workspace.home)


def _of_datasets(facts: Mapping[str, EventFact]) -> dict[str, dict[str, EventFact]]:
    """Return dataset → zone → rows removed."""
    found: dict[str, dict[str, EventFact]] = {}
    for name, rows in facts.items():
        zone, _, dataset = name.partition("_rows_")
        if dataset and zone in ZONES:
            found.setdefault(dataset, {})[zone] = rows
    return found


def _english(page: dict[str, Any]) -> str:
    zones = page["zones"]
    return (
        f"{_counted(page['persons'], 'person was', 'persons were')} erased between "
        f"{_day(page['begun'])} and {_day(page['done'])} (UTC). Written anew without them: "
        f"{_counted(zones['protected']['files'], 'protected file', 'protected files')} "
        f"({_counted(zones['protected']['rows'], 'row', 'rows')}), the refused rows of "
        f"{_counted(zones['quarantine']['files'], 'delivery', 'deliveries')} and "
        f"{_counted(zones['deliveries']['files'], 'delivery', 'deliveries')} as received. "
        f"Emptied: {_counted(page['mentions'], 'cell', 'cells')} of rows of other persons that "
        "named them. "
        f"The vault key was replaced (generation {page['vault']['before']} to "
        f"{page['vault']['after']}) and the former one destroyed: former files, and copies of "
        "them, can no longer be opened. A later delivery does not bring the persons back."
    )


def _french(page: dict[str, Any]) -> str:
    zones = page["zones"]
    return (
        f"{_counted(page['persons'], 'personne a été effacée', 'personnes ont été effacées')} "
        f"entre le {_day(page['begun'])} et le {_day(page['done'])} (UTC). Réécrits sans elles : "
        f"{_counted(zones['protected']['files'], 'fichier protégé', 'fichiers protégés')} "
        f"({_counted(zones['protected']['rows'], 'ligne', 'lignes')}), les lignes refusées de "
        f"{_counted(zones['quarantine']['files'], 'livraison', 'livraisons')} et "
        f"{_counted(zones['deliveries']['files'], 'livraison', 'livraisons')} telles que reçues. "
        f"Vidées : {_counted(page['mentions'], 'cellule', 'cellules')} de lignes d'autres "
        "personnes qui les nommaient. "
        f"La clé du coffre a été remplacée (génération {page['vault']['before']} à "
        f"{page['vault']['after']}) et l'ancienne détruite : les anciens fichiers et leurs copies "
        "ne peuvent plus être ouverts. Une livraison ultérieure ne ramène pas ces personnes."
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M:%S")
