"""How much of the processors reading takes: another machine's load does not change it much."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.steps.workspace import Workspace

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Spent:
    """Seconds of processor time, of the limited processes that read and of this one."""

    apart: float = 0.0
    here: float = 0.0


@contextmanager
def processor_time(workspace: Workspace) -> Iterator[Spent]:
    """Yield what is spent, once the block is over; something was read in the workspace before."""
    nursery = _nursery_of(workspace)
    before, began = _seconds(nursery), time.process_time()
    spent = Spent()
    yield spent
    spent.apart = _seconds(nursery) - before
    spent.here = time.process_time() - began


def _nursery_of(workspace: Workspace) -> int:
    parting = workspace.nursery._parting
    alive = parting and parting.peek()
    assert alive, "nothing was read before"
    _, _, (_, process), _ = alive
    return int(process.pid)


def _seconds(pid: int) -> float:
    """Return what a process took, and those of its children that ended."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in told[11:15]) / _TICKS
