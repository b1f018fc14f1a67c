"""Tell of a published column, in words, by which chain it comes from which delivered columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.contracts import ROLE_WORDS, Contracts, Indicator, Label, Table
from pipeline.contracts.derived_lists import DERIVED, derived_lists
from pipeline.contracts.indicators import split_part
from pipeline.errors import ContractError, Place, Problem
from pipeline.lineage.derivation import COUNTED, Path, Relation
from pipeline.lineage.grammar import Refusal
from pipeline.lineage.proofs import prove_count, prove_indicator, released_columns


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain, and the links that it hangs on."""

    name: str
    words: Label
    parts: tuple[Link, ...] = ()

    def lines(self, language: str, depth: int = 0) -> list[str]:
        """Return the chain as lines, indented by their depth."""
        line = "  " * depth + f"{self.name}: {self.words.words(language)}"
        return [line, *(text for part in self.parts for text in part.lines(language, depth + 1))]

    def as_dict(self, language: str) -> dict[str, Any]:
        """Return plain types, ready for JSON."""
        return {
            "name": self.name,
            "words": self.words.words(language),
            "from": [part.as_dict(language) for part in self.parts],
        }

    def delivered(self) -> set[str]:
        """Return `dataset.column` of each delivered column at the end of the chain."""
        if not self.parts:
            return {self.name} if self.name.count(".") == 1 else set()
        return {name for part in self.parts for name in part.delivered()}


def trace(
    contracts: Contracts, counts: Mapping[str, str], indicators: Mapping[str, str], name: str
) -> Link:
    """Return the chain of a published column.

    Args:
        contracts: the rules.
        counts: table → text of its query.
        indicators: code → text of its query.
        name: `table.column`, an indicator's code, or `observations.column`.

    Raises:
        ContractError: nothing is published under this name, or its query is not proved.
    """
    return _Tracer(contracts, counts, indicators).link(name)


