"""What the contracts and the policy give to the suites: code sets, patterns, bounds, thresholds.

No suite repeats a number of the policy or a list of a contract: it names a parameter, bound here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.contracts import (
    NOT_APPLICABLE,
    TOTAL,
    Column,
    Contracts,
    Dataset,
    Keep,
    Table,
    Territories,
)

Parameter = int | float | str | tuple[str, ...]


def gate_parameters(contracts: Contracts, *, zone: str, name: str) -> dict[str, Parameter]:
    """Return the parameters of one suite.

    Protected: `columns`, and for each kept column `<column>_codes`, `<column>_pattern` (anchored;
    that of the column it refers to, if any), `<column>_minimum`, `<column>_maximum`, as far as the
    contract declares them. Published: `columns`, `threshold` (the smallest positive count that may
    be shown), `obs_statuses`, `area_levels`, `ref_area_pattern`, and `<dimension>_codes` with the
    total and the code of what does not apply.

    Args:
        contracts: the rules in force.
        zone: `protected` or `published`.
        name: of the dataset or published table.
    """
    if zone == "protected":
        return dict(_dataset_parameters(contracts, contracts.datasets[name]))
    return dict(_table_parameters(contracts, contracts.tables[name]))


def _dataset_parameters(contracts: Contracts, dataset: Dataset) -> Iterator[tuple[str, Parameter]]:
    yield "columns", tuple(str(column.kept_as) for column in dataset.kept)
    for column in dataset.kept:
        kept = column.kept_as
        if column.kept_codelist is not None:
            yield f"{kept}_codes", contracts.codelists[column.kept_codelist].codes
        # What was delivered is bound by these; what another rule made of it is not.
        if not isinstance(column.privacy, Keep):
            continue
        pattern = _pattern(contracts, column)
        if pattern is not None:
            yield f"{kept}_pattern", rf"\A(?:{pattern})\Z"
        if column.minimum is not None:
            yield f"{kept}_minimum", column.minimum
        if column.maximum is not None:
            yield f"{kept}_maximum", column.maximum


def _pattern(contracts: Contracts, column: Column) -> str | None:
    if column.pattern is not None or column.references is None:
        return column.pattern
    dataset, _, name = column.references.partition(".")
    return contracts.datasets[dataset].column(name).pattern


def _table_parameters(contracts: Contracts, table: Table) -> Iterator[tuple[str, Parameter]]:
    yield "columns", published_columns(table)
    yield "threshold", contracts.smallest_shown(table)
    yield "obs_statuses", ("E", "L") if table.is_perturbed else ("A", "D", "Q", "L")
    yield "area_levels", tuple(table.levels)
    yield "ref_area_pattern", _ref_area_pattern(contracts.territories, table)
    for dimension in table.dimensions:
        yield f"{dimension}_codes", (*contracts.codes(dimension), TOTAL, NOT_APPLICABLE)


def published_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a table's released cells, in order."""
    return (
        *("ref_area", "area_level", "time_period"),
        *table.dimensions,
        *table.measure_names,
        *table.measured_columns,
        *("obs_status", "conf_status", "coverage"),
    )


def _ref_area_pattern(territories: Territories, table: Table) -> str:
    """Return the forms of `ref_area`; a level without prefix is the country, by its code."""
    forms = [
        f"{re.escape(prefix)}[A-Za-z0-9_.+-]+" if prefix else re.escape(territories.country)
        for level, prefix in territories.prefixes.items()
        if level in table.levels
    ]
    return rf"\A(?:{'|'.join(forms)})\Z"
