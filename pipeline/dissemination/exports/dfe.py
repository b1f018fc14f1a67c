"""Open data in the form of the Department for Education: a file per theme and level.

Beside each `<theme>_<level>.csv` lies `<theme>_<level>.meta.csv`, which tells filters and
indicators. Every combination of period, territory and filter has a row; a symbol stands where
there is no figure. Source: DfE, open data standards of Explore Education Statistics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from sqlglot import exp

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Indicator
from pipeline.contracts.bands import CONFIDENCE_PCT
from pipeline.dissemination.dictionary import dimension_label
from pipeline.dissemination.exports.source import ReleaseSource
from pipeline.dissemination.exports.symbols import NOT_APPLICABLE_SYMBOL, SYMBOLS
from pipeline.dissemination.files import neutralised

FOLDER = "dfe"
COVERAGE = "coverage_pct"
ENDS: Mapping[str, str] = {
    "low": f"lower end of the band with a chance of {CONFIDENCE_PCT} % or more",
    "high": f"upper end of the band with a chance of {CONFIDENCE_PCT} % or more",
}
_META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
_KEYS = ["ref_area", "time_period"]
# Levels that the standard has a word for; others keep the label of the contract.
_LEVELS: Mapping[str, str] = {"country": "National", "region": "Regional"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One pair of files: its theme, level, indicators and filters (dimension → codes).

    `banded`: those of its indicators whose figures have a band.
    """

    theme: str
    level: str
    indicators: tuple[Indicator, ...]
    filters: Mapping[str, tuple[str, ...]]
    banded: tuple[Indicator, ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of figures: of each indicator, of each end of a band, and coverage."""
        ends = [_end(one, end) for one in self.banded for end in ENDS]
        return (*(one.code.lower() for one in self.indicators), *ends, COVERAGE)

    @property
    def name(self) -> str:
        """The name of both files, without what follows the point."""
        return f"{self.theme}_{self.level}"


def write_dfe(source: ReleaseSource) -> None:
    """Write `dfe/`: a data file and a meta file per theme and level that has figures."""
    folder = source.folder / FOLDER
    folder.mkdir()
    themes: dict[str, list[Indicator]] = {}
    for indicator in source.contracts.indicators.indicators:
        themes.setdefault(indicator.theme, []).append(indicator)
    for theme, members in themes.items():
        for level in source.contracts.territories.levels:
            long = _long(source, tuple(members), level.level)
            if long.empty:
                continue
            file = _File(
                theme=theme,
                level=level.level,
                indicators=tuple(members),
                filters=_filters(source, members, long),
                banded=tuple(one for one in members if source.contracts.is_perturbed(one)),
            )
            _write(folder / f"{file.name}.csv", _data(source, file, long), figures=file.figures)
            _write(folder / f"{file.name}.meta.csv", _meta(source, file))


def _write(path: Path, frame: pd.DataFrame, *, figures: Sequence[str] = ()) -> None:
    table = pa.Table.from_pandas(frame.astype("str"), preserve_index=False)
    # A figure below zero starts like a formula, and is none.
    labels = neutralised(table.drop_columns(list(figures)))
    told = [labels if name in labels.column_names else table for name in table.column_names]
    columns = [part.column(name) for part, name in zip(told, table.column_names, strict=True)]
    pyarrow.csv.write_csv(pa.table(columns, names=table.column_names), path)


def _long(source: ReleaseSource, members: tuple[Indicator, ...], level: str) -> pd.DataFrame:
    dimensions = sorted({name for indicator in members for name in indicator.dimensions})
    names = [*_KEYS, *dimensions, "indicator", "obs_value", "obs_status", "coverage"]
    names += [f"obs_{end}" for end in ENDS]
    query = (
        exp.select(*(exp.column(name, quoted=True) for name in names))
        .from_("observations")
        .where(exp.column("indicator").isin(*(indicator.code for indicator in members)))
        .where(exp.column("area_level").eq(level))
    )
    frame = source.connection.execute(query.sql(dialect="duckdb")).df()
    frame[dimensions] = frame[dimensions].replace(NOT_APPLICABLE, TOTAL)
    return frame


def _filters(
    source: ReleaseSource, members: list[Indicator], long: pd.DataFrame
) -> dict[str, tuple[str, ...]]:
    """Return the dimensions that the level crosses, each with its total and its codes."""
    named = dict.fromkeys(name for indicator in members for name in indicator.dimensions)
    return {
        name: (TOTAL, *source.contracts.codes(name))
        for name in named
        if not long[name].eq(TOTAL).all()
    }


def _data(source: ReleaseSource, file: _File, long: pd.DataFrame) -> pd.DataFrame:
    """Return the complete matrix: keys of the standard, filters by label, indicators as text."""
    keys = [*_KEYS, *file.filters]
    frame = pd.DataFrame(index=_matrix(long, file))
    for indicator in file.indicators:
        told = long[long["indicator"].eq(indicator.code)].set_index(keys)
        frame[indicator.code.lower()] = _texts(told, indicator).reindex(frame.index)
        for end in ENDS if indicator in file.banded else ():
            ends = told[f"obs_{end}"].map(_written(indicator), na_action="ignore")
            frame[_end(indicator, end)] = ends.reindex(frame.index)
    covered = (100 * long.groupby(keys)["coverage"].min()).map("{:.1f}".format)
    frame[COVERAGE] = covered.reindex(frame.index)
    frame = frame.astype("object").fillna(NOT_APPLICABLE_SYMBOL).reset_index()
    for name, codes in file.filters.items():
        frame[name] = frame[name].map(_labels(source, name, codes))
    places = _places(source, file.level)
    located = frame.merge(places, on="ref_area", how="left")
    located.insert(0, "time_period_", located["time_period"].map(academic_year))
    ordered = ["time_period_", "time_identifier", *places.columns.drop("ref_area")]
    ordered += [*file.filters, *file.figures]
    located["time_identifier"] = "Academic year"
    return located[ordered].rename(columns={"time_period_": "time_period"})


def _matrix(long: pd.DataFrame, file: _File) -> pd.MultiIndex:
    areas, periods = sorted(long["ref_area"].unique()), sorted(long["time_period"].unique())
    return pd.MultiIndex.from_tuples(
        list(product(areas, periods, *file.filters.values())), names=[*_KEYS, *file.filters]
    )


def _texts(told: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Return each figure with the decimals of its indicator, or the symbol of its status."""
    figures = told["obs_value"].map(_written(indicator))
    symbols = told["obs_status"].map(SYMBOLS)
    return figures.where(told["obs_value"].notna(), symbols)


def _written(indicator: Indicator) -> Callable[[float], str]:
    return f"{{:.{indicator.decimals}f}}".format


def _end(indicator: Indicator, end: str) -> str:
    """Return the name of the column of one end of the band of an indicator."""
    return f"{indicator.code.lower()}_{end}"


def academic_year(period: str) -> str:
    """Return a school year as the standard writes it: `2021` is `202122`."""
    return f"{period}{(int(period) + 1) % 100:02d}" if period.isdigit() else period


def _labels(source: ReleaseSource, name: str, codes: tuple[str, ...]) -> dict[str, str]:
    """Return code → English label; the code itself where two have the same label."""
    rows = source.connection.execute(
        "select code, label_en from dimensions where dimension = ?", [name]
    ).fetchall()
    labels = {code: label for code, label in rows if code in codes}
    seen = list(labels.values())
    unique = {code: label if seen.count(label) == 1 else code for code, label in labels.items()}
    return {**unique, TOTAL: "Total"}


def _places(source: ReleaseSource, level: str) -> pd.DataFrame:
    """Return ref_area → the standard's columns of the territory and of those that hold it."""
    territories, geography = source.contracts.territories, source.geography
    # The widest level holds all: the standard asks for its columns in every row.
    top = territories.levels[-1].level
    above = [
        each.level
        for each in reversed(territories.levels)
        if each.level == top or territories.is_inside(level, each.level)
    ]
    rows = []
    labels = {each.level: each.label.en for each in territories.levels}
    for code, members in geography.members(level).items():
        base = members[0]
        row = {
            "ref_area": territories.prefixes[level] + code,
            "geographic_level": _LEVELS.get(level, labels[level]),
        }
        for name in above:
            holder = geography.parents[base][name]
            row[f"{name}_code"] = holder
            row[f"{name}_name"] = geography.territories[name, holder].name
        rows.append(row)
    return pd.DataFrame(rows)


def _meta(source: ReleaseSource, file: _File) -> pd.DataFrame:
    return pd.DataFrame([*_filter_rows(source, file), *_indicator_rows(source, file)])[[*_META]]


def _filter_rows(source: ReleaseSource, file: _File) -> Iterator[dict[str, str]]:
    for name in file.filters:
        label = dimension_label(source.contracts, name).en
        yield dict.fromkeys(_META, "") | {"col_name": name, "col_type": "Filter", "label": label}


def _indicator_rows(source: ReleaseSource, file: _File) -> Iterator[dict[str, str]]:
    units = source.contracts.indicators.units
    told = [(one, one.code.lower(), one.label.en) for one in file.indicators]
    for one in file.banded:
        told += [(one, _end(one, end), f"{one.label.en}, {words}") for end, words in ENDS.items()]
    for indicator, name, label in told:
        yield dict.fromkeys(_META, "") | {
            "col_name": name,
            "col_type": "Indicator",
            "label": label,
            "indicator_grouping": units[indicator.unit].en,
            "indicator_unit": "%" if indicator.unit == "percent" else "",
            "indicator_dp": str(indicator.decimals),
        }
    yield dict.fromkeys(_META, "") | {
        "col_name": COVERAGE,
        "col_type": "Indicator",
        "label": "Share of the territory that the figures cover, the least of its row",
        "indicator_unit": "%",
        "indicator_dp": "1",
    }