class _Tracer:
    def __init__(
        self, contracts: Contracts, counts: Mapping[str, str], indicators: Mapping[str, str]
    ) -> None:
        self._contracts = contracts
        self._counts = counts
        self._indicators = indicators

    def link(self, name: str) -> Link:
        table, _, column = name.lower().partition(".")
        codes = {item.code.lower(): item for item in self._contracts.indicators.indicators}
        if not column and table in codes:
            return self._indicator(codes[table])
        if table == "observations" and column:
            return self._observations(column)
        if table in self._contracts.tables and column in released_columns(self._contracts, table):
            return self._cell(self._contracts.tables[table], column)
        raise self._unknown(name)

    def _unknown(self, name: str) -> ContractError:
        table = next(iter(self._contracts.tables.values()))
        example = f"{table.table}.{table.measure_names[0]}"
        return ContractError("lineage.unknown_published", name=name, example=example)

    def _observations(self, column: str) -> Link:
        name = f"observations.{column}"
        if column in _OBSERVED:
            return Link(name, _OBSERVED[column])
        tables = self._contracts.tables.values()
        if column in DERIVED:
            words = derived_lists(self._contracts.territories)[column].label
            return Link(name, words)
        if column in self._contracts.dimensions:
            parts = tuple(self._cell(t, column) for t in tables if column in t.dimensions)
            return Link(name, _dimension_words(column), parts)
        indicators = self._contracts.indicators.indicators
        if column == "obs_value":
            parts = tuple(self._indicator(indicator) for indicator in indicators)
            return Link(name, _VALUES, parts)
        if column in {"ref_area", "area_level", "time_period", "coverage", *_STATUSES}:
            table = next(iter(tables))
            return Link(name, self._cell(table, column).words)
        raise self._unknown(name)

    def _indicator(self, indicator: Indicator) -> Link:
        if indicator.kind == "count":
            table, measure = next(
                (table, measure.name)
                for table in self._contracts.tables.values()
                for measure in table.measures
                if measure.indicator == indicator.code
            )
            return Link(indicator.code, indicator.label, (self._cell(table, measure),))
        file = indicator.file
        proof = prove_indicator(self._contracts, indicator.code, self._indicators[indicator.code])
        relation = _proved(proof, file)
        if indicator.is_derived:
            return Link(indicator.code, indicator.label, (self._derived(indicator),))
        cells = _ends(relation.columns["obs_value"])
        hidden = _ends(relation.columns["is_hidden"]) - cells
        query = Link(
            file,
            Label(
                en=f"computed from released cells only: {_list(cells)}"
                + (f"; hidden where they are hidden: {_list(hidden)}" if hidden else ""),
                fr=f"calculé des seules cellules publiées : {_list(cells)}"
                + (f" ; masqué là où elles le sont : {_list(hidden)}" if hidden else ""),
            ),
            tuple(self.link(cell) for cell in sorted(cells)),
        )
        return Link(indicator.code, indicator.label, (query,))

    def _derived(self, indicator: Indicator) -> Link:
        """Return what a proved query of a derived figure is given to read."""
        parts = indicator.formula.parts if indicator.formula else ()
        cells = dict.fromkeys(split_part(part)[:2] for part in parts)
        named = [*indicator.of, *(f"{table}.{measure}" for table, measure in cells)]
        return Link(
            indicator.file,
            Label(
                en=f"derived from published figures and cells only: {', '.join(named)}",
                fr=f"dérivé des seuls chiffres et cellules publiés : {', '.join(named)}",
            ),
            tuple(self.link(name) for name in named),
        )

    def _cell(self, table: Table, column: str) -> Link:
        name = f"{table.table}.{column}"
        fixed = _MEASURED if column in table.measured_columns else _OF_CELLS.get(column)
        if fixed is not None:
            return Link(name, fixed)
        typology = self._contracts.territories.typologies.get(column)
        if typology is not None:
            return Link(name, _typology_words(typology.label))
        file = f"sql/counts/{table.table}.sql"
        sql = self._counts[table.table]
        relation = _proved(prove_count(self._contracts, table.table, sql), file)
        if column in {"ref_area", "area_level"}:
            paths = relation.columns["territory_code"]
            return Link(name, _TERRITORY, (self._query(file, relation, paths),))
        query = self._query(file, relation, relation.columns[column])
        if column in table.measure_names:
            return Link(name, self._protection(table), (query,))
        return Link(name, _dimension_words(column), (query,))

    def _query(self, file: str, relation: Relation, paths: Iterable[Path]) -> Link:
        """Return what a count query does for one column: what it takes, what decides on rows."""
        columns = _ends(paths)
        decided = _ends(p for c in relation.conditions for p in c.paths) - columns
        clauses = ", ".join(dict.fromkeys(c.clause for c in relation.conditions if c.paths))
        taken = _taken(columns, relation.tables)
        also = Link(
            "rows",
            Label(
                en=f"which of them count, and in which group: these columns decide ({clauses})",
                fr=f"lesquelles comptent, et dans quel groupe : ces colonnes décident ({clauses})",
            ),
            tuple(self._delivered(end) for end in sorted(decided)),
        )
        ends = tuple(self._delivered(end) for end in sorted(columns))
        return Link(file, taken, (*ends, also) if decided else ends)

    def _delivered(self, end: str) -> Link:
        dataset, _, kept = _column_of(end).partition(".")
        column = self._contracts.kept_columns(dataset)[kept]
        rule, role = column.privacy.words, ROLE_WORDS[column.role]
        return Link(
            f"{dataset}.{column.name}",
            Label(
                en=f"delivered as {column.label.en} ({role.en}); kept: {rule.en}",
                fr=f"livré comme {column.label.fr} ({role.fr}) ; gardé : {rule.fr}",
            ),
        )

    def _protection(self, table: Table) -> Label:
        if table.counts != "persons":
            return Label(
                en=f"{table.label.en}: counts no persons, published as counted",
                fr=f"{table.label.fr} : ne compte pas de personnes, publié tel que compté",
            )
        k = self._contracts.threshold(table)
        return Label(
            en=f"{table.label.en}: 1 to {k - 1} hidden, and what would give them away",
            fr=f"{table.label.fr} : 1 à {k - 1} masqués, et ce qui les trahirait",
        )


