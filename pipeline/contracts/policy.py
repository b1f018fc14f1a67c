"""The policy: every number and purpose that the controller's delegate signs."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Days, Frozen, Label, Name, Signed, Text
from pipeline.contracts.domains import Domain


class Threshold(Signed):
    """The smallest count of persons that may be published: 1 to value - 1 are hidden."""

    value: Annotated[int, Field(ge=2, le=1000)]


class Width(Signed):
    """The narrowest interval that may be left to an adversary for a hidden count."""

    value: Annotated[int, Field(ge=1, le=1000)]


class Extreme(Signed):
    """The share of a group, in percent, from which on it counts as all: above 50, at most 100."""

    value: Annotated[float, Field(gt=50, le=100)]


class NoiseVariance(Signed):
    """The variance of the noise of a perturbed count: above 0."""

    value: Annotated[float, Field(gt=0, le=10_000)]


class NoiseMaximum(Signed):
    """The most by which a perturbed count may differ from the true one, in persons."""

    value: Annotated[int, Field(ge=1, le=100)]


class SmallestResult(Signed):
    """The smallest positive count that perturbation may give: 1 to value - 1 never result."""

    value: Annotated[int, Field(ge=1, le=100)]


class CellKey(Frozen):
    """How counts are perturbed in tables whose method is `cell_key`; the bias is always 0.

    One for all tables: the same persons must have the same noise wherever they are counted.
    """

    variance: NoiseVariance = Field(description="Variance of the noise, in persons squared.")
    maximum: NoiseMaximum = Field(description="The most that a count is moved, in persons.")
    smallest: SmallestResult = Field(description="Smallest positive count that may result.")

    @property
    def variance_range(self) -> tuple[int, int]:
        """The variances between which unbiased noise of these limits exists for every count.

        A count of i below `smallest` becomes 0 or at least `smallest`, hence varies by
        i * (smallest - i) or more; a count of 1 can fall by 1 only, hence by `maximum` at most.
        """
        smallest = self.smallest.value
        return max(i * (smallest - i) for i in range(smallest)), self.maximum.value


class RoundingBase(Signed):
    """The base of which rounded counts are multiples."""

    value: Annotated[int, Field(ge=2, le=1000)]


class Rounding(Frozen):
    """How counts are rounded in tables whose method is `rounding`."""

    base: RoundingBase = Field(description="Published counts are multiples of it.")


class PrivacyLoss(Signed):
    """An amount of zero-concentrated differential privacy (rho): above 0."""

    value: Annotated[float, Field(gt=0, le=100)]


class DifferentialPrivacy(Frozen):
    """What tables whose method is `dp` may tell of one person, by zero-concentrated privacy."""

    rho: PrivacyLoss = Field(description="Of one drawing of noise for a table and period.")
    budget: PrivacyLoss = Field(description="Of all drawings ever released, per table and period.")

    def scale(self, levels: int) -> float:
        """Return the standard deviation of the noise where so many levels share rho equally."""
        return sqrt(levels / (2 * float(self.rho.value)))


class Secondary(Frozen):
    """Which of several safe patterns is taken where more is hidden to protect what is small.

    All keep the same promise. They differ in what is left to read, and in how well figures of
    several periods can be compared.
    """

    fewest: Literal["cells", "persons"] = Field(
        description="Whether as few cells are hidden as can be, or cells of as few persons."
    )
    totals: Literal["kept", "free"] = Field(
        description="kept: a total is hidden later than the parts that it adds up."
    )
    pattern: Literal["kept", "free"] = Field(
        description="kept: what the period before hides is hidden again rather than another cell, "
        "so that series stay comparable."
    )


class Contributors(Signed):
    """The fewest units behind a published amount: at least two."""

    value: Annotated[int, Field(ge=2, le=1000)]


class Largest(Signed):
    """How many units may not dominate an amount together: up to three."""

    value: Annotated[int, Field(ge=1, le=3)]


class Share(Signed):
    """A share in percent: above 0, at most 100."""

    value: Annotated[float, Field(gt=0, le=100)]


class Amounts(Frozen):
    """When an amount, a sum over units such as schools, tells too much of one of them."""

    contributors: Contributors = Field(description="Fewest units behind an amount.")
    p_pct: Share = Field(
        description="To within which share of it nobody may work out what one unit gives."
    )
    dominance_n: Largest = Field(description="How many of the largest units are looked at.")
    dominance_k_pct: Share = Field(description="Most that these may hold of an amount.")


class EntropyDiversity(Signed):
    """The smallest effective number of sensitive values in a class: above 1."""

    value: Annotated[float, Field(gt=1, le=1000)]


class Closeness(Signed):
    """The widest distance between the values of a class and those of all: 0 to 1."""

    value: Annotated[float, Field(gt=0, le=1)]


class RecordRisk(Signed):
    """The greatest chance of naming the right person that is let pass: above 0, at most 1."""

    value: Annotated[float, Field(gt=0, le=1)]


class LostRows(Signed):
    """How many rows a sender must lose for a correction to count as too small: at least one."""

    value: Annotated[int, Field(ge=1, le=1_000_000)]


class Replacement(Frozen):
    """When a correction, which replaces all that a sender sent, is too small to be meant so.

    It is refused until it is confirmed when it leaves a sender less than the share and takes at
    least so many rows from it.
    """

    kept_pct: Share = Field(description="Least share of a sender's rows, in percent.")
    lost_rows: LostRows = Field(description="Fewest rows lost that matter.")


class Microdata(Frozen):
    """Below what the rows of persons in the protected zone, never published, are said to be risky.

    A figure without a number here is told without a verdict.
    """

    k: Threshold = Field(description="Fewest persons alike in every quasi-identifier.")
    distinct_l: Threshold | None = Field(
        default=None, description="Fewest sensitive values among persons who are alike."
    )
    entropy_l: EntropyDiversity | None = Field(
        default=None, description="The same, values counted by how even they are."
    )
    t: Closeness | None = Field(
        default=None, description="Furthest that the sensitive values of a class lie from all."
    )
    record_risk: RecordRisk | None = Field(
        default=None, description="Greatest chance of naming the right person: 1 / size of class."
    )


class Retention(Frozen):
    """How long each zone keeps what it holds."""

    deliveries: Days
    quarantine: Days
    protected: Days
    review: Days
    proofs: Days = Field(description="Of what a release hides, after it was released.")
    registers: Days = Field(description="Of a request, breach or erasure, after it was closed.")


class UnitCosts(Frozen):
    """What one unit of what is missing costs to buy, for the investment that needs come to."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]
    costs: Mapping[Name, Signed] = Field(min_length=1)


