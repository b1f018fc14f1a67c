"""Privacy rules: what is kept of a column, each rule with exactly its parameters, and its words.

A column has one rule. No rule depends on other rows: what is kept of a value is the same in every
delivery, block and batch of a period.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Code, Frozen, Label, MonthDay, Name

Month = Annotated[int, Field(ge=1, le=12)]
Number = Annotated[int | float, Field(allow_inf_nan=False)]
KeptAs = Annotated[Name, Field(alias="as", description="Name of the kept column.")]


class Drop(Frozen):
    """Not kept: checked while it is read, then forgotten."""

    rule: Literal["drop"]

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        return Label(en="nothing", fr="rien")


class Keep(Frozen):
    """Kept as it is, after its type and code list were checked."""

    rule: Literal["keep"]

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        return Label(en="the value", fr="la valeur")


class Pseudonymise(Frozen):
    """Replaced by a keyed 128-bit pseudonym; the same person only within one domain."""

    rule: Literal["pseudonymise"]
    domain: Name = Field(description="A pseudonymisation domain of the policy.")
    as_: KeptAs
    with_: tuple[Name, ...] = Field(
        default=(),
        alias="with",
        description="Columns whose values follow this one's, in this order: a composite key.",
    )

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        parts = ", ".join(self.with_)
        return Label(
            en=f"a keyed pseudonym, domain {self.domain}" + (f", with {parts}" if parts else ""),
            fr=f"un pseudonyme à clé, domaine {self.domain}" + (f", avec {parts}" if parts else ""),
        )


class TruncateDate(Frozen):
    """A date without its day: its year, school year (by its first year) or month."""

    rule: Literal["truncate_date"]
    to: Literal["year", "school_year", "month"]
    as_: KeptAs
    starts: Month | None = Field(
        default=None, description="Month in which a school year starts; for school_year."
    )

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        match self.to:
            case "year":
                return Label(en="only its year", fr="seulement son année")
            case "month":
                return Label(en="only its year and month", fr="seulement son année et son mois")
            case "school_year":
                return Label(
                    en=f"only its school year, which starts in month {self.starts}",
                    fr=f"seulement son année scolaire, qui commence au mois {self.starts}",
                )


class Age(Frozen):
    """Completed years at a reference date; who was born on 29 February is older on 1 March."""

    rule: Literal["age"]
    at: MonthDay
    as_: KeptAs

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        day = _day(self.at)
        return Label(en=f"the age on {day.en}", fr=f"l'âge au {day.fr}")


class Band(Frozen):
    """The class of a number, or of an age, between cut points; each class holds its lower one."""

    rule: Literal["band"]
    to: Name = Field(
        description="Code list of the classes, from the lowest; also the name of the kept column."
    )
    cuts: tuple[Number, ...] = Field(
        min_length=1, description="Rising; below the first lies the first class, and so on."
    )
    at: MonthDay | None = Field(
        default=None, description="For a date: when the age that is cut is counted."
    )

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        cuts = ", ".join(f"{cut:g}" for cut in self.cuts)
        if self.at is None:
            return Label(en=f"its class, cut at {cuts}", fr=f"sa classe, bornes {cuts}")
        day = _day(self.at)
        return Label(
            en=f"the class of the age on {day.en}, cut at {cuts}",
            fr=f"la classe de l'âge au {day.fr}, bornes {cuts}",
        )


class Generalise(Frozen):
    """Replaced by the coarser code that the column's code list declares."""

    rule: Literal["generalise"]
    to: Name = Field(description="The coarser code list; also the name of the kept column.")

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        return Label(en=f"only its {self.to}", fr=f"seulement son {self.to}")


class GeneraliseTerritory(Frozen):
    """Replaced by the territory of a level in which it lies."""

    rule: Literal["generalise_territory"]
    to: Name = Field(description="Level of the kept code.")
    as_: KeptAs
    by: Name | None = Field(
        default=None,
        description="Code list of postcodes or the like; `broader` gives the code at `from`.",
    )
    from_: Name | None = Field(
        default=None, alias="from", description="With `by`: level of the codes that it leads to."
    )
    extract: str | None = Field(
        default=None,
        description="With `by`: form (RE2) of a postcode; the last one in an address is taken.",
    )
    residue: Literal["refused", "missing"] = Field(
        default="refused", description="What a value that leads nowhere becomes."
    )

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        missing = self.residue == "missing"
        return Label(
            en=f"only its {self.to}" + (", missing where it is not known" if missing else ""),
            fr=f"seulement son {self.to}" + (", manquant s'il n'est pas connu" if missing else ""),
        )


class Map(Frozen):
    """Replaced by a code of another list; what the list does not name becomes the residue."""

    rule: Literal["map"]
    to: Name = Field(description="The code list; also the name of the kept column.")
    residue: Code = Field(description="Code of that list for all other values.")

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        return Label(
            en=f"its code in {self.to}, {self.residue} where it has none",
            fr=f"son code dans {self.to}, {self.residue} s'il n'en a pas",
        )


class Clip(Frozen):
    """A number bottom-coded at `at_least`, top-coded at `at_most`, or both."""

    rule: Literal["clip"]
    at_least: Number | None = None
    at_most: Number | None = None

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        ends = (("least", self.at_least), ("most", self.at_most))
        en = [f"at {bound} {at:g}" for bound, at in ends if at is not None]
        french = {"least": "au moins", "most": "au plus"}
        fr = [f"{french[bound]} {at:g}" for bound, at in ends if at is not None]
        return Label(
            en=f"the value, told as {', '.join(en)}", fr=f"la valeur, dite {', '.join(fr)}"
        )


class Round(Frozen):
    """A number at the nearest multiple of a base; from the middle, at the even multiple."""

    rule: Literal["round"]
    base: Annotated[Number, Field(gt=0)]

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        return Label(
            en=f"the value at the nearest multiple of {self.base:g} (halves to the even one)",
            fr=f"la valeur au multiple de {self.base:g} le plus proche (les moitiés au pair)",
        )


class Redact(Frozen):
    """Only whether the cell was filled: true or false. White space fills nothing."""

    rule: Literal["redact"]
    as_: KeptAs

    @property
    def words(self) -> Label:
        """What is kept, in words."""
        return Label(en="only whether it was filled", fr="seulement si elle était remplie")


PrivacyRule = Annotated[
    Drop
    | Keep
    | Pseudonymise
    | TruncateDate
    | Age
    | Band
    | Generalise
    | GeneraliseTerritory
    | Map
    | Clip
    | Round
    | Redact,
    Field(discriminator="rule"),
]


def describe(rule: PrivacyRule) -> Label:
    """Return in words what is kept of a value under a rule."""
    return rule.words


def _day(at: str) -> Label:
    month, day = at.removeprefix("+").split("-")
    en, fr = f"{month}-{day} of the period's", f"{day}/{month} de"
    return (
        Label(en=f"{en} second year", fr=f"{fr} la seconde année de la période")
        if at.startswith("+")
        else Label(en=f"{en} first year", fr=f"{fr} la première année de la période")
    )