_STATUSES = {"obs_status", "conf_status"}
_TERRITORY = Label(
    en="the territory that the query counts by, and those above it in contracts/territories.yml",
    fr="le territoire de la requête, et ceux qui le contiennent dans contracts/territories.yml",
)
_VALUES = Label(en="the value of each indicator", fr="la valeur de chaque indicateur")
_OF_CELLS = {
    "time_period": Label(
        en="the period that the sender named with the delivery",
        fr="la période que l'expéditeur a nommée avec la livraison",
    ),
    "obs_status": Label(
        en="set by disclosure control and coverage: hidden, missing, partial or normal",
        fr="posé par le contrôle de divulgation et la couverture : masqué, absent, partiel, normal",
    ),
    "conf_status": Label(
        en="set by disclosure control: C where the value is hidden",
        fr="posé par le contrôle de divulgation : C là où la valeur est masquée",
    ),
    "coverage": Label(
        en="the share of its inhabitants that the project covers, times that of senders who came",
        fr="la part de ses habitants dans le projet, fois celle de ses expéditeurs venus",
    ),
}
_MEASURED = Label(
    en="the count with its noise of differential privacy, before anything was made of it",
    fr="l'effectif avec son bruit de confidentialité différentielle, avant tout traitement",
)
_OBSERVED = {
    "stands_from": Label(
        en="the name of the earlier release that shows the same figure",
        fr="le nom de la publication antérieure qui montre le même chiffre",
    ),
    "obs_low": Label(
        en="the lower end of the band of a figure made of moved counts: of released cells alone",
        fr="la borne inférieure d'un chiffre fait d'effectifs décalés : des seules cellules "
        "publiées",
    ),
    "obs_high": Label(
        en="the upper end of the band of a figure made of moved counts: of released cells alone",
        fr="la borne supérieure d'un chiffre fait d'effectifs décalés : des seules cellules "
        "publiées",
    ),
    "indicator": Label(
        en="the code of the indicator, from contracts/indicators.yml",
        fr="le code de l'indicateur, de contracts/indicators.yml",
    ),
    "unit_measure": Label(
        en="the unit of the indicator, from contracts/indicators.yml",
        fr="l'unité de l'indicateur, de contracts/indicators.yml",
    ),
}


def _typology_words(label: Label) -> Label:
    return Label(
        en=f"{label.en}: a property of the territory, from contracts/territories.yml",
        fr=f"{label.fr} : une propriété du territoire, de contracts/territories.yml",
    )


def _dimension_words(name: str) -> Label:
    return Label(en=f"a breakdown by {name}", fr=f"une ventilation par {name}")


def _taken(columns: set[str], tables: Iterable[str]) -> Label:
    """Say what a value is: taken from columns, a count of their different values, or of rows."""
    counted = {_column_of(end) for end in columns if end.startswith(COUNTED)}
    bare = {end for end in columns if not end.startswith(COUNTED)}
    parts = [
        Label(en=f"taken from {_list(bare)}", fr=f"tiré de {_list(bare)}"),
        Label(
            en=f"counts different {_list(counted)}",
            fr=f"compte les valeurs différentes de {_list(counted)}",
        ),
        Label(
            en=f"counts rows of {_list(tables)}",
            fr=f"compte des lignes de {_list(tables)}",
        ),
    ]
    shown = [part for part, is_so in zip(parts, (bare, counted, not columns), strict=True) if is_so]
    return Label(en=", ".join(part.en for part in shown), fr=", ".join(part.fr for part in shown))


def _column_of(end: str) -> str:
    """Return the column of a table at the end of a chain, counted there or not."""
    return end.removeprefix(COUNTED).removesuffix(")")


def _ends(paths: Iterable[Path]) -> set[str]:
    return {path[-1] for path in paths}


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _proved(proof: Relation | list[Refusal], file: str) -> Relation:
    if isinstance(proof, Relation):
        return proof
    problems = [
        Problem(code=refusal.code, place=Place(file=file, line=refusal.line), facts=refusal.facts)
        for refusal in proof
    ]
    raise ContractError("contract.invalid", count=len(problems), problems=problems)
