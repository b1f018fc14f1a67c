"""How much of a theme one sheet holds, where all of it would be more than people can use.

Detail is given up level by level, the smallest territories first: their breakdowns, then their
earlier periods. Only where that is not enough are levels left out, and the last resort is a cut.
Each step is counted before a row is written, and what it leaves out is told in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sqlglot import exp

from pipeline.contracts import TOTAL, Label
from pipeline.contracts.territories import Level
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.exports.source import ReleaseSource


class Detail(IntEnum):
    """What is kept of a level, from all of it to nothing."""

    EVERYTHING = 0
    TOTALS = 1
    LAST_TOTALS = 2
    NOTHING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRows:
    """How many rows a theme has, by (level, is a total, period)."""

    counts: Mapping[tuple[str, bool, str], int]

    @property
    def last_period(self) -> str:
        """The last period that the theme has a row of; empty if it has none."""
        return max((period for _, _, period in self.counts), default="")

    def kept(self, details: Mapping[str, Detail]) -> int:
        """Return how many rows are left when each level is cut to its detail."""
        return sum(
            rows
            for (level, is_total, period), rows in self.counts.items()
            if details[level] == Detail.EVERYTHING
            or (details[level] == Detail.TOTALS and is_total)
            or (details[level] == Detail.LAST_TOTALS and is_total and period == self.last_period)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The rows of a theme that a sheet holds: the condition, its number, what to say of it."""

    condition: exp.Condition
    rows: int
    left_out: Label | None


def theme_cut(source: ReleaseSource, described: PublishedTable, *, most: int) -> Cut:
    """Return the fullest cut of a theme that has no more rows than a sheet is to hold.

    Args:
        source: the release.
        described: the wide view of the theme.
        most: rows, at least 1.
    """
    theme = _rows_of(source, described)
    levels = source.contracts.territories.levels
    details = next(
        (each for each in _steps(levels) if theme.kept(each) <= most), [*_steps(levels)][-1]
    )
    rows = min(theme.kept(details), most)
    return Cut(
        condition=_condition(described, details, last=theme.last_period),
        rows=rows,
        left_out=_left_out(levels, details, theme, rows=rows),
    )


def first_rows(rows: int, of: int, *, table: str) -> Label:
    """Return what is said of a sheet that holds the first rows of a table."""
    return Label(
        en=f"The first {_en(rows)} of {_en(of)} rows: every one stands in csv/{table}.csv and "
        f"parquet/{table}.parquet",
        fr=f"Les {_fr(rows)} premières lignes sur {_fr(of)} : toutes sont dans csv/{table}.csv et "
        f"parquet/{table}.parquet",
    )


def _steps(levels: Sequence[Level]) -> Iterator[dict[str, Detail]]:
    """Yield what is kept of each level, the fullest first."""
    details = {each.level: Detail.EVERYTHING for each in levels}
    yield dict(details)
    for each in levels:
        for detail in (Detail.TOTALS, Detail.LAST_TOTALS):
            details[each.level] = detail
            yield dict(details)
    for each in levels[:-1]:
        details[each.level] = Detail.NOTHING
        yield dict(details)


def _rows_of(source: ReleaseSource, described: PublishedTable) -> ThemeRows:
    level, period = (exp.column(name, quoted=True) for name in ("area_level", "time_period"))
    query = (
        exp.select(level, exp.alias_(_is_total(described), "whole"), period)
        .select(exp.Count(this=exp.Star()))
        .from_(exp.table_(described.name, quoted=True))
        .group_by(level.copy(), exp.column("whole"), period.copy())
    )
    counted = source.connection.execute(query.sql(dialect="duckdb")).fetchall()
    return ThemeRows(counts={(level, whole, year): rows for level, whole, year, rows in counted})


def _is_total(described: PublishedTable) -> exp.Condition:
    breakdowns = [name for name in described.order if name not in {"ref_area", "time_period"}]
    return exp.and_(exp.true(), *(exp.column(n, quoted=True).eq(TOTAL) for n in breakdowns))


def _condition(
    described: PublishedTable, details: Mapping[str, Detail], *, last: str
) -> exp.Condition:
    if set(details.values()) == {Detail.EVERYTHING}:
        return exp.true()
    level, total = exp.column("area_level", quoted=True), _is_total(described)
    of_last = exp.column("time_period", quoted=True).eq(last)
    further: dict[Detail, exp.Condition] = {
        Detail.EVERYTHING: exp.true(),
        Detail.TOTALS: total,
        Detail.LAST_TOTALS: exp.and_(total, of_last),
    }
    kept = [
        exp.and_(level.eq(name), further[detail])
        for name, detail in details.items()
        if detail != Detail.NOTHING
    ]
    return exp.or_(*kept)


def _left_out(
    levels: Sequence[Level], details: Mapping[str, Detail], theme: ThemeRows, *, rows: int
) -> Label | None:
    of = sum(theme.counts.values())
    if rows == of:
        return None
    en, fr = [], []
    for (what_en, what_fr), names in _lacking(details, theme).items():
        labels = [each.label for each in levels if each.level in names]
        if labels:
            en.append(f"{what_en} ({', '.join(label.en for label in labels)})")
            fr.append(f"{what_fr} ({', '.join(label.fr for label in labels)})")
    if rows < theme.kept(details):
        en.append(f"all after row {_en(rows)}")
        fr.append(f"tout ce qui suit la ligne {_fr(rows)}")
    return Label(
        en=f"{_en(rows)} of {_en(of)} rows. Left out: {'; '.join(en)}. Every figure stands in "
        "csv/observations.csv and parquet/observations.parquet",
        fr=f"{_fr(rows)} lignes sur {_fr(of)}. N'y sont pas : {' ; '.join(fr)}. Tous les chiffres "
        "sont dans csv/observations.csv et parquet/observations.parquet",
    )


def _lacking(
    details: Mapping[str, Detail], theme: ThemeRows
) -> dict[tuple[str, str], frozenset[str]]:
    """Return what is left out, in both languages → the levels that had some of it."""
    last = theme.last_period
    cut = {Detail.TOTALS, Detail.LAST_TOTALS}
    before = (f"years before {last}", f"années avant {last}")
    return {
        ("breakdowns", "croisements"): frozenset(
            level for level, is_total, _ in theme.counts if not is_total and details[level] in cut
        ),
        before: frozenset(
            level
            for level, _, period in theme.counts
            if period < last and details[level] == Detail.LAST_TOTALS
        ),
        ("everything", "tout"): frozenset(
            level for level, _, _ in theme.counts if details[level] == Detail.NOTHING
        ),
    }


def _en(number: int) -> str:
    return f"{number:,}"


def _fr(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
