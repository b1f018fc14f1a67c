"""Five deliveries through the whole ingest, in any of their 120 orders: what is held in the end.

One is full and packed, one holds changes alone, one corrects a school, one is older than what it
would replace, and one is late and tells of a pupil whom another school has too.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.steps.arriving import read_arrivals
from pipeline.steps.doubling import list_doubles
from pipeline.steps.ingest import ingest
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.delta_country import told, write_delta_project
from tests.resilience.forks import must
from tests.small_country import ON_TIME, PERIOD, SCHOOLS, open_workspace, pupil, pupil_rows, take

CODES = list(SCHOOLS)
DAY = timedelta(days=1)
WHOLE = pupil_rows(10, CODES[:3])
MOVED = {**WHOLE[0], "school_code": CODES[1]}
# One pupil moved, one is gone, one is new.
CHANGES = told([MOVED, WHOLE[1], pupil(77, CODES[0])], gone=[WHOLE[1]["national_id"]])
DOUBLE = {**WHOLE[25], "school_code": CODES[3]}


@dataclass(frozen=True, slots=True)
class Came:
    """A delivery: its bytes, its date, whether it is all that its senders have."""

    content: bytes
    as_of: datetime
    is_full: bool = True


FIVE: Mapping[str, Came] = {
    "whole": Came(gzip.compress(told(WHOLE), mtime=0), ON_TIME),
    "changes": Came(CHANGES, ON_TIME + DAY, is_full=False),
    "correction": Came(told([MOVED, *pupil_rows(9, CODES[1:2])]), ON_TIME + 2 * DAY),
    "older": Came(told(pupil_rows(6, CODES[1:3])), ON_TIME - DAY),
    "late": Came(told([DOUBLE, *pupil_rows(8, CODES[3:5])]), ON_TIME + 60 * DAY),
}


@dataclass
class Arrived:
    """What came of the orders.

    Attributes:
        orders: how many were tried.
        states: what was held in the end → how many orders ended so.
        broken: what failed, in words.
    """

    orders: int = 0
    states: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def orders(count: int) -> Iterator[tuple[str, ...]]:
    """Yield so many of the 120 orders, spread evenly over all."""
    every = list(itertools.permutations(FIVE))
    for number in range(count):
        yield every[number * len(every) // count]


def arrive_in_orders(folder: Path, *, count: int) -> Arrived:
    """Let the five arrive in so many orders, each in an installation and a process of its own."""
    project, start = write_delta_project(folder / "project"), folder / "start"
    must(lambda: take(open_workspace(start, project), "schools", small_country.schools()))
    arrived = Arrived()
    for order in orders(count):
        home, state = shutil.copytree(start, folder / "home"), folder / "state"
        try:
            must(lambda home=home, order=order, state=state: _arrive(home, project, order, state))
            found = state.read_text()
            arrived.states[found] = arrived.states.get(found, 0) + 1
        except RuntimeError:
            arrived.broken.append(" ".join(order))
        arrived.orders += 1
        shutil.rmtree(home)
    return arrived


def _arrive(folder: Path, project: Path, order: tuple[str, ...], to: Path) -> None:
    workspace = open_workspace(folder, project)
    for name in order:
        came = FIVE[name]
        ingest(
            workspace,
            "pupils",
            io.BytesIO(came.content),
            file=f"{name}.csv",
            period=PERIOD,
            as_of=came.as_of,
            is_full=came.is_full,
            # An older and smaller file is no question: it replaces nothing.
            may_be_smaller=True,
        )
    to.write_text(state_of(Workspace(workspace.settings, clock=workspace.clock)))


def state_of(workspace: Workspace) -> str:
    """Return a hash of what is held of pupils, whatever order it came in."""
    workspace.ledger.verify()
    arrived = read_arrivals(workspace, workspace.project.contracts.datasets["pupils"], PERIOD)
    held = {
        "rows": workspace.protected.state_hash_all(),
        "in force": workspace.protected.rows_in_force("pupils", PERIOD),
        "batches": [(b.batch_id, b.mode, b.as_of, b.rows) for b in workspace.protected.batches()],
        "deliveries": sorted(workspace.deliveries.ids()),
        "arrivals": arrived and arrived.senders.astype(str).to_dict("records"),
        "doubles": list_doubles(workspace),
    }
    text = json.dumps(held, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
