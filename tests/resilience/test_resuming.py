"""A preparation that is killed while it protects tables takes up what it had found."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import DEFAULT, Mock

import numpy as np
import pytest

import pipeline.steps.resuming as module
from pipeline.disclosure.protect import Preferences, Public, protect
from pipeline.disclosure.system import System
from pipeline.steps.prepare import prepare
from pipeline.steps.recomputing import withdraw_undecided
from pipeline.steps.resuming import Resuming, hash_of
from pipeline.steps.retain import retain
from pipeline.steps.workspace import Workspace
from pipeline.storage.folders import shown
from pipeline.storage.patterns import PATTERNS, PatternStore
from pipeline.storage.shredding import shred_withdrawn
from tests.disclosure.conftest import CODE_LISTS, Small
from tests.small_country import deliveries, open_workspace, take_all

WIDTH = 3


@pytest.fixture(autouse=True)
def everything_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH", 0.0)


@pytest.fixture
def two_years(delivered: Workspace) -> Workspace:
    take_all(delivered, deliveries(pupils_per_school=7), period="2020")
    return again(delivered)


def again(workspace: Workspace) -> Workspace:
    return open_workspace(workspace.home.parent, workspace.settings.project)


def erase_counts(workspace: Workspace) -> None:
    """Do what each erasure and restriction does to counts that nobody has decided on."""
    withdraw_undecided(workspace)
    shred_withdrawn(workspace.home, workspace.ring)


def kept(workspace: Workspace) -> list[Path]:
    return shown(workspace.home / "review" / PATTERNS)


def three_communes() -> System:
    counts = {"A": [3, 30], "B": [40, 20], "C": [25, 25]}
    return Small(CODE_LISTS).one_table(counts, departement=("01",) * 3)


def killed_in_second(folder: Path, project: Path) -> None:
    """Prepare, and be killed by the system when the second period is to be protected."""
    protect_one = Mock(wraps=protect)

    def kill_at_the_second(*_arguments: object, **_named: object) -> object:
        if protect_one.call_count > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return DEFAULT

    protect_one.side_effect = kill_at_the_second
    module.protect, module._WORTH = protect_one, 0.0
    prepare(open_workspace(folder, project))


def test_after_a_kill_what_was_found_is_taken_up_and_the_candidate_is_the_same(
    two_years: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = (two_years.home.parent, two_years.settings.project)
    process = multiprocessing.get_context("spawn").Process(target=killed_in_second, args=where)
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert two_years.review.candidates() == []
    assert len(kept(two_years)) == 1

    counted = Mock(wraps=protect)
    monkeypatch.setattr(module, "protect", counted)
    resumed = prepare(again(two_years))
    assert counted.call_count == 1
    assert kept(two_years) == []
    # Without anything kept all is sought: the same bytes.
    two_years.review.withdraw_counts(resumed.ids["candidate"])
    whole = prepare(again(two_years))
    assert counted.call_count == 3
    assert whole.hashes == resumed.hashes


def test_what_is_taken_up_is_the_pattern_that_was_found(
    small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = three_communes()
    store = PatternStore(small.home, small.ring)
    found = Resuming(store).protect(system, width=WIDTH)
    assert found.secondary.any()
    monkeypatch.setattr(module, "protect", None)
    same = Resuming(store).protect(system, width=WIDTH, threads=2)
    assert same.audit.changes.dtype == found.audit.changes.dtype
    assert hash_of(same) == hash_of(found)
    with pytest.raises(TypeError):
        Resuming(store).protect(system, width=WIDTH + 1)
    with pytest.raises(TypeError):
        Resuming(store).protect(system, width=WIDTH, preferences=Preferences(margin=2.0))
    cells = replace(system.cells, value=system.cells.value + 1)
    with pytest.raises(TypeError):
        Resuming(store).protect(replace(system, cells=cells), width=WIDTH)


def test_what_contradicts_what_would_be_shown_is_sought_anew(small: Workspace) -> None:
    system = three_communes()
    store = PatternStore(small.home, small.ring)
    found = Resuming(store).protect(system, width=WIDTH)
    [path] = kept(small)
    bare = replace(found, secondary=np.zeros_like(found.secondary))
    store.keep(path.stem, module._table(bare))
    assert hash_of(Resuming(store).protect(system, width=WIDTH)) == hash_of(found)
    path.write_bytes(path.read_bytes()[:-1])
    assert hash_of(Resuming(store).protect(system, width=WIDTH)) == hash_of(found)


def test_a_pattern_that_shows_what_has_to_be_hidden_is_sought_anew(small: Workspace) -> None:
    system = three_communes()
    store = PatternStore(small.home, small.ring)
    none = np.zeros(len(system.cells), dtype=bool)
    public = Public(hidden=none.copy(), shown=none.copy(), moved=none)
    found = Resuming(store).protect(system, width=WIDTH, public=public)
    [path] = kept(small)
    bare = replace(found, primary=none, secondary=none)
    store.keep(path.stem, module._table(bare))
    assert hash_of(Resuming(store).protect(system, width=WIDTH, public=public)) == hash_of(found)

    shown = int(np.flatnonzero(~found.hidden & (system.cells.value > 0))[0])
    public.hidden[shown] = True
    again = Resuming(store).protect(system, width=WIDTH, public=public)
    assert again.hidden[shown]
    [other] = {each.stem for each in kept(small)} - {path.stem}
    store.keep(other, module._table(found))
    assert hash_of(Resuming(store).protect(system, width=WIDTH, public=public)) == hash_of(again)


def test_the_name_of_what_is_kept_confirms_no_guess_of_the_counts(small: Workspace) -> None:
    system = three_communes()
    Resuming(PatternStore(small.home, small.ring)).protect(system, width=WIDTH)
    [path] = kept(small)
    assert path.stem != hash_of((module._code(), system, {"width": WIDTH}))


def test_what_a_kill_left_after_its_candidate_was_sealed_goes_with_the_next_run(
    delivered: Workspace,
) -> None:
    prepare(again(delivered))
    Resuming(delivered.patterns).protect(three_communes(), width=WIDTH)
    assert not prepare(again(delivered)).changed
    assert kept(delivered) == []


def test_little_is_not_kept(small: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WORTH", 60.0)
    system = three_communes()
    Resuming(PatternStore(small.home, small.ring)).protect(system, width=WIDTH)
    assert kept(small) == []


@pytest.mark.parametrize("ends", [retain, erase_counts])
def test_it_goes_with_retention_and_erasure_and_its_key_is_forgotten(
    delivered: Workspace, ends: Callable[[Workspace], object]
) -> None:
    Resuming(delivered.patterns).protect(three_communes(), width=WIDTH)
    [path] = kept(delivered)
    copy = path.read_bytes()
    ends(again(delivered))
    assert kept(delivered) == []
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(copy)
    assert again(delivered).patterns.read(path.stem) is None


def test_what_a_hash_would_not_tell_is_refused() -> None:
    with pytest.raises(TypeError):
        hash_of({"a": object()})
    assert hash_of([1, 2]) != hash_of([12])
    assert hash_of(np.array([1, 2])) != hash_of(np.array([1, 2], dtype=np.int32))
    assert hash_of(["a", "b"]) != hash_of(["ab"])
