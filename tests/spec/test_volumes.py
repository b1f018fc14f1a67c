"""How much senders deliver is compared with the period before, as the contract says."""

from __future__ import annotations

import io
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.ingest import ingest
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import ON_TIME, SCHOOLS, pupil_rows, table, take

CODES = list(SCHOOLS)
BEFORE, NOW = "2020", "2021"
YEAR = timedelta(days=365)
VOLUME = "volume: {max_change_pct: 30, of_at_least: 10, beyond: %s}\n"


@pytest.fixture(scope="session", params=["refuse", "warn"])
def volume_home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, str]:
    """Return home, project and what is done: of last year two schools of 20, one of 9 pupils."""
    project = small_country.write_project(tmp_path_factory.mktemp("volume") / "project")
    path = project / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("mode: full\n") == 1
    path.write_text(text.replace("mode: full\n", "mode: full\n" + VOLUME % request.param))
    folder = tmp_path_factory.mktemp("volume_home")
    workspace = small_country.open_workspace(folder, project)
    for period in (BEFORE, NOW):
        take(workspace, "schools", small_country.schools(), period=period)
    rows = [*pupil_rows(20, CODES[:2]), *pupil_rows(9, CODES[2:3])]
    take(workspace, "pupils", table(rows), period=BEFORE, as_of=ON_TIME - YEAR)
    return folder, project, request.param


@pytest.fixture
def country(tmp_path: Path, volume_home: tuple[Path, Path, str]) -> tuple[Workspace, bool]:
    folder, project, beyond = volume_home
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, project), beyond == "refuse"


def send(workspace: Workspace, *counts: int, may_differ: bool = False) -> Receipt:
    """Deliver so many pupils of the first school, of the second, …"""
    rows = [
        row for code, count in zip(CODES, counts, strict=False) for row in pupil_rows(count, [code])
    ]
    return ingest(
        workspace,
        "pupils",
        io.BytesIO(table(rows)),
        file="pupils.csv",
        period=NOW,
        as_of=ON_TIME,
        may_differ=may_differ,
    )


@pytest.mark.parametrize("counts", [(20, 20), (26, 14), (20, 20, 30), (20, 0, 0, 50)])
def test_thirty_percent_small_and_new_senders_are_not_asked_about(
    country: tuple[Workspace, bool], counts: tuple[int, ...]
) -> None:
    receipt = send(country[0], *counts)
    assert not any("delivery.volume" in words for words in receipt.warnings)
    assert "volume_senders" not in receipt.counts


@pytest.mark.parametrize(
    ("counts", "told"), [((27, 20), (1, 20, 27)), ((13, 20), (1, 20, 13)), ((13, 27), (2, 40, 40))]
)
def test_more_than_that_is_told_or_refused_until_it_is_confirmed(
    country: tuple[Workspace, bool], counts: tuple[int, ...], told: tuple[int, int, int]
) -> None:
    workspace, is_refused = country
    names = ("volume_senders", "volume_before", "volume_after")
    if is_refused:
        with pytest.raises(DeliveryError, match=r"delivery\.volume") as refusal:
            send(workspace, *counts)
        facts = dict(refusal.value.problem.facts)
        assert (facts["senders"], facts["before"], facts["after"]) == told
        assert workspace.protected.batches("pupils", NOW) == []
        [refused] = workspace.ledger.entries("refusal")
        assert refused.facts["rule"] == "delivery.volume"
    receipt = send(workspace, *counts, may_differ=is_refused)
    assert tuple(receipt.counts[name] for name in names) == told
    assert any("delivery.volume" in words for words in receipt.warnings) != is_refused
    [entry] = [e for e in workspace.ledger.entries("batch") if "volume_senders" in e.facts]
    assert tuple(entry.facts[name] for name in names) == told


def test_the_command_confirms_and_says_how(
    command: Command, country: tuple[Workspace, bool], tmp_path: Path
) -> None:
    workspace, is_refused = country
    file = tmp_path / "pupils_2021.csv"
    file.write_bytes(table(pupil_rows(40, CODES[:1])))
    arguments = ("ingest", "pupils", str(file), "--period", NOW)
    ran = command(workspace, *arguments, language="fr")
    assert ran.code == (4 if is_refused else 0)
    assert "--volume" in ran.err + ran.out
    assert command(workspace, *arguments, "--volume").code == 0
    assert workspace.protected.current("pupils", NOW).num_rows == 40
