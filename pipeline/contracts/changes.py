"""What a change of the rules would alter, and whether it lets more of persons through.

Each change is told in words with its address. A change is loosening when more may be kept, for
longer, finer, or shown to more; when it cannot be told, it counts as loosening: whoever signs is
to look at it. Nothing that differs goes without a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.contracts.base import Label
from pipeline.contracts.change_words import Wording
from pipeline.contracts.differences import ABSENT, Address, Difference, differences, fits
from pipeline.contracts.orders import (
    Direction,
    added_loosens,
    always,
    column,
    falls,
    method,
    optional,
    persons,
    removed_loosens,
    rises,
    role,
    rule,
    said,
    severity,
    steps,
    within,
)
from pipeline.errors import Fact, Place, Problem

Judge = Callable[[Difference], Direction]
SameQuery = Callable[[str, str], bool]

_TEXTS = frozenset(
    {
        *("label", "description", "source", "source_fr", "reason", "unit", "caveat", "licence"),
        *("publisher", "controller_fr", "reason_fr"),
        *("definition", "numerator", "denominator", "meta", "synthetic", "title", "about", "url"),
    }
)
_ZEROS = said({"protected": 0, "published": 1})
# No share of a group reaches it.
_NEVER = 101
_LOOSENING = always(Direction.LOOSENING)
_NEUTRAL = always(Direction.NEUTRAL)


class Kind(StrEnum):
    """The folder or file of contracts in which a part stands."""

    POLICY = "contracts/policy.yml"
    TERRITORIES = "contracts/territories.yml"
    CODELISTS = "contracts/codelists.yml"
    INDICATORS = "contracts/indicators.yml"
    JURISDICTION = "contracts/jurisdiction.yml"
    RECODINGS = "contracts/recodings.yml"


_FILES: Mapping[str, str] = {
    "policy": Kind.POLICY,
    "territories": Kind.TERRITORIES,
    "codelists": Kind.CODELISTS,
    "indicators": Kind.INDICATORS,
    "jurisdiction": Kind.JURISDICTION,
    "law": Kind.JURISDICTION,
    "recodings": Kind.RECODINGS,
}

# Address, `*` for any one name → what is said of it, and who judges. The first that fits counts.
_RULES: tuple[tuple[str, str, Judge], ...] = (
    ("policy thresholds * value", "threshold", falls),
    ("policy thresholds *", "threshold_set", _NEUTRAL),
    ("policy protection_width value", "protection_width", falls),
    ("policy secondary *", "secondary", _NEUTRAL),
    ("policy zeros *", "zeros", _ZEROS),
    ("policy extremes *", "extreme", removed_loosens),
    ("policy extremes * value", "extreme", rises),
    ("policy cell_key", "noise_set", _NEUTRAL),
    ("policy cell_key * value", "noise", falls),
    ("policy rounding", "noise_set", _NEUTRAL),
    ("policy rounding base value", "noise", falls),
    ("policy dp", "noise_set", _NEUTRAL),
    ("policy dp * value", "noise", rises),
    ("policy amounts *", "amounts", removed_loosens),
    ("policy amounts * contributors value", "amount_limit", falls),
    ("policy amounts * p_pct value", "amount_limit", falls),
    ("policy amounts * dominance_n value", "amount_limit", falls),
    ("policy amounts * dominance_k_pct value", "amount_limit", rises),
    ("policy microdata *", "microdata", removed_loosens),
    ("policy microdata t value", "microdata", rises),
    ("policy microdata record_risk value", "microdata", rises),
    ("policy microdata * value", "microdata", falls),
    ("policy replacement kept_pct value", "replacement", falls),
    ("policy replacement lost_rows value", "replacement", rises),
    ("policy retention * value", "retention", rises),
    *((f"policy targets{end}", "target", _NEUTRAL) for end in (" *", " * value")),
    *((f"policy unit_costs{e}", "target", _NEUTRAL) for e in ("", " *", " * *", " * * value")),
    ("policy recipients *", "recipient", added_loosens),
    ("policy purpose", "purpose", _LOOSENING),
    ("policy legal_basis", "legal_basis", _LOOSENING),
    ("policy controller", "controller", _LOOSENING),
    ("policy licence *", "text", _NEUTRAL),
    ("policy version", "version", _NEUTRAL),
    ("policy policy", "version", _NEUTRAL),
    ("policy domains *", "domain", _NEUTRAL),
    ("policy domains * linkable", "linkable", said({"period": 0, "years": 1})),
    ("policy domains * canonical *", "canonical", _LOOSENING),
    ("policy identifier_patterns *", "identifier_pattern", removed_loosens),
    ("policy identifier_patterns * pattern", "identifier_pattern", _LOOSENING),
    ("datasets *", "dataset", added_loosens),
    ("datasets * purpose", "purpose", _LOOSENING),
    ("datasets * key", "key", _LOOSENING),
    ("datasets * key *", "key", _LOOSENING),
    ("datasets * max_refused_pct", "max_refused", rises),
    ("datasets * counts_persons", "counts_persons", said({True: 0, False: 1})),
    ("datasets * columns *", "column", column),
    ("datasets * columns * privacy", "rule", rule),
    ("datasets * columns * role", "role", role),
    ("datasets * columns * minimum", "range", within("minimum")),
    ("datasets * columns * maximum", "range", within("maximum")),
    ("datasets * columns * pattern", "closed", optional),
    ("datasets * columns * references", "closed", optional),
    ("datasets * columns * codelist", "closed", optional),
    ("datasets * columns * required", "form", _NEUTRAL),
    ("datasets * columns * format", "form", _NEUTRAL),
    ("datasets * columns * decimal", "form", _NEUTRAL),
    ("datasets * schedule", "form", _NEUTRAL),
    ("datasets * format *", "form", _NEUTRAL),
    ("datasets * expected", "form", _NEUTRAL),
    ("datasets * storage_groups", "form", _NEUTRAL),
    ("tables *", "table", added_loosens),
    ("tables * dimensions *", "dimension", added_loosens),
    ("tables * levels *", "level", added_loosens),
    ("tables * levels * *", "crossing", added_loosens),
    ("tables * measures *", "measure", added_loosens),
    ("tables * measures * indicator", "measure", added_loosens),
    ("tables * method", "method", method),
    ("tables * amounts", "table_amounts", removed_loosens),
    ("tables * counts", "counts_persons", persons),
    ("codelists *", "codelist", _NEUTRAL),
    ("codelists * items *", "code", added_loosens),
    ("codelists * items * broader *", "broader", _LOOSENING),
    ("codelists * items * broader", "broader", _LOOSENING),
    *((f"codelists * items * spelled{each}", "form", _NEUTRAL) for each in ("", " *")),
    ("indicators *", "indicator", _NEUTRAL),
    ("indicators units *", "text", _NEUTRAL),
    ("indicators * *", "indicator", _NEUTRAL),
    ("indicators * * *", "indicator_altered", _NEUTRAL),
    ("indicators * * * *", "indicator_altered", _NEUTRAL),
    ("territories typologies *", "typology", added_loosens),
    ("territories typologies * classes *", "typology", _LOOSENING),
    ("territories typologies * classes * below", "boundary", _LOOSENING),
    ("territories levels *", "territory_level", added_loosens),
    ("territories reference_vintage", "vintage", _LOOSENING),
    ("recodings *", "recoding", removed_loosens),
    ("recodings * *", "recoding", removed_loosens),
    ("recodings * * columns *", "recoding", steps),
    ("jurisdiction processors *", "recipient", added_loosens),
    ("jurisdiction joint_controllers *", "recipient", added_loosens),
    ("jurisdiction transfers *", "recipient", added_loosens),
    ("jurisdiction demonstration", "text", _NEUTRAL),
)

_HOW: Mapping[tuple[bool, bool], Label] = {
    (True, False): Label(en="added", fr="ajout"),
    (False, True): Label(en="removed", fr="retrait"),
    (False, False): Label(en="changed", fr="modification"),
}
# What is told with other words when it goes than when it comes.
_GOES = frozenset(
    {"recipient", "extreme", "amounts", "table_amounts", "microdata", "identifier_pattern"}
    | {"dataset", "column", "table", "dimension", "level", "crossing", "measure", "code"}
    | {"territory_level", "suite", "expectation"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change, in words, with its address.

    Attributes:
        direction: whether it lets more of persons through.
        problem: what changed, where, and what it would alter.
    """

    direction: Direction
    problem: Problem

    @property
    def is_loosening(self) -> bool:
        """Whether it lets more of persons through, or may."""
        return self.direction is Direction.LOOSENING


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], *, is_same_query: SameQuery
) -> list[Change]:
    """Return every change between two snapshots of a project.

    Args:
        before: as it was signed: `files`, `contracts`, `queries`, `suites`.
        after: as it stands, the same parts.
        is_same_query: tells whether two texts are one query but for comments and layout.
    """
    wording = Wording((after, before))
    found = list(_contracts(before["contracts"], after["contracts"], wording))
    found += _queries(before["queries"], after["queries"], is_same_query, wording)
    found += _suites(before["suites"], after["suites"], wording)
    told = {change.problem.place.file for change in found}
    for difference in differences(before["files"], after["files"]):
        if difference.address[0] not in told:
            found.append(_file(difference, wording))
    if not found and before != after:
        # A version of ours that writes the same rules otherwise: they are signed anew all the same.
        whole = Difference(("contracts",), before, after)
        found.append(_in_file(whole, "form_only", Direction.NEUTRAL, wording))
    return found


