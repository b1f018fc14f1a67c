"""A proposed recoding in plain words: what to write into the contracts, and what it costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pipeline.cli.console import show_table
from pipeline.contracts import Label
from pipeline.contracts.numbers import number, percentage
from pipeline.errors import Language
from pipeline.privacy.recode_search import Cost
from pipeline.steps.recoding import Proposed

WORDS: dict[str, Label] = {
    "reached": Label(
        en="{dataset} {period}: the smallest class has {k_now} persons; the policy asks for {k}. "
        "Nothing needs to be coarser than it is.",
        fr="{dataset} {period} : la plus petite classe compte {k_now} personnes ; la politique en "
        "demande {k}. Rien n'a besoin d'être plus grossier.",
    ),
    "none": Label(
        en="{dataset} {period}: no recoding reaches k = {k}. The smallest class has {k_now} "
        "person(s), and {k_after} with all left out that may be.",
        fr="{dataset} {period} : aucun recodage n'atteint k = {k}. La plus petite classe compte "
        "{k_now} personne(s), et {k_after} en omettant tout ce qui peut l'être.",
    ),
    "needed": Label(
        en="May not be coarser: {column}, which {needed_by} needs as it is.",
        fr="Ne peut être plus grossière : {column}, dont {needed_by} a besoin telle quelle.",
    ),
    "then": Label(
        en="What remains: publish less detail, so that a query needs less; or leave k as it is, "
        "for a zone that is not published, and have that opined on and signed.",
        fr="Il reste : publier moins de détail, pour qu'une requête en demande moins ; ou laisser "
        "k tel quel, pour une zone qui n'est pas publiée, avec avis et signature.",
    ),
    "found": Label(
        en="{dataset} {period}: k goes from {k_now} to {k_after}; the policy asks for {k}.",
        fr="{dataset} {period} : k passe de {k_now} à {k_after} ; la politique demande {k}.",
    ),
    "write": Label(
        en="Write into contracts/recodings.yml, then have it signed:",
        fr="À écrire dans contracts/recodings.yml, puis à faire signer :",
    ),
    "cost": Label(en="What it costs", fr="Ce que cela coûte"),
    "loss": Label(
        en="Loss: {loss} of all detail (normalised certainty penalty); {rows} of {all} persons "
        "({share}) change. The least of {nodes} recodings, {checked} of them counted.",
        fr="Perte : {loss} de tout le détail (pénalité de certitude normalisée) ; {rows} personnes "
        "sur {all} ({share}) changent. La moindre de {nodes} recodages, dont {checked} comptés.",
    ),
    "column": Label(en="column", fr="colonne"),
    "becomes": Label(en="becomes", fr="devient"),
    "suppressed": Label(en="nothing kept", fr="rien de gardé"),
    "unchanged": Label(en="as it is", fr="telle quelle"),
    "values": Label(en="values", fr="valeurs"),
    "values_left": Label(en="values left", fr="valeurs restantes"),
    "rows": Label(en="persons changed", fr="personnes changées"),
    "reason": Label(
        en="k = {k} in the protected zone; it was {k_now}",
        fr="k = {k} en zone protégée ; il était de {k_now}",
    ),
}


def proposal_facts(proposed: Proposed) -> dict[str, Any]:
    """Return a proposal as plain types, ready for JSON."""
    search = proposed.search
    return {
        "dataset": proposed.dataset,
        "period": proposed.period,
        "k": proposed.k,
        "k_now": proposed.k_now,
        "k_after": search.k,
        "is_reached": search.steps is not None,
        "columns": proposed.columns(),
        "loss": search.loss,
        "rows": proposed.rows,
        "rows_changed": search.rows_changed,
        "costs": [asdict(cost) for cost in search.costs],
        "needed": dict(proposed.needed),
        "nodes": search.nodes,
        "checked": search.checked,
    }


def proposal_yaml(proposed: Proposed, language: Language) -> str:
    """Return what to write into `contracts/recodings.yml`."""
    columns = ", ".join(f"{name}: {steps}" for name, steps in proposed.columns().items())
    reason = WORDS["reason"].words(language).format(k=proposed.k, k_now=proposed.k_now)
    return (
        f'{proposed.dataset}:\n  "{proposed.period}":\n'
        f'    columns: {{{columns}}}\n    reason: "{reason}"'
    )


def show_proposal(proposed: Proposed, language: Language) -> None:
    """Print a proposal: what to write and what it costs, or why there is none."""
    search = proposed.search

    def say(key: str, **facts: str) -> str:
        about = {
            "dataset": proposed.dataset,
            "period": proposed.period,
            "k": number(proposed.k, 0, language),
            "k_now": number(proposed.k_now, 0, language),
            "k_after": number(search.k, 0, language),
        }
        return WORDS[key].words(language).format(**about, **facts)

    if search.steps is None:
        print(say("none"))
        _show_needed(proposed, language)
        print(say("then"))
    elif proposed.k_now >= proposed.k:
        print(say("reached"))
    else:
        print(say("found"))
        print(f"{say('write')}\n\n{proposal_yaml(proposed, language)}\n")
        show_table(
            say("cost"), [_cost(proposed, cost, language) for cost in search.costs], is_ours=True
        )
        figures = {
            "rows": search.rows_changed,
            "all": proposed.rows,
            "nodes": search.nodes,
            "checked": search.checked,
        }
        told = {name: number(figure, 0, language) for name, figure in figures.items()}
        shares = {"loss": search.loss, "share": search.rows_changed / proposed.rows}
        told |= {name: percentage(share, 1, language) for name, share in shares.items()}
        print(say("loss", **told))
        _show_needed(proposed, language)


def _show_needed(proposed: Proposed, language: Language) -> None:
    for column, needed_by in proposed.needed.items():
        print(WORDS["needed"].words(language).format(column=column, needed_by=needed_by))


def _cost(proposed: Proposed, cost: Cost, language: Language) -> dict[str, object]:
    words = {key: label.words(language) for key, label in WORDS.items()}
    ladder = proposed.ladders[cost.column]
    if cost.step == ladder.top:
        becomes = words["suppressed"]
    elif cost.step:
        becomes = ladder.names[cost.step]
    else:
        becomes = words["unchanged"]
    return {
        words["column"]: cost.column,
        words["becomes"]: becomes,
        words["values"]: cost.values,
        words["values_left"]: cost.values_left,
        words["rows"]: cost.rows_changed,
    }
