"""What is public is what the ledger tells: an earlier release does not come back unnoticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ExitCode, StorageError
from pipeline.steps.asking import ask
from pipeline.steps.auditing import gather
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests.small_country import NOW, SCHOOLS, open_workspace, pupil_rows, table, take


def again(workspace: Workspace) -> Workspace:
    return open_workspace(workspace.home.parent, workspace.settings.project)


def published(workspace: Workspace) -> tuple[str, str]:
    """Return candidate and release of what is held, put in force."""
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    return candidate, release(workspace, candidate).ids["release"]


def asked(workspace: Workspace) -> int:
    return ask(workspace.settings, "select * from totals").table.num_rows


@pytest.mark.slow
def test_the_pointer_and_the_releases_are_those_of_which_the_ledger_tells(
    prepared: Workspace, tmp_path: Path
) -> None:
    _, first = published(prepared)
    take(prepared, "pupils", table(pupil_rows(60, list(SCHOOLS)[:4])), as_of=NOW)
    candidate, second = published(prepared)
    home = prepared.home / "published"
    shutil.copytree(home / "releases", tmp_path / "backup")
    assert status(again(prepared))["release"]["release"] == second

    # The pointer alone is moved, or taken away.
    for spoil in (lambda: (home / "CURRENT").write_text(f"{first}\n"), (home / "CURRENT").unlink):
        spoil()
        for look in (status, lambda workspace: gather(workspace, "2021"), asked):
            with pytest.raises(StorageError, match=r"storage\.current_moved"):
                look(again(prepared))
        # To publish says so too, and puts the one of today in force.
        [said] = prepare(again(prepared)).warnings
        assert said.startswith("storage.current_moved: ")
        assert f"told {second}" in said
        assert release(again(prepared), candidate).changed
        assert prepare(again(prepared)).warnings == ()
        assert status(again(prepared))["release"]["release"] == second
    # What was told is not told again.
    assert not list(prepared.ledger.entries("put_back"))

    # A release that is still public is taken away: nothing is weighed without it.
    shutil.rmtree(home / "releases" / first)
    with pytest.raises(StorageError, match=rf"storage\.release_lost.*{first}"):
        prepare(again(prepared))
    shutil.copytree(tmp_path / "backup" / first, home / "releases" / first)
    assert not prepare(again(prepared)).changed

    # One that was withdrawn is brought back, with the pointer on it.
    withdraw(again(prepared), second, by="delegate")
    assert status(again(prepared))["release"] is None
    shutil.copytree(tmp_path / "backup" / second, home / "releases" / second)
    (home / "CURRENT").write_text(f"{second}\n")
    for look in (status, asked):
        with pytest.raises(StorageError, match=r"storage\.current_moved"):
            look(again(prepared))
    with pytest.raises(StorageError, match=rf"storage\.release_returned.*{second}"):
        prepare(again(prepared))
    withdraw(again(prepared), second, by="delegate")
    assert status(again(prepared))["release"] is None


@pytest.mark.slow
def test_figures_that_are_not_as_they_were_signed_are_named_and_not_told(
    prepared: Workspace, tmp_path: Path
) -> None:
    _, name = published(prepared)
    folder = prepared.home / "published" / "releases" / name
    shutil.copytree(folder, tmp_path / "whole")
    assert asked(prepared) > 0

    def longer(path: Path) -> None:
        path.write_bytes(path.read_bytes() + b"x")

    def linked(path: Path) -> None:
        path.unlink()
        path.symlink_to(tmp_path / "whole" / path.name)

    # A query looks at the file that it opens; all others look at every file.
    lookers = [status, prepare, lambda workspace: gather(workspace, "2021")]
    for spoil, file, found, looks in (
        (longer, "published.duckdb", "changed", [asked, *lookers]),
        (linked, "published.duckdb", "changed", [asked, *lookers]),
        (Path.unlink, "published.duckdb", "missing", [asked, *lookers]),
        (longer, "csv/observations.csv", "changed", lookers),
        (Path.unlink, "site/index.html", "missing", lookers),
        (Path.touch, "csv/cells/more.csv", "added", lookers),
        (lambda path: path.symlink_to("/"), "csv/more", "added", lookers),
        (longer, "manifest.json", None, [asked, *lookers]),
    ):
        spoil(folder / file)
        for look in looks:
            with pytest.raises(StorageError) as refused:
                look(again(prepared))
            assert refused.value.exit_code is ExitCode.STORAGE
            words = refused.value.words()
            assert f"{name}/{file}" in words
            assert found is None or f"storage.released_file_{found}: " in words
        assert looks is not lookers or asked(again(prepared)) > 0
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "whole", folder)
    assert status(again(prepared))["release"]["release"] == name
