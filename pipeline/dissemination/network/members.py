"""One published release as a member of a network: who it is, and its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, Label
from pipeline.contracts.policy import Licence
from pipeline.dissemination.access import open_published

# Columns of observations that are no dimension.
FIXED = (
    "indicator",
    "ref_area",
    "area_level",
    "time_period",
    "obs_value",
    "obs_status",
    "conf_status",
    "coverage",
    "unit_measure",
    "stands_from",
    "obs_low",
    "obs_high",
)
TABLES = (
    "observations",
    "territories",
    "indicators",
    "dimensions",
    "coverage",
    "releases",
    "columns",
)
_DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A verified release of one publisher.

    Attributes:
        name: of the publisher, in codes.
        label: its name, for people.
        licence: under which its figures may be used.
        release_id: the release.
        created: when it was made, ISO 8601.
        synthetic: whether its persons are made up.
        methods: table → how it protects persons.
        fingerprint: of the key that signed it.
        tables: its published tables, by name.
    """

    name: str
    label: Label
    licence: Licence
    release_id: str
    created: str
    synthetic: bool
    methods: Mapping[str, str]
    fingerprint: str
    tables: Mapping[str, pd.DataFrame]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of its observations, in order."""
        return tuple(c for c in self.tables["observations"].columns if c not in FIXED)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Its indicators, by code."""
        return self.tables["indicators"].set_index("indicator")

    @cached_property
    def published(self) -> frozenset[str]:
        """The codes of the indicators that it has observations of."""
        return frozenset(map(str, self.tables["observations"]["indicator"].unique()))

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Its periods, oldest first."""
        return tuple(sorted(self.tables["observations"]["time_period"].unique()))

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The observations whose every dimension is total or does not apply."""
        rows = self.tables["observations"]
        whole = rows[list(self.dimensions)].isin(("_T", NOT_APPLICABLE)).all(axis="columns")
        return rows[whole]

    @cached_property
    def whole(self) -> pd.Series[Any]:
        """The territory that stands for all: of those wholly in scope the most peopled."""
        own = self.tables["territories"].drop_duplicates("id")
        sizes = own.groupby("level")["id"].transform("nunique")
        ranked = own.assign(
            in_scope=own["scope_share"].fillna(0.0) >= 1 - 1e-9,
            people=own["inhabitants"].fillna(0).astype("int64"),
            alone=-sizes,
        ).sort_values(["in_scope", "people", "alone", "id"], ascending=[False, False, False, True])
        return ranked.iloc[0]


def read_tables(release: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a release that a network compares.

    Raises:
        QueryError: its database is missing or cannot be opened.
    """
    with open_published(release / "published.duckdb") as connection:
        return {name: connection.table(name).df() for name in TABLES}


def read_licence(release: Path) -> Licence | None:
    """Return the licence that a release names in its Data Package; None where it names none."""
    path = release / _DESCRIPTOR
    if not path.is_file():
        return None
    named = json.loads(path.read_text("utf-8")).get("licenses") or []
    return _licence(named)


def _licence(named: Sequence[Mapping[str, str]]) -> Licence | None:
    if not named or not {"name", "title", "path"} <= set(named[0]):
        return None
    first = named[0]
    return Licence(id=first["name"], name=first["title"], url=first["path"])
