"""Releases for tests of what is written beside the database: one usual, one with hostile names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from pipeline.contracts.geography import Geography, Territory
from pipeline.contracts.policy import CellKey
from pipeline.dissemination.database import write_database
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.exports.writing import write_exports
from pipeline.dissemination.files import write_files
from pipeline.dissemination.publication import Publication
from pipeline.project import load_project
from tests.method_projects import CELL_KEY

ROOT = Path(__file__).resolve().parents[1]


def write_release(publication: Publication, folder: Path) -> Path:
    """Write all but the site and the manifest of a release; return its folder."""
    write_database(publication, folder / "published.duckdb")
    write_files(folder / "published.duckdb", folder)
    write_exports(publication, folder)
    return folder


def named_publication(names: list[str]) -> Publication:
    """Return a publication with one commune for each name: one figure, and each third hidden."""
    project = load_project(ROOT / "tests/projects/togo")
    contracts = project.contracts
    codes = [f"{number:04d}" for number in range(len(names))]
    up = {"prefecture": "P", "region": "R", "country": "TG"}
    communes = {
        ("commune", code): Territory("commune", code, name, 100)
        for code, name in zip(codes, names, strict=True)
    }
    above = {(level, code): Territory(level, code, code, 100) for level, code in up.items()}
    geography = Geography(
        base_level="commune",
        territories=communes | above,
        parents={code: {"commune": code, **up} for code in codes},
        classes={"urbanisation": dict.fromkeys(codes, "RURAL")},
        changes={},
    )
    tables = {table.key: table for table in published_tables(contracts)}
    columns = tables["main", "observations"].column_names
    observations = pd.DataFrame([_figure(code, columns) for code in codes])
    coverage = pd.DataFrame(
        {
            "ref_area": "COM-" + pd.Series(codes),
            "area_level": "commune",
            "time_period": "2024",
            "dataset": "pupils",
            "expected": 1,
            "received": 1,
            "late": 0,
            "missing": 0,
            "scope_share": 1.0,
            "coverage": 1.0,
        }
    )
    releases = pd.DataFrame([dict.fromkeys(tables["main", "releases"].column_names)]).assign(
        release_id="release-tg",
        created="2026-01-01T00:00:00Z",
        policy="togo",
        policy_version=1,
        synthetic=True,
    )
    return Publication(
        contracts=contracts,
        geography=geography,
        outlines=_outlines(codes),
        observations=observations,
        tables={
            name: pd.DataFrame({c: [] for c in tables["cells", name].column_names}, dtype="object")
            for name in contracts.tables
        },
        coverage=coverage,
        releases=releases,
    )


def moved_publication(names: list[str]) -> Publication:
    """Return the same, its counts moved by cell keys, each third with a band that has no end."""
    plain = named_publication(names)
    tables, policy = dict(plain.contracts.tables), plain.contracts.policy
    tables["enrolment"] = tables["enrolment"].model_copy(update={"method": "cell_key"})
    rule = CellKey.model_validate(CELL_KEY)
    contracts = plain.contracts.model_copy(
        update={"tables": tables, "policy": policy.model_copy(update={"cell_key": rule})}
    )
    value = pd.Series(range(100, 100 + len(names)), dtype="float64")
    has_end = value.mod(3).ne(0)
    observations = plain.observations.assign(
        obs_value=value,
        obs_status="E",
        conf_status="F",
        obs_low=value - 3,
        obs_high=(value + 4).where(has_end),
    )
    return replace(plain, contracts=contracts, observations=observations)


def _figure(code: str, columns: tuple[str, ...]) -> dict[str, object]:
    is_hidden = int(code) % 3 == 0
    return {
        **dict.fromkeys(columns, "_Z"),
        **dict.fromkeys(("sex", "edu_level", "sector", "urbanisation"), "_T"),
        "indicator": "ENROLMENT",
        "ref_area": f"COM-{code}",
        "area_level": "commune",
        "time_period": "2024",
        "obs_value": None if is_hidden else 100.0 + int(code),
        "obs_status": "Q" if is_hidden else "A",
        "conf_status": "C" if is_hidden else "F",
        "coverage": 1.0,
        "unit_measure": "pupils",
        "stands_from": None,
        "obs_low": None,
        "obs_high": None,
    }


def _outlines(codes: list[str]) -> dict[str, object]:
    """Squares side by side."""
    return {
        "features": [
            {
                "properties": {"code": code},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
                },
            }
            for code, x in ((code, int(code) / 10) for code in codes)
        ]
    }
