"""A change of the rules is told with its address, and as loosening when it lets more through."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.changes import Change, Direction, compare
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.comparing import is_same_query
from pipeline.steps.snapshots import snapshot_of

Snapshot = dict[str, Any]
POLICY = "contracts/policy.yml"
PUPILS = "contracts/datasets/pupils.yml"
TEACHERS = "contracts/datasets/teachers.yml"
ENROLMENT = "contracts/tables/enrolment.yml"
LISTS = "contracts/codelists.yml"
TERRITORIES = "contracts/territories.yml"
SUITE = "expectations/protected/pupils.json"
QUERY = "sql/counts/enrolment.sql"
LOOSER, TIGHTER, NEUTRAL = Direction.LOOSENING, Direction.TIGHTENING, Direction.NEUTRAL


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, small_project: Path) -> Path:
    folder = tmp_path_factory.mktemp("rules") / "project"
    shutil.copytree(small_project, folder)
    for part in ("sql", "expectations"):
        shutil.copytree(INSTALLATION / part, folder / part)
    return folder


@pytest.fixture(scope="module")
def signed(project: Path) -> Snapshot:
    return read(project)


def read(project: Path) -> Snapshot:
    snapshot: Snapshot = json.loads(json.dumps(snapshot_of(load_project(project))))
    return snapshot


def changed(project: Path, file: str, old: str, new: str) -> Snapshot:
    """Return the project with one edit of one file, which is undone then."""
    path = project / file
    content = path.read_bytes()
    assert old.encode() in content, (file, old)
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))
    try:
        return read(project)
    finally:
        path.write_bytes(content)


def told(before: Snapshot, after: Snapshot) -> list[Change]:
    return compare(before, after, is_same_query=is_same_query)


DISTINCT = """\
  distinct_l:
    value: 2
    unit: values
    reason: Persons who cannot be told apart must not all have the same sensitive value
    source: Machanavajjhala et al. (2007), l-diversity
    in_french:
      unit: valeurs
      reason: >-
        Des personnes qu'on ne peut distinguer ne doivent pas toutes avoir la même valeur
        sensible
      source: Machanavajjhala et al. (2007), l-diversité
"""
INE = """\
  ine:
    label: {en: French pupil identifier, fr: Identifiant national élève (INE)}
    pattern: "[0-9]{9}[A-Z]{2}|[0-9]{10}[A-Z]"
