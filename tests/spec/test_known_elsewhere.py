"""What a contract says that others publish is known to protection, adversary and proofs alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.disclosure.adversary import Plan, Published, Report, attack
from pipeline.errors import ContractError, DisclosureError
from pipeline.steps import attacking, protecting
from pipeline.steps.attacking import candidate_frames
from pipeline.steps.laying_out import table_shape
from pipeline.steps.prepare import prepare
from pipeline.steps.proving import replay
from pipeline.steps.release import approve, release
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.small_country import Row, pupil

CROSSED = ("sex", "edu_level")
# Girls and boys in pre-primary, then in primary, in each commune. Two girls are hidden in 35024.
SMALL = {
    "0350001A": (7, 14, 15, 5),
    "0350003C": (2, 10, 11, 12),
    "0350005E": (10, 11, 14, 14),
    "0350006F": (14, 13, 11, 14),
    "0350007G": (5, 6, 12, 7),
}
# And one girl and one boy more in 35005, which lies in another body of communes.
FEWER = {**SMALL, "0350007G": (1, 1, 12, 7)}


def pupils(counts: Mapping[str, Sequence[int]]) -> list[Row]:
    rows: list[Row] = []
    for school, (girls, boys, *older) in counts.items():
        groups = zip("FMFM", ("PRE", "PRE", "CP", "CP"), (girls, boys, *older), strict=True)
        for sex, grade, count in groups:
            start = len(rows)
            rows += [pupil(start + n, school, sex=sex, grade=grade) for n in range(count)]
    return rows


def country(
    folder: Path,
    elsewhere: Mapping[str, Any],
    counts: Mapping[str, Sequence[int]] = SMALL,
    *,
    levels: Mapping[str, Sequence[str]] | None = None,
) -> Workspace:
    """Return a small country with pupils, whose contract says what others publish of them."""
    project = small_country.write_project(folder / "project")
    path = project / "contracts" / "tables" / "enrolment.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["known_elsewhere"] = {
        level: {"dimensions": list(crossed), "source": "A ministry"}
        for level, crossed in elsewhere.items()
    }
    if levels is not None:
        content["levels"] = levels
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    workspace = small_country.open_workspace(folder, project)
    given = {**small_country.deliveries(), "pupils": small_country.table(pupils(counts))}
    small_country.take_all(workspace, given)
    return workspace


def verdict(workspace: Workspace, candidate: str) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = workspace.review.facts(candidate)["adversary"]
    return facts


def test_a_release_stands_beside_what_others_publish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = country(tmp_path, {"commune": ["edu_level", "sector"]})
    given = []

    def watched(published: Published, plan: Plan, *, threads: int) -> Report:
        given.append(published)
        return attack(published, plan, threads=threads)

    monkeypatch.setattr(attacking, "attack", watched)
    candidate = prepare(workspace).ids["candidate"]
    (table,) = given[0].elsewhere
    total = sum(sum(counts) for counts in SMALL.values())
    inner = (table.code["edu_level"] != "_T") & (table.code["sector"] != "_T")
    assert set(table.level) == {"commune"}
    assert set(table.code["sex"]) == {"_T"}
    assert table.shown[inner].sum() == total
    assert (table.shown == 0).any()
    assert verdict(workspace, candidate)["outcome"] == "pass"
    assert verdict(workspace, candidate)["hidden"] > 0
    replay(workspace, candidate).check()
    cells = workspace.review.tables(candidate)["cells_enrolment"].to_pandas()
    told = cells[(cells["sex"] == "_T") & (cells["sector"] == "_T")]
    assert (told["conf_status"] == "F").all()
    assert (cells["conf_status"] == "C").any()


def test_what_protection_does_not_know_the_adversary_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Communes of two bodies cover for each other, until somebody publishes the bodies."""
    levels = {"commune": [*CROSSED], "country": [*CROSSED, "urbanisation"]}
    aware = country(tmp_path / "aware", {"epci": CROSSED}, FEWER, levels=levels)
    candidate = prepare(aware).ids["candidate"]
    assert verdict(aware, candidate)["outcome"] == "pass"
    known = aware.review.tables(candidate)["exact_elsewhere_enrolment"].to_pandas()

    def knowing(*arguments: Any, **named: Any) -> Any:
        return candidate_frames(*arguments, **{**named, "elsewhere": {"enrolment": known}})

    blind = country(tmp_path / "blind", {"epci": CROSSED}, FEWER, levels=levels)
    monkeypatch.setattr(protecting, "hiding_shape", table_shape)
    monkeypatch.setattr("pipeline.steps.prepare.candidate_frames", knowing)
    made = prepare(blind).ids["candidate"]
    assert verdict(blind, made)["outcome"] == "refuse"
    approve(blind, made, approver="delegate")
    with pytest.raises(DisclosureError, match="adversary_refuses"):
        release(blind, made)


def test_a_small_count_that_others_publish_is_refused_when_it_is_prepared(tmp_path: Path) -> None:
    few = {**SMALL, "0350001A": (1, 2, 40, 40)}
    workspace = country(tmp_path, {"commune": ["edu_level"]}, few)
    with pytest.raises(DisclosureError) as refusal:
        prepare(workspace)
    assert refusal.value.problem.code == "disclosure.small_elsewhere"
    assert {one.place.table for one in refusal.value.problems} == {"enrolment"}
    assert workspace.review.candidates() == []


def test_nothing_that_others_publish_tells_of_persons_in_a_table_of_schools(
    tmp_path: Path,
) -> None:
    project = small_country.write_project(tmp_path / "project")
    path = project / "contracts" / "tables" / "schools.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["known_elsewhere"] = {"commune": {"dimensions": [], "source": "A ministry"}}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContractError, match="elsewhere_of_units"):
        small_country.open_workspace(tmp_path, project)


def test_a_wrong_name_in_what_others_publish_is_told_where_it_stands(tmp_path: Path) -> None:
    project = small_country.write_project(tmp_path / "project")
    path = project / "contracts" / "tables" / "enrolment.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["known_elsewhere"] = {"commune": {"dimensions": ["nobody"], "source": "A ministry"}}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContractError) as refusal:
        small_country.open_workspace(tmp_path, project)
    [problem] = refusal.value.problems
    assert (problem.code, problem.place.rule) == (
        *("contract.unknown_name", "known_elsewhere.commune"),
    )
