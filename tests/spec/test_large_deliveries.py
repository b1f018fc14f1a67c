"""A large delivery goes another way, to the same end: blocks, reductions, a process apart."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import DeliveryError, QualityError
from pipeline.quality import Library
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.small_country import pupil_rows, table

pytestmark = pytest.mark.slow

ROWS = pupil_rows(40)


@pytest.fixture(scope="module")
def schooled(tmp_path_factory: pytest.TempPathFactory, small_project: Path) -> Path:
    """Return a folder in which the schools were delivered; tests must not change it."""
    folder = tmp_path_factory.mktemp("schooled")
    shutil.copytree(small_project, folder / "project")
    workspace = small_country.open_workspace(folder, folder / "project")
    small_country.take(workspace, "schools", small_country.schools())
    return folder


@pytest.fixture
def large(schooled: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take every delivery from now on for a large one; tell of the ways that were gone."""
    del schooled
    ways: list[str] = []
    monkeypatch.setattr("pipeline.intake.reading.BLOCK_BYTES", 2_000)
    monkeypatch.setattr("pipeline.steps.ingest.MANY_BYTES", 1)
    monkeypatch.setattr("pipeline.quality.gates.REDUCED_FROM", 1)
    from pipeline.intake import reading

    in_blocks, judged = reading.read_stream, Library.validate

    def read(*given: Any, **named: Any) -> object:
        found = in_blocks(*given, **named)
        ways.append("blocks" if found is not None else "whole")
        return found

    def validate(*given: Any, **named: Any) -> object:
        ways.append("process")
        return judged(*given, **named)

    monkeypatch.setattr(reading, "read_stream", read)
    monkeypatch.setattr(Library, "validate", validate)
    return ways


def taken(schooled: Path, folder: Path, content: bytes) -> tuple[Receipt, Workspace]:
    """Take pupils in, in a copy of a home that knows the schools."""
    shutil.copytree(schooled, folder, dirs_exist_ok=True)
    workspace = small_country.open_workspace(folder, folder / "project")
    return small_country.take(workspace, "pupils", content), workspace


def rows_of(workspace: Workspace) -> list[dict[str, object]]:
    """Return what is kept but the pseudonyms, which differ between installations."""
    rows = workspace.protected.current("pupils", "2021").drop_columns(["pupil_pseudonym"])
    return sorted(rows.to_pylist(), key=lambda row: sorted(map(str, row.values())))


CONTENT = table([*ROWS, ROWS[3], {**ROWS[7], "birth_date": "31/02/2012"}])


def test_a_large_delivery_ends_as_a_small_one_does(
    tmp_path: Path, schooled: Path, large: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, workspace = taken(schooled, tmp_path / "large", CONTENT)
    assert large[-2:] == ["blocks", "process"]
    monkeypatch.undo()
    expected, other = taken(schooled, tmp_path / "small", CONTENT)
    assert receipt.counts == expected.counts
    assert receipt.counts["refused"] > 0
    assert rows_of(workspace) == rows_of(other)
    [batch], [same] = workspace.quarantine.ids(), other.quarantine.ids()
    assert workspace.quarantine.open(batch).equals(other.quarantine.open(same))


def test_a_large_delivery_that_is_damaged_is_told_as_a_small_one_is(
    tmp_path: Path, schooled: Path, large: list[str]
) -> None:
    with pytest.raises(DeliveryError) as refused:
        taken(schooled, tmp_path, CONTENT[:-40])
    assert large[-1:] == ["whole"]
    assert {problem.code for problem in refused.value.problems} == {"delivery.cut"}


@pytest.mark.usefixtures("large")
def test_a_large_delivery_is_refused_when_the_process_of_its_gate_ends(
    tmp_path: Path, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.quality.library._START", "raise SystemExit")
    workspace = small_country.open_workspace(tmp_path, small_project)
    with pytest.raises(QualityError, match=r"quality\.gate_crashed"):
        small_country.take(workspace, "schools", small_country.schools())
    assert workspace.protected.batches("schools", "2021") == []
    assert list((workspace.home / "protected").rglob("*.parquet")) == []
    [told] = workspace.ledger.entries("refusal")
    assert told.facts["rule"] == "quality.gate_crashed"
