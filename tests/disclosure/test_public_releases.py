"""Releases that are still public are weighed with the new one: together they tell no more."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from pipeline.disclosure.audit import audit
from pipeline.disclosure.protect import Preferences, Public, protect
from pipeline.disclosure.shape import Mask
from pipeline.disclosure.system import System
from pipeline.errors import ApprovalError, DisclosureError
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.workspace import Workspace
from tests.signing import sign_for_tests
from tests.small_country import SCHOOLS, open_workspace, pupil_rows, table, take

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department

OTHERWISE = Preferences(territory=0.3, margin=0.2, person=0.5)
CODES = list(SCHOOLS)
Cell = tuple[str, ...]


def nowhere(system: System) -> Mask:
    return np.zeros(len(system.cells), dtype=bool)


def test_two_patterns_of_the_same_rows_open_each_other(department: type[Department]) -> None:
    """Show why what is public counts: each pattern is safe alone."""
    system = department(communes=40, seed=0).teachers_system()
    first = protect(system, width=3)
    second = protect(system, width=3, preferences=OTHERWISE)
    assert not audit(system, first.hidden & second.hidden, width=3).passed


@pytest.mark.parametrize("seed", range(2))
def test_the_same_rows_again_are_hidden_where_they_were(
    department: type[Department], seed: int
) -> None:
    system = department(communes=40, seed=seed).teachers_system()
    first = protect(system, width=3)
    public = Public(hidden=first.hidden, shown=~first.hidden, moved=nowhere(system))
    second = protect(system, width=3, preferences=OTHERWISE, public=public)
    assert np.array_equal(second.hidden, first.hidden)


def test_corrected_rows_stay_hidden_where_they_were_but_for_zeros(
    department: type[Department],
) -> None:
    before = department(communes=40, seed=0).teachers_system()
    hidden = protect(before, width=3).hidden
    after = department(communes=40, seed=1).teachers_system()
    equal = ~hidden & (before.cells.value == after.cells.value)
    public = Public(hidden=hidden, shown=nowhere(after), moved=equal)
    second = protect(after, width=3, public=public)
    assert np.all(second.hidden[hidden & (after.cells.value > 0)])
    assert not np.any(second.hidden & (after.cells.value == 0))


def test_a_count_that_became_too_small_to_show_is_refused_while_it_is_public(
    department: type[Department],
) -> None:
    system = department(communes=40, seed=0).teachers_system()
    first = protect(system, width=3)
    public = Public(hidden=first.hidden, shown=~first.hidden, moved=nowhere(system))
    stricter = replace(system, cells=replace(system.cells, k=system.cells.k + 6))
    with pytest.raises(DisclosureError, match=r"disclosure\.small_is_public"):
        protect(stricter, width=3, public=public)


@pytest.fixture(scope="module")
def published_home(
    tmp_path_factory: pytest.TempPathFactory, delivered_home: Path, small_project: Path
) -> Path:
    """A release in which two communes have too few pupils to be shown; tests must not change it."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(delivered_home, folder, dirs_exist_ok=True)
    shutil.copytree(small_project, folder / "project")
    workspace = open_workspace(folder, folder / "project")
    # Each is the only school of its commune.
    few = table(pupil_rows(3, CODES[4:6]))
    late = datetime(2021, 11, 5, tzinfo=UTC)
    take(workspace, "pupils", few, as_of=late, may_be_smaller=True)
    publish(workspace)
    return folder


@pytest.fixture
def published(tmp_path: Path, published_home: Path) -> Workspace:
    """A copy of that release, under its own rules."""
    shutil.copytree(published_home, tmp_path, dirs_exist_ok=True)
    return open_workspace(tmp_path, tmp_path / "project")


def publish(workspace: Workspace) -> str:
    name = prepare(workspace).ids["candidate"]
    approve(workspace, name, approver="delegate")
    return release(workspace, name).ids["release"]


