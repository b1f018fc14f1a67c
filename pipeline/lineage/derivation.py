"""Follow every column through a query, from the tables it reads to what it returns.

Each name of each expression is looked up in each place where SQL would look for it, and what it
may mean is joined: nothing that a column could derive from is left out. An identified column
(an identifier or a pseudonym) may be passed on by its bare name inside the query, and counted
by `count(distinct …)`; any other place where it stands is a use, and each use is refused. So is
a set operation that puts it into one column with anything else: a later count would compare them.
A record key is identified too, and may be summed instead of counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from pipeline.lineage.grammar import Refusal, line_of

Path = tuple[str, ...]
"""A chain of `relation.column`, from the nearest to the column of a table, or to its count."""

COUNTED = "count(distinct "
"""How the end of a chain begins whose different values were counted, none of them passed on."""
SUMMED = "sum("
"""How the end of a chain begins of record keys that were added up, none of them passed on."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Columns on which it depends which rows are in a result, or how they are grouped.

    Attributes:
        clause: where, join, group by, having, qualify, order by, distinct.
        paths: the columns, each with its chain.
    """

    clause: str
    paths: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Relation:
    """A result: its columns in order, and what decided on its rows.

    Attributes:
        columns: name → the chains of all that it derives from; none for a count of rows.
        conditions: of this query and of those it reads.
        tables: the tables whose rows are in it.
    """

    columns: Mapping[str, frozenset[Path]]
    conditions: tuple[Condition, ...] = ()
    tables: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Scope:
    """The names that one select can see, and those of the selects around it."""

    sources: dict[str, Relation] = field(default_factory=dict)
    aliases: dict[str, frozenset[Path]] = field(default_factory=dict)
    outer: _Scope | None = None
    conditions: list[Condition] = field(default_factory=list)


class Derivation:
    """Derives one query; what is refused on the way stays in `refusals`.

    Args:
        tables: table → its columns, in lower case: all that may be read.
        identified: `table.column` of each identifier and pseudonym.
        summed: `table.column` of each column of record keys.
        parameters: names that are bound when the query runs.
    """

    def __init__(
        self,
        tables: Mapping[str, Iterable[str]],
        *,
        identified: frozenset[str] = frozenset(),
        summed: frozenset[str] = frozenset(),
        parameters: frozenset[str] = frozenset(),
    ) -> None:
        self._tables = {
            name: Relation(
                {column: frozenset({(f"{name}.{column}",)}) for column in columns},
                tables=frozenset({name}),
            )
            for name, columns in tables.items()
        }
        self._identified = identified | summed
        self._summed = summed
        self._parameters = parameters
        self.refusals: list[Refusal] = []

    def result(self, tree: exp.Query) -> Relation:
        """Return what a query returns; no identified column may be in it."""
        relation = self._query(tree, {}, None)
        for name, paths in relation.columns.items():
            for path in self._identified_of(paths):
                self._refuse("lineage.identifier_published", tree, path=path, column=name)
        return relation

    def _query(
        self, tree: exp.Expr, ctes: Mapping[str, Relation], outer: _Scope | None
    ) -> Relation:
        ctes = dict(ctes)
        for cte in tree.args["with_"].expressions if tree.args.get("with_") else ():
            ctes[cte.alias.lower()] = _renamed(
                self._query(cte.this, ctes, outer), cte.alias.lower()
            )
        if isinstance(tree, exp.Subquery):
            return self._query(tree.this, ctes, outer)
        if isinstance(tree, exp.SetOperation):
            return self._set_operation(tree, ctes, outer)
        return self._select(tree, ctes, outer)

    def _set_operation(
        self, tree: exp.SetOperation, ctes: Mapping[str, Relation], outer: _Scope | None
    ) -> Relation:
        left = self._query(tree.this, ctes, outer)
        right = self._query(tree.expression, ctes, outer)
        if len(left.columns) != len(right.columns):
            self._refuse("contract.unreadable_sql", tree)
        columns: dict[str, frozenset[Path]] = {}
        for (name, ours), theirs in zip(left.columns.items(), right.columns.values(), strict=False):
            columns[name] = ours | theirs
            if not _is_one_column(ours, theirs):
                self._refuse_use(columns[name], tree, clause=tree.key)
        compared: tuple[Condition, ...] = ()
        if tree.args.get("distinct") or not isinstance(tree, exp.Union):
            every = _all_paths(columns.values())
            self._refuse_use(every, tree, clause=tree.key)
            compared = (Condition(tree.key, every),)
        return Relation(
            columns,
            (*left.conditions, *right.conditions, *compared),
            left.tables | right.tables,
        )

    def _select(
        self, tree: exp.Expr, ctes: Mapping[str, Relation], outer: _Scope | None
    ) -> Relation:
        scope = _Scope(outer=outer)
        from_ = tree.args.get("from_")
        if from_:
            self._source(from_.this, scope, ctes)
        for join in tree.args.get("joins") or ():
            self._join(join, scope, ctes)
        columns = self._projections(tree, scope, ctes)
        for name, clause in _CLAUSES.items():
            part = tree.args.get(name)
            if part:
                self._condition(part.iter_expressions(), scope, ctes, clause=clause)
        if tree.args.get("distinct"):
            every = _all_paths(columns.values())
            self._refuse_use(every, tree, clause="distinct")
            scope.conditions.append(Condition("distinct", every))
        sources = scope.sources.values()
        inherited = [condition for source in sources for condition in source.conditions]
        return Relation(
            columns,
            tuple(dict.fromkeys((*inherited, *scope.conditions))),
            frozenset().union(*(source.tables for source in sources)),
        )

    def _source(self, node: exp.Expr, scope: _Scope, ctes: Mapping[str, Relation]) -> None:
        name = node.alias_or_name.lower()
        if isinstance(node, exp.Subquery):
            # A query in `from` sees the sources before it, as if it said lateral.
            relation = self._query(node, ctes, scope)
        else:
            read = node.name.lower()
            known = ctes.get(read) or self._tables.get(read)
            if known is None:
                self._refuse("contract.reads_elsewhere", node, name=node.name)
            relation = known or Relation({})
        if name in scope.sources:
            self._refuse("lineage.ambiguous", node, name=name)
        scope.sources[name] = _renamed(relation, name)

    def _join(self, join: exp.Join, scope: _Scope, ctes: Mapping[str, Relation]) -> None:
        self._source(join.this, scope, ctes)
        if join.args.get("on"):
            self._condition([join.args["on"]], scope, ctes, clause="join")
        names = [identifier.name.lower() for identifier in join.args.get("using") or ()]
        for name in names:
            paths = self._lookup(name, None, scope, join)
            self._refuse_use(paths, join, clause="join")
            scope.conditions.append(Condition("join", paths))

    def _projections(
        self, tree: exp.Expr, scope: _Scope, ctes: Mapping[str, Relation]
    ) -> dict[str, frozenset[Path]]:
        columns: dict[str, frozenset[Path]] = {}
        for position, projection in enumerate(tree.expressions):
            value = projection.this if isinstance(projection, exp.Alias) else projection
            # The one place where an identified column may stand bare: to be passed on.
            paths = (
                self._column(value, scope)
                if isinstance(value, exp.Column)
                else self._value(value, scope, ctes, clause="select")
            )
            name = projection.alias_or_name.lower() or f"#{position + 1}"
            if name in columns:
                self._refuse("lineage.ambiguous", projection, name=name)
            columns[name] = paths
            scope.aliases[name] = scope.aliases.get(name, frozenset()) | paths
        return columns

    def _condition(
        self,
        nodes: Iterable[exp.Expr],
        scope: _Scope,
        ctes: Mapping[str, Relation],
        *,
        clause: str,
    ) -> None:
        paths = _all_paths(self._value(node, scope, ctes, clause=clause) for node in nodes)
        scope.conditions.append(Condition(clause, paths))

    def _value(
        self, node: exp.Expr, scope: _Scope, ctes: Mapping[str, Relation], *, clause: str
    ) -> frozenset[Path]:
        """Return all that an expression derives from; an identified column in it is a use."""
        if isinstance(node, exp.Column):
            paths = self._column(node, scope)
            identified = frozenset(self._identified_of(paths))
            keys = frozenset(path for path in identified if path[-1] in self._summed)
            ended: set[Path] = set()
            if _is_counted_distinct(node) and not keys:
                ended = {(*path[:-1], f"{COUNTED}{path[-1]})") for path in identified}
            elif _is_summed(node) and keys == paths:
                ended = {(*path[:-1], f"{SUMMED}{path[-1]})") for path in keys}
            else:
                self._refuse_use(paths, node, clause=clause)
            return paths - identified | ended
        if isinstance(node, exp.Query):
            inner = self._query(node, ctes, scope)
            paths = _all_paths(inner.columns.values())
            self._refuse_use(paths, node, clause=clause)
            scope.conditions += inner.conditions
            return paths
        if isinstance(node, exp.Placeholder) and node.name not in self._parameters:
            self._refuse("lineage.unknown_parameter", node.parent or node, name=node.name or "?")
        return _all_paths(
            self._value(part, scope, ctes, clause=clause) for part in node.iter_expressions()
        )

    def _column(self, node: exp.Column, scope: _Scope) -> frozenset[Path]:
        return self._lookup(node.name.lower(), node.table.lower() or None, scope, node)

    def _lookup(
        self, name: str, source: str | None, scope: _Scope, node: exp.Expr
    ) -> frozenset[Path]:
        found: list[frozenset[Path]] = []
        around: _Scope | None = scope
        while around is not None:
            for alias, relation in around.sources.items():
                if source in {None, alias} and name in relation.columns:
                    found.append(relation.columns[name])
            if source is None and name in around.aliases:
                found.append(around.aliases[name])
            around = around.outer
        if not found:
            self._refuse(
                "lineage.unknown_column", node, name=f"{source}.{name}" if source else name
            )
        return _all_paths(found)

    def _identified_of(self, paths: Iterable[Path]) -> list[Path]:
        return sorted(path for path in paths if path[-1] in self._identified)

    def _refuse_use(self, paths: Iterable[Path], node: exp.Expr, *, clause: str) -> None:
        for path in self._identified_of(paths):
            is_key = path[-1] in self._summed
            code = "lineage.record_key_used" if is_key else "lineage.identifier_used"
            self._refuse(code, node, path=path, clause=clause)

    def _refuse(
        self,
        code: str,
        node: exp.Expr,
        *,
        path: Path = (),
        column: str | None = None,
        **facts: str,
    ) -> None:
        if path:
            facts["path"] = " ← ".join(path)
        refusal = Refusal(
            code=code, line=line_of(node), column=column, facts=tuple(sorted(facts.items()))
        )
        if refusal not in self.refusals:
            self.refusals.append(refusal)


_CLAUSES = {
    "where": "where",
    "group": "group by",
    "having": "having",
    "qualify": "qualify",
    "order": "order by",
}


def _is_one_column(ours: frozenset[Path], theirs: frozenset[Path]) -> bool:
    """Tell whether both sides of a set operation bring one and the same column of a table."""
    ends = [{path[-1] for path in side} for side in (ours, theirs)]
    return ends[0] == ends[1] and len(ends[0]) == 1


def _is_counted_distinct(column: exp.Column) -> bool:
    """Tell whether a column stands alone in a `count(distinct …)` that runs over no window."""
    distinct = column.parent
    count = distinct.parent if isinstance(distinct, exp.Distinct) else None
    return (
        isinstance(count, exp.Count)
        and isinstance(distinct, exp.Distinct)
        and len(distinct.expressions) == 1
        and isinstance(count.find_ancestor(exp.Window, exp.Select), exp.Select)
    )


def _is_summed(column: exp.Column) -> bool:
    """Tell whether a column stands alone in a `sum(…)` that runs over no window."""
    total = column.parent
    return isinstance(total, exp.Sum) and isinstance(
        total.find_ancestor(exp.Window, exp.Filter, exp.Select), exp.Select
    )


def _renamed(relation: Relation, name: str) -> Relation:
    """Return a relation under the name by which a query reads it, one step longer each chain."""
    return replace(
        relation,
        columns={
            column: frozenset(
                path if path[0] == f"{name}.{column}" else (f"{name}.{column}", *path)
                for path in paths
            )
            for column, paths in relation.columns.items()
        },
    )


def _all_paths(parts: Iterable[Iterable[Path]]) -> frozenset[Path]:
    return frozenset(path for part in parts for path in part)
