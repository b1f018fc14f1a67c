"""What the pages of a network show: figures side by side, and how territories lie within each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from pipeline.dissemination.network.differences import Difference
from pipeline.dissemination.network.members import Member

# A figure that differs in one of these is not the same figure.
GRAVE = frozenset({"unit", "definition", "numerator", "denominator", "protection"})
# A strip of more dots is a band.
MOST_DOTS = 150
REASONS = {"Q": "hidden", "L": "missing", "M": "impossible"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A figure of one publisher, or the word for why there is none.

    Attributes:
        publisher: whose.
        period: its school year; empty where nothing is published.
        value: None where there is none.
        why: key of the word; empty beside a value.
        low: lower end of the band of a moved figure; None where there is none.
        high: upper end.
    """

    publisher: str
    period: str
    value: float | None
    why: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the territories of one level of a publisher lie, in its latest school year.

    Attributes:
        publisher: whose.
        level: code of the level.
        label: of the level, in both languages.
        dots: name and value of each territory that shows one, lowest first.
        hidden: how many territories show none because it is hidden.
    """

    publisher: str
    level: str
    label: tuple[str, str]
    dots: tuple[tuple[str, float], ...]
    hidden: int

    @property
    def median(self) -> float:
        """The middle of what is shown."""
        return float(pd.Series([value for _, value in self.dots]).median())


def series(member: Member, code: str) -> dict[str, Shown]:
    """Return period → figure of the territory that stands for all."""
    rows = member.totals
    own = rows[(rows["indicator"] == code) & (rows["ref_area"] == member.whole["id"])]
    return {
        str(row.time_period): _shown(member, str(row.time_period), row._asdict())
        for row in own.sort_values("time_period").itertuples()
    }


def latest(member: Member, code: str) -> Shown:
    """Return the figure of the latest period that has one, else why the latest has none."""
    shown = list(series(member, code).values())
    with_value = [one for one in shown if one.value is not None]
    absent = Shown(publisher=member.name, period="", value=None, why="absent")
    return with_value[-1] if with_value else shown[-1] if shown else absent


def spread(member: Member, code: str) -> Spread | None:
    """Return the level that shows most territories and still reads; None: no level shows two."""
    period = latest(member, code).period
    rows = member.totals
    rows = rows[(rows["indicator"] == code) & (rows["time_period"] == period)]
    rows = rows.drop_duplicates("ref_area")
    counts = rows.groupby("area_level")["obs_value"].count()
    counts = counts[counts > 1]
    if counts.empty:
        return None
    fit = counts[counts <= MOST_DOTS]
    level = str(fit.idxmax() if not fit.empty else counts.idxmin())
    names = member.tables["territories"].drop_duplicates("id").set_index("id")["name"]
    own = rows[rows["area_level"] == level].sort_values(["obs_value", "ref_area"])
    values = own.dropna(subset="obs_value")
    return Spread(
        publisher=member.name,
        level=level,
        label=_level_label(member, level),
        dots=tuple(
            (str(names.get(area, area)), float(value))
            for area, value in zip(values["ref_area"], values["obs_value"], strict=True)
        ),
        hidden=int(own["obs_status"].eq("Q").sum()),
    )


def grave(differences: Sequence[Difference], code: str) -> bool:
    """Tell whether figures of an indicator are not the same figure everywhere."""
    return any(d.indicator == code and d.aspect in GRAVE for d in differences)


def _shown(member: Member, period: str, row: Mapping[str, object]) -> Shown:
    value, low, high = (_told(row.get(name)) for name in ("obs_value", "obs_low", "obs_high"))
    why = "" if value is not None else REASONS.get(str(row["obs_status"]), "missing")
    return Shown(publisher=member.name, period=period, value=value, why=why, low=low, high=high)


def _told(value: object) -> float | None:
    return float(value) if isinstance(value, float) and not isnan(value) else None


def _level_label(member: Member, level: str) -> tuple[str, str]:
    rows = member.tables["dimensions"].query("dimension == 'area_level' and code == @level")
    return (level, level) if rows.empty else (rows["label_en"].iloc[0], rows["label_fr"].iloc[0])