class Licence(Frozen):
    """Under which licence the published figures may be used again."""

    id: Text
    name: Text
    url: Annotated[str, Field(pattern=r"^https?://[^\s<>]{1,2000}$")]


class IdentifierPattern(Frozen):
    """The form of an identifier that no kept text may hold."""

    label: Label
    pattern: Text = Field(description="Regular expression (RE2) of the whole identifier.")


class Policy(Frozen):
    """The file `contracts/policy.yml`."""

    policy: Name
    version: Annotated[int, Field(ge=1)]
    controller: Text
    controller_fr: Text | None = Field(
        default=None, description="The same in French, where it is more than a name."
    )
    publisher: Label
    purpose: Label
    legal_basis: Label
    recipients: tuple[Label, ...] = Field(min_length=1)
    licence: Licence
    synthetic: Label | None = Field(
        default=None,
        description="What must be said wherever figures made of synthetic persons show.",
    )
    thresholds: Mapping[Name, Threshold]
    zeros: Mapping[Name, Literal["published", "protected"]] = Field(
        description="Sensitivity → whether its tables show every zero, so that a hidden count is "
        "at least 1, or may hide zeros too.",
    )
    extremes: Mapping[Name, Extreme] = Field(
        default_factory=dict,
        description="Sensitivity → from which share on a group in one category of a sensitive "
        "column tells that category of each; its zeros are protected.",
    )
    amounts: Mapping[Name, Amounts] = Field(
        default_factory=dict,
        description="Rules for amounts that are not open, by the name that tables give.",
    )
    protection_width: Width
    secondary: Secondary = Field(description="What is hidden to protect other figures.")
    cell_key: CellKey | None = Field(
        default=None, description="Required where a table's method is `cell_key`."
    )
    dp: DifferentialPrivacy | None = Field(
        default=None, description="Required where a table's method is `dp`."
    )
    rounding: Rounding | None = Field(
        default=None, description="Required where a table's method is `rounding`."
    )
    microdata: Microdata
    replacement: Replacement
    retention: Retention
    targets: Mapping[Name, Signed]
    unit_costs: UnitCosts | None = Field(
        default=None, description="Without them no cost of a need is published."
    )
    domains: Mapping[Name, Domain]
    identifier_patterns: Mapping[Name, IdentifierPattern] = Field(
        default_factory=dict,
        description="Beside the identifiers that the contracts of the datasets declare.",
    )

    @property
    def controller_words(self) -> Label:
        """The controller; in French as it is, where it is no more than a name."""
        return Label(en=self.controller, fr=self.controller_fr or self.controller)

    @property
    def method_numbers(self) -> tuple[tuple[str, str, Signed], ...]:
        """The numbers of the methods that perturb, each with its section and name."""
        sections = {"cell_key": self.cell_key, "dp": self.dp, "rounding": self.rounding}
        return tuple(
            (section, name, signed)
            for section, rule in sections.items()
            if rule is not None
            for name, signed in rule
        )
