"""What must hold between contracts; each broken rule is one finding with its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.delivery_checks import check_deliveries
from pipeline.contracts.findings import Finding, Path, unknown
from pipeline.contracts.formats import SINGLE_BYTE, mapped_columns
from pipeline.contracts.indicator_checks import check_indicators
from pipeline.contracts.method_checks import check_method
from pipeline.contracts.model import Contracts
from pipeline.contracts.register_checks import check_registers
from pipeline.contracts.rule_checks import check_rule
from pipeline.contracts.tables import Table
from pipeline.contracts.territories import Territories, Typology


def check_contracts(contracts: Contracts) -> list[Finding]:
    """Return every rule broken between contracts, all at once."""
    findings = list(_territories(contracts))
    for name, codelist in contracts.codelists.items():
        findings += _codelist(name, codelist, contracts)
    for name, dataset in contracts.datasets.items():
        findings += _dataset(name, dataset, contracts)
    for name, table in contracts.tables.items():
        findings += _table(name, table, contracts)
    findings += check_registers(contracts)
    return findings + list(_zeros(contracts)) + list(check_indicators(contracts))


def _territories(contracts: Contracts) -> Iterator[Finding]:
    territories = contracts.territories
    levels = [level.level for level in territories.levels]
    for name, members in territories.hierarchies.items():
        path: Path = ("hierarchies", name)
        for member in members:
            if member not in levels:
                yield unknown("territories", path, "level", member)
        if members[:1] != (territories.base_level,):
            yield Finding(
                "territories", path, "contract.hierarchy_base", (("name", territories.base_level),)
            )
    if territories.population:
        population = territories.population
        for column in (population.level, population.code, population.inhabitants):
            reference = f"{population.dataset}.{column}"
            yield from _reference("territories", ("population",), reference, contracts)
    yield from _typologies(territories)


def _typologies(territories: Territories) -> Iterator[Finding]:
    for name, typology in territories.typologies.items():
        if (typology.measure is None) == (typology.column is None):
            yield Finding("territories", ("typologies", name), "contract.typology_source")
        if not _cuts_fit(typology):
            yield Finding("territories", ("typologies", name, "classes"), "contract.cut_points")
        if typology.of != territories.base_level:
            yield unknown("territories", ("typologies", name, "of"), "base level", typology.of)


def _cuts_fit(typology: Typology) -> bool:
    cuts = [c.below for c in typology.classes]
    if typology.measure is None:
        return not any(cuts)
    inner = [cut for cut in cuts[:-1] if cut is not None]
    return cuts[-1] is None and len(inner) == len(cuts) - 1 and inner == sorted(set(inner))


def _codelist(name: str, codelist: CodeList, contracts: Contracts) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, item in enumerate(codelist.items):
        path: Path = (name, "items", position)
        for spelled in item.spellings:
            if spelled in seen:
                yield Finding("codelists", path, "contract.repeated", (("name", spelled),))
            seen.add(spelled)
        for target, code in item.broader.items():
            if target in contracts.territories.prefixes:
                continue
            if target not in contracts.codelists:
                yield unknown("codelists", (*path, "broader"), "code list", target)
            elif code not in contracts.codelists[target].codes:
                yield unknown("codelists", (*path, "broader", target), f"code of {target}", code)


def _dataset(name: str, dataset: Dataset, contracts: Contracts) -> Iterator[Finding]:
    where = f"datasets/{name}"
    if dataset.dataset != name:
        yield Finding(where, ("dataset",), "contract.file_name", (("name", dataset.dataset),))
    names = [column.name for column in dataset.columns]
    for key in dataset.key:
        if key not in names:
            yield unknown(where, ("key",), "column", key)
    for repeated in sorted({n for n in names if names.count(n) > 1}):
        yield Finding(where, ("columns",), "contract.repeated", (("name", repeated),))
    yield from _aliases(where, dataset)
    yield from _fields(where, dataset)
    encodings = dataset.text.encodings
    if SINGLE_BYTE & set(encodings[:-1]) or len(set(encodings)) < len(encodings):
        yield Finding(where, ("format", "encoding"), "contract.encodings")
    kept = [str(column.kept_as) for column in dataset.kept]
    for repeated in sorted({n for n in kept if kept.count(n) > 1}):
        yield Finding(where, ("columns",), "contract.repeated", (("name", repeated),))
    yield from check_deliveries(where, dataset, contracts.codelists)
    if dataset.expected:
        if dataset.expected.column not in kept:
            yield unknown(where, ("expected", "column"), "kept column", dataset.expected.column)
        yield from _reference(where, ("expected", "each"), dataset.expected.each, contracts)
    for position, column in enumerate(dataset.columns):
        path: Path = ("columns", position)
        yield from _column(where, path, column, dataset=dataset, contracts=contracts)


def _aliases(where: str, dataset: Dataset) -> Iterator[Finding]:
    """Tell of other names of a column that are the name of one already, in whatever year."""
    taken = {column.name for column in dataset.columns}
    for position, column in enumerate(dataset.columns):
        for alias in column.aliases:
            if alias.name in taken:
                path: Path = ("columns", position, "aliases")
                yield Finding(where, path, "contract.repeated", (("name", alias.name),))
            taken.add(alias.name)


def _fields(where: str, dataset: Dataset) -> Iterator[Finding]:
    """Find columns of which a format does not say the field, and others."""
    names = {column.name for column in dataset.columns}
    for inner, fields in mapped_columns(dataset.format):
        path: Path = ("format", *inner, "fields")
        for missing in sorted(names - fields.keys()):
            yield Finding(where, path, "contract.column_unmapped", (("name", missing),))
        for strange in sorted(fields.keys() - names):
            yield unknown(where, path, "column", strange)


def _reference(where: str, path: Path, reference: str, contracts: Contracts) -> Iterator[Finding]:
    dataset, _, column = reference.partition(".")
    if dataset not in contracts.datasets:
        yield unknown(where, path, "dataset", dataset)
    elif column not in contracts.kept_columns(dataset):
        yield unknown(where, path, f"kept column of {dataset}", column)


def _column(
    where: str, path: Path, column: Column, *, dataset: Dataset, contracts: Contracts
) -> Iterator[Finding]:
    if (column.type == "code") != (column.codelist is not None):
        yield Finding(where, path, "contract.codelist_missing", (("name", column.name),))
    if column.codelist is not None and column.codelist not in contracts.codelists:
        yield unknown(where, (*path, "codelist"), "code list", column.codelist)
    if (column.type == "date") != (column.format is not None):
        yield Finding(where, path, "contract.date_format", (("name", column.name),))
    is_free_text = column.type == "text" and not (column.pattern or column.references)
    is_free_text = is_free_text and not column.territory and column.name not in dataset.key
    if column.max_lines > 1 and not (is_free_text and len(dataset.columns) > 1):
        yield Finding(where, (*path, "max_lines"), "contract.lines", (("name", column.name),))
    if column.references:
        yield from _reference(where, (*path, "references"), column.references, contracts)
    levels = contracts.territories.prefixes
    if column.territory is not None and column.territory not in levels:
        yield unknown(where, (*path, "territory"), "level", column.territory)
    yield from check_rule(where, (*path, "privacy"), column, dataset=dataset, contracts=contracts)


def _table(name: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    where = f"tables/{name}"
    if table.table != name:
        yield Finding(where, ("table",), "contract.file_name", (("name", table.table),))
    if table.population not in contracts.datasets:
        yield unknown(where, ("population",), "dataset", table.population)
    else:
        yield from _persons(where, table, contracts)
    known: Mapping[str, object] = {**contracts.codelists, **contracts.territories.typologies}
    for dimension in table.dimensions:
        if dimension not in known:
            facts = (("name", dimension),)
            yield Finding(where, ("dimensions",), "contract.dimension_codelist", facts)
    for target in table.targets:
        if target not in contracts.policy.targets:
            yield unknown(where, ("targets",), "target", target)
    for level, crossed in table.levels.items():
        yield from _level(where, table, contracts, path=("levels", level), crossed=crossed)
    for level, told in table.known_elsewhere.items():
        path = ("known_elsewhere", level)
        yield from _level(where, table, contracts, path=path, crossed=told.dimensions)
    if table.known_elsewhere and table.counts != "persons":
        facts = (("name", table.table),)
        yield Finding(where, ("known_elsewhere",), "contract.elsewhere_of_units", facts)
    yield from _measures(where, table, contracts)
    yield from _amounts(where, table, contracts)


def _amounts(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    if table.counts == "units" and (table.amounts is None) == (table.method == "suppression"):
        yield Finding(where, ("method",), "contract.amounts_open", (("name", table.table),))
    if table.amounts is not None:
        if table.amounts not in contracts.policy.amounts:
            yield unknown(where, ("amounts",), "rule for amounts", table.amounts)
        if table.counts != "units" or len(table.measures) != 1:
            yield Finding(where, ("amounts",), "contract.one_amount", (("name", table.table),))
    if table.needed is not None:
        name, measure = table.needed
        units = [
            measure in other.measure_names
            and other.method == "none"
            and (other.population, other.territory_of) == (table.population, table.territory_of)
            for other in contracts.tables.values()
            if other.table == name
        ]
        if table.amounts is None or not any(units):
            facts = (("name", table.table), ("measure", str(table.nothing_without)))
            yield Finding(where, ("nothing_without",), "contract.nothing_without", facts)


def _level(
    where: str,
    table: Table,
    contracts: Contracts,
    *,
    path: tuple[str, str],
    crossed: tuple[str, ...],
) -> Iterator[Finding]:
    territories, (_, level) = contracts.territories, path
    if level not in territories.prefixes:
        yield unknown(where, path, "level", level)
    for dimension in crossed:
        if dimension not in table.dimensions:
            yield unknown(where, path, "dimension", dimension)
        if dimension in territories.typologies and level == territories.base_level:
            yield Finding(where, path, "contract.typology_level", (("name", dimension),))


def _measures(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    indicators = {indicator.code for indicator in contracts.indicators.indicators}
    for position, measure in enumerate(table.measures):
        path: Path = ("measures", position)
        if measure.unit not in contracts.indicators.units:
            yield unknown(where, (*path, "unit"), "unit", measure.unit)
        if measure.indicator is not None and measure.indicator not in indicators:
            yield unknown(where, (*path, "indicator"), "indicator", measure.indicator)


def _persons(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    persons = contracts.datasets[table.population].counts_persons
    if persons != (table.counts == "persons"):
        yield Finding(where, ("counts",), "contract.counts_persons", (("name", table.population),))
    if table.counts == "persons":
        yield from check_method(where, table, contracts)
        if len(table.measures) != 1:
            yield Finding(where, ("measures",), "contract.one_count", (("name", table.table),))
    elif table.is_perturbed:
        named = (("name", table.table), ("method", table.method))
        yield Finding(where, ("method",), "contract.method_of_units", named)
    if table.sensitivity is not None and table.sensitivity not in contracts.policy.thresholds:
        yield unknown(where, ("sensitivity",), "threshold", table.sensitivity)
    elif table.sensitivity not in contracts.policy.extremes:
        for dimension in _sensitive(table, contracts):
            facts = (("name", dimension), ("sensitivity", str(table.sensitivity)))
            yield Finding(where, ("dimensions",), "contract.extreme_missing", facts)


def _sensitive(table: Table, contracts: Contracts) -> tuple[str, ...]:
    known = {**contracts.codelists, **contracts.territories.typologies}
    return tuple(contracts.sensitive(table)) if set(table.dimensions) <= set(known) else ()


def _zeros(contracts: Contracts) -> Iterator[Finding]:
    """Check that each threshold says what becomes of zeros, and that extremes can be hidden."""
    policy = contracts.policy
    for part, told in (("zeros", policy.zeros), ("extremes", policy.extremes)):
        for name in told:
            if name not in policy.thresholds:
                yield unknown("policy", (part, name), "threshold", name)
    for name in policy.thresholds:
        if name not in policy.zeros:
            yield Finding("policy", ("zeros",), "contract.zeros_missing", (("name", name),))
        elif name in policy.extremes and policy.zeros[name] != "protected":
            yield Finding("policy", ("zeros", name), "contract.zeros_tell", (("name", name),))
