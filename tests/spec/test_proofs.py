"""Proofs of a release: replayed from what is published, refused where they are not its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.errors import DisclosureError, StorageError
from pipeline.steps import proving
from pipeline.steps.prepare import prepare
from pipeline.steps.proof_reading import read_public
from pipeline.steps.proving import replay
from pipeline.steps.release import approve, release
from pipeline.steps.retain import retain
from pipeline.steps.workspace import Workspace
from pipeline.storage.review import ReviewStore
from tests.conftest import Command
from tests.small_country import SCHOOLS, open_workspace, pupil_rows, table, take

CODES = tuple(SCHOOLS)


@pytest.fixture(scope="module")
def released_home(
    tmp_path_factory: pytest.TempPathFactory, delivered_home: Path, small_project: Path
) -> Path:
    """Return a folder with a release that hides something; tests must not change it."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(delivered_home, folder, dirs_exist_ok=True)
    workspace = open_workspace(folder, small_project)
    few, late = table(pupil_rows(3, CODES[4:6])), datetime(2021, 11, 5, tzinfo=UTC)
    take(workspace, "pupils", few, as_of=late, may_be_smaller=True)
    publish(workspace)
    return folder


@pytest.fixture
def released(tmp_path: Path, released_home: Path, small_project: Path) -> Workspace:
    shutil.copytree(released_home, tmp_path, dirs_exist_ok=True)
    return open_workspace(tmp_path, small_project)


def publish(workspace: Workspace) -> str:
    name = prepare(workspace).ids["candidate"]
    approve(workspace, name, approver="delegate")
    return release(workspace, name).ids["release"]


def hidden_cells(workspace: Workspace) -> int:
    current = workspace.published.current()
    assert current is not None
    cells = pq.read_table(current.folder / "parquet" / "cells" / "enrolment.parquet")
    return int(pc.sum(pc.equal(cells["conf_status"], "C")).as_py())


def openings(workspace: Workspace) -> list[Mapping[str, object]]:
    return [entry.facts for entry in workspace.ledger.entries("opening")]


def sealed(workspace: Workspace, kind: str) -> Path:
    [candidate] = workspace.review.candidates()
    return workspace.home / "review" / candidate / "proofs" / f"{kind}_enrolment.sealed"


def test_every_hidden_cell_is_proven_after_the_counts_are_gone(released: Workspace) -> None:
    [candidate] = released.review.candidates()
    assert not released.review.has_counts(candidate)
    replayed = replay(released)
    replayed.check()
    counts = replayed.receipt.counts
    assert counts["hidden"] == counts["proven"] == hidden_cells(released) > 10
    assert sum(row["hidden"] for row in replayed.rows) == counts["hidden"]
    assert {row["table"] for row in replayed.rows} == {"enrolment"}
    assert min(row["narrowest"] for row in replayed.rows) >= 3
    assert min(row["worlds"] for row in replayed.rows) > 0


def test_each_opening_of_proofs_stands_in_the_ledger(released: Workspace) -> None:
    replay(released)
    [candidate] = released.review.candidates()
    [told] = openings(released)
    assert told == {"zone": "review", "candidate": candidate, "table": "proofs", "reason": "audit"}


def test_a_candidate_is_proven_before_it_is_decided(prepared: Workspace) -> None:
    few = table(pupil_rows(3, CODES[4:6]))
    take(
        prepared,
        "pupils",
        few,
        as_of=datetime(2021, 11, 5, tzinfo=UTC),
        may_be_smaller=True,
    )
    name = prepare(prepared).ids["candidate"]
    counts = replay(prepared, name).receipt.counts
    assert counts["hidden"] == counts["proven"] > 10
    with pytest.raises(DisclosureError, match=r"disclosure\.nothing_released"):
        replay(prepared)


def test_the_kept_table_is_another_than_was_counted(prepared: Workspace) -> None:
    [candidate] = prepared.review.candidates()
    exact = prepared.review.tables(candidate)["exact_enrolment"].to_pandas()
    kept = prepared.review.proofs(candidate)["persons_enrolment"].to_pandas()
    assert "sector" in kept
    assert kept["persons"].sum() == exact["pupils"].max()


@pytest.mark.parametrize(
    ("language", "hidden", "remedy"),
    [("en", "hidden", "Restore its folder"), ("fr", "masquées", "Restaurer son dossier")],
)
def test_the_command_tells_what_is_proven_and_refuses_in_both_languages(
    command: Command, released: Workspace, language: str, hidden: str, remedy: str
) -> None:
    ran = command(released, "audit", "proofs", language=language)
    assert (ran.code, ran.err) == (0, "")
    assert hidden in ran.out
    assert "enrolment" in ran.out
    as_json = command(released, "audit", "proofs", "--json", language=language)
    assert json.loads(as_json.out)["counts"]["proven"] == hidden_cells(released)
    sealed(released, "worlds").unlink()
    ran = command(released, "audit", "proofs", language=language)
    assert (ran.code, ran.out) == (7, "")
    assert remedy in ran.err


def test_an_altered_proof_is_refused(released: Workspace) -> None:
    path = sealed(released, "worlds")
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(DisclosureError, match=r"disclosure\.proof_unusable"):
        replay(released)


