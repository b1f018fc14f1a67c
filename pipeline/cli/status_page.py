"""The state of all zones, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.console import show_facts, show_table
from pipeline.cli.words import in_words
from pipeline.contracts import Label
from pipeline.contracts.numbers import colon
from pipeline.errors import Language, Problem

SENDERS_TOLD = 6
# Register → what is said of one whose deadline has passed.
OVERDUE = {"request": "subjects.request_overdue", "breach": "subjects.breach_overdue"}
# Hashes behind the ids that a person reads, and what other columns add up to: in the JSON.
LEFT_TO_JSON = frozenset(
    {"content", "inputs", "state", "methods", "protected_zeros", "drawings", "counted"}
    | {"left_out", "missing_senders", "of_senders", "undecided"}
)
TAKEN_OFF = Label(
    en=(
        "To await one no more: `cartable quarantine discard DELIVERY --reason …`;"
        " to destroy the sealed file too: `cartable retain --destroy DELIVERY`"
    ),
    fr=(
        "Pour ne plus en attendre une : `cartable quarantine discard LIVRAISON --reason …` ;"
        " pour détruire aussi le fichier scellé : `cartable retain --destroy LIVRAISON`"
    ),
)
_DAY = len("2021-10-15")


def show_status(state: Mapping[str, Any], language: Language) -> None:
    """Print what `steps.status` found.

    Args:
        state: its parts by name.
        language: of all headings and words.
    """
    _show("Arrivals (senders)", state["arrivals"], language)
    _show_missing(state["arrivals"], language)
    _show("Refused whole, a new file is awaited", state["awaited"], language)
    if state["awaited"]:
        print(f"  {TAKEN_OFF.words(language)}")
    _show("Batches (rows)", state["batches"], language)
    _show_left_out(state["batches"], language)
    if state["doubles"]:
        _show("Persons in several rows", state["doubles"], language)
    _show("Quarantine (rows)", state["quarantine"], language)
    _show("Candidates", state["candidates"], language)
    facts = _short(state["release"] or {})
    if not facts.get("recompute"):
        facts.pop("recompute", None)
    show_facts(in_words("Release in force", language), facts, language=language)
    for one in state["overdue"]:
        print(_overdue(one).words(language))


def _show(title: str, rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    shown = [_short(row) for row in rows]
    for row in shown:
        for name in row.keys() & {"in_force", "rule"}:
            row[name] = in_words(row[name], language)
    show_table(in_words(title, language), shown, language=language)


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person reads of a row: days, and ids in the place of hashes."""
    kept = {name: fact for name, fact in row.items() if name not in LEFT_TO_JSON}
    for name in kept.keys() & {"as_of", "refused_at"}:
        kept[name] = kept[name][:_DAY]
    if "policy_hash" in kept:
        kept["policy_hash"] = f"policy-{kept['policy_hash'][:16]}"
    return kept


def _show_missing(rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Print the first of the senders that are missing, a dataset and period a line."""
    for row in rows:
        missing = row["missing_senders"]
        if missing:
            told = ", ".join(missing[:SENDERS_TOLD])
            if len(missing) > SENDERS_TOLD:
                more = f"{len(missing) - SENDERS_TOLD:,}"
                told += " " + in_words("and {more} more", language).format(more=more)
            about = f"{in_words('missing', language)}, {row['dataset']} {row['period']}"
            print(f"  {about}{colon(language)}{told}")


def _show_left_out(rows: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Print of each batch how many rows of persons who were erased came again, where any did."""
    for row in rows:
        if row["left_out"]:
            words = in_words("rows of erased persons left out", language)
            print(f"  {words}, {row['batch']}{colon(language)}{row['left_out']:,}")


def _overdue(one: Mapping[str, Any]) -> Problem:
    """Return what is said of a request or a breach whose deadline has passed."""
    facts = (("due", one["due"]), ("number", one["number"]))
    return Problem(code=OVERDUE[one["register"]], count=one["days_overdue"], facts=facts)
