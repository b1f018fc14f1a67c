"""Twelve years of one installation: what outlived its rule is unreadable, in copies of home too."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import StorageError
from pipeline.steps.prepare import prepare
from pipeline.steps.registering import register
from pipeline.steps.requests import decide_request, list_requests, open_request
from pipeline.steps.retain import retain
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.small_country import MARKER, open_workspace, pupil_rows, table

FIRST, LAST = 2010, 2021
YEARS = range(FIRST, LAST + 1)
DAY = timedelta(days=1)
LIMITS = {"deliveries": 30, "quarantine": 90, "review": 90}
PREPARED = {FIRST, LAST - 1}
# Both sides of each limit in the years in which something begins or ends; what they destroy at
# two moments, the years between destroy at one: days after delivery, deliveries and quarantine.
EDGES = ((30, 0), (30.01, 3), (90, 0), (90.01, 1))
BETWEEN = ((90.01, 4),)
WATCHED = {FIRST, FIRST + 1, FIRST + 2, LAST - 1, LAST}


@dataclass
class Life:
    """One installation whose clock is set by hand."""

    folder: Path
    project: Path
    now: datetime

    def __post_init__(self) -> None:
        first = open_workspace(self.folder, self.project, now=self.now)
        self.workspace = Workspace(first.settings, clock=lambda: self.now)

    def deliver(self, year: int) -> None:
        self.now = datetime(year, 11, 1, 12, tzinfo=UTC)
        rows = [{**row, "birth_date": f"01/02/{year - 9}"} for row in pupil_rows(12)]
        rows[0] = {**rows[0], "sex": "?", "national_id": f"{year}00000AB"}
        contents = {**small_country.deliveries(), "pupils": table(rows)}
        for dataset, content in contents.items():
            small_country.take(self.workspace, dataset, content, period=str(year), as_of=self.now)
        if year in PREPARED:
            prepare(self.workspace)

    def copy(self, name: str) -> Path:
        target = self.folder / "copies" / name
        shutil.copytree(self.workspace.home, target / "data")
        return target

    def restored(self, copy: Path) -> Workspace:
        """Return a copy of home with the keys, and the table of data keys, of today."""
        for part in (copy / "data" / "vault", copy / "keys"):
            shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(self.workspace.home / "vault", copy / "data" / "vault")
        shutil.copytree(self.workspace.settings.keys, copy / "keys")
        return open_workspace(copy, self.project, now=self.now)


def too_old(life: Life) -> list[tuple[str, str]]:
    """Return what zones still name past its rule and a day."""
    workspace = life.workspace
    told: dict[tuple[str, str], datetime] = {}
    for entry in workspace.ledger.entries():
        at = datetime.fromisoformat(entry.at)
        if entry.kind == "delivery":
            told["deliveries", str(entry.facts["delivery"])] = at
        elif entry.kind == "batch" and entry.facts["refused"]:
            told["quarantine", str(entry.facts["batch"])] = at
        elif entry.kind == "candidate":
            told["review", str(entry.facts["candidate"])] = at
    counted = filter(workspace.review.has_counts, workspace.review.candidates())
    held = [
        *(("deliveries", name) for name in workspace.deliveries.ids()),
        *(("quarantine", name) for name in workspace.quarantine.ids()),
        *(("review", name) for name in counted),
    ]
    old = [
        (zone, name)
        for zone, name in held
        if life.now - told[zone, name] > timedelta(days=LIMITS[zone]) + DAY
    ]
    # The rows of a period age from the end of its first calendar year.
    for batch in workspace.protected.batches():
        end = datetime(int(batch.period) + 1, 1, 1, tzinfo=UTC)
        if life.now - end > timedelta(days=3650) + DAY:
            old.append(("protected", batch.batch_id))
    return old


@pytest.mark.slow
def test_in_twelve_years_nothing_outlives_its_rule_by_more_than_a_day(
    tmp_path: Path, small_project: Path
) -> None:
    life = Life(tmp_path, small_project, datetime(FIRST, 10, 1, tzinfo=UTC))
    number = open_request(
        life.workspace,
        "access",
        received=life.now.date(),
        identity="school",
        words=MARKER.encode(),
    ).ids["request"]
    decide_request(life.workspace, number, "refused", ground="excessive")
    copies: dict[int, Path] = {}
    for year in YEARS:
        life.deliver(year)
        copies[year] = life.copy(str(year))
        delivered = life.now
        for days, gone in EDGES if year in WATCHED else BETWEEN:
            life.now = delivered + timedelta(days=days)
            receipt = retain(life.workspace)
            zones = ("deliveries", "quarantine")
            assert sum(receipt.counts[zone] for zone in zones) == gone, (year, days)
            assert too_old(life) == []
            files = sorted(life.workspace.home.rglob("*.sealed"))
            assert not retain(life.workspace).changed
            assert sorted(life.workspace.home.rglob("*.sealed")) == files
    kept = {batch.period for batch in life.workspace.protected.batches()}
    assert kept == {str(year) for year in YEARS if year > FIRST + 1}
    assert list_requests(life.workspace) == []
    assert register(life.workspace, "request").records() == []
    assert not list(life.workspace.home.glob("*/.gone-*"))
    for year, copy in copies.items():
        restored = life.restored(copy)
        readings = outlived(restored)
        if year < FIRST + 5:
            readings.append(partial(register(restored, "request").words, number))
        assert len(readings) > 3
        periods = restored.protected.periods("pupils")
        current = restored.protected.current
        readings += [partial(current, "pupils", each) for each in periods if each not in kept]
        for read in readings:
            with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
                read()
        # The keys of today are the right ones: what is kept still opens.
        for period in kept.intersection(periods):
            assert current("pupils", period).num_rows > 90


def outlived(restored: Workspace) -> list[Callable[[], object]]:
    """Return the readings of all that is kept for months, not for years."""
    counted = filter(restored.review.has_counts, restored.review.candidates())
    return [
        *(partial(_read, restored, name) for name in restored.deliveries.ids()),
        *(partial(restored.quarantine.open, name) for name in restored.quarantine.ids()),
        *(partial(restored.review.tables, name) for name in counted),
    ]


def _read(workspace: Workspace, delivery: str) -> bytes:
    with workspace.deliveries.open(delivery) as stream:
        return stream.read()


def test_a_record_goes_when_it_was_closed_for_the_years_of_the_policy_and_not_before(
    tmp_path: Path, small_project: Path
) -> None:
    life = Life(tmp_path, small_project, datetime(2015, 10, 1, tzinfo=UTC))
    days = life.workspace.project.contracts.policy.retention.registers.value
    given: dict[str, Any] = {"received": life.now.date(), "identity": "school"}
    given["words"] = MARKER.encode()
    numbers = [open_request(life.workspace, "erasure", **given).ids["request"] for _ in range(2)]
    decide_request(life.workspace, numbers[0], "refused", ground="excessive")
    copy, closed = life.copy("before"), life.now
    life.now = closed + timedelta(days=days)
    assert not retain(life.workspace).changed
    life.now += timedelta(minutes=1)
    assert retain(life.workspace).counts["registers"] == 1
    # One that is open is never due; no number is given twice.
    assert [row["request"] for row in list_requests(life.workspace)] == numbers[1:]
    given["received"] = life.now.date()
    assert open_request(life.workspace, "access", **given).ids["request"] == "request-0003"
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        register(life.restored(copy), "request").words(numbers[0])
    assert register(life.restored(copy), "request").words(numbers[1])
