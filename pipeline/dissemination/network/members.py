"""One published release as a member of a network: who it is, and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError

from pipeline.contracts import NOT_APPLICABLE, Label
from pipeline.contracts.policy import Licence
from pipeline.dissemination.network.reading import FIXED

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


def read_licence(release: Path) -> Licence | None:
    """Return the licence that a release names in its Data Package; None where it names none.

    One that is not written as a licence is, or whose text lies at no address of the web, is none.
    """
    path = release / _DESCRIPTOR
    if not path.is_file():
        return None
    try:
        return _Package.model_validate_json(path.read_bytes()).licenses[0].licence
    except (ValidationError, IndexError):
        return None


class _Named(BaseModel):
    """A licence as a Data Package names it."""

    name: str
    title: str
    path: str

    @property
    def licence(self) -> Licence:
        return Licence(id=self.name, name=self.title, url=self.path)


class _Package(BaseModel):
    licenses: tuple[_Named, ...] = ()
