"""What a candidate hides, for whoever is asked to approve it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.cli.console import show_table
from pipeline.cli.words import code_in_words, in_words
from pipeline.contracts import Label
from pipeline.contracts.numbers import number
from pipeline.errors import Language
from pipeline.papers.disclosure import PERTURBED_COLUMNS, REPORT_COLUMNS

# Counts of persons from 1 to the threshold less 1 are hidden.
UNMOVED = (None, "suppression", "none")
_SINCE = Label(
    en="Since {release}: {newly_hidden} cells newly hidden, {newly_shown} newly shown; corrections "
    "wait in {waiting} territories, whose figures stand as they were.",
    fr="Depuis {release} : {newly_hidden} cellules nouvellement masquées, {newly_shown} "
    "nouvellement montrées ; des corrections attendent dans {waiting} territoires, dont les "
    "chiffres restent ce qu'ils étaient.",
)
_HEADINGS = {"threshold": "hidden_below"}


def show_hidden(
    report: Sequence[Mapping[str, Any]], language: Language, *, to_stderr: bool = False
) -> None:
    """Print how many cells a candidate hides, and by how much it moves others, by table and level.

    Args:
        report: entries of the disclosure report.
        language: of title and headings.
        to_stderr: where the output is for another program.
    """
    perturbed = [each for each in report if each.get("method") not in UNMOVED]
    shown = {
        "What this candidate hides (cells)": [_row(one) for one in report if one not in perturbed],
        "What this candidate perturbs (mean error in persons)": [
            {name: one[name] for name in PERTURBED_COLUMNS} for one in perturbed
        ],
    }
    for title, rows in shown.items():
        if rows:
            show_table(in_words(title, language), rows, language=language, to_stderr=to_stderr)


def show_since(facts: Mapping[str, Any], language: Language, *, to_stderr: bool = False) -> None:
    """Print what a candidate hides and shows that the release in force does not, and what waits.

    Args:
        facts: of the candidate.
        language: of the words.
        to_stderr: where the output is for another program.
    """
    changes = facts["disclosure"]["changes"]
    if not changes["release"]:
        return
    waiting = sum(
        count
        for populations in facts["waiting"].values()
        for reasons in populations.values()
        for count in reasons.values()
    )
    told = {
        name: number(sum(row[name] for row in changes["rows"]), 0, language)
        for name in ("newly_hidden", "newly_shown")
    }
    words = _SINCE.words(language).format(
        release=changes["release"], waiting=number(waiting, 0, language), **told
    )
    print(words, file=sys.stderr if to_stderr else sys.stdout)


def show_verdict(
    verdict: Mapping[str, Any], language: Language, *, to_stderr: bool = False
) -> None:
    """Print what an adversary finds in what would be public, under the names of the three risks.

    Args:
        verdict: as it is sealed with the candidate; empty for one of before there were verdicts.
        language: of title and words.
        to_stderr: where the output is for another program.
    """
    from pipeline.papers.words import WORDS

    def said(name: str) -> str:
        return WORDS[f"adversary.{name}"].words(language)

    rows = [
        {"risk": said(risk), "found": said(name), "cells": count}
        for risk, figures in verdict.get("risks", {}).items()
        for name, count in figures.items()
    ]
    outcome = code_in_words(str(verdict.get("outcome", "unchecked")), language)
    title = in_words("What an adversary finds in it: {outcome}", language).format(outcome=outcome)
    show_table(title, rows, language=language, to_stderr=to_stderr)


def show_opinion(opinion: Mapping[str, str] | None, language: Language) -> None:
    """Print, beside the question, what the officer said of what the adversary could not decide."""
    if opinion is not None:
        words = in_words("The officer's opinion on it: {opinion}", language)
        said = code_in_words(opinion["opinion"], language)
        print(words.format(opinion=said), file=sys.stderr)


def show_report_command(candidate: str, language: Language) -> None:
    """Print, beside the question, how to read the whole report before it is answered."""
    words = in_words("The whole report: {command}", language)
    command = f"cartable audit disclosure {candidate} --to FILE.html"
    print(words.format(command=command), file=sys.stderr)


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    row = {_HEADINGS.get(name, name): entry[name] for name in REPORT_COLUMNS}
    # Where units are counted nothing is hidden as small.
    if entry["threshold"] <= 1:
        row["hidden_below"] = "\N{EN DASH}"
    return row
