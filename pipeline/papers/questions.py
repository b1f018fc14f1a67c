"""The three questions of WP29 Opinion 05/2014 on a release, answered by the numbers there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.contracts import Contracts, Label
from pipeline.contracts.numbers import number
from pipeline.papers.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three questions: its key among the words, and the answers, one figure each."""

    key: str
    answers: tuple[Label, ...]


def three_questions(contracts: Contracts, evidence: Evidence) -> Sequence[Question]:
    """Return singling out, linkability and inference; empty when no release holds the period."""
    if evidence.release is None:
        return ()
    return (
        Question("singling", tuple(_singling_out(contracts, evidence))),
        Question("linkability", tuple(_linkability(contracts, evidence))),
        Question("inference", tuple(_inference(contracts, evidence))),
    )


def _singling_out(contracts: Contracts, evidence: Evidence) -> list[Label]:
    cells = sum(level.cells for level in evidence.published)
    hidden = sum(level.hidden for level in evidence.published)
    shown = [number(count, 0, "fr") for count in (cells, hidden)]
    smallest = [level.smallest for level in evidence.published if level.smallest is not None]
    lowest = min(int(one.value) for one in contracts.policy.thresholds.values())
    answers = [
        Label(
            en=f"{cells:,} observations of the period are published, {hidden:,} of them without a"
            " value because it was hidden.",
            fr=f"{shown[0]} observations de la période sont publiées, dont {shown[1]} sans"
            " valeur parce que masquées.",
        )
    ]
    if smallest:
        answers.append(
            Label(
                en=f"The smallest count of persons above nought is {min(smallest)}; the lowest"
                f" threshold of the policy is {lowest}.",
                fr=f"Le plus petit compte de personnes au-dessus de zéro est {min(smallest)} ; le"
                f" seuil le plus bas de la politique est {lowest}.",
            )
        )
    return answers


def _linkability(contracts: Contracts, evidence: Evidence) -> list[Label]:
    public = {e.facts.get("release") for e in evidence.events if e.kind == "release"}
    withdrawn = {e.facts.get("release") for e in evidence.events if e.kind == "withdrawal"}
    tables = sum(table.counts == "persons" for table in contracts.tables.values())
    answers = [
        Label(
            en=f"{len(public - withdrawn)} release(s) of the ledger not withdrawn;"
            f" {tables} tables count persons, and those of one population are protected together.",
            fr=f"{len(public - withdrawn)} publication(s) du journal non retirée(s) ;"
            f" {tables} tableaux comptent des personnes, ceux d'une population étant protégés"
            " ensemble.",
        )
    ]
    if evidence.proved_queries is not None:
        answers.append(
            Label(
                en=f"{evidence.proved_queries} queries proved: none of the"
                f" {evidence.identified_columns} identified columns kept reaches a published one.",
                fr=f"{evidence.proved_queries} requêtes prouvées : aucune des"
                f" {evidence.identified_columns} colonnes identifiantes gardées n'atteint une"
                " colonne publiée.",
            )
        )
    else:
        answers.append(
            Label(
                en="The queries on the disk are NOT proved: see `cartable contracts check`.",
                fr="Les requêtes du disque NE SONT PAS prouvées : voir `cartable contracts check`.",
            )
        )
    return answers


def _inference(contracts: Contracts, evidence: Evidence) -> list[Label]:
    width = contracts.policy.protection_width
    primary = sum(int(str(entry["primary"])) for entry in evidence.disclosure)
    secondary = sum(int(str(entry["secondary"])) for entry in evidence.disclosure)
    shown = [number(count, 0, "fr") for count in (primary, secondary)]
    return [
        Label(
            en=f"{primary:,} cells of the release hidden by a rule, {secondary:,} more because they"
            " would have given those away by sums or differences (all periods).",
            fr=f"{shown[0]} cellules de la publication masquées par une règle,"
            f" {shown[1]} de plus qui les auraient trahies par sommes ou différences"
            " (toutes périodes).",
        ),
        Label(
            en=f"Signed rule: an adversary must stay uncertain by {width.value} {width.unit} or"
            " more on each hidden count; a release that fails is refused before it is sealed.",
            fr=f"Règle signée : un adversaire doit garder une incertitude d'au moins {width.value}"
            " personnes sur chaque compte masqué ; une publication qui échoue est refusée avant"
            " d'être scellée.",
        ),
        *_groups(contracts),
    ]


def _groups(contracts: Contracts) -> Iterator[Label]:
    """Yield what is told of groups that are all in one category."""
    tables = [table for table in contracts.tables.values() if table.counts == "persons"]
    for table in tables:
        share, dimensions = contracts.extreme_pct(table), contracts.sensitive(table)
        if share is None or not dimensions:
            continue
        names = [contracts.codelists[name].label for name in dimensions]
        yield Label(
            en=f"{table.label.en}: zeros are protected, and no group shows {share:g} % or more in"
            f" one category of {', '.join(name.en.lower() for name in names)}.",
            fr=f"{table.label.fr} : les zéros sont protégés, et aucun groupe ne montre {share:g} %"
            f" ou plus dans une catégorie de : {', '.join(name.fr.lower() for name in names)}.",
        )
    published = [table.label for table in tables if contracts.zeros(table) == "published"]
    if published:
        yield Label(
            en=f"Zeros are published in {', '.join(one.en for one in published)}: where a whole"
            " group lies in one class, that is told; no dimension there is sensitive.",
            fr=f"Les zéros sont publiés dans {', '.join(one.fr for one in published)} : si tout un"
            " groupe est dans une classe, cela se voit ; aucune dimension n'y est sensible.",
        )
