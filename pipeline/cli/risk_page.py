"""The risk of rows about persons in plain words: each figure, what it means, what was asked.

Written for a data protection officer, in English and French. Figures only, never a value.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pipeline.cli.console import show_table
from pipeline.cli.risk_rows import Row, rows_of
from pipeline.contracts import Label
from pipeline.contracts.numbers import number, percentage
from pipeline.errors import Language
from pipeline.privacy.risk import Risk
from pipeline.steps.risk import Measured

_HISTORY_SHOWN = 12

WORDS: dict[str, Label] = {
    "title": Label(
        en="Risk of the rows held: {dataset} {period} (protected zone, never published)",
        fr="Risque des lignes conservées : {dataset} {period} (zone protégée, jamais publiée)",
    ),
    "columns": Label(
        en="Told apart by: {quasi}. Not to be learned: {sensitive}.",
        fr="Distinguées par : {quasi}. À ne pas apprendre : {sensitive}.",
    ),
    "none": Label(en="nothing", fr="rien"),
    "figure": Label(en="figure", fr="chiffre"),
    "value": Label(en="value", fr="valeur"),
    "before": Label(en="without recoding", fr="sans recodage"),
    "after": Label(en="with recoding", fr="avec recodage"),
    "policy": Label(en="policy", fr="politique"),
    "verdict": Label(en="verdict", fr="verdict"),
    "reached": Label(en="reached", fr="atteint"),
    "missed": Label(en="NOT reached", fr="NON atteint"),
    "unasked": Label(en="no threshold", fr="sans seuil"),
    "unknown": Label(en="not measured", fr="non mesuré"),
    "at_least": Label(en="at least {limit}", fr="au moins {limit}"),
    "at_most": Label(en="at most {limit}", fr="au plus {limit}"),
    "meaning": Label(en="What the figures mean", fr="Ce que disent les chiffres"),
    "all_reached": Label(
        en="Verdict: the rows reach all that the policy asks.",
        fr="Verdict : les lignes atteignent tout ce que demande la politique.",
    ),
    "some_missed": Label(
        en="Verdict: the rows do NOT reach what the policy asks: {missed}.",
        fr="Verdict : les lignes n'atteignent PAS ce que demande la politique : {missed}.",
    ),
    "propose": Label(
        en="`cartable risk {dataset} --period {period} --propose` looks for a recoding.",
        fr="`cartable risk {dataset} --period {period} --propose` cherche un recodage.",
    ),
    "pending": Label(
        en="The recoding of the contracts has not reached all rows held: "
        "`cartable risk {dataset} --period {period} --apply` rewrites them.",
        fr="Le recodage des contrats n'a pas atteint toutes les lignes conservées : "
        "`cartable risk {dataset} --period {period} --apply` les réécrit.",
    ),
    "history": Label(
        en="Earlier measurements (of the rows as they were held)",
        fr="Mesures antérieures (des lignes telles qu'elles étaient conservées)",
    ),
    "first": Label(
        en="No earlier measurement; this one is in the ledger.",
        fr="Aucune mesure antérieure ; celle-ci est au journal.",
    ),
    "at": Label(en="at (UTC)", fr="le (UTC)"),
    "recoded": Label(en="recoding", fr="recodage"),
    "persons": Label(en="persons", fr="personnes"),
    "under": Label(en="under k", fr="sous k"),
    "alone": Label(en="alone", fr="seules"),
}


def risk_facts(measured: Measured) -> dict[str, Any]:
    """Return a measurement as plain types, ready for JSON."""
    recoding = measured.recoding
    return {
        "dataset": measured.dataset,
        "period": measured.period,
        "quasi_identifiers": list(measured.quasi_identifiers),
        "sensitive": list(measured.sensitive),
        "policy": asdict(measured.limits),
        "reached": not _missed(measured),
        "recoding": dict(recoding.columns) if recoding else {},
        "is_applied": measured.is_applied,
        "before": asdict(measured.before) if measured.before else None,
        "after": asdict(measured.after),
        "history": [asdict(past) for past in measured.history],
    }


def show_risk(measured: Measured, language: Language) -> None:
    """Print a measurement: the figures, what they mean, the verdict, the earlier ones."""

    def say(key: str, **facts: str) -> str:
        about = {"dataset": measured.dataset, "period": measured.period}
        return WORDS[key].words(language).format(**about, **facts)

    quasi = ", ".join(measured.quasi_identifiers) or say("none")
    sensitive = ", ".join(measured.sensitive) or say("none")
    rows = rows_of(measured.limits, measured.after)
    show_table(say("title"), [_line(row, measured, language) for row in rows], is_ours=True)
    print(say("columns", quasi=quasi, sensitive=sensitive))
    missed = _missed(measured)
    words = ", ".join(row.label.words(language) for row in missed)
    print(say("some_missed", missed=words) if missed else say("all_reached"))
    if not measured.is_applied:
        print(say("pending"))
    elif missed:
        print(say("propose"))
    print(f"\n{say('meaning')}")
    for meaning in dict.fromkeys(row.meaning.words(language) for row in rows):
        print(f"  {meaning}")
    print()
    recent = measured.history[-_HISTORY_SHOWN:]
    if not recent:
        print(say("first"))
        return
    show_table(say("history"), [
        {
            say("at"): past.at[:16].replace("T", " "),
            say("recoded"): past.recoding or "-",
            say("persons"): number(past.risk.rows, 0, language),
            "k": number(past.risk.k, 0, language),
            say("under"): number(past.risk.rows_under_k, 0, language),
            say("alone"): number(past.risk.unique_rows, 0, language),
        }
        for past in recent
    ], is_ours=True)  # fmt: skip


def _missed(measured: Measured) -> list[Row]:
    rows = rows_of(measured.limits, measured.after)
    return [row for row in rows if row.reached(measured.after) is False]


def _line(row: Row, measured: Measured, language: Language) -> dict[str, str]:
    words = {key: label.words(language) for key, label in WORDS.items()}
    before = measured.before
    line = {words["figure"]: row.label.words(language)}
    if measured.recoding:
        line[words["before"]] = _told(row, before, language) if before else words["unknown"]
        line[words["after"]] = _told(row, measured.after, language)
    else:
        line[words["value"]] = _told(row, measured.after, language)
    reached = row.reached(measured.after)
    verdict = "unasked" if reached is None else "reached" if reached else "missed"
    line[words["policy"]] = _limit(row, words, language)
    line[words["verdict"]] = words[verdict] if row.is_judged else ""
    return line


def _told(row: Row, risk: Risk, language: Language) -> str:
    value = row.value(risk)
    told = number(value, row.decimals, language)
    if row.is_share_of_rows:
        told += f" ({percentage(value / risk.rows, 2, language)})"
    return told


def _limit(row: Row, words: dict[str, str], language: Language) -> str:
    for key, limit in (("at_least", row.at_least), ("at_most", row.at_most)):
        if limit is not None:
            return words[key].format(limit=number(limit, row.decimals, language))
    return ""
