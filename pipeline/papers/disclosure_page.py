"""The disclosure report as a page: what is hidden, by which rules, how safely, and what changed.

The version of the review zone tells figures that a rule hides from those hidden for others; the
public one has no figure that would give a bound away, and no address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.contracts import Contracts, Label
from pipeline.contracts.change_vocabulary import AMOUNTS, NOISE
from pipeline.papers.page import drawing, render_page
from pipeline.papers.what_if import METHOD_WORDS
from pipeline.papers.words import WORDS

PUBLIC = ("table", "area_level", "threshold", "cells", "hidden_pct", "method")
"""What the public version tells of each table and level, beside how many figures are hidden."""

HIDING, OPEN = "suppression", "none"
BAND = 12
"""From this range in persons on, hidden figures are told together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """The charts of a report as SVG; None where there is nothing to draw.

    Attributes:
        ranges: of hidden figures over the worlds found.
        intervals: to which the adversary can narrow hidden figures.
    """

    ranges: str | None = None
    intervals: str | None = None


def disclosure_rules(contracts: Contracts) -> list[dict[str, Any]]:
    """Return the rules that hide, from the policy in force.

    One entry per table and rule: table (None where it holds for all of persons), rule, value,
    unit, reason and source; the last four are None where the rule is no number. What others publish
    has its source, and as `crossed` its level and dimensions.
    """
    policy = contracts.policy
    rules = [_rule(None, "width", policy.protection_width)]
    for name, table in contracts.tables.items():
        if table.amounts is not None:
            limits = policy.amounts[table.amounts]
            rules += [_rule(name, f"method:{each}", signed) for each, signed in limits]
        if table.sensitivity is None:
            continue
        if table.is_perturbed:
            rules += [
                _rule(name, f"method:{section}.{each}", signed)
                for section, each, signed in policy.method_numbers
                if section == table.method
            ]
            continue
        rules.append(_rule(name, "threshold", policy.thresholds[table.sensitivity]))
        extreme = policy.extremes.get(table.sensitivity)
        if extreme is not None:
            rules.append(_rule(name, "extreme", extreme))
        rules.append(_rule(name, f"zeros_{contracts.zeros(table)}", None))
        for level, told in table.known_elsewhere.items():
            crossed = [level, *told.dimensions]
            rules.append(_rule(name, "elsewhere", None, crossed=crossed, source=told.source))
    return rules


def _rule(table: str | None, rule: str, signed: Any, **told: Any) -> dict[str, Any]:
    parts = ("value", "unit", "reason", "source")
    signed_parts = {part: getattr(signed, part, None) for part in parts}
    return {"table": table, "rule": rule, **signed_parts, **told}


def public_disclosure(facts: Mapping[str, Any], *, release: str) -> dict[str, Any]:
    """Return what everybody may know of a candidate's disclosure report.

    Args:
        facts: of the candidate.
        release: as which it is published.
    """
    told = facts["disclosure"]
    levels = [
        {**{name: row[name] for name in PUBLIC}, "hidden": row["primary"] + row["secondary"]}
        for row in facts["report"]
        if row["method"] != OPEN
    ]
    return {
        "release": release,
        "content": facts["content"],
        "periods": facts["periods"],
        "policy": told["policy"],
        "width": facts["proof"]["width"],
        "rules": told["rules"],
        "levels": levels,
        "persons": _added(_of_persons(told), "hidden"),
        "proven": all(row["hidden"] == row["proven"] for row in told["proofs"]),
    }


def public_page(told: Mapping[str, Any], contracts: Contracts, *, language: str) -> str:
    """Return the public version as one self-contained page.

    Args:
        told: as `public_disclosure` gives it.
        contracts: for the names of tables and levels.
        language: `fr`, else English.
    """
    levels = told["levels"]
    return render_page(
        "disclosure_public.html.j2",
        language,
        told=told,
        policy=contracts.policy,
        rules=told["rules"],
        levels=levels,
        hidden=sum(row["hidden"] for row in levels),
        cells=sum(row["cells"] for row in levels),
        **_names(contracts),
    )


