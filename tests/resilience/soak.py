"""Kill, starve and hurry a year of a steward, and see that nothing is lost, doubled or torn.

    python -m tests.resilience.soak --kills 300 --readers 8 --publications 200

Each trial compares what is held at the end with what a run without trouble holds. The figures are
printed and, with `--to`, written as JSON; the exit code is 1 where one trial fails.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.resilience.arriving import arrive_in_orders
from tests.resilience.forks import (
    ENDED_BY_C,
    Work,
    ended,
    forked,
    give_room,
    is_killed,
    must,
    refusal,
    small_disk,
    used,
    with_memory,
)
from tests.resilience.journey import STAGES, run_stage, state_of
from tests.resilience.reading import publish_and_read
from tests.small_country import open_workspace, write_project

# Of the time that a stage takes without trouble; a kill after its end is none.
_WITHIN = 1.1
_KILLS_OF_STAGE = 4
# Of a small disk: with room, and what the fullest leaves.
_ROOM, _LEAST_ROOM = 256 << 20, 4 << 10
# What the smallest cap leaves a stage beyond what its process has.
_LEAST_MEMORY = 8 << 20
State = dict[str, str]
TRIALS = ("kills", "disk", "memory", "two", "clock", "readers", "orders")


@dataclass
class Outcome:
    """What one trial found.

    Attributes:
        trial: its name.
        times: how often something was done to the run.
        differing: runs that ended in another state.
        broken: what failed otherwise.
        seconds: the trial took.
    """

    trial: str
    times: int = 0
    differing: int = 0
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_passed(self) -> bool:
        """Whether nothing differed and nothing failed."""
        return not self.differing and not self.broken


class Ground:
    """A start that every journey shares: one project and one set of keys.

    Args:
        folder: to work in.

    Attributes:
        seconds: stage → how long it takes without trouble.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._project = write_project(folder / "project")
        self._start, self._made = folder / "start", 0
        must(lambda: open_workspace(self._start, self._project))
        self._load()
        whole = self.fresh()
        self.seconds = {stage: self._timed(whole, stage) for stage in STAGES}
        self._expected = self._state(whole)
        shutil.rmtree(whole)

    def fresh(self) -> Path:
        """Return a new installation with the shared keys."""
        self._made += 1
        return self.copy_start(self.folder / f"journey-{self._made}")

    def copy_start(self, to: Path) -> Path:
        """Copy the start into a new folder, and return it."""
        return shutil.copytree(self._start, to)

    def work(self, folder: Path, stage: str, *, shift: timedelta = timedelta()) -> Work:
        """Return what runs a stage."""
        return lambda: run_stage(folder, self._project, stage, shift=shift)

    def finish(self, folder: Path, stage: str) -> None:
        """Run a stage to its end."""
        must(self.work(folder, stage))

    def compare(self, folder: Path, outcome: Outcome, after: str) -> None:
        """Count an installation that holds anything else than one without trouble."""
        found = self._state(folder)
        parts = [name for name in found if found[name] != self._expected[name]]
        if parts:
            outcome.differing += 1
            outcome.broken.append(f"{after}: {', '.join(parts)}")
        shutil.rmtree(folder)

    def _load(self) -> None:
        """Load what stages load, once, for all the processes that are forked."""
        told, folder = self.folder / "modules.json", self.fresh()

        def run() -> None:
            for stage in STAGES:
                run_stage(folder, self._project, stage)
            state_of(folder, self._project)
            told.write_text(json.dumps(sorted(sys.modules)))

        must(run)
        for module in json.loads(told.read_text()):
            if not module.startswith(("_", "tests.")):
                with suppress(ImportError, ValueError):
                    import_module(module)
        shutil.rmtree(folder)

    def _state(self, folder: Path) -> State:
        """Return what an installation holds, looked at by a process of its own."""
        told = self.folder / "state.json"
        must(lambda: told.write_text(json.dumps(state_of(folder, self._project))))
        state: State = json.loads(told.read_text())
        return state

    def _timed(self, folder: Path, stage: str) -> float:
        before = time.monotonic()
        self.finish(folder, stage)
        return time.monotonic() - before


