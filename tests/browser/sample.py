"""A realistic publication of the demonstration's territories, drawn in a second.

Real are the territories, the schools and the numbers of pupils; all else is drawn. Small cells
are hidden by threshold alone: this serves to look at pages, not to protect anyone.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Table
from pipeline.contracts.geography import Geography
from pipeline.dissemination.publication import Publication
from pipeline.project import Project, load_project
from pipeline.steps.observing import observe

ROOT = Path(__file__).resolve().parents[2]
PERIODS = ("2019", "2020", "2021")


@cache
def sample_publication(*, epci: tuple[str, ...] = (), seed: int = 35) -> Publication:
    """Return a publication of all communes, or of those of some EPCI."""
    project = load_project(ROOT)
    geography = project.geography
    if chosen := set(epci):
        parents = {c: up for c, up in geography.parents.items() if up["epci"] in chosen}
        geography = Geography(
            base_level=geography.base_level,
            territories={
                key: territory
                for key, territory in geography.territories.items()
                if any(up[key[0]] == key[1] for up in parents.values())
            },
            parents=parents,
            classes={
                typology: {base: code for base, code in classes.items() if base in parents}
                for typology, classes in geography.classes.items()
            },
            changes=geography.changes,
        )
    return _Sample(project, geography, seed).publication()


class _Sample:
    def __init__(self, project: Project, geography: Geography, seed: int) -> None:
        self.project = project
        self.contracts = contracts = project.contracts
        self.geography = geography
        self.engine = duckdb.connect()
        self.rng = np.random.default_rng(seed)
        self.communes = list(geography.parents)
        self.inhabitants = {
            code: geography.territories["commune", code].inhabitants for code in self.communes
        }
        codes = contracts.codelists
        enrolment = pd.read_csv(ROOT / "demo/facts/enrolment.csv", dtype={"period": str})
        schools = pd.read_csv(ROOT / "demo/facts/schools.csv", dtype={"commune_code": str})
        schools = schools[schools["commune_code"].isin(self.communes)]
        schools["sector"] = schools["sector"].map(codes["sector"].spellings)
        self.enrolment = enrolment.merge(schools[["school_code", "commune_code", "sector"]])
        self.enrolment["edu_level"] = self.enrolment["grade"].map(
            codes["grade"].broader("edu_level")
        )
        self.schools = self.enrolment.groupby(
            ["period", "school_code", "commune_code", "sector"], as_index=False
        )["total"].sum()
        # How well connected a commune is: better where more people live.
        self.ease = {
            code: float(np.clip(0.72 + 0.045 * np.log10(1 + people) + drawn, 0.4, 0.98))
            for (code, people), drawn in zip(
                self.inhabitants.items(), self.rng.normal(0, 0.05, len(self.communes)), strict=True
            )
        }

    def publication(self) -> Publication:
        units = {
            "enrolment": self._enrolment(),
            "home_connectivity": (home := self._home()),
            "home_by_position": home.assign(social_quintile=self._fifth(home)),
            "pupils_in_reach": self._reach(),
            "enrolment_by_age": self._ages(),
            "school_age_population": self._children(),
            "teaching_staff": (staff := self._staff()),
            "teacher_training": staff.rename(columns={"has_digital_training": "is_trained"}),
            "teacher_qualification": staff.rename(columns={"has_digital_training": "is_qualified"}),
            **self._surveys(),
            "schools": (schools := self.schools.assign(schools=1)),
            "schools_in_reach": schools.assign(in_reach=self._near(schools)),
            "schools_by_position": schools.assign(social_quintile=self._fifth(schools)),
            "school_equipment": (equipment := self._equipment()),
            "school_facilities": self._facilities(equipment),
            "connected_places": self._drawn("place_type", "places", 0.9),
            "programmes": self._drawn("programme_theme", "programmes", 0.12),
            "school_bandwidth": self.schools.assign(bandwidth_mbps=100),
        }
        coverage = self._coverage()
        cells = {
            name: self._released(self.contracts.tables[name], frame, coverage)
            for name, frame in units.items()
        }
        return Publication(
            contracts=self.contracts,
            geography=self.geography,
            outlines=self.project.outlines(),
            observations=observe(cells, self.contracts, self.geography, self.project.indicators),
            tables=cells,
            coverage=coverage,
            releases=self._releases(),
        )

    def _releases(self) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "release_id": "release-0123456789abcdef",
                    "candidate": "candidate-0123456789abcdef",
                    "content_hash": "ab" * 32,
                    "created": "2026-11-22T20:00:00+00:00",
                    "periods": ", ".join(PERIODS),
                    "policy": self.contracts.policy.policy,
                    "policy_version": self.contracts.policy.version,
                    "state_hash": "cd" * 32,
                    "synthetic": True,
                    "protected_zeros": ", ".join(self.contracts.protected_zeros()),
                }
            ]
        )

    def _enrolment(self) -> pd.DataFrame:
        known = self.enrolment["girls"].notna()
        girls = self.enrolment["girls"].where(known, self.enrolment["total"] // 2).astype(int)
        parts = [
            self.enrolment.assign(sex=sex, pupils=count)
            for sex, count in (("F", girls), ("M", self.enrolment["total"] - girls))
        ]
        return pd.concat(parts)

    def _reach(self) -> pd.DataFrame:
        """Return the pupils of large communes as in reach, the others as not."""
        counted = self._enrolment()
        return counted.assign(in_reach=self._near(counted))

    def _near(self, counted: pd.DataFrame) -> pd.Series:
        people = counted["commune_code"].map(self.inhabitants)
        return people.ge(2000).map({True: "Y", False: "N"})

    def _ages(self) -> pd.DataFrame:
        """Return the pupils, nine in ten of the official age, the others of another."""
        counted = self._enrolment()
        of_age = counted["pupils"] * 9 // 10
        return pd.concat(
            [
                counted.assign(is_official_age="Y", official_age="OFFICIAL", pupils=of_age),
                counted.assign(
                    is_official_age="N",
                    official_age="OTHER",
                    pupils=counted["pupils"] - of_age,
                ),
            ]
        )

    def _children(self) -> pd.DataFrame:
        """Return a child for each pupil, where the schools are."""
        keys = ["period", "commune_code", "edu_level"]
        counted = self.enrolment.groupby(keys, as_index=False)["total"].sum()
        groups = dict.fromkeys(("age_groups", "age_groups_known", "age_groups_wanted"), 1)
        return counted.assign(children=counted["total"], **groups)

    def _fifth(self, counted: pd.DataFrame) -> pd.Series:
        """Return a fifth for each commune, higher where it is better connected."""
        ease = pd.Series(self.ease)
        fifth = np.ceil(5 * ease.rank(pct=True)).astype(int)
        return counted["commune_code"].map("Q" + fifth.astype(str))

    def _home(self) -> pd.DataFrame:
        counted = (
            self._enrolment()
            .groupby(["period", "commune_code", "sex"], as_index=False)["pupils"]
            .sum()
        )
        kinds = [(i, d) for i in ("Y", "N", "_U") for d in ("Y", "N", "_U")]
        ease = counted["commune_code"].map(self.ease).to_numpy()
        ease = np.minimum(ease + (counted["period"].astype(int) - 2019).to_numpy() * 0.015, 0.99)
        joint = [ease * 0.93, ease * 0.07, (1 - ease) * 0.6, (1 - ease) * 0.4]
        chances = np.column_stack(
            [
                0.96 * joint[0],
                0.96 * joint[1],
                0 * ease,
                0.96 * joint[2],
                0.96 * joint[3],
                0 * ease,
                0 * ease,
                0 * ease,
                0 * ease + 0.04,
            ]
        )
        drawn = self.rng.multinomial(counted["pupils"].to_numpy(), chances)
        return pd.concat(
            counted.assign(home_internet=internet, home_device=device, pupils=drawn[:, place])
            for place, (internet, device) in enumerate(kinds)
        )

    def _staff(self) -> pd.DataFrame:
        counted = self.enrolment.groupby(
            ["period", "school_code", "commune_code", "edu_level"], as_index=False
        )["total"].sum()
        ratio = counted["edu_level"].map({"L02": 24.0, "L1": 22.0, "L2": 15.0})
        counted["teachers"] = np.ceil(counted["total"] / ratio).astype(int)
        kinds = [("F", "Y"), ("F", "N"), ("M", "Y"), ("M", "N")]
        drawn = self.rng.multinomial(counted["teachers"].to_numpy(), [0.45, 0.32, 0.13, 0.10])
        return pd.concat(
            counted.assign(sex=sex, has_digital_training=trained, teachers=drawn[:, place])
            for place, (sex, trained) in enumerate(kinds)
        )

    def _surveys(self) -> dict[str, pd.DataFrame]:
        """Return as many answers of families as a tenth of the pupils, and one of each head."""
        asked = {"family": self.schools["total"] // 10, "school": self.schools["total"] * 0 + 1}
        questions = {
            "connection": "connection_quality",
            "barriers": "main_barrier",
            "satisfaction": "satisfaction",
        }
        return {
            f"{who}_{question}": self._answered(count, dimension)
            for who, count in asked.items()
            for question, dimension in questions.items()
        }

    def _answered(self, count: pd.Series, dimension: str) -> pd.DataFrame:
        codes = self.contracts.codes(dimension)
        chances = np.linspace(len(codes), 1, len(codes))
        drawn = self.rng.multinomial(count.to_numpy(), chances / chances.sum())
        return pd.concat(
            self.schools.assign(**{dimension: code, "answers": drawn[:, place]})
            for place, code in enumerate(codes)
        )

    def _equipment(self) -> pd.DataFrame:
        ease = self.schools["commune_code"].map(self.ease).to_numpy()
        late = (self.schools["period"].astype(int) - 2019).to_numpy()
        fate = self.schools["school_code"].map(
            {code: self.rng.random() for code in sorted(set(self.schools["school_code"]))}
        )
        return self.schools.assign(
            schools_reporting=1,
            schools_with_internet=(fate < ease - 0.12 + 0.05 * late).astype(int),
            pupil_computers=self.rng.poisson(self.schools["total"] / (9 - late)),
        )

    def _facilities(self, equipment: pd.DataFrame) -> pd.DataFrame:
        """Return all facilities as alike as internet: nobody looks at them one by one."""
        names = self.contracts.tables["school_facilities"].measure_names
        taught = self.enrolment.groupby(["period", "school_code"])["edu_level"].agg(
            lambda levels: "_".join(code for code in ("L02", "L1", "L2") if code in set(levels))
        )
        return equipment.assign(
            levels_taught=taught.loc[
                pd.MultiIndex.from_frame(equipment[["period", "school_code"]])
            ].to_numpy(),
            **{
                name: equipment["schools_with_internet"] if name.endswith("_yes") else 1
                for name in names
            },
        )

    def _drawn(self, dimension: str, measure: str, mean: float) -> pd.DataFrame:
        rows = [
            {
                "period": period,
                "commune_code": code,
                dimension: kind,
                measure: int(self.rng.poisson(mean * np.log10(1 + people) / 8)),
            }
            for period in PERIODS
            for code, people in self.inhabitants.items()
            for kind in self.contracts.codes(dimension)
        ]
        return pd.DataFrame(rows)

    def _coverage(self) -> pd.DataFrame:
        came = self.schools.groupby(["period", "commune_code"])["school_code"].nunique()
        missing = ("2021", self.communes[len(self.communes) // 3])
        rows = []
        for level, prefix in self.contracts.territories.prefixes.items():
            for code, members in self.geography.members(level).items():
                people = sum(self.inhabitants[member] for member in members)
                scope = min(people / self.geography.territories[level, code].inhabitants, 1.0)
                for period in PERIODS:
                    expected = int(sum(came.get((period, m), 0) for m in members))
                    absent = int(period == missing[0] and missing[1] in members and expected > 0)
                    for dataset in (
                        "pupils",
                        "teachers",
                        "equipment",
                        "connected_places",
                        "programmes",
                        "schools",
                        "family_survey",
                        "school_survey",
                        "school_age_population",
                    ):
                        # Others come whole, from one sender.
                        owed = self.contracts.datasets[dataset].expected is not None
                        asked = expected if owed else 0
                        gone = absent if dataset == "equipment" else 0
                        rows.append(
                            {
                                "ref_area": prefix + code,
                                "area_level": level,
                                "time_period": period,
                                "dataset": dataset,
                                "expected": asked,
                                "received": asked - gone,
                                "late": min(3, asked - gone),
                                "missing": gone,
                                "scope_share": scope,
                                "coverage": scope * (1 - gone / asked if asked else 1),
                            }
                        )
        return pd.DataFrame(rows)

    def _released(self, table: Table, units: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
        units = self._located(units)
        levels = [self._level(table, units, level) for level in table.levels]
        cells = pd.concat(levels, ignore_index=True)
        cells = cells.merge(
            coverage.loc[
                coverage["dataset"] == table.population, ["ref_area", "time_period", "coverage"]
            ]
        )
        measures = list(table.measure_names)
        cells[measures] = cells[measures].astype("float64")
        hidden = (cells[measures[0]] > 0) & (cells[measures[0]] < self.contracts.threshold(table))
        cells.loc[hidden, measures] = np.nan
        cells["conf_status"] = np.where(hidden, "C", "F")
        cells["obs_status"] = np.select(
            [hidden, cells["coverage"] < 1 - 1e-9], ["Q", "D"], default="A"
        )
        return cells

    def _located(self, units: pd.DataFrame) -> pd.DataFrame:
        bands = dict(self.geography.classes["urbanisation"])
        parents = pd.DataFrame.from_dict(self.geography.parents, orient="index")
        located = units.merge(parents, left_on="commune_code", right_index=True)
        return located.assign(urbanisation=located["commune_code"].map(bands))

    def _level(self, table: Table, units: pd.DataFrame, level: str) -> pd.DataFrame:
        crossed = table.levels[level]
        sums = ", ".join(f"sum({name}) as {name}" for name in table.measure_names)
        names = ", ".join([level, "period", *crossed])
        cube = f", cube ({', '.join(crossed)})" if crossed else ""
        self.engine.register("units", units)
        cells = self.engine.execute(
            f"select {names}, {sums} from units group by {level}, period{cube}"
        ).df()
        for dimension in table.dimensions:
            is_typology = dimension in self.contracts.territories.typologies
            other = NOT_APPLICABLE if is_typology and dimension not in crossed else TOTAL
            if dimension not in cells:
                cells[dimension] = other
            cells[dimension] = cells[dimension].astype(object).fillna(other)
        prefix = self.contracts.territories.prefixes[level]
        return cells.assign(
            ref_area=prefix + cells[level].astype(str),
            area_level=level,
            time_period=cells["period"],
        ).drop(columns=[level, "period"])
