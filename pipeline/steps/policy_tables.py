"""What a policy does to the figures of published tables, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.contracts import Contracts, Label, Table
from pipeline.contracts.method_words import perturbation_words
from pipeline.contracts.policy import Policy
from pipeline.errors import Language


def table_rules_in_words(table: Table, contracts: Contracts, language: Language) -> list[str]:
    """Return what is hidden of a table or moved in it, and what others publish of it; sentences.

    Args:
        table: a published table.
        contracts: the rules.
        language: of the words.
    """
    word = {name: label.words(language) for name, label in _WORDS.items()}
    moved = perturbation_words(table, contracts)
    if moved is not None:
        return [moved.words(language)]
    if table.counts == "persons":
        return [*_persons(table, contracts, word, language), *_elsewhere(table, word)]
    if table.amounts is None:
        return [word["nothing_hidden"]]
    rule = contracts.policy.amounts[table.amounts]
    n = rule.dominance_n.value
    return [
        word["amounts_hidden"].format(
            contributors=rule.contributors.value,
            largest=word["largest_one" if n == 1 else "largest_many"].format(n=n),
            k=f"{rule.dominance_k_pct.value:g}",
            p=f"{rule.p_pct.value:g}",
        )
    ]


def preferences_in_words(policy: Policy, language: Language) -> str:
    """Return which of several safe patterns is taken, in sentences.

    Args:
        policy: that holds the preferences.
        language: of the words.
    """
    told = policy.secondary.model_dump()
    return " ".join(_PREFERENCES[name, said].words(language) for name, said in told.items())


def _persons(
    table: Table, contracts: Contracts, word: Mapping[str, str], language: Language
) -> Iterator[str]:
    yield word["hidden"].format(last=contracts.threshold(table) - 1)
    yield word[f"zeros_{contracts.zeros(table)}"]
    share, sensitive = contracts.extreme_pct(table), contracts.sensitive(table)
    if share is not None and sensitive:
        labels = (contracts.codelists[name].label.words(language) for name in sensitive)
        yield word["groups"].format(share=f"{share:g}", names=", ".join(labels))


def _elsewhere(table: Table, word: Mapping[str, str]) -> Iterator[str]:
    for level, told in table.known_elsewhere.items():
        crossed = ", ".join(told.dimensions) or word["totals"]
        yield word["elsewhere"].format(level=level, crossed=crossed, source=told.source)


_PREFERENCES: Mapping[tuple[str, str], Label] = {
    ("fewest", "cells"): Label(
        en="Of several ways to protect what is small, the one that hides the fewest figures is"
        " taken.",
        fr="De plusieurs façons de protéger ce qui est petit est retenue celle qui masque le moins"
        " de chiffres.",
    ),
    ("fewest", "persons"): Label(
        en="Of several ways to protect what is small, the one that hides figures of the fewest"
        " persons is taken.",
        fr="De plusieurs façons de protéger ce qui est petit est retenue celle qui masque des"
        " chiffres comptant le moins de personnes.",
    ),
    ("totals", "kept"): Label(
        en="Totals are spared rather than their parts.",
        fr="Les totaux sont épargnés plutôt que leurs parties.",
    ),
    ("totals", "free"): Label(
        en="Totals are spared no more than their parts.",
        fr="Les totaux ne sont pas plus épargnés que leurs parties.",
    ),
    ("pattern", "kept"): Label(
        en="What the period before hides is hidden sooner, so that series stay comparable.",
        fr="Ce que masque la période précédente est masqué plus tôt, pour que les séries restent"
        " comparables.",
    ),
    ("pattern", "free"): Label(
        en="What the period before hides does not count.",
        fr="Ce que masque la période précédente ne compte pas.",
    ),
}
_WORDS: Mapping[str, Label] = {
    "hidden": Label(
        en="Counts of 1 to {last} are hidden, and what would give them away.",
        fr="Les effectifs de 1 à {last} sont masqués, et ce qui les trahirait.",
    ),
    "nothing_hidden": Label(
        en="Counts no persons; nothing is hidden.", fr="Ne compte personne ; rien n'est masqué."
    ),
    "zeros_published": Label(
        en="A count of zero is published, of persons too.",
        fr="Un effectif nul est publié, pour des personnes aussi.",
    ),
    "zeros_protected": Label(
        en="A count of zero may be hidden: a hidden count can be 0.",
        fr="Un effectif nul peut être masqué : un effectif masqué peut valoir 0.",
    ),
    "groups": Label(
        en="No group is shown to be all in one category, or {share} % of it: {names}.",
        fr="Aucun groupe n'est montré tout entier dans une catégorie, ni à {share} % : {names}.",
    ),
    "amounts_hidden": Label(
        en=(
            "An amount is hidden where fewer than {contributors} units are behind it, where"
            " {largest} more than {k} % of it, or where the second largest could work out the"
            " largest to within {p} %; and what would give it away."
        ),
        fr=(
            "Un montant est masqué quand moins de {contributors} unités le composent, quand"
            " {largest} plus de {k} %, ou quand la deuxième pourrait retrouver la plus grande à"
            " {p} % près ; et ce qui le trahirait."
        ),
    ),
    "largest_one": Label(en="one of them makes up", fr="l'une d'elles en fait"),
    "largest_many": Label(en="the {n} largest of them make up", fr="les {n} plus grandes en font"),
    "elsewhere": Label(
        en=(
            "Others publish it at {level} by {crossed}: known, so never hidden, and everything"
            " hidden is protected from whoever knows it. Source: {source}."
        ),
        fr=(
            "D'autres le publient au niveau {level} par {crossed} : connu, donc jamais masqué, et"
            " ce qui est masqué est protégé de qui le connaît. Source : {source}."
        ),
    ),
    "totals": Label(en="totals", fr="totaux"),
}
