"""The policy in words: whatever is signed shows, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from pipeline.contracts import Canonical, Contracts, Label, Table
from pipeline.contracts.jurisdiction import Filed, Party, Transfer
from pipeline.contracts.tables import KnownElsewhere
from pipeline.docs import reference_pages
from pipeline.errors import Language
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.policy_tables import table_rules_in_words
from pipeline.steps.policy_words import policy_in_words


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_shown_changes_with_each_thing_that_is_signed(
    small_project: Path, language: str
) -> None:
    contracts = load_project(small_project).contracts
    spoken: Language = "fr" if language == "fr" else "en"

    def words(changed: Contracts) -> str:
        return str(policy_in_words(changed, spoken, files={}))

    policy, ours, law = contracts.policy, contracts.jurisdiction, contracts.law
    before = words(contracts)
    text, office = Label(en="Elsewhere", fr="Ailleurs"), ours.dpo.model_copy
    spellings = [
        policy.domains["pupil"].canonical.model_copy(update={name: value})
        for name, field in Canonical.model_fields.items()
        for value in (get_args(field.annotation) or (7,))
        if value != getattr(policy.domains["pupil"].canonical, name)
    ]
    assert len(spellings) == 10
    domains = [
        {**policy.domains, "pupil": policy.domains["pupil"].model_copy(update={"canonical": each})}
        for each in spellings
    ]
    [pattern, *_] = policy.identifier_patterns
    other = policy.identifier_patterns[pattern].model_copy(update={"pattern": "[0-9]{3}"})
    own_law: list[dict[str, object]] = [
        {"since": date(2020, 1, 1)},
        {"dpo": office(update={"contact": "elsewhere@example.org"})},
        {"controller_contact": office(update={"role": text})},
        {"representative": ours.dpo},
        {"filed": Filed(number="123", on=date(2020, 1, 1))},
        {"processors": (Party(name="Host", does=text),)},
        {"joint_controllers": (Party(name="Other", does=text),)},
        {"transfers": (Transfer(to=text, safeguards=text),)},
        {"information": text},
        {"security": (text,)},
    ]
    country: list[dict[str, object]] = [
        {"formality": law.formality.model_copy(update={"verified": not law.formality.verified})},
        {"authority": law.authority.model_copy(update={"short": "XYZ"})},
        *({name: ()} for name in ("retention", "transfers", "thresholds", "texts")),
    ]
    secondary = [
        policy.secondary.model_copy(update={name: value})
        for name, field in type(policy.secondary).model_fields.items()
        for value in get_args(field.annotation)
        if value != getattr(policy.secondary, name)
    ]
    assert len(secondary) == 3
    changed = [
        *({"policy": policy.model_copy(update={"secondary": each})} for each in secondary),
        *({"policy": policy.model_copy(update={"domains": each})} for each in domains),
        {"policy": policy.model_copy(update={"publisher": text})},
        {"policy": policy.model_copy(update={"identifier_patterns": {pattern: other}})},
        *({"jurisdiction": ours.model_copy(update=each)} for each in own_law),
        *({"law": law.model_copy(update=each)} for each in country),
    ]
    seen = {words(contracts.model_copy(update=each)) for each in changed}
    assert before not in seen
    assert len(seen) == len(changed)


def test_in_french_numbers_sources_and_reasons_are_french() -> None:
    contracts = load_project(INSTALLATION).contracts
    sections = policy_in_words(contracts, "fr", files={})
    told = [section.title for section in sections] + [
        cell for section in sections for row in section.rows for cell in row.values()
    ]
    assert not [one for one in told if re.search(r"\w: |\w; | the | and ", one)]
    numbers = next(section for section in sections if section.title == "Nombres signés")
    names = {row["nombre"]: row["valeur"] for row in numbers.rows}
    assert names["conservation : lignes refusées (quarantaine)"] == "90 jours"
    assert names["lignes protégées : plus grande chance de nommer la bonne personne"].startswith(
        "0,2 "
    )
    assert not [name for name in names if re.search(r"kept_pct|dominance|distinct_l", name)]


def _told_elsewhere(contracts: Contracts) -> Iterator[tuple[str, Table]]:
    [(name, table), *_] = [
        (name, table) for name, table in contracts.tables.items() if table.counts == "persons"
    ]
    level, [dimension, *_] = next((level, told) for level, told in table.levels.items() if told)
    for crossed, source in (((), "Ministry"), ((dimension,), "Ministry"), ((), "Town")):
        told = KnownElsewhere(dimensions=crossed, source=source)
        yield name, table.model_copy(update={"known_elsewhere": {level: told}})


def test_a_table_of_amounts_is_not_said_to_hide_nothing() -> None:
    contracts = load_project(INSTALLATION).contracts
    said = {
        name: " ".join(table_rules_in_words(table, contracts, "en"))
        for name, table in contracts.tables.items()
    }
    open_tables = {name for name, words in said.items() if "nothing is hidden" in words}
    assert open_tables == {
        *("connected_places", "programmes", "school_equipment", "school_facilities", "schools"),
        *("school_age_population", "schools_by_position", "schools_in_reach"),
    }
    assert "fewer than 3 units" in said["school_bandwidth"]
    assert said["school_bandwidth"] in reference_pages(contracts)["tables.md"]
