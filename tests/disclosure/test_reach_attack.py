"""Whoever knows where schools and places lie finds no hidden commune by the pupils in reach.

The nation is made by hand: of four communes with one school each two lie in reach of a place. Few
pupils are in one of those that do not, and the count of pupils out of reach, less the other such
commune, would tell them. The attacker solves programs over shown figures alone, and uses no code of
the protection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.optimize import linprog

from pipeline.contracts import Contracts
from pipeline.contracts.geography import Geography
from pipeline.engines import run_query
from pipeline.lineage import tables_read
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps import protecting
from pipeline.steps.already_public import Public, PublicPeriod
from pipeline.steps.changed_since import Rows, changed_since
from pipeline.steps.counting import Counted
from pipeline.steps.drawing import Drawings
from pipeline.steps.protecting import release_cells
from pipeline.steps.workspace import Workspace

PERIOD = "2021"
PERSONS = ("enrolment", "pupils_in_reach")
# A degree of latitude is some 111 km; the policy's reach is 2 km.
PLACES = (48.0, 49.0)
LATITUDE = {"35001": 48.5, "35002": 48.001, "35003": 49.001, "35004": 49.5}
IS_IN_REACH = {"35001": "N", "35002": "Y", "35003": "Y", "35004": "N"}
PUPILS = {"35001": 3, "35002": 12, "35003": 45, "35004": 60}
BODIES = {"35001": "1", "35002": "1", "35003": "1", "35004": "1"}

Cell = tuple[str, str, str]
"""Table, area, code of reach; `_T` for all."""


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(INSTALLATION)


def contracts_of(project: Project) -> Contracts:
    """Return the contracts of three tables: pupils by commune, pupils and schools by reach."""
    whole = project.contracts
    levels = dict.fromkeys(whole.tables["enrolment"].levels, ())
    plain = {"dimensions": (), "levels": levels, "known_elsewhere": {}}
    enrolment = whole.tables["enrolment"].model_copy(update=plain)
    tables = {
        "enrolment": enrolment,
        **{name: whole.tables[name] for name in ("pupils_in_reach", "schools_in_reach")},
    }
    return whole.model_copy(update={"tables": tables})


def rows_of(places: Sequence[float]) -> Rows:
    """Return the rows of all datasets, with connected places at these latitudes."""
    codes = sorted(LATITUDE)
    pupils = [code for code, count in PUPILS.items() for _ in range(count)]
    size = len(pupils)
    return {
        "pupils": pa.table(
            {
                "pupil_pseudonym": [number.to_bytes(16, "big") for number in range(size)],
                "school_code": pupils,
                "sex": ["F"] * size,
                "edu_level": ["L1"] * size,
            }
        ),
        "schools": pa.table(
            {
                "school_code": codes,
                "commune_code": codes,
                "sector": ["PUB"] * len(codes),
                "latitude": [LATITUDE[code] for code in codes],
                "longitude": [0.0] * len(codes),
            }
        ),
        "connected_places": pa.table({"latitude": list(places), "longitude": [0.0] * len(places)}),
    }


def nation(project: Project) -> Project:
    """Return the project of the nation: its tables, their queries, its territories."""
    contracts = contracts_of(project)
    codes = sorted(LATITUDE)
    (urban,) = contracts.territories.typologies
    upper = {"arrondissement": "351", "departement": "35", "region": "53", "country": "FR"}
    geography = Geography(
        base_level="commune",
        territories={},
        parents={code: {"commune": code, "epci": BODIES[code], **upper} for code in codes},
        classes={urban: dict.fromkeys(codes, contracts.codes(urban)[0])},
        changes={},
    )
    made = SimpleNamespace(contracts=contracts, geography=geography, counts=project.counts)
    return cast("Project", made)


def counted(made: Project, rows: Rows) -> dict[str, Counted]:
    found = {}
    for name, table in made.contracts.tables.items():
        sql = made.counts[name]
        read = {dataset: rows[dataset] for dataset in tables_read(sql)}
        cells = run_query(sql, read, name=name, parameters=made.contracts.bound_count(table))
        found[name] = Counted(table, PERIOD, cells)
    return found


def released(
    project: Project,
    *,
    places: Sequence[float] = PLACES,
    without: Sequence[str] = (),
    public: PublicPeriod | None = None,
) -> Mapping[str, pd.DataFrame]:
    """Return the released cells of the nation.

    Args:
        project: the rules and the queries.
        places: latitudes of connected places.
        without: tables of units that the protection is not told of.
        public: what is public of it.
    """
    made = nation(project)
    told = {n: one for n, one in counted(made, rows_of(places)).items() if n not in without}
    # Worlds for the review zone alone, which nobody here reads.
    with patch.object(protecting, "proof_tables", return_value={}):
        return release_cells(
            told,
            made.contracts,
            made.geography,
            public=public,
            drawings=Drawings(cast("Workspace", None)),
        ).tables


def published(
    project: Project, tables: Mapping[str, pd.DataFrame], then: Rows, now: Rows
) -> PublicPeriod:
    """Return what a later release reads of one that was counted of the rows of then."""
    made, none = nation(project), pd.DataFrame()
    release = Public(
        release_id="first",
        candidate="first",
        cells={name: tables[name] for name in PERSONS},
        units={"schools_in_reach": tables["schools_in_reach"]},
        observations=none,
        coverage=none,
        facts={"standing": {}},
    )
    persons = [one for name, one in counted(made, now).items() if name in PERSONS]
    since = {"first": changed_since(made, persons, then, now)}
    return PublicPeriod(period=PERIOD, releases=(release,), since=since)


def cells_of(tables: Mapping[str, pd.DataFrame]) -> dict[Cell, float]:
    """Return what is shown of each cell of pupils, nan where it is hidden."""
    found: dict[Cell, float] = {}
    for name in PERSONS:
        rows = tables[name]
        if "urbanisation" in rows:
            rows = rows[rows["urbanisation"].isin(["_T", "_Z"])]
        reach = rows["in_reach"] if "in_reach" in rows else ["_T"] * len(rows)
        keys = zip([name] * len(rows), rows["ref_area"], reach, strict=True)
        found |= dict(zip(keys, rows["pupils"].astype("float64"), strict=True))
    return found


def ranges(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    """Return how wide a range the attacker is left with of each hidden cell.

    A commune has one school, so that its pupils are all in reach or all out of it: whoever has both
    maps adds up by hand.
    """
    communes = sorted(PUPILS)

    def row(cell: Cell) -> list[float]:
        _, area, reach = cell
        inside = [area in ("COM-" + code, "EPCI-" + BODIES[code]) for code in communes]
        whole = not area.startswith(("COM", "EPCI"))
        return [
            float((whole or is_in) and reach in ("_T", IS_IN_REACH[code]))
            for code, is_in in zip(communes, inside, strict=True)
        ]

    shown = [cell for cell, value in cells.items() if not np.isnan(value)]
    sums, values = np.array([row(cell) for cell in shown]), [cells[cell] for cell in shown]
    found = {}
    for cell in cells.keys() - set(shown):
        least, most = (
            linprog(sign * np.array(row(cell)), A_eq=sums, b_eq=values, method="highs")
            for sign in (1, -1)
        )
        assert least.status in (0, 3)
        assert most.status in (0, 3)
        wide = np.inf if most.status == 3 else -most.fun - least.fun
        found[cell] = float(wide)
    return found


def test_pupils_in_reach_open_no_hidden_commune(project: Project) -> None:
    tables = released(project)
    told = tables["schools_in_reach"]
    own = told[told["area_level"].eq("commune") & told["schools"].eq(1) & told["in_reach"].ne("_T")]
    assert {
        area.removeprefix("COM-"): code
        for area, code in zip(own["ref_area"], own["in_reach"], strict=True)
    } == IS_IN_REACH
    cells = cells_of(tables)
    assert np.isnan(cells["enrolment", "COM-35001", "_T"])
    left = ranges(cells)
    assert min(left.values()) >= project.contracts.policy.protection_width.value


def test_without_the_schools_in_reach_the_hidden_commune_is_known(project: Project) -> None:
    """The relation is what holds: a protection that is not told of it leaves three pupils open."""
    cells = cells_of(released(project, without=["schools_in_reach"]))
    assert ranges(cells)["enrolment", "COM-35001", "_T"] == pytest.approx(0)


def test_a_place_that_opens_beside_few_pupils_moves_no_figure_of_them(project: Project) -> None:
    """Nobody changed: the count in reach of one release less that of another would be three."""
    more = (*PLACES, LATITUDE["35001"])
    first, alone = released(project), released(project, places=more)
    later = rows_of(more)
    second = released(
        project, places=more, public=published(project, first, rows_of(PLACES), later)
    )
    assert not alone["pupils_in_reach"].equals(first["pupils_in_reach"])
    for name in PERSONS:
        pd.testing.assert_frame_equal(second[name], first[name])
    assert not second["schools_in_reach"].equals(first["schools_in_reach"])
