"""The SQL that can be proved: what a query of the project may be written with.

An allow-list of node kinds, each with the parts it may have. Whatever is not on it is refused,
so that a construct which a later sqlglot learns, or which nobody thought of, stops the query
instead of passing unread. No table function, no function with a side effect, none that is not
a function of its arguments, no star, no position, no recursion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DIALECT = "duckdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One reason why a query is not proved.

    Attributes:
        code: of the message catalogue.
        line: in the file, from 1; None where the parser does not know it.
        column: the output column concerned, if there is one.
        facts: names from the query, such as a function or a path of columns.
    """

    code: str
    line: int | None = None
    column: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


_TWO = ("this", "expression")
_KINDS: Mapping[type[exp.Expr], tuple[str, ...]] = {
    # The frame of a query.
    exp.Select: (
        *("with_", "expressions", "from_", "joins", "where"),
        *("group", "having", "qualify", "order", "distinct"),
    ),
    exp.With: ("expressions",),
    exp.CTE: ("this", "alias"),
    exp.Subquery: ("this", "alias"),
    exp.Union: (*_TWO, "distinct", "with_"),
    exp.Intersect: (*_TWO, "distinct", "with_"),
    exp.Except: (*_TWO, "distinct", "with_"),
    exp.From: ("this",),
    exp.Table: ("this", "alias"),
    exp.TableAlias: ("this",),
    exp.Join: ("this", "side", "kind", "on", "using"),
    exp.Where: ("this",),
    exp.Group: ("expressions",),
    exp.Having: ("this",),
    exp.Qualify: ("this",),
    exp.Order: ("expressions",),
    exp.Ordered: ("this", "desc", "nulls_first"),
    exp.Distinct: ("expressions",),
    exp.Window: ("this", "partition_by", "order", "spec", "over"),
    exp.WindowSpec: ("kind", "start", "start_side", "end", "end_side"),
    exp.Alias: ("this", "alias"),
    exp.Column: ("this", "table"),
    exp.Identifier: ("this", "quoted"),
    exp.Star: (),
    exp.Placeholder: ("this",),
    # Values.
    exp.Literal: ("this", "is_string"),
    exp.Boolean: ("this",),
    exp.Null: (),
    exp.DataType: ("this", "expressions"),
    exp.DataTypeParam: ("this",),
    exp.Cast: ("this", "to"),
    exp.TryCast: ("this", "to", "safe"),
    exp.Case: ("this", "ifs", "default"),
    exp.If: ("this", "true", "false"),
    exp.Paren: ("this",),
    exp.Neg: ("this",),
    exp.Not: ("this",),
    exp.In: ("this", "expressions", "query"),
    exp.Exists: ("this",),
    exp.Between: ("this", "low", "high"),
    **dict.fromkeys(
        (
            *(exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
            *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.IntDiv, exp.Mod),
        ),
        _TWO,
    ),
    exp.Div: (*_TWO, "typed", "safe"),
    exp.DPipe: (*_TWO, "safe"),
    # Functions of their arguments alone.
    exp.Coalesce: ("this", "expressions"),
    exp.Nullif: _TWO,
    exp.Greatest: ("this", "expressions", "ignore_nulls"),
    exp.Least: ("this", "expressions", "ignore_nulls"),
    exp.Abs: ("this",),
    exp.Sin: ("this",),
    exp.Cos: ("this",),
    exp.Ceil: ("this",),
    exp.Ln: ("this",),
    exp.Floor: ("this",),
    exp.Round: ("this", "decimals"),
    exp.Lower: ("this",),
    exp.Upper: ("this",),
    exp.Substring: ("this", "start", "length"),
    exp.Concat: ("expressions", "safe", "coalesce"),
    exp.Year: ("this",),
    exp.Month: ("this",),
    # Aggregates, and ranks over a window.
    exp.Count: ("this", "big_int"),
    exp.Sum: ("this",),
    exp.Avg: ("this",),
    exp.Min: ("this",),
    exp.Max: ("this",),
    exp.Filter: _TWO,
    exp.Rank: (),
    exp.DenseRank: (),
}
_JOIN_SIDES = {"", "LEFT", "RIGHT", "FULL"}
_JOIN_KINDS = {"", "INNER", "OUTER", "CROSS"}


def parse(sql: str) -> exp.Query | list[Refusal]:
    """Return the one query that a text holds, all of it on the allow-list, or why it is not."""
    try:
        statements = sqlglot.parse(sql, dialect=DIALECT)
    except SqlglotError:
        # The parser's own words quote the query, literals and all.
        return [Refusal(code="contract.unreadable_sql")]
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.SetOperation):
        return [Refusal(code="contract.not_a_select")]
    return list(dict.fromkeys(_strangers(statements[0]))) or statements[0]


def line_of(node: exp.Expr) -> int | None:
    """Return the line of a node, as far as the parser tells: that of its first name."""
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    return min(lines, default=None)


def _strangers(tree: exp.Expr) -> Iterator[Refusal]:
    for node in tree.walk():
        if isinstance(node, exp.Star | exp.PositionalColumn | exp.Columns):
            if not isinstance(node.parent, exp.Count):
                yield Refusal(code="lineage.star", line=line_of(node.parent or node))
        elif _is_position(node):
            yield Refusal(code="lineage.position", line=line_of(node))
        name = _stranger(node)
        if name is not None:
            yield Refusal(
                code="lineage.not_provable",
                line=line_of(node) or line_of(node.parent or node),
                facts=(("name", name),),
            )


def _is_position(node: exp.Expr) -> bool:
    """Tell whether a constant stands where the engine may read it as the rank of a column."""
    if not isinstance(node, exp.Literal | exp.Placeholder):
        return False
    around = node.parent
    while isinstance(around, exp.Paren | exp.Neg):
        around = around.parent
    return isinstance(around, exp.Ordered | exp.Group)


def _stranger(node: exp.Expr) -> str | None:
    """Return how to call what a node holds that is not on the list; None when all of it is."""
    allowed = _KINDS.get(type(node))
    if allowed is None:
        return _name(node)
    for part, value in node.args.items():
        if value and part not in allowed:
            return f"{_name(node)} … {part.rstrip('_').replace('_', ' ')}"
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return _name(node.this) if isinstance(node.this, exp.Expr) else _name(node)
    if isinstance(node, exp.Join) and not (
        node.side.upper() in _JOIN_SIDES and node.kind.upper() in _JOIN_KINDS
    ):
        return f"{node.kind.lower()} join"
    return None


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return f"{node.name.lower()}()"
    if isinstance(node, exp.Func):
        return f"{node.sql_name().lower()}()"
    return node.key
