"""Read the tables of a member, as a stranger's: all that a network will use is looked at first.

A signature tells who made a release, not that it is well made, nor of this version. What it lacks
is told with its remedy, and nothing is shown that no release of this version could hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.dissemination.access import open_published
from pipeline.errors import Place, Problem, StorageError

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
_NUMBERS = ("obs_value", "coverage", "obs_low", "obs_high")
_BOTH = (
    "label_en label_fr unit_en unit_fr definition_en definition_fr numerator_en numerator_fr "
    "denominator_en denominator_fr"
)
_TEXTS = {
    "observations": tuple(name for name in FIXED if name not in _NUMBERS),
    "territories": ("id", "name", "level", "hierarchy", "parent_id"),
    "indicators": ("indicator", *_BOTH.split(), "unit_measure", "source", "made_of", "dimensions"),
    "dimensions": ("dimension", "code", "label_en", "label_fr"),
    "coverage": ("ref_area", "time_period", "dataset"),
    "releases": ("release_id",),
    "columns": ("table_schema", "table_name", "column_name", "description_en", "description_fr"),
}
_OTHERS = {
    "observations": dict.fromkeys(_NUMBERS, "DOUBLE"),
    "territories": {"inhabitants": "BIGINT", "scope_share": "DOUBLE"},
    "indicators": {"decimals": "INTEGER"},
    "dimensions": {"position": "INTEGER"},
    "releases": {"created": "TIMESTAMP"},
}
_KEYS = {
    "observations": ("indicator", "ref_area", "area_level", "time_period", "obs_status"),
    "territories": ("id", "name", "level"),
    "indicators": ("indicator", "label_en", "label_fr", "unit_en", "unit_fr", "decimals"),
    "dimensions": ("dimension",),
}
TABLES = tuple(_TEXTS)
_PUBLISHED = (
    "select t.table_name, c.column_name, c.data_type from duckdb_tables() t "
    "join duckdb_columns() c using (table_oid) where t.schema_name = 'main'"
)
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,62}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DIMENSION_CODE = re.compile(r"[A-Za-z0-9_.+-]{1,32}")
_YEAR = re.compile(r"[0-9]{4}")
# What does not show, or turns the text around it; a text may have line ends.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_STATUSES = {"obs_status": {"A", "D", "E", "Q", "L", "M"}, "conf_status": {"F", "C"}}
# Nothing that is counted or paid in a country comes near it.
_LARGEST, _MOST_DECIMALS = 1e15, 6


def read_tables(release: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a release that a network compares.

    Raises:
        QueryError: its database is missing or cannot be opened.
        StorageError: it lacks tables or columns of this version, or holds what none can hold.
    """
    with open_published(release / "published.duckdb") as connection:
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in connection.execute(_PUBLISHED).fetchall():
            found.setdefault(table, {})[column] = kind
        _refuse("network.other_version", release, _lacking(found))
        tables = {name: connection.table(name).df() for name in TABLES}
    _refuse("network.not_possible", release, _wrong(tables))
    return tables


def _refuse(code: str, release: Path, problems: Iterator[Problem]) -> None:
    each = list(problems)
    if each:
        raise StorageError(code, place=Place(file=release.name), count=len(each), problems=each)


def _lacking(found: dict[str, dict[str, str]]) -> Iterator[Problem]:
    """Yield what is missing, or of another type, of what a network reads."""
    for table in TABLES:
        if table not in found:
            yield Problem(code="network.table_lacks", place=Place(table=table))
            continue
        wanted = {**dict.fromkeys(_TEXTS[table], "VARCHAR"), **_OTHERS.get(table, {})}
        if table == "observations":
            # All others are dimensions, whatever they are called.
            wanted = {**dict.fromkeys(found[table], "VARCHAR"), **wanted}
        for column, kind in wanted.items():
            place = Place(table=table, column=column)
            if column not in found[table]:
                yield Problem(code="network.column_lacks", place=place)
            elif found[table][column] != kind:
                yield Problem(code="network.column_other", place=place)


def _wrong(tables: dict[str, pd.DataFrame]) -> Iterator[Problem]:
    """Yield which columns hold, in how many rows, what no release of this version holds."""
    for table, frame in tables.items():
        for column, is_wrong in _checks(table, frame):
            if count := int(np.count_nonzero(is_wrong)):
                place = Place(table=table, column=column)
                yield Problem(code="network.value_not_possible", place=place, count=count)
    if tables["territories"].empty:
        yield Problem(code="network.table_lacks", place=Place(table="territories"))


def _checks(table: str, frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield column → which rows are wrong in it."""
    for column in frame.columns:
        is_name = pd.Series(not _NAME.fullmatch(str(column)), frame.index)
        yield column, is_name | (column == "publisher")
    for column in _KEYS.get(table, ()):
        yield column, frame[column].isna()
    for column in _TEXTS[table]:
        yield column, _matches(frame[column], _UNSEEN, is_whole=False)
    if table in {"observations", "indicators"}:
        yield "indicator", ~_matches(frame["indicator"], _CODE)
    if table == "indicators":
        yield "indicator", frame["indicator"].duplicated()
        yield "decimals", ~frame["decimals"].between(0, _MOST_DECIMALS)
    if table == "observations":
        yield from _figures(frame)


def _figures(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    dimensions = [name for name in rows.columns if name not in FIXED]
    for column in dimensions:
        yield column, ~_matches(rows[column], _DIMENSION_CODE)
    yield "indicator", rows.duplicated(["indicator", "ref_area", "time_period", *dimensions])
    yield "time_period", ~_matches(rows["time_period"], _YEAR)
    for column, known in _STATUSES.items():
        yield column, rows[column].notna() & ~rows[column].isin(known)
    for column in _NUMBERS:
        yield column, rows[column].abs() > _LARGEST
    hidden = rows["conf_status"].eq("C") | rows["obs_value"].isna()
    yield "obs_value", rows["conf_status"].eq("C") & rows["obs_value"].notna()
    for column in ("obs_low", "obs_high"):
        yield column, hidden & rows[column].notna()
    yield "obs_low", rows["obs_low"] > rows["obs_value"]
    yield "obs_high", rows["obs_high"] < rows["obs_value"]


def _matches(texts: pd.Series, pattern: re.Pattern[str], *, is_whole: bool = True) -> pd.Series:
    """Return which texts a pattern matches; each different one is asked once. None is not asked."""
    asked = pattern.fullmatch if is_whole else pattern.search
    place, different = pd.factorize(texts)
    # The last is what is said of none, whose place is -1.
    told = np.array([*(asked(text) is not None for text in different), is_whole])
    return pd.Series(told[place], texts.index)