def with_rules(workspace: Workspace, old: str, new: str) -> Workspace:
    """Return the same zones after the policy was changed."""
    path = workspace.settings.project / "contracts" / "policy.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return sign_for_tests(open_workspace(workspace.home.parent, workspace.settings.project))


def hidden_cells(workspace: Workspace, release_id: str) -> set[Cell]:
    path = workspace.home / "published" / "releases" / release_id / "published.duckdb"
    with duckdb.connect(str(path), read_only=True) as database:
        return set(
            database.execute(
                "select ref_area, sex, edu_level from cells.enrolment where conf_status = 'C'"
            ).fetchall()
        )


@pytest.mark.slow
def test_a_release_under_other_words_hides_what_the_earlier_one_hides(
    published: Workspace,
) -> None:
    [first] = [one.release_id for one in published.releases.releases()]
    second = publish(with_rules(published, "version: 1", "version: 2"))
    assert second != first
    assert hidden_cells(published, first) == hidden_cells(published, second) != set()


@pytest.mark.slow
def test_a_stricter_threshold_waits_until_the_looser_release_is_withdrawn(
    published: Workspace,
) -> None:
    [first] = [one.release_id for one in published.releases.releases()]
    stricter = with_rules(published, "value: 5", "value: 30")
    with pytest.raises(DisclosureError, match=r"disclosure\.small_is_public"):
        prepare(stricter)
    assert withdraw(stricter, first, by="delegate").changed
    assert not withdraw(stricter, first, by="delegate").changed
    assert stricter.published.current() is None
    second = publish(stricter)
    assert stricter.published.current() is not None
    assert [one.release_id for one in stricter.releases.releases()] == [second]
    assert len(list(stricter.ledger.entries("withdrawal"))) == 1


@pytest.mark.slow
def test_a_correction_elsewhere_does_not_lift_the_refusal_of_a_stricter_threshold(
    published: Workspace,
) -> None:
    stricter = with_rules(published, "value: 5", "value: 30")
    corrected = table(pupil_rows(22, CODES[:1]))
    take(stricter, "pupils", corrected, as_of=datetime(2021, 11, 20, tzinfo=UTC))
    with pytest.raises(DisclosureError, match=r"disclosure\.small_is_public"):
        prepare(stricter)


@pytest.mark.slow
def test_zeros_that_a_release_shows_are_not_protected_until_it_is_withdrawn(
    published: Workspace,
) -> None:
    [first] = [one.release_id for one in published.releases.releases()]
    protected = with_rules(published, "enrolment: published", "enrolment: protected")
    with pytest.raises(DisclosureError, match=r"disclosure\.zeros_are_public"):
        prepare(protected)
    withdraw(protected, first, by="delegate")
    second = publish(protected)
    [shown] = protected.releases.releases()
    assert shown.release_id == second
    assert shown.facts["protected_zeros"] == ["enrolment"]
    # Once no release shows the zeros, the next one under the same rules is weighed with this one.
    assert prepare(with_rules(protected, "version: 1", "version: 2")).changed


@pytest.mark.slow
def test_a_table_that_loses_a_level_waits_until_what_shows_it_is_withdrawn(
    published: Workspace,
) -> None:
    path = published.settings.project / "contracts" / "tables" / "enrolment.yml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.strip().startswith("arrondissement:")]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")
    changed = sign_for_tests(open_workspace(published.home.parent, published.settings.project))
    with pytest.raises(DisclosureError, match=r"disclosure\.public_elsewhere"):
        prepare(changed)


@pytest.mark.slow
def test_what_was_withdrawn_comes_back_as_a_new_candidate_only(published: Workspace) -> None:
    [first] = [one.release_id for one in published.releases.releases()]
    earlier = prepare(published).ids["candidate"]
    withdraw(published, first, by="delegate")
    with pytest.raises(ApprovalError, match=r"approval\.withdrawn"):
        release(published, earlier)
    made = prepare(published)
    assert made.changed
    assert made.ids["candidate"] != earlier
    assert publish(published) != first