def review_page(
    name: str,
    facts: Mapping[str, Any],
    contracts: Contracts,
    *,
    charts: Charts,
    doubts: Sequence[str] = (),
    opinion: Mapping[str, str] | None = None,
    language: str,
) -> str:
    """Return the version of the review zone as one self-contained page.

    Args:
        name: of the candidate.
        facts: of the candidate.
        contracts: for the names of tables and levels.
        charts: of how uncertain hidden figures stay.
        doubts: why the adversary's verdict is not that it fails, in words.
        opinion: what the officer says of what it could not decide: opinion, words, when.
        language: `fr`, else English.
    """
    told = facts["disclosure"]
    protected = [row for row in facts["report"] if row["method"] != OPEN]
    report = [row for row in protected if row["method"] == HIDING]
    changes, ranges = told["changes"]["rows"], added_ranges(told["hidings"])
    proofs = {(row["table"], row["area_level"]): row for row in told["proofs"]}
    hiding = [row for row in report if row["primary"] or row["secondary"]]
    widths = [min(width, BAND) for counted in ranges.values() for width in counted]
    least, most = min(widths, default=BAND), max(widths, default=BAND)
    return render_page(
        "disclosure.html.j2",
        language,
        name=name,
        facts=facts,
        told=told,
        policy=contracts.policy,
        rules=told["rules"],
        report=[(row, proofs.get((row["table"], row["area_level"]))) for row in hiding],
        amounts={
            part: _added(told["proofs"], part) - _added(_of_persons(told), part)
            for part in ("hidden", "proven")
        },
        moved=[row for row in protected if row["method"] != HIDING],
        whole=_levels(row for row in report if row not in hiding),
        totals={
            **{
                part: sum(row[part] for row in report) for part in ("cells", "primary", "secondary")
            },
            "bound": sum(row["bound"] for row in told["hidings"]),
            **{part: _added(_of_persons(told), part) for part in ("hidden", "proven")},
            "narrowest": min((row["narrowest"] for row in _of_persons(told)), default=None),
            **{part: sum(row[part] for row in changes) for part in ("newly_hidden", "newly_shown")},
        },
        changes=[row for row in changes if row["newly_hidden"] or row["newly_shown"]],
        bands=[f"{band}+" if band == BAND else str(band) for band in range(least, most + 1)],
        ranges={
            table: [
                sum(cells for width, cells in counted.items() if min(width, BAND) == band)
                for band in range(least, most + 1)
            ]
            for table, counted in ranges.items()
            if counted
        },
        chart=_drawn(charts.ranges),
        exact_chart=_drawn(charts.intervals),
        adversary=facts.get("adversary"),
        doubts=doubts,
        opinion=opinion,
        **_names(contracts),
    )


def _of_persons(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in told["proofs"] if row["table"] not in told["amounts"]]


def _added(rows: Iterable[Mapping[str, Any]], part: str) -> int:
    return sum(row[part] for row in rows)


def _drawn(svg: str | None) -> Markup | None:
    return None if svg is None else drawing(svg)


def added_ranges(hidings: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, int]]:
    """Return table → range in persons → hidden figures, over all periods."""
    found: dict[str, dict[int, int]] = {}
    for hiding in hidings:
        for table, ranges in hiding["ranges"].items():
            mine = found.setdefault(table, {})
            for width, cells in ranges.items():
                mine[int(width)] = mine.get(int(width), 0) + cells
    return found


def _levels(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["table"], []).append(row["area_level"])
    return found


def _names(contracts: Contracts) -> dict[str, Mapping[str, Label]]:
    return {
        "limits": {**AMOUNTS, **NOISE},
        "methods": METHOD_WORDS,
        "amount_units": {
            name: contracts.indicators.units[table.measures[0].unit]
            for name, table in contracts.tables.items()
            if table.amounts is not None
        },
        "units": {**contracts.indicators.units, "persons": WORDS["disclosure.persons"]},
        "tables": {name: table.label for name, table in contracts.tables.items()},
        "areas": {level.level: level.label for level in contracts.territories.levels},
        "dimensions": {
            **{name: each.label for name, each in contracts.codelists.items()},
            **{name: each.label for name, each in contracts.territories.typologies.items()},
        },
        "populations": {name: each.label for name, each in contracts.datasets.items()},
    }