def test_the_proof_of_another_release_is_refused(released: Workspace) -> None:
    first = released.review.candidates()[0]
    more = table(pupil_rows(4, CODES[4:6]))
    take(released, "pupils", more, as_of=datetime(2021, 11, 9, tzinfo=UTC), may_be_smaller=True)
    publish(released)
    [second] = set(released.review.candidates()) - {first}
    review = released.home / "review"
    replay(released).check()
    for name in ("persons", "worlds"):
        file = f"proofs/{name}_enrolment.sealed"
        shutil.copyfile(review / first / file, review / second / file)
    with pytest.raises(DisclosureError, match=r"disclosure\.proof_unusable"):
        replay(released)
    shutil.rmtree(review / second)
    shutil.copytree(review / first, review / second)
    with pytest.raises(DisclosureError, match=r"disclosure\.proof_unusable"):
        replay(released)


def test_a_world_that_was_changed_before_it_was_sealed_proves_nothing(
    released: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs = released.review.proofs

    def changed(_store: ReviewStore, candidate: str) -> dict[str, pa.Table]:
        tables = dict(proofs(candidate))
        worlds = tables["worlds_enrolment"]
        by = worlds["persons"].to_pylist()
        by[0] += 1
        place = worlds.schema.get_field_index("persons")
        tables["worlds_enrolment"] = worlds.set_column(place, "persons", pa.array(by, pa.int32()))
        return tables

    monkeypatch.setattr(ReviewStore, "proofs", changed)
    with pytest.raises(DisclosureError, match=r"disclosure\.proof_contradicts"):
        replay(released)


def test_a_cell_that_no_world_moves_is_not_proven(
    command: Command, released: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs = released.review.proofs

    def none(_store: ReviewStore, candidate: str) -> dict[str, pa.Table]:
        tables = dict(proofs(candidate))
        return tables | {"worlds_enrolment": tables["worlds_enrolment"].slice(0, 0)}

    monkeypatch.setattr(ReviewStore, "proofs", none)
    ran = command(released, "audit", "proofs")
    assert ran.code == 7
    assert ran.err.startswith("disclosure.unproven: ")
    assert f"{hidden_cells(released)} hidden" in ran.err


def test_a_release_that_is_not_as_it_was_signed_is_not_proven(released: Workspace) -> None:
    current = released.published.current()
    assert current is not None
    path = current.folder / "parquet" / "cells" / "enrolment.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(StorageError, match=r"storage\.release_not_as_signed"):
        replay(released)


def test_proofs_outlive_the_counts_and_end_with_their_retention(
    released: Workspace, small_project: Path
) -> None:
    [candidate] = released.review.candidates()
    days = released.project.contracts.policy.retention.proofs.value
    [entry] = released.ledger.entries("release")
    at = datetime.fromisoformat(entry.at)
    for later, is_kept in ((days - 1, True), (days + 1, False)):
        now = at + timedelta(days=later)
        then = open_workspace(released.home.parent, small_project, now=now)
        retain(then)
        assert then.review.has_proofs(candidate) == is_kept
    gone = [e.facts for e in then.ledger.entries("destroyed") if e.facts["zone"] == "proofs"]
    assert gone == [{"zone": "proofs", "candidate": candidate}]
    with pytest.raises(StorageError, match=r"storage\.proofs_destroyed"):
        replay(then)
    assert retain(then).counts["proofs"] == 0


@pytest.mark.parametrize("is_shown", [False, True])
def test_worlds_agree_with_what_other_public_releases_show(
    released: Workspace, monkeypatch: pytest.MonkeyPatch, *, is_shown: bool
) -> None:
    """Another release of the same rows hides the same; one that showed a hidden cell is found."""
    public = read_public(released, None)
    cells = public.cells["enrolment"].copy()
    if is_shown:
        [candidate] = released.review.candidates()
        kept = released.review.proofs(candidate)["persons_enrolment"].to_pandas()
        hidden = cells[(cells["conf_status"] == "C") & cells["ref_area"].str.startswith("COM-")]
        whole = hidden[(hidden[["sex", "edu_level"]] == "_T").all(axis=1)]
        place = (whole if len(whole) else hidden).index[0]
        of = cells.loc[place]
        mine = kept[kept["ref_area"] == of["ref_area"]]
        for name in ("sex", "edu_level"):
            mine = mine if of[name] == "_T" else mine[mine[name] == of[name]]
        cells.loc[place, ["pupils", "conf_status"]] = [int(mine["persons"].sum()), "F"]
    other = replace(public, others=({"enrolment": cells},))
    monkeypatch.setattr(proving, "read_public", lambda *_: other)
    if is_shown:
        with pytest.raises(DisclosureError, match=r"disclosure\.proof_contradicts"):
            replay(released)
    else:
        replay(released).check()


def test_another_release_of_corrected_rows_is_no_sum_of_these(released: Workspace) -> None:
    more = table(pupil_rows(25, CODES[:1]))
    take(released, "pupils", more, as_of=datetime(2021, 11, 9, tzinfo=UTC))
    publish(released)
    assert len(read_public(released, None).others) == 1
    replay(released).check()
