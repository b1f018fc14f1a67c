"""The figures of risk that people read: what each is called, what it means, what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.contracts import Label
from pipeline.privacy.risk import Diversity, Limits, Risk

_CLASS = Label(
    en="class: persons whom nothing held tells apart. Who finds the class of a person gets no "
    "nearer to that person.",
    fr="classe : personnes que rien de ce qui est conservé ne distingue. Qui trouve la classe "
    "d'une personne ne s'en approche pas davantage.",
)
_K = Label(
    en="k: persons in the smallest class. 1 says that somebody is alone in it.",
    fr="k : effectif de la plus petite classe. 1 dit que quelqu'un y est seul.",
)
_RECORD = Label(
    en="risk of a record: the chance of naming the right person of a class, 1 / its size.",
    fr="risque d'une ligne : la chance de nommer la bonne personne d'une classe, 1 / effectif.",
)
_L = Label(
    en="l: sensitive values in the least varied class. 1 says that finding the class is enough to "
    "learn the value, however large it is.",
    fr="l : valeurs sensibles de la classe la moins variée. 1 dit que trouver la classe suffit à "
    "apprendre la valeur, si grande soit-elle.",
)
_ENTROPY = Label(
    en="entropy l: the same, a rare value counting for less than a frequent one.",
    fr="l d'entropie : de même, une valeur rare comptant moins qu'une valeur fréquente.",
)
_T = Label(
    en="t: how far the values of the most peculiar class lie from those of all, 0 (alike) to 1; "
    "for numbers and dates, far values count more.",
    fr="t : distance entre les valeurs de la classe la plus singulière et celles de tous, de 0 "
    "(semblables) à 1 ; pour nombres et dates, les valeurs éloignées comptent davantage.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure.

    Attributes:
        label: what it is called.
        meaning: a sentence on it; several figures may share one.
        value: gets it.
        decimals: how many are told.
        at_least: what the policy asks of it; None when nothing.
        at_most: likewise.
        is_judged: True for a figure that the policy may ask something of.
        is_share_of_rows: True when its share of the persons is told beside it.
    """

    label: Label
    meaning: Label
    value: Callable[[Risk], float]
    decimals: int = 0
    at_least: float | None = None
    at_most: float | None = None
    is_judged: bool = False
    is_share_of_rows: bool = False

    def reached(self, risk: Risk) -> bool | None:
        """Tell whether the policy is reached; None when it asks nothing."""
        if self.at_least is not None:
            return self.value(risk) >= self.at_least
        return None if self.at_most is None else self.value(risk) <= self.at_most


def rows_of(limits: Limits, risk: Risk) -> list[Row]:
    """Return the figures in the order of reading: size, k, records, then each sensitive column."""
    columns = [one.column for one in risk.diversity]
    return [
        *_classes(limits),
        *_records(limits),
        *(row for at, name in enumerate(columns) for row in _diversity(limits, name, at)),
    ]


def _classes(limits: Limits) -> Iterator[Row]:
    yield Row(label=Label(en="persons", fr="personnes"), meaning=_CLASS, value=lambda r: r.rows)
    yield Row(label=Label(en="classes", fr="classes"), meaning=_CLASS, value=lambda r: r.classes)
    yield Row(
        label=Label(en="smallest class (k)", fr="plus petite classe (k)"),
        meaning=_K,
        value=lambda r: r.k,
        at_least=limits.k,
        is_judged=True,
    )
    yield Row(
        label=Label(
            en=f"persons in classes under {limits.k}", fr=f"personnes en classes sous {limits.k}"
        ),
        meaning=_K,
        value=lambda r: r.rows_under_k,
        is_share_of_rows=True,
    )
    yield Row(
        label=Label(en="persons alone in their class", fr="personnes seules dans leur classe"),
        meaning=_K,
        value=lambda r: r.unique_rows,
        is_share_of_rows=True,
    )


def _records(limits: Limits) -> Iterator[Row]:
    yield Row(
        label=Label(en="greatest risk of a record", fr="plus grand risque d'une ligne"),
        meaning=_RECORD,
        value=lambda r: r.greatest_risk,
        decimals=3,
        at_most=limits.record_risk,
        is_judged=True,
    )
    yield Row(
        label=Label(en="mean risk of a record", fr="risque moyen d'une ligne"),
        meaning=_RECORD,
        value=lambda r: r.mean_risk,
        decimals=3,
    )
    if limits.record_risk is not None:
        yield Row(
            label=Label(
                en="persons above the greatest risk asked", fr="personnes au-dessus du risque admis"
            ),
            meaning=_RECORD,
            value=lambda r: r.rows_over_risk,
            is_share_of_rows=True,
        )


def _diversity(limits: Limits, column: str, position: int) -> Iterator[Row]:
    def of(value: Callable[[Diversity], float]) -> Callable[[Risk], float]:
        return lambda risk: value(risk.diversity[position])

    yield Row(
        label=Label(en=f"{column}: fewest values (l)", fr=f"{column} : moins de valeurs (l)"),
        meaning=_L,
        value=of(lambda one: one.distinct_l),
        at_least=limits.distinct_l,
        is_judged=True,
    )
    if limits.distinct_l is not None:
        yield Row(
            label=Label(
                en=f"{column}: persons in classes under {limits.distinct_l}",
                fr=f"{column} : personnes en classes sous {limits.distinct_l}",
            ),
            meaning=_L,
            value=of(lambda one: one.rows_under_l),
            is_share_of_rows=True,
        )
    yield Row(
        label=Label(en=f"{column}: entropy l", fr=f"{column} : l d'entropie"),
        meaning=_ENTROPY,
        value=of(lambda one: one.entropy_l),
        decimals=2,
        at_least=limits.entropy_l,
        is_judged=True,
    )
    yield Row(
        label=Label(en=f"{column}: farthest class (t)", fr=f"{column} : classe la plus loin (t)"),
        meaning=_T,
        value=of(lambda one: one.t),
        decimals=3,
        at_most=limits.t,
        is_judged=True,
    )
