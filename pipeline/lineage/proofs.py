"""Prove every query of a project: what it reads, what it returns, what it derives from.

A count query reads protected tables only, and no identifier or pseudonym stands anywhere in it
but inside `count(distinct …)`. Where a table's method asks for cell keys, the record keys of its
population are added up, into one column alone. An indicator query reads the released cells of the
tables that the indicator declares; that of a derived figure reads figures and territories. Each
returns the columns that its contract declares, no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

from pipeline.contracts import Contracts, Indicator, Pseudonymise, Table
from pipeline.contracts.tables import RECORD_KEY, RECORD_KEYS
from pipeline.errors import Place, Problem
from pipeline.lineage.derivation import SUMMED, Derivation, Relation
from pipeline.lineage.grammar import Refusal, parse

DERIVED_FROM: Mapping[str, tuple[str, ...]] = {
    "figures": (
        *("indicator", "ref_area", "area_level", "time_period", "code"),
        *("obs_value", "is_hidden", "coverage", "unit_cost"),
    ),
    "parts": (
        *("ref_area", "area_level", "time_period", "over_sum", "under_sum"),
        *("is_hidden", "coverage"),
    ),
    "parents": ("ref_area", "parent_area", "parent_level"),
    "members": ("ref_area", "base_area", "split_by", "group_area"),
}
"""What the query of a derived figure may read, and its columns.

figures: the figures of the indicators that it is `of`, not rounded, every dimension whole but that
of its contrast, whose code is `code`; unit_cost where the policy has one. parts: the sums of the
released cells that its formula names. parents: the territories above each. members: the base
territories of each other one, by the groups that `split_by` names; `_T` puts them all into one.
"""


def check_lineage(
    contracts: Contracts, counts: Mapping[str, str], indicators: Mapping[str, str]
) -> list[Problem]:
    """Return every reason why a query is not proved, with file, line and path of columns."""
    problems: list[Problem] = []
    for table, sql in counts.items():
        proof = prove_count(contracts, table, sql)
        problems += _problems(proof, f"sql/counts/{table}.sql")
    for code, sql in indicators.items():
        proof = prove_indicator(contracts, code, sql)
        problems += _problems(proof, contracts.indicators[code].file)
    # A query that several indicators share is wrong once.
    return list(dict.fromkeys(problems))


def prove_count(contracts: Contracts, table: str, sql: str) -> Relation | list[Refusal]:
    """Return what a count query derives its columns from, or why that is not proved."""
    typologies = contracts.territories.typologies
    shape = contracts.tables[table]
    dimensions = [name for name in shape.dimensions if name not in typologies]
    columns = {name: [*contracts.kept_columns(name)] for name in contracts.datasets}
    keys = shape.method == "cell_key"
    if keys:
        columns[shape.population].append(RECORD_KEY)
    proof = _prove(
        sql,
        Derivation(
            columns,
            identified=identified_columns(contracts),
            summed=frozenset({f"{shape.population}.{RECORD_KEY}"} if keys else ()),
            parameters=frozenset(shape.targets),
        ),
        declared=[
            *("territory_code", *dimensions, *shape.measure_names),
            *(*shape.key_columns, *shape.behind),
        ],
    )
    return (isinstance(proof, Relation) and _misplaced_keys(proof, shape)) or proof


def prove_indicator(contracts: Contracts, code: str, sql: str) -> Relation | list[Refusal]:
    """Return what an indicator query derives its columns from, or why that is not proved.

    A derived one reads the figures and the released cells that its contract names, and which
    territory lies in which: nothing else is there for it to read.
    """
    indicator = contracts.indicators[code]
    read: Mapping[str, Iterable[str]] = (
        _derived_from(indicator)
        if indicator.is_derived
        else {name: released_columns(contracts, name) for name in indicator.tables}
    )
    return _prove(
        sql,
        Derivation(read, parameters=indicator.parameters),
        declared=[
            *("ref_area", "area_level", "time_period", *indicator.dimensions),
            *("obs_value", "is_hidden", "coverage"),
        ],
    )


def _derived_from(indicator: Indicator) -> Mapping[str, Iterable[str]]:
    left_out = {"figures"} if not indicator.of else set()
    left_out |= {"parts"} if indicator.formula is None else set()
    return {name: columns for name, columns in DERIVED_FROM.items() if name not in left_out}


def identified_columns(contracts: Contracts) -> frozenset[str]:
    """Return `dataset.column` of each kept column that is an identifier or a pseudonym."""
    return frozenset(
        f"{name}.{column.kept_as}"
        for name, dataset in contracts.datasets.items()
        for column in dataset.kept
        if column.role == "direct_identifier" or isinstance(column.privacy, Pseudonymise)
    )


def released_columns(contracts: Contracts, table: str) -> list[str]:
    """Return the columns of the released cells of a table, in order."""
    shape = contracts.tables[table]
    return [
        "ref_area",
        "area_level",
        "time_period",
        *shape.dimensions,
        *shape.measure_names,
        *shape.measured_columns,
        "obs_status",
        "conf_status",
        "coverage",
    ]


def tables_read(sql: str) -> frozenset[str]:
    """Return the names of the tables that a query reads, its own CTEs left out.

    A query that cannot be proved reads nothing, so that nothing is run for it.
    """
    tree = parse(sql)
    return frozenset() if isinstance(tree, list) else frozenset(_tables(tree, frozenset()))


def _tables(tree: exp.Expr, ctes: frozenset[str]) -> Iterable[str]:
    with_ = tree.args.get("with_")
    for cte in with_.expressions if with_ else ():
        yield from _tables(cte.this, ctes)
        ctes |= {cte.alias.lower()}
    for part in tree.iter_expressions():
        if isinstance(part, exp.Table) and part.name.lower() not in ctes:
            yield part.name.lower()
        elif not isinstance(part, exp.With):
            yield from _tables(part, ctes)


def _misplaced_keys(relation: Relation, table: Table) -> list[Refusal]:
    """Return where sums of record keys are anywhere but alone in the column of their own."""
    end = f"{SUMMED}{table.population}.{RECORD_KEY})"
    holding = {name: {p[-1] for p in paths} for name, paths in relation.columns.items()}
    wrong = [name for name, ends in holding.items() if end in ends and name != RECORD_KEYS]
    if table.key_columns and holding[RECORD_KEYS] != {end}:
        wrong.append(RECORD_KEYS)
    wrong += [c.clause for c in relation.conditions if any(p[-1] == end for p in c.paths)]
    return [
        Refusal(code="lineage.record_keys_misplaced", facts=(("name", name),)) for name in wrong
    ]


def _prove(sql: str, derivation: Derivation, *, declared: list[str]) -> Relation | list[Refusal]:
    tree = parse(sql)
    if isinstance(tree, list):
        return tree
    relation = derivation.result(tree)
    refusals = [*derivation.refusals]
    if set(relation.columns) != set(declared):
        facts = {
            "missing": ", ".join(n for n in declared if n not in relation.columns) or "-",
            "unknown": ", ".join(n for n in relation.columns if n not in declared) or "-",
        }
        refusals.append(Refusal(code="lineage.other_columns", facts=tuple(facts.items())))
    return refusals or relation


def _problems(proof: Relation | list[Refusal], file: str) -> list[Problem]:
    if isinstance(proof, Relation):
        return []
    return [
        Problem(
            code=refusal.code,
            place=Place(file=file, line=refusal.line, column=refusal.column),
            facts=refusal.facts,
        )
        for refusal in proof
    ]
