"""A year of a steward in the small country: what is delivered, refused, corrected, published.

Each stage is one step that may be killed and run again. What the zones and the ledger hold after
the last one must not depend on where any of them was killed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.errors import DeliveryError
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.retain import retain
from pipeline.steps.workspace import Workspace
from pipeline.storage.folders import WORK
from pipeline.storage.shredding import key_ids_in_use
from tests import small_country
from tests.small_country import NOW, ON_TIME, open_workspace, pupil_rows, take

LATER = ON_TIME + timedelta(days=20)
AFTERWARDS = NOW + timedelta(days=40)
# The first row of the first delivery; so many pupils leave between the two, enough to be told.
BAD = [{**row, "sex": "?"} if n == 0 else row for n, row in enumerate(pupil_rows(24))]
CORRECTED = [row for n, row in enumerate(pupil_rows(24)) if n % 5]
# Refusals that tell of the machine, not of a file: they stand in the ledger, and may.
_OF_MACHINE = ("storage.", "delivery.reader_")
Stage = Callable[[Workspace], object]


def _take(dataset: str, content: bytes, *, as_of: datetime = ON_TIME) -> Stage:
    return lambda workspace: take(workspace, dataset, content, as_of=as_of)


def _refuse(workspace: Workspace) -> None:
    wrong = [{**row, "sex": "?"} for row in pupil_rows(2)]
    try:
        take(workspace, "pupils", small_country.table(wrong))
    except DeliveryError as error:
        if error.problem.code != "delivery.too_many_refused":
            raise


def _decide(workspace: Workspace) -> None:
    candidate = str(prepare(workspace).ids["candidate"])
    approve(workspace, candidate, approver="delegate")
    release(workspace, candidate)


STAGES: Mapping[str, Stage] = {
    "schools": _take("schools", small_country.schools()),
    "population": _take("population", small_country.population()),
    "refusal": _refuse,
    "pupils": _take("pupils", small_country.table(BAD)),
    "preparation": prepare,
    "first release": _decide,
    "correction": _take("pupils", small_country.table(CORRECTED), as_of=LATER),
    "second release": _decide,
    "retention": retain,
}


def run_stage(folder: Path, project: Path, stage: str, *, shift: timedelta = timedelta()) -> None:
    """Run one stage on the installation in a folder, as a process of its own would.

    Args:
        folder: of zones and keys.
        project: the small country's.
        stage: one of `STAGES`.
        shift: of the machine's clock.
    """
    now = AFTERWARDS if stage == "retention" else NOW
    STAGES[stage](open_workspace(folder, project, now=now + shift))


def state_of(folder: Path, project: Path) -> dict[str, str]:
    """Return a hash of each part of what an installation holds; all of it is proved on the way.

    Raises:
        CartableError: something is altered, torn or cannot be opened.
    """
    workspace = open_workspace(folder, project, now=AFTERWARDS)
    workspace.ledger.verify()
    workspace.ledger.check_heads()
    ring = workspace.ring
    for one in workspace.published.releases():
        workspace.published.verify(one.folder, ring.public_key)
    current = workspace.published.current()
    candidates = workspace.review.candidates()
    entries = [
        (entry.kind, sorted(entry.facts.items()))
        for entry in workspace.ledger.entries()
        if not str(entry.facts.get("rule", "")).startswith(_OF_MACHINE)
    ]
    home = workspace.home
    parts: dict[str, object] = {
        "rows": workspace.protected.state_hash_all(),
        "batches": {b.batch_id: b.rows for b in workspace.protected.batches()},
        "deliveries": sorted(workspace.deliveries.ids()),
        "quarantine": [str(one) for one in workspace.quarantine.summary()],
        "candidates": {name: workspace.review.has_counts(name) for name in candidates},
        "releases": [one.release_id for one in workspace.published.releases()],
        "in force": current and current.release_id,
        "ledger": sorted(json.dumps(entry, default=str) for entry in entries),
        "keys": ring.vault.size - len(key_ids_in_use(home, ring)),
        "left over": sorted(p.name for p in home.rglob("*") if p.name.startswith(WORK)),
    }
    return {
        name: hashlib.sha256(json.dumps(part, default=str).encode()).hexdigest()[:16]
        for name, part in parts.items()
    }
