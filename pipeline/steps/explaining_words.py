"""Tell an explanation in words: one row per hidden figure, in English or French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.contracts import Contracts, Label, Table
from pipeline.contracts.numbers import number
from pipeline.errors import Language
from pipeline.steps.explaining import Explanation, HiddenRate
from pipeline.steps.hidden_figures import Figure, Guarded, Hidden, Stands

# Sums and protected figures that a row names; the file of an explanation holds all.
_NAMED = 3

_RULES: Mapping[str, Label] = {
    "small": Label(
        en="Fewer than {k} persons: under the threshold of {table}",
        fr="Moins de {k} personnes : sous le seuil de {table}",
    ),
    "alike": Label(
        en="Its group is in one category to {extreme_pct} % or more: all its other counts would "
        "tell that, zeros too ({table})",
        fr="Son groupe est dans une seule catégorie à {extreme_pct} % ou plus : tous ses autres "
        "effectifs le diraient, zéros compris ({table})",
    ),
    "few_units": Label(
        en="Fewer than {contributors} schools or other units are behind it",
        fr="Moins de {contributors} écoles ou autres unités y contribuent",
    ),
    "p_pct": Label(
        en="The second largest unit behind it could work out the largest to within {p_pct} %",
        fr="Sa deuxième unité pourrait calculer la première à {p_pct} % près",
    ),
    "dominance": Label(
        en="More than {dominance_k_pct} % of it comes from its {dominance_n} largest unit(s)",
        fr="Plus de {dominance_k_pct} % en vient de ses {dominance_n} plus grande(s) unité(s)",
    ),
    "nothing": Label(
        en="It would tell the amount of each unit behind it",
        fr="Il dirait le montant de chacune de ses unités",
    ),
    "same": Label(
        en="It counts the same persons as a figure that a rule hides",
        fr="Il compte les mêmes personnes qu'un chiffre masqué par une règle",
    ),
    "held": Label(
        en="A release that is still public hides it",
        fr="Une publication encore publique le masque",
    ),
    "told": Label(
        en="Fewer than {k} persons changed in it since a release that is still public, or it would "
        "give such a figure away",
        fr="Moins de {k} personnes y ont changé depuis une publication encore publique, ou il "
        "trahirait un tel chiffre",
    ),
}
_GONE = Label(
    en="Not kept: the rule went with the exact counts when the release was decided",
    fr="Non conservé : la règle est partie avec les effectifs exacts à la décision",
)
_OTHERS = Label(en="It protects others", fr="Il en protège d'autres")
_EXACT = Label(en="{figure} would be known, from {by}", fr="{figure} serait connu, d'après {by}")
_AFTER = Label(
    en="{figure} would be known in {steps} steps, the last from {by}",
    fr="{figure} serait connu en {steps} étapes, la dernière d'après {by}",
)
_CLOSE = Label(
    en="{figure} would be known to within less than {width}, from {by}",
    fr="{figure} serait connu à moins de {width} près, d'après {by}",
)
_TOGETHER = Label(
    en="No figure by itself: with others it keeps the hidden ones of its sums uncertain",
    fr="Aucun à lui seul : avec d'autres il garde incertains les chiffres masqués de ses sommes",
)
_MORE = Label(en="and {count} more", fr="et {count} autres")
_BY_RULE = Label(en="hidden by a rule", fr="masqué par une règle")
_BY = Label(en="{figure} by {over}", fr="{figure} par {over}")
_ALL = Label(en="all", fr="ensemble")
_HIDDEN = Label(en="hidden", fr="masqué")
_FROM_TO = Label(en="{low} to {high}", fr="{low} à {high}")
_AT_LEAST = Label(en="uncertain by {width} at least", fr="incertain de {width} au moins")
_RATE = Label(
    en="A rate of which a count is hidden: {counts}",
    fr="Un taux dont un effectif est masqué : {counts}",
)


class Words:
    """Names things by the labels of the contracts.

    Args:
        contracts: the labels and the rules.
        found: what is explained.
        language: of the words.
    """

    def __init__(self, contracts: Contracts, found: Explanation, language: Language) -> None:
        self._contracts, self._found, self._language = contracts, found, language
        typologies = contracts.territories.typologies
        self._dimensions = {name: one.label for name, one in contracts.codelists.items()}
        self._dimensions |= {name: one.label for name, one in typologies.items()}
        self._dimensions |= {one.level: one.label for one in contracts.territories.levels}
        self._codes = {
            (name, item.code): item.label
            for name, one in contracts.codelists.items()
            for item in one.items
        }
        self._codes |= {
            (name, item.code): item.label
            for name, one in typologies.items()
            for item in one.classes
        }

    @property
    def title(self) -> str:
        """Return what is explained: the territory and its period."""
        area = self._found.territory
        return f"{self._found.names[area]} ({area}), {self._found.period}"

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per hidden figure, by columns in words."""
        counts = [self._row(each) for each in self._found.figures]
        return [*counts, *(self._rate(each) for each in self._found.rates)]

    def _row(self, one: Hidden) -> dict[str, Any]:
        tables = [self._contracts.tables[name].label for name in one.tables]
        stands = sorted(one.stands, key=lambda each: each.value is None)
        return {
            "table": ", ".join(self._said(label) for label in tables),
            "figure": self._codes_of(one.figure.codes),
            "why": self._why(one),
            "protects": "" if one.rules else self._guards(one),
            "stands_in": self._listed(self._stands(each) for each in stands[:_NAMED]),
            "reader_can_tell": self._reader(one),
        }

    def _rate(self, one: HiddenRate) -> dict[str, Any]:
        counts = [
            f"{self._said(self._contracts.tables[name].label)}, {self._codes_of(figure.codes)}"
            for name, figure in one.counts
        ]
        return {
            "table": self._said(self._contracts.indicators[one.indicator].label),
            "figure": self._codes_of(one.codes),
            "why": self._said(_RATE, counts=self._listed(dict.fromkeys(counts))),
            "protects": "",
            "stands_in": "",
            "reader_can_tell": "",
        }

    def _said(self, label: Label, **facts: object) -> str:
        return label.words(self._language).format(**facts)

    def _listed(self, told: Iterable[str]) -> str:
        return ("\N{NO-BREAK SPACE}; " if self._language == "fr" else "; ").join(told)

    def _why(self, one: Hidden) -> str:
        if one.rules is None:
            return self._said(_GONE)
        told = [self._said(_RULES[rule], **self._numbers(name)) for name, rule in one.rules]
        return self._listed(dict.fromkeys(told)) or self._said(_OTHERS)

    def _numbers(self, name: str) -> dict[str, object]:
        table = self._contracts.tables[name]
        numbers = {"k": self._contracts.threshold(table), **self._shares(table)}
        told = {key: number(each, 0, self._language) for key, each in numbers.items()}
        return {"table": self._said(table.label), **told}

    def _shares(self, table: Table) -> dict[str, float]:
        shares = {"extreme_pct": self._contracts.extreme_pct(table) or 0.0}
        if table.amounts is not None:
            rule = self._contracts.policy.amounts[table.amounts]
            shares |= {key: float(getattr(rule, key).value) for key in type(rule).model_fields}
        return shares

    def _guards(self, one: Hidden) -> str:
        if not one.guards:
            return "" if one.rules is None else self._said(_TOGETHER)
        told = [self._guarded(each, one.width) for each in one.guards[:_NAMED]]
        if len(one.guards) > _NAMED:
            told.append(self._said(_MORE, count=len(one.guards) - _NAMED))
        return self._listed(told)

    def _guarded(self, one: Guarded, width: int) -> str:
        figure = self._figure(one.figure)
        if one.is_primary:
            figure += f" ({self._said(_BY_RULE)})"
        said = (_AFTER if one.after else _EXACT) if one.is_exact else _CLOSE
        by, steps = self._stands(one.by), one.after + 1
        return self._said(said, figure=figure, by=by, width=width, steps=steps)

    def _stands(self, one: Stands) -> str:
        over = self._said(self._dimensions[one.over]).lower()
        value = self._said(_HIDDEN) if one.value is None else number(one.value, 0, self._language)
        return f"{self._said(_BY, figure=self._figure(one.total), over=over)} = {value}"

    def _reader(self, one: Hidden) -> str:
        if one.interval is None:
            return self._said(_AT_LEAST, width=one.width)
        low, high = (number(end, 0, self._language) for end in one.interval)
        told = self._said(_FROM_TO, low=low, high=high)
        table = self._contracts.tables[one.tables[0]]
        if table.amounts is None:
            return told
        return f"{told} {self._said(self._contracts.indicators.units[table.measures[0].unit])}"

    def _figure(self, one: Figure) -> str:
        codes = self._codes_of(one.codes)
        is_own = one.area == self._found.territory
        return codes if is_own else f"{self._place(one.area)}, {codes}"

    def _place(self, area: str) -> str:
        """Return the name of a territory, with its level where another bears it too."""
        name = self._found.names[area]
        if sum(other == name for other in self._found.names.values()) == 1:
            return name
        prefixes = self._contracts.territories.prefixes
        level = max(
            (level for level, prefix in prefixes.items() if area.startswith(prefix)),
            key=lambda level: len(prefixes[level]),
        )
        return f"{name} ({self._said(self._dimensions[level]).lower()})"

    def _codes_of(self, codes: Mapping[str, str]) -> str:
        told = [self._said(self._codes[pair]) for pair in codes.items()]
        return ", ".join(told) or self._said(_ALL)
