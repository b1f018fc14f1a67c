"""The real facts that synthetic persons are drawn to fit, as Arrow tables.

Promises the columns below, codes as text. Never repairs a fact: what does not fit is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pipeline.errors import ContractError, Place
from pipeline.synthetic.draws import Index, Real

COMMUNES = pa.schema(
    [
        ("commune", pa.string()),
        ("name", pa.string()),
        ("inhabitants", pa.int64()),
        ("longitude", pa.float64()),
        ("latitude", pa.float64()),
    ]
)
SCHOOLS = pa.schema(
    [
        ("school_code", pa.string()),
        ("school_name", pa.string()),
        ("commune_code", pa.string()),
        ("sector", pa.string()),
        ("school_type", pa.string()),
        ("longitude", pa.string()),
        ("latitude", pa.string()),
        ("social_position_index", pa.string()),
        ("first_period", pa.int64()),
        ("last_period", pa.int64()),
    ]
)
ENROLMENT = pa.schema(
    [
        ("period", pa.int64()),
        ("school_code", pa.string()),
        ("grade", pa.string()),
        ("girls", pa.int64()),
        ("boys", pa.int64()),
        ("total", pa.int64()),
    ]
)
TERRITORIES = pa.schema(
    [
        ("level", pa.string()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("inhabitants", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a country's schools: four tables, with the schemas of this module.

    Attributes:
        communes: one row per commune, with its inhabitants and a point inside its bounds.
        schools: one row per school, whatever the period; its position is part of identities.
        enrolment: one row per period, school and grade; girls and boys null where unknown.
        territories: one row per territory of any level.
    """

    communes: pa.Table
    schools: pa.Table
    enrolment: pa.Table
    territories: pa.Table

    def school_inhabitants(self) -> Index:
        """Return, for each school, the inhabitants of its commune."""
        return integers(self.communes["inhabitants"])[self.school_commune()]

    def school_commune(self) -> Index:
        """Return, for each school, the position of its commune."""
        return positions(self.schools["commune_code"], self.communes["commune"])

    def social_position(self) -> Real:
        """Return the social position index of each school, not a number where unknown."""
        text = pc.replace_substring_regex(
            self.schools["social_position_index"], pattern="^$", replacement="nan"
        )
        return np.asarray(pc.cast(text, pa.float64()).to_numpy())

    def social_scale(self) -> Real:
        """Return the index in standard deviations from its mean; 0 where it is not known."""
        index = self.social_position()
        if np.all(np.isnan(index)):
            return np.zeros(len(index))
        centred = (index - np.nanmean(index)) / max(float(np.nanstd(index)), 1e-9)
        return np.asarray(np.nan_to_num(centred), dtype=np.float64)

    def enrolment_of(self, period: int) -> pa.Table:
        """Return the enrolment of one period.

        Raises:
            ContractError: `synthetic.period`, when nobody is enrolled in it.
        """
        chosen = self.enrolment.filter(pc.equal(self.enrolment["period"], period))
        if not chosen.num_rows:
            raise ContractError("synthetic.period", period=period)
        return chosen

    def pupils_by_school(self, period: int) -> Index:
        """Return the number of pupils of each school in one period, 0 when it is not open."""
        chosen = self.enrolment_of(period)
        school = positions(chosen["school_code"], self.schools["school_code"])
        weights = integers(chosen["total"])
        counts = np.bincount(school, weights=weights, minlength=self.schools.num_rows)
        return counts.astype(np.int64)


def read_facts(folder: Path) -> Facts:
    """Read the facts from the files of a folder.

    Args:
        folder: holds territories.csv, schools.csv, enrolment.csv and communes.geojson.

    Raises:
        ContractError: `synthetic.facts`, a file is missing or has other columns;
            `synthetic.link`, a row names an unknown school or commune.
    """
    territories = _read_table(folder / "territories.csv", TERRITORIES)
    facts = Facts(
        communes=_communes(territories, outlines=folder / "communes.geojson"),
        schools=_read_table(folder / "schools.csv", SCHOOLS),
        enrolment=_read_table(folder / "enrolment.csv", ENROLMENT),
        territories=territories,
    )
    facts.school_commune()
    positions(facts.enrolment["school_code"], facts.schools["school_code"])
    return facts


def integers(column: pa.ChunkedArray) -> Index:
    """Return a column of whole numbers as an array.

    Raises:
        ContractError: `synthetic.facts`, when a number is missing.
    """
    if column.null_count:
        raise ContractError("synthetic.facts", count=column.null_count)
    return np.asarray(column.to_numpy()).astype(np.int64)


def positions(values: pa.ChunkedArray, among: pa.ChunkedArray) -> Index:
    """Return the position of each value among others.

    Raises:
        ContractError: `synthetic.link`, with the number of values not found.
    """
    found = pc.index_in(values, value_set=among)
    if found.null_count:
        raise ContractError("synthetic.link", count=found.null_count)
    return integers(found)


def _read_table(path: Path, schema: pa.Schema) -> pa.Table:
    types = dict(zip(schema.names, schema.types, strict=True))
    options = csv.ConvertOptions(column_types=types, include_columns=schema.names)
    try:
        return csv.read_csv(path, convert_options=options)
    except (OSError, pa.ArrowInvalid, pa.ArrowKeyError):
        raise ContractError("synthetic.facts", place=Place(file=path.name)) from None


def _communes(territories: pa.Table, *, outlines: Path) -> pa.Table:
    communes = territories.filter(pc.equal(territories["level"], "commune"))
    centres = _centres(outlines)
    if not centres.keys() >= set(communes["code"].to_pylist()):
        raise ContractError("synthetic.facts", place=Place(file=outlines.name))
    points = np.array([centres[code] for code in communes["code"].to_pylist()])
    return pa.table(
        [
            communes["code"],
            communes["name"],
            communes["inhabitants"],
            points[:, 0],
            points[:, 1],
        ],
        schema=COMMUNES,
    )


def _centres(path: Path) -> Mapping[str, tuple[float, float]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (OSError, ValueError, KeyError):
        raise ContractError("synthetic.facts", place=Place(file=path.name)) from None
    return {f["properties"]["code"]: _centre(f["geometry"]) for f in features}


def _centre(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Return the centre of gravity of the outer ring, of the largest part if there are several."""
    several = geometry["type"] == "MultiPolygon"
    parts = geometry["coordinates"] if several else [geometry["coordinates"]]
    rings = [np.asarray(part[0], dtype=np.float64) for part in parts]
    crosses = [ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1] for ring in rings]
    ring, cross = max(zip(rings, crosses, strict=True), key=lambda pair: abs(pair[1].sum()))
    middle = (ring[:-1] + ring[1:]) * cross[:, None]
    longitude, latitude = middle.sum(axis=0) / (3 * cross.sum())
    return float(longitude), float(latitude)