def _contracts(
    before: Mapping[str, Any], after: Mapping[str, Any], wording: Wording
) -> Iterator[Change]:
    policies = [contracts["policy"] for contracts in (before, after)]
    for difference in differences(before, after):
        match difference.address:
            case (top, *_) if difference.is_reordered:
                ranks = top in {"codelists", "territories"}
                direction = Direction.LOOSENING if ranks else Direction.NEUTRAL
                yield _change(difference, "order", direction, wording)
            case ("tables", _, "sensitivity"):
                direction = _sensitivity(difference, policies)
                yield _change(difference, "sensitivity", direction, wording)
            case address:
                code, judge = _rule_for(address)
                yield _change(difference, code, judge(difference), wording)


def _rule_for(address: Address) -> tuple[str, Judge]:
    for pattern, code, judge in _RULES:
        if fits(pattern, address):
            return code, judge
    if address[0] == "law" or address[-1] in _TEXTS:
        return "text", _NEUTRAL
    return "other", _LOOSENING


def _sensitivity(difference: Difference, policies: list[Mapping[str, Any]]) -> Direction:
    """Judge the sensitivity of a table by the rules that it names before and after."""
    names = difference.before, difference.after

    def judged(part: str, judge: Judge, missing: Any) -> Direction:
        before, after = (
            policy[part].get(name, missing) for name, policy in zip(names, policies, strict=True)
        )
        return judge(Difference(difference.address, before, after))

    directions = {
        judged("thresholds", lambda one: falls(_values(one)), {"value": 1}),
        judged("zeros", _ZEROS, "published"),
        judged("extremes", lambda one: rises(_values(one)), {"value": _NEVER}),
    }
    ranked = (Direction.LOOSENING, Direction.TIGHTENING, Direction.NEUTRAL)
    return next(direction for direction in ranked if direction in directions)