def kill_at_random(ground: Ground, *, kills: int, seed: int) -> Outcome:
    """Kill the process group of stages at random instants until so many died; run them again."""
    outcome, instants = Outcome("random kills"), random.Random(seed)
    each = max(1, min(_KILLS_OF_STAGE, kills // len(STAGES)))
    while outcome.times < kills:
        folder = ground.fresh()
        for stage in STAGES:
            for _ in range(each):
                after = instants.uniform(0, _WITHIN * ground.seconds[stage])
                outcome.times += is_killed(ground.work(folder, stage), after=after)
            ground.finish(folder, stage)
        ground.compare(folder, outcome, f"after {outcome.times} kills")
    return outcome


def fill_disk(ground: Ground, *, sizes: int) -> Outcome:
    """Leave each stage ever more room on the disk: it refuses in words, and ends with room."""
    outcome, disk = Outcome("disk full"), ground.folder / "disk"
    for number in range(sizes):
        left = _LEAST_ROOM << 2 * number
        with small_disk(disk, _ROOM) as is_mounted:
            if not is_mounted:
                outcome.trial += " (not tried: no disk can be mounted here)"
                return outcome
            folder = ground.copy_start(disk / "home")
            for stage in STAGES:
                give_room(disk, used(disk) + left)
                if refusal(ground.work(folder, stage)):
                    outcome.broken.append(f"{stage}, {left >> 10} KiB left: not told")
                outcome.times += 1
                give_room(disk, _ROOM)
                ground.finish(folder, stage)
            ground.compare(folder, outcome, f"{left >> 10} KiB left")
    return outcome


def cap_memory(ground: Ground, *, caps: int) -> Outcome:
    """Let stages have ever more memory: each refuses in words or ends, and is ended afterwards."""
    outcome = Outcome("memory capped")
    for number in range(caps):
        folder, more = ground.fresh(), _LEAST_MEMORY << number
        for stage in STAGES:
            # An engine may die of it, as of the system's killer, or the C library end it: what is
            # held is what counts.
            code = refusal(with_memory(ground.work(folder, stage), more=more))
            if code > 0 and code != ENDED_BY_C:
                outcome.broken.append(f"{stage}, {more >> 20} MiB more: not told")
            outcome.times += 1
            ground.finish(folder, stage)
        ground.compare(folder, outcome, f"{more >> 20} MiB more")
    return outcome


def run_twice_at_once(ground: Ground, *, journeys: int) -> Outcome:
    """Run each stage in two processes at once."""
    outcome = Outcome("two runs at once")
    for _ in range(journeys):
        folder = ground.fresh()
        for stage in STAGES:
            pair = [forked(ground.work(folder, stage)) for _ in range(2)]
            codes = [ended(child) for child in pair]
            if any(codes):
                outcome.broken.append(f"{stage}: one of two failed")
            outcome.times += 1
        ground.compare(folder, outcome, "two at once")
    return outcome


def move_clock(ground: Ground, *, moves: int) -> Outcome:
    """Move the clock between stages, forth and back: what is held is the same."""
    outcome = Outcome("clock moved")
    for hours in (-30, 30, -3, 3)[:moves]:
        folder = ground.fresh()
        for number, stage in enumerate(STAGES):
            shift = timedelta(hours=hours if number % 2 else 0)
            must(ground.work(folder, stage, shift=shift))
            outcome.times += 1
        ground.compare(folder, outcome, f"{hours} hours")
    return outcome


def read_during_publications(ground: Ground, *, readers: int, publications: int) -> Outcome:
    """Publish while readers open what is in force."""
    read = publish_and_read(ground.folder / "read", readers=readers, publications=publications)
    trial = f"{readers} readers opened {read.opened} times during publications"
    return Outcome(trial, times=read.publications, broken=read.broken)


def arrive_in_any_order(ground: Ground, *, count: int) -> Outcome:
    """Let five deliveries arrive in all orders: what is held is the same."""
    arrived = arrive_in_orders(ground.folder / "orders", count=count)
    told = sorted(arrived.states.values())
    return Outcome(
        "orders of five deliveries",
        times=arrived.orders,
        differing=sum(told[:-1]),
        broken=arrived.broken,
    )


def main() -> None:
    """Run the trials and tell how they went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--publications", type=int, default=200)
    parser.add_argument("--sizes", type=int, default=8, help="of the disk, and caps of memory")
    parser.add_argument("--orders", type=int, default=120, help="of five deliveries")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trials", nargs="*", help=f"some only: {' '.join(TRIALS)}")
    parser.add_argument("--to", type=Path, help="a file for the figures")
    asked = parser.parse_args()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    outcomes = []
    with tempfile.TemporaryDirectory(dir=memory, prefix="cartable-soak-") as folder:
        for name, outcome in _outcomes(Ground(Path(folder)), asked):
            outcomes.append(outcome)
            print(f"{name}: {asdict(outcome)}", file=sys.stderr, flush=True)
    table = Table("trial", "times", "other state", "broken", "seconds")
    for one in outcomes:
        broken = "\n".join(one.broken) or "0"
        table.add_row(one.trial, str(one.times), str(one.differing), broken, str(one.seconds))
    Console(width=120).print(table)
    if asked.to:
        asked.to.write_text(json.dumps([asdict(one) for one in outcomes], indent=2) + "\n")
    sys.exit(not all(one.is_passed for one in outcomes))


def _outcomes(ground: Ground, asked: argparse.Namespace) -> Iterator[tuple[str, Outcome]]:
    trials: dict[str, Callable[[], Outcome]] = {
        "kills": lambda: kill_at_random(ground, kills=asked.kills, seed=asked.seed),
        "disk": lambda: fill_disk(ground, sizes=asked.sizes),
        "memory": lambda: cap_memory(ground, caps=asked.sizes),
        "two": lambda: run_twice_at_once(ground, journeys=max(1, asked.sizes // 2)),
        "clock": lambda: move_clock(ground, moves=2 * asked.sizes),
        "readers": lambda: read_during_publications(
            ground, readers=asked.readers, publications=asked.publications
        ),
        "orders": lambda: arrive_in_any_order(ground, count=asked.orders),
    }
    for name in asked.trials or TRIALS:
        before = time.monotonic()
        outcome = trials[name]()
        outcome.seconds = round(time.monotonic() - before, 1)
        yield name, outcome


if __name__ == "__main__":
    main()
