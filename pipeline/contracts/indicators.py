"""Indicator contracts: code, words, unit, definition and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Code, Frozen, Label, Name, Sourced

IndicatorCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,40}$")]
Theme = Literal[
    "pupils",
    "teachers",
    "schools",
    "home",
    "digital",
    "places",
    "programmes",
    "surveys",
    "divides",
    "needs",
]
Part = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*( [a-z0-9_]+=[\w.+-]+)*$")]


class Formula(Frozen):
    """How a value is made of released cells: what every reader of it may take for known.

    A ratio is `times` x the sum of `over` / the sum of `under`; of what is `less`, the sum is taken
    away from that of `over` first, and without `under` the rest is the value. With a target of the
    policy it is a need: the sum of `over` / target, or x target / `per`, rounded up, less the sum
    of `under`, and never below 0. A part is a measure of a table, `enrolment.pupils sex=F`: codes
    beside those of the value itself.
    """

    over: tuple[Part, ...] = Field(min_length=1)
    less: tuple[Part, ...] = Field(
        default=(), description="What is taken away from `over`; nothing where a target rules."
    )
    under: tuple[Part, ...] = Field(
        default=(), description="What divides it; left out only where something is taken away."
    )
    times: Annotated[int, Field(ge=1)] = 1
    target: Name | None = None
    per: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Of how many of `over` the target speaks, such as 100 for a share in percent; "
        "none: the target is how many of `over` come to one of `under`.",
    )

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything that it is made of."""
        return (*self.over, *self.less, *self.under)

    @property
    def is_whole(self) -> bool:
        """Whether what it has fits together: a divisor, or something that is taken away."""
        return bool(self.under) and not self.less if self.target else bool(self.under or self.less)


def split_part(part: Part) -> tuple[Name, Name, dict[Name, Code]]:
    """Return the table, the measure and the codes of a part of a formula."""
    source, *codes = part.split(" ")
    table, _, measure = source.partition(".")
    pairs = (code.partition("=") for code in codes)
    return table, measure, {name: code for name, _, code in pairs}


class Contrast(Frozen):
    """The two groups that a derived figure holds against each other."""

    dimension: Name
    code: Code = Field(description="The group that is told of.")
    against: Code = Field(description="The group that it is held against.")


class Indicator(Sourced):
    """One published indicator.

    A `count` is a measure of a table. Any other is computed from released cells by the
    query `sql/indicators/<code in lower case>.sql`; or, where `query` names one, derived from
    published figures by `sql/indicators/<query>.sql`, which several indicators may share.
    """

    code: IndicatorCode
    label: Label
    definition: Label
    kind: Literal[
        "count", "rate", "parity", "need", "served", "gap", "inequality", "cost", "remainder"
    ]
    unit: Name
    decimals: Annotated[int, Field(ge=0, le=6)]
    numerator: Label
    denominator: Label | None = None
    formula: Formula | None = Field(
        default=None, description="How it is made, for whoever weighs what it tells of its parts."
    )
    query: Name | None = Field(
        default=None, description="The shared query of a derived figure; none: its own query."
    )
    of: tuple[IndicatorCode, ...] = Field(
        default=(), description="The indicators of whose figures a derived one is made."
    )
    contrast: Contrast | None = Field(
        default=None, description="The groups that a derived figure holds against each other."
    )
    floor_pct: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None,
        description="Share, in percent, of what is divided that must be in territories whose "
        "counts are shown, for an inequality between territories to be published.",
    )
    costs: Mapping[IndicatorCode, Name] = Field(
        default_factory=dict, description="Need → the policy's cost of one unit of it."
    )
    tables: tuple[Name, ...] = Field(min_length=1, description="The released tables it is made of.")
    dimensions: tuple[Name, ...] = Field(description="Its own breakdowns.")
    targets: tuple[Name, ...] = Field(default=(), description="The policy's targets it is held to.")
    theme: Theme
    better: Literal["higher", "lower", "neither"]

    @property
    def is_derived(self) -> bool:
        """Whether it is made of published figures and territories, and of no cell by itself."""
        return self.query is not None

    @property
    def parameters(self) -> frozenset[str]:
        """The names that are bound when its query runs."""
        contrast = ("code", "against") if self.contrast else ()
        floor = ("floor_pct",) if self.floor_pct is not None else ()
        return frozenset((*self.targets, *contrast, *floor))

    @property
    def file(self) -> str:
        """The path of its query; a count has none."""
        return f"sql/indicators/{self.query or self.code.lower()}.sql"


class Indicators(Frozen):
    """The file `contracts/indicators.yml`."""

    units: Mapping[Name, Label]
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    def __getitem__(self, code: Code) -> Indicator:
        """Return the indicator of that code."""
        return next(item for item in self.indicators if item.code == code)
