"""Gather the disclosure report of a candidate, and write it: for review, and for everyone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from pipeline.contracts import Contracts
from pipeline.dissemination.reference import reference_frames
from pipeline.errors import DisclosureError, Language
from pipeline.papers.disclosure_page import (
    Charts,
    added_ranges,
    disclosure_rules,
    public_disclosure,
    public_page,
    review_page,
)
from pipeline.papers.words import WORDS
from pipeline.steps.attacking import doubts
from pipeline.steps.opining import opinion_facts
from pipeline.steps.proof_reading import CANDIDATE, Kept, Public
from pipeline.steps.protecting import Hiding
from pipeline.steps.proving import proven
from pipeline.steps.receipt import Receipt
from pipeline.steps.witnessing import proof_rules
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target, write_clear
from pipeline.storage.releases import Release

FOLDER = "disclosure"
LANGUAGES: tuple[Language, ...] = ("en", "fr")


def gather_disclosure(
    workspace: Workspace,
    cells: Mapping[str, pd.DataFrame],
    coverage: pd.DataFrame,
    *,
    proofs: Mapping[str, pd.DataFrame],
    hidings: Sequence[Hiding],
) -> dict[str, Any]:
    """Return what a candidate's report tells beside what each level hides; counts of cells only.

    Args:
        workspace: the contracts, and the release in force to compare with.
        cells: table → released cells.
        coverage: who delivered.
        proofs: as they will be sealed; they are replayed here.
        hidings: what is told of the patterns.

    Raises:
        DisclosureError: a proof contradicts the cells.
    """
    project = workspace.project
    contracts, policy = project.contracts, project.contracts.policy
    frames = reference_frames(contracts, project.geography, coverage, described=())
    public = Public(
        name=CANDIDATE,
        candidate=CANDIDATE,
        content=None,
        cells=cells,
        territories=frames["territories"],
        typologies=frames["typologies"],
    )
    rules = proof_rules(contracts)
    kept = Kept(asked=rules["asked"], least=rules["least"], tables=proofs)
    rows, worlds = proven(public, kept, contracts)
    return {
        "policy": {"policy": policy.policy, "version": policy.version},
        "rules": disclosure_rules(contracts),
        "hidings": [asdict(each) for each in hidings],
        "proofs": rows,
        "worlds": worlds,
        "amounts": [name for name, table in contracts.tables.items() if table.amounts],
        "changes": _changes(workspace.releases.current(), cells, contracts),
    }


def _changes(
    before: Release | None, cells: Mapping[str, pd.DataFrame], contracts: Contracts
) -> dict[str, Any]:
    """Return by table and level how many cells of both are hidden in one alone."""
    if before is None:
        return {"release": None, "rows": []}
    rows: list[dict[str, Any]] = []
    for name in proof_rules(contracts)["asked"]:
        path = before.folder / "parquet" / "cells" / f"{name}.parquet"
        if name in cells and path.exists():
            keys = ["ref_area", "area_level", "time_period", *contracts.tables[name].dimensions]
            marks = [
                frame[[*keys, "conf_status"]]
                for frame in (pq.read_table(path).to_pandas(), cells[name])
            ]
            rows += _changed(name, marks[0].merge(marks[1], on=keys))
    return {"release": before.release_id, "rows": rows}


def _changed(table: str, both: pd.DataFrame) -> list[dict[str, Any]]:
    was, is_now = both["conf_status_x"] == "C", both["conf_status_y"] == "C"
    counted = both.assign(newly_hidden=is_now & ~was, newly_shown=was & ~is_now)
    by_level = counted.groupby("area_level", sort=False)[["newly_hidden", "newly_shown"]].sum()
    return [
        {
            "table": table,
            "area_level": str(level),
            "newly_hidden": int(new),
            "newly_shown": int(old),
        }
        for level, new, old in by_level.itertuples()
    ]


def write_public_disclosure(
    facts: Mapping[str, Any], folder: Path, contracts: Contracts, *, release: str
) -> None:
    """Write what everybody may know of it into a release: as JSON, and a page in each language."""
    told = public_disclosure(facts, release=release)
    (folder / FOLDER).mkdir()
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / FOLDER / "report.json").write_text(f"{text}\n", encoding="utf-8")
    for language in LANGUAGES:
        page = public_page(told, contracts, language=language)
        (folder / FOLDER / f"report_{language}.html").write_text(page, encoding="utf-8")


def write_disclosure(
    workspace: Workspace, name: str | None, to: Path, *, language: Language
) -> Receipt:
    """Write the report of the review zone to a file of its reader; the ledger is told first.

    Args:
        workspace: the review zone, the contracts and the ledger.
        name: a candidate or release; default: the latest candidate.
        to: a new file of mode 0600 outside of the zones: JSON by its name, else a page.
        language: of the page.

    Raises:
        DisclosureError: there is no candidate yet.
        StorageError: there is none of this name, it is altered, or the file is there already.
    """
    check_clear_target(to, workspace.home)
    candidate = candidate_of(workspace, name)
    facts = workspace.review.facts(candidate)
    workspace.ledger.append(
        "opening", zone="review", candidate=candidate, table="disclosure", reason="opinion"
    )
    opinion = opinion_facts(workspace, candidate, facts["adversary"])
    told = {"candidate": candidate, "opinion": opinion, **{key: facts[key] for key in _TOLD}}
    if to.suffix == ".json":
        content = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    else:
        content = _page(candidate, facts, opinion, workspace.project.contracts, language=language)
    write_clear(to, content.encode(), workspace.home)
    hidden = sum(row["primary"] + row["secondary"] for row in facts["report"])
    return Receipt(
        step="audit disclosure",
        changed=True,
        ids={"candidate": candidate, "file": to.name},
        counts={"hidden": hidden},
        hashes={"content": facts["content"]},
    )


_TOLD = ("content", "periods", "report", "proof", "adversary", "disclosure")


def candidate_of(workspace: Workspace, name: str | None) -> str:
    """Return the candidate of that name or of that release; the latest without a name.

    Raises:
        DisclosureError: there is no candidate yet.
        StorageError: there is no such release.
    """
    if name is not None and name.startswith(CANDIDATE):
        return name
    if name is not None:
        return str(workspace.releases.release(name).facts["candidate"])
    made = list(workspace.ledger.entries("candidate"))
    if not made:
        raise DisclosureError("disclosure.no_candidate")
    return str(made[-1].facts["candidate"])


def _page(
    name: str,
    facts: Mapping[str, Any],
    opinion: Mapping[str, str] | None,
    contracts: Contracts,
    *,
    language: Language,
) -> str:
    total: dict[int, int] = {}
    for counted in added_ranges(facts["disclosure"]["hidings"]).values():
        for width, cells in counted.items():
            total[width] = total.get(width, 0) + cells
    exact = {int(key): n for key, n in facts["adversary"].get("intervals", {}).items()}
    return review_page(
        name,
        facts,
        contracts,
        charts=Charts(ranges=_chart(total, language), intervals=_chart(exact, language)),
        doubts=[doubt.words(language) for doubt in doubts(facts)],
        opinion=opinion,
        language=language,
    )


def _chart(ranges: Mapping[int, int], language: Language) -> str | None:
    # The chart's library takes a second to load.
    from pipeline.papers.disclosure_chart import ranges_chart

    names = [WORDS[f"disclosure.{key}"].words(language) for key in ("range", "figures")]
    return ranges_chart(ranges, names=(names[0], names[1]), language=language) if ranges else None
