"""What must hold of indicators: what they name is there, and derived ones read figures alone."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.contracts.derived_lists import DERIVED
from pipeline.contracts.findings import Finding, Path, unknown
from pipeline.contracts.indicators import Contrast, Formula, Indicator, split_part
from pipeline.contracts.model import Contracts

_WHERE = "indicators"


def check_indicators(contracts: Contracts) -> Iterator[Finding]:
    """Yield every broken rule of the indicators."""
    known = {one.code: one for one in contracts.indicators.indicators}
    seen: set[str] = set()
    for position, indicator in enumerate(contracts.indicators.indicators):
        path: Path = ("indicators", position)
        if indicator.code in seen:
            yield Finding(_WHERE, path, "contract.repeated", (("name", indicator.code),))
        seen.add(indicator.code)
        yield from _named(path, indicator, contracts)
        yield from _dimensions(path, indicator, contracts)
        if indicator.formula is not None:
            yield from _formula((*path, "formula"), indicator.formula, indicator, contracts)
        if indicator.is_derived:
            yield from _derived(path, indicator, contracts, known)
        elif indicator.of or indicator.contrast or indicator.costs:
            facts = (("name", indicator.code),)
            yield Finding(_WHERE, (*path, "of"), "contract.derived_query", facts)


def _named(path: Path, indicator: Indicator, contracts: Contracts) -> Iterator[Finding]:
    if indicator.unit not in contracts.indicators.units:
        yield unknown(_WHERE, (*path, "unit"), "unit", indicator.unit)
    for table in indicator.tables:
        if table not in contracts.tables:
            yield unknown(_WHERE, (*path, "tables"), "table", table)
    for target in indicator.targets:
        if target not in contracts.policy.targets:
            yield unknown(_WHERE, (*path, "targets"), "target", target)


def _dimensions(path: Path, indicator: Indicator, contracts: Contracts) -> Iterator[Finding]:
    # A query may make a dimension of another, as the levels of schools that teach several; it has
    # a column in the long form if any table has it.
    of_tables = {name for table in contracts.tables.values() for name in table.dimensions}
    for dimension in indicator.dimensions:
        if dimension not in (DERIVED if indicator.is_derived else of_tables):
            yield unknown(_WHERE, (*path, "dimensions"), "dimension", dimension)


def _formula(
    path: Path, formula: Formula, indicator: Indicator, contracts: Contracts
) -> Iterator[Finding]:
    """Yield what a formula names that its tables lack, and a target that is not its own."""
    if not formula.is_whole:
        facts = (("name", indicator.code),)
        yield Finding(_WHERE, path, "contract.formula_parts", facts)
    for part in formula.parts:
        name, measure, codes = split_part(part)
        table = contracts.tables.get(name)
        if table is None or name not in indicator.tables:
            yield unknown(_WHERE, path, "table", name)
        elif measure not in table.measure_names:
            yield unknown(_WHERE, path, "measure", measure)
        else:
            for dimension, code in codes.items():
                if dimension not in table.dimensions:
                    yield unknown(_WHERE, path, "dimension", dimension)
                elif code not in contracts.codes(dimension):
                    yield unknown(_WHERE, path, f"code of {dimension}", code)
    if formula.target is not None and formula.target not in indicator.targets:
        yield unknown(_WHERE, (*path, "target"), "target", formula.target)


def _derived(
    path: Path, indicator: Indicator, contracts: Contracts, known: dict[str, Indicator]
) -> Iterator[Finding]:
    """Yield what a derived figure names that is not there, and figures that are derived too."""
    for code in indicator.of:
        of = known.get(code)
        if of is None or of.is_derived:
            yield unknown(_WHERE, (*path, "of"), "indicator", code)
        elif not set(of.tables) <= set(indicator.tables):
            missing = sorted(set(of.tables) - set(indicator.tables))
            yield unknown(_WHERE, (*path, "tables"), "table", missing[0])
    if indicator.contrast is not None:
        yield from _contrast((*path, "contrast"), indicator.contrast, contracts)
        for code in indicator.of:
            of = known.get(code)
            if of is not None and indicator.contrast.dimension not in of.dimensions:
                name = indicator.contrast.dimension
                yield unknown(_WHERE, (*path, "contrast"), "dimension", name)
    yield from _costs((*path, "costs"), indicator, contracts)


def _contrast(path: Path, contrast: Contrast, contracts: Contracts) -> Iterator[Finding]:
    if contrast.dimension in contracts.dimensions:
        for code in (contrast.code, contrast.against):
            if code not in contracts.codes(contrast.dimension):
                yield unknown(_WHERE, path, f"code of {contrast.dimension}", code)


def _costs(path: Path, indicator: Indicator, contracts: Contracts) -> Iterator[Finding]:
    policy = contracts.policy.unit_costs
    for need, cost in indicator.costs.items():
        if need not in indicator.of:
            yield unknown(_WHERE, path, "indicator", need)
        if policy is not None and cost not in policy.costs:
            yield unknown(_WHERE, path, "unit cost", cost)
    if indicator.costs and policy is not None and indicator.unit != policy.currency.lower():
        yield unknown(_WHERE, path, "unit", policy.currency.lower())
