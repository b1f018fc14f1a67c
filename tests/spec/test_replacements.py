"""A correction replaces all that its senders sent: what it takes away is told, and asked about."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.inbox import ingest_waiting
from pipeline.steps.workspace import Workspace
from pipeline.storage.folders import locked
from pipeline.storage.protected import REPLACING, ProtectedStore
from tests import small_country
from tests.conftest import Command
from tests.small_country import ON_TIME, PERIOD, SCHOOLS, Row, pupil_rows, table, take

CODES = list(SCHOOLS)
LATER = ON_TIME + timedelta(days=20)


def pupils(counts: Iterable[int]) -> bytes:
    """Return a file with so many pupils of the first school, of the second, …"""
    rows: list[Row] = []
    for code, count in zip(CODES, counts, strict=False):
        rows += pupil_rows(count, [code])
    return table(rows)


def in_force(workspace: Workspace, dataset: str = "pupils") -> list[int]:
    """Return the rows in force of each school."""
    held = workspace.protected.current(dataset, PERIOD)["school_code"].to_pylist()
    return [held.count(code) for code in CODES if code in held]


def batch_told(workspace: Workspace, batch: str) -> dict[str, object]:
    [entry] = [e for e in workspace.ledger.entries("batch") if e.facts["batch"] == batch]
    return dict(entry.facts)


@pytest.mark.parametrize(
    ("before", "after"),
    [(20, 10), (10, 5), (8, 4), (7, 3), (5, 1), (20, 30)],
)
def test_half_of_the_rows_or_fewer_than_five_lost_is_accepted(
    zones: Workspace, before: int, after: int
) -> None:
    take(zones, "pupils", pupils([before]))
    receipt = take(zones, "pupils", pupils([after]), as_of=LATER)
    assert receipt.counts["replaced"] == before
    assert in_force(zones) == [after]


@pytest.mark.parametrize(("before", "after"), [(20, 9), (9, 4), (6, 1)])
def test_less_than_half_and_five_lost_is_refused(zones: Workspace, before: int, after: int) -> None:
    take(zones, "pupils", pupils([before]))
    with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
        take(zones, "pupils", pupils([after]), as_of=LATER)
    assert in_force(zones) == [before]


def test_a_file_that_comes_after_one_of_a_later_date_tells_how_many_rows_are_not_in_force(
    zones: Workspace,
) -> None:
    take(zones, "pupils", pupils([3]), as_of=LATER)
    late = take(zones, "pupils", pupils([20, 10]))
    [told] = [words for words in late.warnings if "delivery.replaced_before" in words]
    assert "20 row(s)" in told
    assert in_force(zones) == [3, 10]
    in_order = take(zones, "pupils", pupils([21, 11]), as_of=LATER + timedelta(days=1))
    assert not any("delivery.replaced_before" in words for words in in_order.warnings)


def test_the_policy_says_what_is_far_fewer(zones: Workspace) -> None:
    limits = zones.project.contracts.policy.replacement
    assert (limits.kept_pct.value, limits.lost_rows.value) == (50, 5)


def test_the_mended_rows_alone_are_refused_whole_with_counts_and_remedy(
    command: Command, zones: Workspace, tmp_path: Path
) -> None:
    take(zones, "pupils", pupils([20, 20, 20]))
    file = tmp_path / "pupils_2021.csv"
    # One row mended in each of two schools; the third is not in the file.
    file.write_bytes(pupils([1, 1]))
    arguments = ("ingest", "pupils", str(file), "--period", PERIOD)
    before = zones.protected.state_hash_all()
    for language, remedy in (("en", "send the whole file"), ("fr", "renvoyer le fichier entier")):
        ran = command(zones, *arguments, language=language)
        assert ran.code == 4
        assert ran.err.startswith("delivery.smaller: 2 ")
        assert "2 of 40" in ran.err or "2 de 40" in ran.err
        assert remedy in ran.err
        assert f"cartable ingest pupils {'FILE' if language == 'en' else 'FICHIER'}" in ran.err
        assert not any(code in ran.err for code in CODES)
        assert small_country.MARKER not in ran.err
    assert zones.protected.state_hash_all() == before
    assert zones.quarantine.ids() == []
    [refused] = zones.ledger.entries("refusal")
    assert refused.facts["rule"] == "delivery.smaller"

    ran = command(zones, *arguments, "--smaller", "--json")
    assert ran.code == 0, ran.err
    receipt = json.loads(ran.out)
    confirmed = {"smaller_senders": 2, "smaller_before": 40, "smaller_after": 2}
    told = {"replaced": 40, "senders_left_out": 1, **confirmed}
    assert told.items() <= receipt["counts"].items()
    assert in_force(zones) == [1, 1, 20]
    assert told.items() <= batch_told(zones, receipt["ids"]["batch"]).items()

    again = json.loads(command(zones, *arguments, "--json").out)
    assert (again["changed"], again["counts"]) == (False, receipt["counts"])


def test_a_yes_that_nothing_asked_for_is_not_recorded(zones: Workspace) -> None:
    take(zones, "pupils", pupils([20, 20]))
    receipt = take(zones, "pupils", pupils([19]), as_of=LATER, may_be_smaller=True)
    told = batch_told(zones, receipt.ids["batch"])
    assert (told["replaced"], told["senders_left_out"]) == (20, 1)
    assert not [name for name in told if name.startswith("smaller")]


def test_one_school_with_too_few_rows_stops_the_file_of_many(zones: Workspace) -> None:
    take(zones, "pupils", pupils([20, 20, 20]))
    with pytest.raises(DeliveryError) as refusal:
        take(zones, "pupils", pupils([30, 3, 30]), as_of=LATER)
    facts = dict(refusal.value.problem.facts)
    assert (facts["senders"], facts["before"], facts["after"]) == (1, 20, 3)
    assert in_force(zones) == [20, 20, 20]


def test_a_dataset_without_senders_is_compared_as_a_whole(zones: Workspace) -> None:
    assert len(in_force(zones, "schools")) == len(CODES)
    with pytest.raises(DeliveryError) as refusal:
        take(zones, "schools", small_country.schools(CODES[:3]), as_of=LATER)
    facts = dict(refusal.value.problem.facts)
    assert (facts["senders"], facts["before"], facts["after"]) == (1, len(CODES), 3)
    take(zones, "schools", small_country.schools(CODES[:4]), as_of=LATER)
    assert len(in_force(zones, "schools")) == 4


def test_another_period_replaces_nothing(zones: Workspace) -> None:
    take(zones, "schools", small_country.schools(), period="2020")
    take(zones, "pupils", pupils([20]))
    receipt = take(zones, "pupils", pupils([1]), period="2020", as_of=LATER)
    assert (receipt.counts["replaced"], receipt.counts["senders_left_out"]) == (0, 0)


def test_an_older_file_that_comes_late_replaces_nothing_and_is_not_asked_about(
    zones: Workspace,
) -> None:
    take(zones, "pupils", pupils([20, 20]), as_of=LATER)
    receipt = take(zones, "pupils", pupils([1, 0, 20]))
    assert (receipt.counts["replaced"], receipt.counts["senders_left_out"]) == (0, 1)
    assert in_force(zones) == [20, 20, 20]


FILES: list[tuple[list[int], datetime]] = [
    ([24, 24, 24], ON_TIME),
    ([30, 3], ON_TIME + timedelta(days=5)),
    ([0, 24, 11], LATER),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(FILES)))))
def test_the_rows_in_force_are_the_same_in_every_order_of_arrival(
    zones: Workspace, order: tuple[int, ...]
) -> None:
    for number in order:
        counts, as_of = FILES[number]
        take(zones, "pupils", pupils(counts), as_of=as_of, may_be_smaller=True)
    assert in_force(zones) == [30, 24, 11]


def test_rows_of_erased_persons_are_not_lost_rows(zones: Workspace) -> None:
    take(zones, "pupils", pupils([20]))
    zones.protected.rewrite("pupils", PERIOD, lambda rows: rows.slice(0, 6))
    receipt = take(zones, "pupils", pupils([4]), as_of=LATER)
    assert receipt.counts["replaced"] == 6


def test_what_is_replaced_is_counted_and_accepted_while_no_other_may_accept(
    zones: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []

    def watched(name: str) -> None:
        plain = getattr(ProtectedStore, name)

        def watch(store: ProtectedStore, *arguments: object) -> object:
            with (
                pytest.raises(BlockingIOError),
                locked(zones.home / "protected", lock=REPLACING, wait=False),
            ):
                pass
            held.append(name)
            return plain(store, *arguments)

        monkeypatch.setattr(ProtectedStore, name, watch)

    watched("replaced_by")
    watched("commit")
    take(zones, "pupils", pupils([20]))
    assert held == ["replaced_by", "commit"]


def test_a_scheduled_ingest_asks_too(zones: Workspace) -> None:
    take(zones, "pupils", pupils([20]))
    zones.settings.inbox.mkdir()
    file = f"pupils_{PERIOD}_mended.csv"
    path = zones.settings.inbox / file
    path.write_bytes(pupils([1]))
    os.utime(path, (LATER.timestamp(),) * 2)
    with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
        ingest_waiting(zones, "pupils", file=file, period=PERIOD)
    assert in_force(zones) == [20]