"""

# File, edit, what is told, and what the way back is.
SEEDED = {
    "a threshold is lowered": (
        *(POLICY, "value: 5\n    unit: pupils", "value: 4\n    unit: pupils"),
        *("change.threshold", TIGHTER),
    ),
    "the protection width is lowered": (
        *(POLICY, "value: 3\n  unit: persons", "value: 2\n  unit: persons"),
        *("change.protection_width", TIGHTER),
    ),
    "more of a group may be alike": (
        *(POLICY, "value: 99\n    unit: percent", "value: 100\n    unit: percent"),
        *("change.extreme", TIGHTER),
    ),
    "fewer schools may be behind an amount": (
        *(POLICY, "value: 3\n      unit: schools", "value: 2\n      unit: schools"),
        *("change.amount_limit", TIGHTER),
    ),
    "an amount may be worked out more closely": (
        *(POLICY, "value: 10\n      unit: percent", "value: 5\n      unit: percent"),
        *("change.amount_limit", TIGHTER),
    ),
    "one school may hold more of an amount": (
        *(POLICY, "value: 85\n      unit: percent", "value: 90\n      unit: percent"),
        *("change.amount_limit", TIGHTER),
    ),
    "k of the protected rows is lowered": (
        *(POLICY, "value: 5\n    unit: persons", "value: 4\n    unit: persons"),
        *("change.microdata", TIGHTER),
    ),
    "a limit of the protected rows is taken away": (
        *(POLICY, DISTINCT, ""),
        *("change.microdata_removed", TIGHTER),
    ),
    "a correction may keep less": (
        *(POLICY, "value: 50\n    unit: percent", "value: 40\n    unit: percent"),
        *("change.replacement", TIGHTER),
    ),
    "a correction may lose more": (
        *(POLICY, "value: 5\n    unit: rows", "value: 6\n    unit: rows"),
        *("change.replacement", TIGHTER),
    ),
    "a retention is lengthened": (
        *(POLICY, "value: 30\n    unit: days", "value: 31\n    unit: days"),
        *("change.retention", TIGHTER),
    ),
    "a recipient is added": (
        *(POLICY, "licence:\n  id", "  - {en: A company, fr: Une entreprise}\nlicence:\n  id"),
        *("change.recipient", TIGHTER),
    ),
    "another purpose": (
        *(POLICY, "No decision on any single person.", "Decisions on single persons."),
        *("change.purpose", LOOSER),
    ),
    "pupils become linkable over years": (
        *(POLICY, "linkable: period", "linkable: years"),
        *("change.linkable", TIGHTER),
    ),
    "the spelling of identifiers changes": (
        *(POLICY, "leading_zeros: kept", "leading_zeros: stripped"),
        *("change.canonical", LOOSER),
    ),
    "a form of identifiers is no more looked for": (
        *(POLICY, INE, ""),
        *("change.identifier_pattern_removed", TIGHTER),
    ),
    "a birth date is kept in part": (
        TEACHERS,
        'format: "%d/%m/%Y"\n    role: quasi_identifier\n    privacy: {rule: drop}',
        (
            'format: "%d/%m/%Y"\n    role: quasi_identifier\n'
            "    privacy: {rule: truncate_date, to: year, as: birth_year}"
        ),
        *("change.rule", TIGHTER),
    ),
    "a grade is kept as it is": (
        *(PUPILS, "{rule: generalise, to: edu_level}", "{rule: keep}"),
        *("change.rule", TIGHTER),
    ),
    "an identifier is no more dropped": (
        PUPILS,
        (
            "{en: Given name, fr: Prénom}\n    type: text\n    role: direct_identifier\n"
            "    privacy: {rule: drop}"
        ),
        (
            "{en: Given name, fr: Prénom}\n    type: text\n    role: direct_identifier\n"
            "    privacy: {rule: pseudonymise, domain: pupil, as: name_pseudonym}"
        ),
        *("change.rule", TIGHTER),
    ),
    "a role leaves the sensitive ones": (
        *(PUPILS, "role: sensitive", "role: attribute"),
        *("change.role", TIGHTER),
    ),
    "a role leaves the quasi-identifiers": (
        PUPILS,
        "codelist: sex\n    role: quasi_identifier",
        "codelist: sex\n    role: measure",
        *("change.role", TIGHTER),
    ),
    "more rows may be refused": (
        *(PUPILS, "max_refused_pct: 2", "max_refused_pct: 20"),
        *("change.max_refused", TIGHTER),
    ),
    "another key": (
        *(PUPILS, "key: [national_id]", "key: [national_id, school_code]"),
        *("change.key", LOOSER),
    ),
    "a column is added and kept": (
        PUPILS,
        "  - name: home_internet\n",
        (
            "  - name: canteen\n    label: {en: Canteen, fr: Cantine}\n    type: integer\n"
            "    role: sensitive\n    privacy: {rule: keep}\n  - name: home_internet\n"
        ),
        *("change.column", TIGHTER),
    ),
    "a form that closes a text is taken away": (
        *(PUPILS, '    pattern: "[0-9]{9}[A-Z]{2}"\n', ""),
        *("change.closed", TIGHTER),
    ),
    "a dimension is crossed at a level": (
        *(ENROLMENT, "commune: [sex, edu_level]", "commune: [sex, edu_level, sector]"),
        *("change.crossing", TIGHTER),
    ),
    "a code is added to a list": (
        *(
            LISTS,
            "\n    - {code: F,",
            "\n    - {code: X, label: {en: X, fr: X}}\n    - {code: F,",
        ),
        *("change.code", TIGHTER),
    ),
    "the classes of territories are cut otherwise": (
        *(TERRITORIES, "below: 2000\n", "below: 1000\n"),
        *("change.boundary", LOOSER),
    ),
    "the territories are others": (
        *("demo/facts/territories.csv", "Acigné,6874", "Acigné,6875"),
        *("change.geography", LOOSER),
    ),
    "a query reads otherwise": (
        *(QUERY, "count(*) as pupils", "count(distinct sex) as pupils"),
        *("change.query", LOOSER),
    ),
    "an expectation becomes a warning": (
        *(SUITE, '"severity": "critical"', '"severity": "warning"'),
        *("change.severity", TIGHTER),
    ),
    "an expectation asks for less": (
        *(SUITE, '"max_value": 50000000', '"max_value": 90000000'),
        *("change.expectation_altered", LOOSER),
    ),
}


# What is changed back, and what protects no less: told, and not as loosening.
OTHERS = {
    "a target": (
        (POLICY, "value: 5\n    unit: pupils per", "value: 4\n    unit: pupils per"),
        NEUTRAL,
    ),
    "a reason": ((POLICY, "Long enough to correct", "Enough to correct"), NEUTRAL),
    "a source": ((POLICY, "source: INSEE, at least", "source: Insee, at least"), NEUTRAL),
    "the version": ((POLICY, "version: 1\n", "version: 2\n"), NEUTRAL),
    "a comment": ((POLICY, "# The policy", "# This policy"), NEUTRAL),
    "a label": ((PUPILS, "{en: Grade, fr: Niveau", "{en: Class, fr: Niveau"), NEUTRAL),
    "a schedule": ((PUPILS, '"0 3 * * *"', '"0 4 * * *"'), NEUTRAL),
    "a column that is dropped": (
        (
            PUPILS,
            "  - name: address\n",
            (
                "  - name: diet\n    label: {en: Diet, fr: Régime}\n    type: text\n"
                "    role: sensitive\n    privacy: {rule: drop}\n  - name: address\n"
            ),
        ),
        NEUTRAL,
    ),
    "a spelling of senders": (
        (LISTS, "spelled: [collège]", "spelled: [collège, Collège]"),
        NEUTRAL,
    ),
    "a comment of a query": ((QUERY, "-- zone: review", "-- zone:  review"), NEUTRAL),
    "the layout of a query": (
        (QUERY, "select school_code, sex", "select  school_code, sex"),
        NEUTRAL,
    ),
    "why an expectation is there": (
        (SUITE, "Only what the contract", "What the contract"),
        NEUTRAL,
    ),
    "a role becomes sensitive": (
        (
            PUPILS,
            'format: "%d/%m/%Y"\n    role: quasi_identifier',
            'format: "%d/%m/%Y"\n    role: sensitive',
        ),
        LOOSER,
    ),
    "a role becomes an identifier": (
        (
            TEACHERS,
            'format: "%d/%m/%Y"\n    role: quasi_identifier',
            'format: "%d/%m/%Y"\n    role: direct_identifier',
        ),
        TIGHTER,
    ),
    "a level is published no more": (
        (ENROLMENT, "  epci: [sex, edu_level, sector]\n", ""),
        TIGHTER,
    ),
    "a column is kept no more": (
        (
            PUPILS,
            "codelist: home_device\n    role: sensitive\n    privacy: {rule: keep}",
            "codelist: home_device\n    role: sensitive\n    privacy: {rule: drop}",
        ),
        TIGHTER,
    ),
    "a lesser value is refused": (
        (PUPILS, "max_refused_pct: 2", "max_refused_pct: 1"),
        TIGHTER,
    ),
    "a threshold that as many persons reach": (
        (ENROLMENT, "sensitivity: enrolment", "sensitivity: staff"),
        NEUTRAL,
    ),
    "a threshold that more persons reach": (
        (ENROLMENT, "sensitivity: enrolment", "sensitivity: home"),
        TIGHTER,
    ),
    "fewer persons hidden instead of fewer cells": (
        (POLICY, "fewest: cells", "fewest: persons"),
        NEUTRAL,
    ),
    "totals hidden as readily as other figures": (
        (POLICY, "totals: kept", "totals: free"),
        NEUTRAL,
    ),
    "zeros may be hidden too": (
        (POLICY, "staff: published", "staff: protected"),
        TIGHTER,
    ),
}


def test_equal_rules_differ_in_nothing(signed: Snapshot) -> None:
    assert told(signed, copy.deepcopy(signed)) == []


@pytest.mark.parametrize("name", SEEDED)
def test_each_seeded_loosening_is_named(name: str, project: Path, signed: Snapshot) -> None:
    file, old, new, code, back = SEEDED[name]
    after = changed(project, file, old, new)
    found = told(signed, after)
    loosening = [change for change in found if change.is_loosening]
    assert {change.problem.code for change in loosening} == {code}
    assert {change.problem.place.file for change in found} == {file}
    english, french = (loosening[0].problem.words(language) for language in ("en", "fr"))
    assert file in english
    assert file in french
    assert english.partition(": ")[2] != french.partition(": ")[2]
    directions = {change.direction for change in told(after, signed)}
    assert directions == {back}


@pytest.mark.parametrize("name", OTHERS)
def test_what_protects_no_less_is_told_and_not_flagged(
    name: str, project: Path, signed: Snapshot
) -> None:
    edit, direction = OTHERS[name]
    found = told(signed, changed(project, *edit))
    assert [change.direction for change in found] == [direction]
    assert found[0].problem.place.file == edit[0]


def test_zeros_published_again_and_groups_no_more_hidden_are_loosening(signed: Snapshot) -> None:
    """Such contracts load only where no dimension is sensitive; the words are the same."""
    after = copy.deepcopy(signed)
    after["contracts"]["policy"]["zeros"]["home"] = "published"
    del after["contracts"]["policy"]["extremes"]["home"]
    found = {change.problem.code: change for change in told(signed, after)}
    assert found.keys() == {"change.zeros", "change.extreme_removed"}
    assert all(change.is_loosening for change in found.values())
    assert {c.direction for c in told(after, signed)} == {TIGHTER}
    [what, effect] = found["change.zeros"].problem.sentences("en")
    assert what == (
        "Counts of zero in “home”: they may be hidden as other counts becomes all are published"
    )
    assert "knows that of the whole group" in effect
    [what, effect] = found["change.extreme_removed"].problem.sentences("fr")
    assert what == (
        "Les groupes tout entiers dans une catégorie sensible ne sont plus masqués,"
        " « home » : la part était de 99 %"
    )
    assert "apprend sa catégorie" in effect


def test_amounts_that_are_no_more_hidden_are_loosening(signed: Snapshot) -> None:
    """In the small country no table has amounts; one is given a rule here, which it loses."""
    before = copy.deepcopy(signed)
    before["contracts"]["tables"]["schools"]["amounts"] = "bandwidth"
    after = copy.deepcopy(signed)
    del after["contracts"]["policy"]["amounts"]["bandwidth"]
    found = {change.problem.code: change for change in told(before, after)}
    assert found.keys() == {"change.amounts_removed", "change.table_amounts_removed"}
    assert all(change.is_loosening for change in found.values())
    assert {change.direction for change in told(after, before)} == {TIGHTER}
    table = found["change.table_amounts_removed"].problem
    assert table.sentences("en") == (
        "Amounts of the table “Schools” are no more hidden: the rule was bandwidth",
        "Every amount would be published, also where one unit alone is behind it",
    )
    assert found["change.amounts_removed"].problem.sentences("fr")[0] == (
        "Règle pour les montants non ouverts retirée : « bandwidth »"
    )


@pytest.mark.parametrize("part", ["zeros", "extremes"])
def test_a_sensitivity_of_the_same_threshold_that_hides_less_is_loosening(
    part: str, signed: Snapshot
) -> None:
    before = copy.deepcopy(signed)
    policy = before["contracts"]["policy"]
    policy["thresholds"]["staff"]["value"] = policy["thresholds"]["home"]["value"]
    if part == "extremes":
        policy["zeros"]["staff"] = "protected"
    else:
        del policy["extremes"]["home"]
    before["contracts"]["tables"]["enrolment"]["sensitivity"] = "home"
    after = copy.deepcopy(before)
    after["contracts"]["tables"]["enrolment"]["sensitivity"] = "staff"
    [change] = told(before, after)
    assert (change.problem.code, change.direction) == ("change.sensitivity", LOOSER)
    [back] = told(after, before)
    assert back.direction is TIGHTER


def test_codes_in_another_order_are_told_beside_any_other_edit(signed: Snapshot) -> None:
    after = copy.deepcopy(signed)
    items = after["contracts"]["codelists"]["sex"]["items"]
    items.reverse()
    assert [(c.problem.code, c.direction) for c in told(signed, after)] == [
        ("change.order", LOOSER)
    ]
    items[0]["label"]["en"] += " otherwise"
    items.append({**items[0], "code": "X"})
    assert {(c.problem.code, c.direction) for c in told(signed, after)} == {
        ("change.order", LOOSER),
        ("change.text", NEUTRAL),
        ("change.code", LOOSER),
    }
    # What comes between two that stay moves neither.
    between = copy.deepcopy(signed)
    items = between["contracts"]["codelists"]["sex"]["items"]
    items.insert(1, {**items[0], "code": "X"})
    assert {c.problem.code for c in told(signed, between)} == {"change.code"}


def test_a_change_is_told_in_french_by_french_words_alone(signed: Snapshot) -> None:
    after = copy.deepcopy(signed)
    contracts = after["contracts"]
    contracts["policy"]["recipients"].append({"en": "A company", "fr": "Une entreprise"})
    contracts["policy"]["purpose"] = {"en": "Other aims.", "fr": "Autres fins."}
    contracts["datasets"]["pupils"]["counts_persons"] = False
    column = next(c for c in contracts["datasets"]["pupils"]["columns"] if c["name"] == "sex")
    column["role"] = "measure"
    told_in = {
        language: "\n".join(c.problem.words(language) for c in told(signed, after))
        for language in ("en", "fr")
    }
    for english, french in (
        ("A company", "Une entreprise"),
        ("Other aims.", "Autres fins."),
        ("from yes to no", "de oui à non"),
        ("the role quasi-identifier becomes measure", "le rôle quasi-identifiant devient mesure"),
    ):
        assert english in told_in["en"]
        assert french in told_in["fr"]
        # An address is an address, in whatever language its part was named.
        assert english not in told_in["fr"].replace("recipients.A company", "")


PERTURBED = {
    "cell_key": {
        name: {"value": value, "unit": "persons", "reason": "Tests", "source": "Tests"}
        for name, value in {"variance": 3, "maximum": 5, "smallest": 3}.items()
    },
    "dp": {
        name: {"value": value, "unit": "rho", "reason": "Tests", "source": "Tests"}
        for name, value in {"rho": 0.5, "budget": 1}.items()
    },
    "rounding": {"base": {"value": 5, "unit": "persons", "reason": "Tests", "source": "Tests"}},
}


@pytest.mark.parametrize(
    ("section", "name", "loosened"),
    [
        ("cell_key", "variance", 2.5),
        ("cell_key", "maximum", 4),
        ("cell_key", "smallest", 2),
        ("dp", "rho", 0.6),
        ("dp", "budget", 2),
        ("rounding", "base", 4),
    ],
)
def test_less_noise_is_loosening(
    signed: Snapshot, section: str, name: str, loosened: float
) -> None:
    before, after = copy.deepcopy(signed), copy.deepcopy(signed)
    for snapshot in (before, after):
        snapshot["contracts"]["policy"] |= copy.deepcopy(PERTURBED)
    after["contracts"]["policy"][section][name]["value"] = loosened
    [there], [back] = told(before, after), told(after, before)
    assert (there.problem.code, there.direction) == ("change.noise", LOOSER)
    assert (back.problem.code, back.direction) == ("change.noise", TIGHTER)
    words = {language: there.problem.words(language) for language in ("en", "fr")}
    assert words["en"] != words["fr"]
    assert f"{loosened:g}" in words["en"]
    called = {
        "cell_key": "clés de cellule",
        "dp": "confidentialité différentielle",
        "rounding": "arrondi",
    }
    assert f"({called[section]})" in words["fr"]


def test_numbers_of_a_method_that_no_table_has_are_told_as_neutral(signed: Snapshot) -> None:
    after = copy.deepcopy(signed)
    after["contracts"]["policy"] |= copy.deepcopy(PERTURBED)
    changes = told(signed, after)
    assert {c.problem.code for c in changes} == {"change.noise_set"}
    assert {c.direction for c in changes} == {NEUTRAL}
    assert len(changes) == len(PERTURBED)
    assert "cell keys" in changes[0].problem.words("en")


# Edit → what is told of it, and what it alters, in both languages.
IN_WORDS = {
    "a threshold is lowered": (
        "Threshold of “Enrolment”: 5 becomes 4",
        "Counts of at least 4 persons are published, smaller ones hidden",
        "Seuil de « Effectifs d'élèves » : 5 devient 4",
        "Les effectifs d'au moins 4 personnes sont publiés, les plus petits masqués",
    ),
    "pupils become linkable over years": (
        (
            "Domain “Pupils”: the same person is linked within one period only; it would be over"
            " the years"
        ),
        "Linked over the years, a person can be followed from year to year",
        (
            "Domaine « Élèves » : la même personne est rapprochée dans une seule période ; elle le"
            " serait d'une année à l'autre"
        ),
        "Rapprochée d'une année à l'autre, une personne peut être suivie",
    ),
    "a grade is kept as it is": (
        (
            "Column “Grade” (Pupils): what is kept of it goes from: only its “Level of education”,"
            " to: the value"
        ),
        "It applies to every delivery from now on",
        (
            "Colonne « Niveau de classe » (Élèves) : ce qui en est gardé passe de : seulement son"
            " « Niveau d'enseignement », à : la valeur"
        ),
        "Cela vaut pour chaque livraison à venir",
    ),
    "an identifier is no more dropped": (
        (
            "Column “Given name” (Pupils): what is kept of it goes from: nothing, to: a keyed"
            " pseudonym, domain “Pupils”"
        ),
        "It applies to every delivery from now on",
        (
            "Colonne « Prénom » (Élèves) : ce qui en est gardé passe de : rien, à : un pseudonyme à"
            " clé, domaine « Élèves »"
        ),
        "Cela vaut pour chaque livraison à venir",
    ),
    "a dimension is crossed at a level": (
        (
            "Split of the figures at a territorial level added: “Sector of the school” (Enrolment,"
            " Commune)"
        ),
        "Each figure there counts fewer persons",
        (
            "Ventilation à un niveau territorial (ajout) : « Secteur de l'école » (Effectifs"
            " d'élèves, Commune)"
        ),
        "Chaque chiffre y compte moins de personnes",
    ),
    "an expectation asks for less": (
        (
            "Check “A batch of pupils holds somebody, and no more than a large country” (Pupils):"
            " at most 50,000,000 becomes at most 90,000,000"
        ),
        "What it refuses changes",
        (
            "Contrôle « Un lot d'élèves contient quelqu'un, et pas plus qu'un grand pays »"
            " (Élèves) : au plus 50\u202f000\u202f000 devient au plus 90\u202f000\u202f000"
        ),
        "Ce qu'il refuse change",
    ),
    "another purpose": (
        (
            "Purpose of the whole policy: it was “Statistics on pupils, teachers, schools and"
            " digital resources by territory, to find and reduce digital divides between"
            " territories. No decision on any single person.”, it becomes “Statistics on pupils,"
            " teachers, schools and digital resources by territory, to find and reduce digital"
            " divides between territories. Decisions on single persons.”"
        ),
        "Data of persons would serve what is written now",
        (
            "Finalité de la politique entière : elle était « Statistiques sur les élèves, les"
            " enseignants, les écoles et les ressources numériques par territoire, pour repérer et"
            " réduire les fractures numériques entre territoires. Aucune décision sur une"
            " personne. (en anglais : Statistics on pupils, teachers, schools and digital resources"
            " by territory, to find and reduce digital divides between territories. No decision on"
            " any single person.) », elle devient « Statistiques sur les élèves, les enseignants,"
            " les écoles et les ressources numériques par territoire, pour repérer et réduire les"
            " fractures numériques entre territoires. Aucune décision sur une personne. (en"
            " anglais : Statistics on pupils, teachers, schools and digital resources by territory,"
            " to find and reduce digital divides between territories. Decisions on single"
            " persons.) »"
        ),
        "Les données des personnes serviraient à ce qui est écrit maintenant",
    ),
    "more of a group may be alike": (
        ("Share from which on a group counts as all alike, “home”: 99 % becomes 100 %"),
        "Groups below that share may be recognised as nearly all in one sensitive category",
        ("Part à partir de laquelle un groupe compte pour unanime, « home » : 99 % devient 100 %"),
        (
            "Sous cette part, on peut reconnaître un groupe presque tout entier dans une catégorie"
            " sensible"
        ),
    ),
    "one school may hold more of an amount": (
        (
            "Amounts that are not open, “most that the largest units may hold (k %)” (bandwidth):"
            " 85 becomes 90"
        ),
        "What one unit gives to an amount can be worked out more or less closely",
        (
            "Montants non ouverts, « part maximale des plus grandes unités (k %) » (bandwidth) : 85"
            " devient 90"
        ),
        "Ce qu'une unité apporte à un montant peut être retrouvé de plus ou moins près",
    ),
    "a limit of the protected rows is taken away": (
        (
            "Limit for the rows of persons removed, “fewest different sensitive values among"
            " persons who are alike (l)”: it was 2"
        ),
        "No row is said to be risky by it any more",
        (
            "Limite pour les lignes de personnes retirée, « valeurs sensibles différentes au moins"
            " entre personnes semblables (l) » : c'était 2"
        ),
        "Plus aucune ligne n'est dite risquée d'après elle",
    ),
}


@pytest.mark.parametrize("name", IN_WORDS)
def test_a_change_is_told_in_the_words_of_a_lawyer(
    name: str, project: Path, signed: Snapshot
) -> None:
    file, old, new, *_ = SEEDED[name]
    [change] = told(signed, changed(project, file, old, new))
    assert (*change.problem.sentences("en"), *change.problem.sentences("fr")) == IN_WORDS[name]


@pytest.mark.parametrize("name", [*SEEDED, *OTHERS])
def test_no_change_is_told_by_addresses(name: str, project: Path, signed: Snapshot) -> None:
    file, old, new = SEEDED[name][:3] if name in SEEDED else OTHERS[name][0]
    for change in told(signed, changed(project, file, old, new)):
        place = change.problem.place
        for language in ("en", "fr"):
            what, effect = change.problem.sentences(language)
            sentence = what.replace(str(place.file), "")
            # Neither the name of a field nor a path, nor a part that stands for something else.
            assert not re.search(r"[a-z]_[a-z]|\w\.\w+\.\w|…", sentence), sentence
            assert effect
        (english, _), (french, _) = (change.problem.sentences(one) for one in ("en", "fr"))
        assert english != french


def test_more_than_fifteen_loosenings_and_as_many_others_are_seeded() -> None:
    assert len(SEEDED) >= 15
    assert sum(back is TIGHTER for *_, back in SEEDED.values()) + len(OTHERS) >= len(SEEDED)


def leaves(content: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def put(content: Any, path: tuple[str | int, ...], value: object) -> None:
    for key in path[:-1]:
        content = content[key]
    content[path[-1]] = value


def test_no_leaf_of_the_rules_can_change_without_a_line(signed: Snapshot) -> None:
    paths = list(leaves(signed["contracts"]))
    assert len(paths) > 1000
    for path in paths[::7]:
        after = copy.deepcopy(signed)
        put(after["contracts"], path, "something else")
        assert told(signed, after), path


def test_a_new_field_that_is_empty_is_a_change_of_form(signed: Snapshot) -> None:
    after = copy.deepcopy(signed)
    for column in after["contracts"]["datasets"]["pupils"]["columns"]:
        column |= {"of_tomorrow": None, "others": []}
    [change] = told(signed, after)
    assert (change.problem.code, change.direction) == ("change.form_only", NEUTRAL)


EDITS: dict[str, tuple[tuple[str, ...], object, object, Direction]] = {
    "a table is protected no more": (
        ("tables", "enrolment", "method"),
        "suppression",
        "none",
        LOOSER,
    ),
    "a table is protected": (("tables", "enrolment", "method"), "none", "suppression", TIGHTER),
    "another method": (("tables", "enrolment", "method"), "suppression", "noise", LOOSER),
    "units, not persons": (("tables", "enrolment", "counts"), "persons", "units", LOOSER),
    "nobody is counted": (("datasets", "pupils", "counts_persons"), True, False, LOOSER),
    "a recoding is finer": (
        ("recodings",),
        {"pupils": {"2021": {"columns": {"sex": 2}}}},
        {"pupils": {"2021": {"columns": {"sex": 1}}}},
        LOOSER,
    ),
    "a recoding hides": (
        ("recodings",),
        {"pupils": {"2021": {"columns": {"sex": 2}}}},
        {"pupils": {"2021": {"columns": {"sex": "suppress"}}}},
        TIGHTER,
    ),
    "a recoding is gone": (
        ("recodings",),
        {"pupils": {"2021": {"columns": {"sex": 2}}}},
        {},
        LOOSER,
    ),
    "a finer level of totals is published": (
        ("tables", "enrolment", "levels"),
        {"epci": ["sex"]},
        {"epci": ["sex"], "commune": []},
        LOOSER,
    ),
    "a level of totals is published no more": (
        ("tables", "enrolment", "levels"),
        {"epci": ["sex"], "commune": []},
        {"epci": ["sex"]},
        TIGHTER,
    ),
    "a field of tomorrow": (("policy", "unheard_of"), 1, 0, LOOSER),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_no_contract_of_today_can_say_is_judged_too(name: str, signed: Snapshot) -> None:
    path, old, new, direction = EDITS[name]
    before, after = copy.deepcopy(signed), copy.deepcopy(signed)
    put(before["contracts"], path, old)
    put(after["contracts"], path, new)
    assert {change.direction for change in told(before, after)} == {direction}


def rule_of(**parameters: object) -> Callable[[Snapshot], None]:
    def edit(snapshot: Snapshot) -> None:
        snapshot["contracts"]["datasets"]["pupils"]["columns"][3]["privacy"] = parameters

    return edit


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ({"rule": "drop"}, {"rule": "redact", "as": "x"}, LOOSER),
        ({"rule": "redact", "as": "x"}, {"rule": "age", "at": "10-01", "as": "x"}, LOOSER),
        ({"rule": "age", "at": "10-01", "as": "x"}, {"rule": "redact", "as": "x"}, TIGHTER),
        ({"rule": "round", "base": 10}, {"rule": "round", "base": 5}, LOOSER),
        ({"rule": "round", "base": 5}, {"rule": "round", "base": 10}, TIGHTER),
        ({"rule": "round", "base": 5}, {"rule": "round", "base": 7}, LOOSER),
        (
            {"rule": "band", "to": "x", "cuts": [5, 9]},
            {"rule": "band", "to": "x", "cuts": [9]},
            TIGHTER,
        ),
        (
            {"rule": "band", "to": "x", "cuts": [9]},
            {"rule": "band", "to": "x", "cuts": [5]},
            LOOSER,
        ),
        ({"rule": "clip", "at_most": 9}, {"rule": "clip", "at_most": 8}, TIGHTER),
        ({"rule": "clip", "at_most": 9}, {"rule": "clip", "at_most": 10}, LOOSER),
        ({"rule": "clip", "at_most": 9}, {"rule": "clip", "at_most": None, "at_least": 1}, LOOSER),
        (
            {"rule": "truncate_date", "to": "year", "as": "x"},
            {"rule": "truncate_date", "to": "month", "as": "x"},
            LOOSER,
        ),
        (
            {"rule": "truncate_date", "to": "month", "as": "x"},
            {"rule": "truncate_date", "to": "year", "as": "x"},
            TIGHTER,
        ),
        ({"rule": "redact", "as": "x"}, {"rule": "redact", "as": "y"}, NEUTRAL),
        (
            {"rule": "pseudonymise", "domain": "a", "as": "x"},
            {"rule": "pseudonymise", "domain": "b", "as": "x"},
            LOOSER,
        ),
        ({"rule": "keep"}, {"rule": "pseudonymise", "domain": "a", "as": "x"}, TIGHTER),
        (
            {"rule": "generalise", "to": "x"},
            {"rule": "pseudonymise", "domain": "a", "as": "x"},
            LOOSER,
        ),
    ],
)
def test_rules_are_ordered_by_what_they_keep(
    before: dict[str, object], after: dict[str, object], direction: Direction, signed: Snapshot
) -> None:
    old, new = copy.deepcopy(signed), copy.deepcopy(signed)
    rule_of(**before)(old)
    rule_of(**after)(new)
    [change] = told(old, new)
    assert (change.problem.code, change.direction) == ("change.rule", direction)
