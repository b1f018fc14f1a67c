"""A small nation drawn at random, its rows counted by the project's queries, nothing protected.

Twelve communes, some without a school, a teacher, a computer or a pupil; schools of several levels;
territories of which nobody delivered. What a dataset holds is drawn from its contract, so that a
new one needs no line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.contracts import Contracts, Table
from pipeline.contracts.geography import Geography, Territory
from pipeline.engines import run_query
from pipeline.lineage import released_columns, tables_read
from pipeline.project import Project
from pipeline.steps.counting import Counted
from pipeline.steps.drawing import Drawings
from pipeline.steps.observing import add_coverage
from pipeline.steps.protecting import release_cells
from tests.small_country import open_workspace

PERIODS = ("2020", "2021")
# commune → EPCI, arrondissement, département, class; the second EPCI lies in two départements.
COMMUNES = {
    "35001": ("E1", "A1", "D1", "URBAN"),
    "35002": ("E1", "A1", "D1", "RURAL"),
    "35003": ("E1", "A1", "D1", "TOWN"),
    "35004": ("E2", "A1", "D1", "RURAL"),
    "35005": ("E2", "A2", "D1", "URBAN"),
    "35006": ("E2", "A2", "D1", "RURAL"),
    "36001": ("E2", "A3", "D2", "URBAN"),
    "36002": ("E3", "A3", "D2", "TOWN"),
    "36003": ("E3", "A3", "D2", "RURAL"),
    "36004": ("E3", "A4", "D2", "RURAL"),
    "36005": ("E4", "A4", "D2", "RURAL"),
    "36006": ("E4", "A4", "D2", "TOWN"),
}
# Here is a school without pupils, here one without teachers, here nothing at all.
NO_PUPILS, NO_TEACHERS, NOTHING = "36004", "36005", "36006"


@dataclass(frozen=True)
class Nation:
    """What was drawn.

    Attributes:
        contracts: the project's, every table open: counted as if it held no persons.
        geography: of the communes above.
        rows: dataset → its rows of all periods, `time_period` beside what the contract keeps.
        coverage: one row per territory, period and dataset.
        cells: table → released cells, as the project makes them.
    """

    contracts: Contracts
    geography: Geography
    rows: Mapping[str, pd.DataFrame]
    coverage: pd.DataFrame
    cells: Mapping[str, pd.DataFrame]

    @cached_property
    def covered(self) -> dict[tuple[str, str, str], float]:
        """Dataset, territory and period → coverage."""
        keys = zip(*(self.coverage[n] for n in ("dataset", "ref_area", "time_period")), strict=True)
        return dict(zip(keys, self.coverage["coverage"], strict=True))


def draw_nation(project: Project, folder: Path, *, seed: int) -> Nation:
    """Return a nation, the same for the same seed.

    Args:
        project: whose contracts and count queries rule.
        folder: an empty one, for the workspace that counting asks for.
        seed: of all that is drawn.
    """
    contracts, geography = _open(project.contracts), _geography()
    rows = {name: _rows(name, contracts, drawing(seed, name)) for name in contracts.datasets}
    # Of nearly all age groups, lest no rate could be made of them.
    random = drawing(seed, "children")
    groups = [_age_groups(contracts, period, random) for period in PERIODS]
    rows["school_age_population"] = pd.concat(groups, ignore_index=True)
    coverage = _coverage(contracts, geography, seed)
    drawings = Drawings(open_workspace(folder, project.root))
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in contracts.tables}
    for period in PERIODS:
        counted = dict(_counted(project, contracts, rows, period))
        released = release_cells(counted, contracts, geography, drawings=drawings)
        for name, frame in released.tables.items():
            own = coverage[coverage["dataset"] == contracts.tables[name].population]
            covered = add_coverage(frame, contracts.tables[name], own)
            parts[name].append(covered[released_columns(contracts, name)])
    cells = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    return Nation(contracts, geography, rows, coverage, cells)


def drawing(seed: int, name: str) -> np.random.Generator:
    """Return what draws one dataset or table: another one that is added moves none of them."""
    return np.random.default_rng([seed, crc32(name.encode())])


def _open(contracts: Contracts) -> Contracts:
    """Return the contracts with the protection of every table off."""
    off = {"method": "none", "counts": "units", "amounts": None, "sensitivity": None}
    tables = {n: table.model_copy(update=off) for n, table in contracts.tables.items()}
    return contracts.model_copy(update={"tables": tables})


def _geography() -> Geography:
    levels = ("epci", "arrondissement", "departement")
    parents = {
        commune: {
            "commune": commune,
            **dict(zip(levels, upper, strict=False)),
            "region": "R1",
            "country": "FR",
        }
        for commune, upper in COMMUNES.items()
    }
    every = {(level, code) for row in parents.values() for level, code in row.items()}
    return Geography(
        base_level="commune",
        territories={key: Territory(*key, name=key[1], inhabitants=1000) for key in every},
        parents=parents,
        classes={"urbanisation": {commune: upper[3] for commune, upper in COMMUNES.items()}},
        changes={},
    )


def _rows(name: str, contracts: Contracts, random: np.random.Generator) -> pd.DataFrame:
    """Return rows of a dataset: columns drawn one by one, each of what its contract lets it be."""
    dataset = contracts.datasets[name]
    schools = [code for code in COMMUNES if code != NOTHING for _ in range(2)]
    count = len(schools) if name == "schools" else 600 if dataset.counts_persons else 40
    frames = []
    for period in PERIODS:
        found: dict[str, object] = {}
        for column_name, column in contracts.kept_columns(name).items():
            codes = column.kept_codelist
            if column_name == "school_code" and name == "schools":
                found[column_name] = [f"S{n}" for n in range(count)]
            elif column.territory is not None and name == "schools":
                found[column_name] = schools
            elif column.territory is not None:
                found[column_name] = random.choice(list(COMMUNES), count)
            elif column.references == "schools.school_code":
                found[column_name] = [f"S{n}" for n in random.integers(0, len(schools), count)]
            elif codes is not None and codes in contracts.codelists:
                found[column_name] = random.choice(contracts.codes(codes), count)
            elif column.kept_type == "integer":
                found[column_name] = random.integers(0, 9, count)
            elif column.kept_type == "decimal":
                found[column_name] = random.random(count)
            else:
                found[column_name] = [f"{name}-{n}" for n in range(count)]
        frame = pd.DataFrame(found).assign(time_period=period)
        frames.append(_with_gaps(name, frame, schools))
    return pd.concat(frames, ignore_index=True)


def _age_groups(contracts: Contracts, period: str, random: np.random.Generator) -> pd.DataFrame:
    """Return the children of each commune and level; later, one is not known and one not there."""
    groups = [(commune, level) for commune in COMMUNES for level in contracts.codes("edu_level")]
    frame = pd.DataFrame(groups, columns=["commune_code", "edu_level"])
    frame["children"] = pd.Series(random.integers(5, 60, len(groups)), dtype="Int64")
    if period == PERIODS[-1]:
        frame.loc[groups.index(("35002", "L1")), "children"] = pd.NA
        frame = frame.drop(index=groups.index(("36001", "L2")))
    return frame.assign(time_period=period)


def _with_gaps(name: str, frame: pd.DataFrame, schools: list[str]) -> pd.DataFrame:
    """Leave nobody where nobody is to be, and no computer in one whole commune."""
    if "school_code" not in frame or name == "schools":
        return frame
    commune = frame["school_code"].map({f"S{n}": code for n, code in enumerate(schools)})
    if name == "pupils":
        frame = frame[commune != NO_PUPILS]
    if name == "teachers":
        frame = frame[commune != NO_TEACHERS]
    if name == "equipment":
        # One report per school; a commune has reports and no computer.
        frame = frame.drop_duplicates("school_code")
        bare = frame["school_code"].map({f"S{n}": code for n, code in enumerate(schools)})
        frame = frame.assign(pupil_computers=frame["pupil_computers"].mask(bare == "35002", 0))
    return frame


def _coverage(contracts: Contracts, geography: Geography, seed: int) -> pd.DataFrame:
    prefixes, shares = contracts.territories.prefixes, [0.0, 0.5, 0.75, 1.0]
    rows = []
    for name in sorted(contracts.datasets):
        random = drawing(seed, f"coverage of {name}")
        rows += [
            {
                "ref_area": prefixes[level] + code,
                "time_period": period,
                "dataset": name,
                "coverage": float(random.choice(shares, p=[0.05, 0.1, 0.1, 0.75])),
            }
            for level, code in sorted(geography.territories)
            for period in PERIODS
        ]
    return pd.DataFrame(rows)


def _counted(
    project: Project, contracts: Contracts, rows: Mapping[str, pd.DataFrame], period: str
) -> Iterator[tuple[str, Counted]]:
    for name, table in contracts.tables.items():
        sql = project.counts[name]
        given = {dataset: _arrow(rows[dataset], period) for dataset in tables_read(sql)}
        cells = run_query(sql, given, name=name, parameters=contracts.bound_count(table))
        yield name, Counted(_plain(table), period, cells)


def _plain(table: Table) -> Table:
    return table.model_copy(update={"known_elsewhere": {}})


def _arrow(frame: pd.DataFrame, period: str) -> pa.Table:
    own = frame[frame["time_period"] == period].drop(columns="time_period")
    return pa.Table.from_pandas(own, preserve_index=False)