def _values(signed: Difference) -> Difference:
    """Return the difference between two signed numbers."""
    return Difference(signed.address, signed.before["value"], signed.after["value"])


def _queries(
    before: Mapping[str, str], after: Mapping[str, str], is_same: SameQuery, wording: Wording
) -> Iterator[Change]:
    for difference in differences(before, after):
        texts = difference.before, difference.after
        if ABSENT not in texts and is_same(*texts):
            yield _in_file(difference, "form_only", Direction.NEUTRAL, wording)
        else:
            removed = difference.is_removed
            direction = Direction.NEUTRAL if removed else Direction.LOOSENING
            yield _in_file(difference, "query", direction, wording)


def _suites(
    before: Mapping[str, Any], after: Mapping[str, Any], wording: Wording
) -> Iterator[Change]:
    for difference in differences(before, after):
        match difference.address:
            case _ if difference.is_reordered:
                direction, code = Direction.NEUTRAL, "order"
            case (_,):
                direction, code = removed_loosens(difference), "suite"
            case (_, "expectations", _):
                direction, code = removed_loosens(difference), "expectation"
            case (_, "expectations", _, "severity"):
                direction, code = severity(difference), "severity"
            case (_, "expectations", _, "meta", *_):
                direction, code = Direction.NEUTRAL, "text"
            case _:
                direction, code = Direction.LOOSENING, "expectation_altered"
        yield _in_file(difference, code, direction, wording)


def _file(difference: Difference, wording: Wording) -> Change:
    """Tell of a file whose meaning did not change, or cannot be read here: territories."""
    file = difference.address[0]
    if file.startswith(("contracts/", "sql/", "expectations/")):
        return _in_file(difference, "form_only", Direction.NEUTRAL, wording)
    return _in_file(difference, "geography", Direction.LOOSENING, wording)


def _change(difference: Difference, code: str, direction: Direction, wording: Wording) -> Change:
    top, *inside = difference.address
    if top in {"datasets", "tables"}:
        file, inside = f"contracts/{top}/{inside[0]}.yml", inside[1:]
    else:
        file = _FILES.get(top, f"contracts/{top}.yml")
    place = Place(file=str(file), rule=".".join(inside) or None)
    problem = _problem(
        difference, code, wording, place=place, name=wording.name(difference.address)
    )
    return Change(direction, problem)


def _in_file(difference: Difference, code: str, direction: Direction, wording: Wording) -> Change:
    file, *inside = difference.address
    place = Place(file=file, rule=".".join(inside) or None)
    name = wording.name_in_file(difference.address)
    return Change(direction, _problem(difference, code, wording, place=place, name=name))


def _problem(
    difference: Difference, code: str, wording: Wording, *, place: Place, name: Label
) -> Problem:
    before, after = wording.values(difference, code)
    # What is there and empty, and what is not there, are the same to who reads.
    is_gone = difference.after is None or difference.is_removed
    how = _HOW[difference.before is None or difference.is_added, is_gone]
    words = {"name": name, "how": how, "before": before, "after": after}
    facts: dict[str, Fact] = {f"{part}_en": label.en for part, label in words.items()}
    facts |= {f"{part}_fr": label.fr for part, label in words.items()}
    goes = "_removed" if is_gone and code in _GOES else ""
    return Problem(code=f"change.{code}{goes}", place=place, facts=tuple(sorted(facts.items())))
