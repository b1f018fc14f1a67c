"""What lies in the inbox and is no delivery by its name or place is told, and never taken in."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.inbox import PassedOver, list_passed_over, list_waiting
from pipeline.steps.workspace import Workspace
from tests.conftest import Command
from tests.small_country import PERIOD, pupil_rows, table

WHOLE = table(pupil_rows(3))


@pytest.fixture
def inbox(delivered: Workspace) -> Path:
    folder = delivered.settings.inbox
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    "name",
    [
        *("Élèves Bruz 2021.csv", "pupils.csv", "pupils_21.csv", "pupil_2021.csv"),
        *("pupils_2021.csv.part", "pupils_2021.txt", "Pupils_2021.csv", "notes.control.yml"),
    ],
)
def test_a_name_that_tells_no_delivery_is_told(
    delivered: Workspace, inbox: Path, name: str
) -> None:
    (inbox / name).write_bytes(WHOLE)
    assert list_passed_over(delivered) == [PassedOver(file=name, lacks="inbox.name")]
    datasets = delivered.project.contracts.datasets
    assert not any(list_waiting(delivered, dataset) for dataset in datasets)


@pytest.mark.parametrize(
    "name",
    [
        *("pupils_2021.csv", "schools_2020_corrected.csv.gz", "population_2021.csv.control.yml"),
        ".pupils_2021.csv.x7Yz",
    ],
)
def test_what_is_named_as_it_must_be_is_not_passed_over(
    delivered: Workspace, inbox: Path, name: str
) -> None:
    (inbox / name).write_bytes(WHOLE)
    assert list_passed_over(delivered) == []


def test_a_file_in_a_folder_or_behind_a_link_is_told_by_its_place(
    delivered: Workspace, inbox: Path, tmp_path: Path
) -> None:
    (inbox / "pupils").mkdir()
    (inbox / "pupils" / "pupils_2021.csv").write_bytes(WHOLE)
    (tmp_path / "elsewhere.csv").write_bytes(WHOLE)
    (inbox / "schools_2021.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert list_passed_over(delivered) == [
        PassedOver(file="pupils/pupils_2021.csv", lacks="inbox.place"),
        PassedOver(file="schools_2021.csv", lacks="inbox.place"),
    ]


def test_what_was_taken_in_by_hand_is_passed_over_no_more(
    command: Command, delivered: Workspace, inbox: Path
) -> None:
    file = inbox / "export.csv"
    file.write_bytes(WHOLE)
    assert len(list_passed_over(delivered)) == 1
    ran = command(delivered, "ingest", "pupils", str(file), "--period", PERIOD, "--smaller")
    assert ran.code == 0, ran.err
    assert list_passed_over(delivered) == []


def test_a_command_names_them_in_both_languages(
    command: Command, delivered: Workspace, inbox: Path
) -> None:
    (inbox / "export.csv").write_bytes(WHOLE)
    (inbox / os.fsdecode("Él.csv".encode("latin-1"))).write_bytes(WHOLE)
    assert "export.csv" in command(delivered, "inbox").out
    assert "laissé de côté" in command(delivered, "inbox", language="fr").out
    told = json.loads(command(delivered, "inbox", "--json").out)
    nothing = {"dataset": None, "period": None, "lacks": "inbox.name"}
    assert told == [{**nothing, "file": "export.csv"}, {**nothing, "file": "�l.csv"}]


def test_an_unknown_dataset_is_refused_not_told_as_an_empty_inbox(
    command: Command, delivered: Workspace, inbox: Path
) -> None:
    with pytest.raises(DeliveryError, match=r"contract\.unknown_dataset"):
        list_waiting(delivered, "nada")
    ran = command(delivered, "inbox", "nada")
    assert ran.code == DeliveryError.exit_code
    assert "pupils" in ran.err
    assert inbox.is_dir()
