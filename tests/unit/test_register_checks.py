"""Tables that a register of schools would open together are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from pipeline.contracts import Contracts
from pipeline.contracts.checks import check_contracts
from pipeline.contracts.register_checks import told_of_units
from pipeline.contracts.tables import KnownElsewhere
from pipeline.errors import Problem
from pipeline.project import load_project

ROOT = Path(__file__).parents[2]
LEVEL_AND_SECTOR = ("edu_level", "sector")


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(ROOT).contracts


def published(
    contracts: Contracts, known: Iterable[str] | None, *, without: Iterable[str] = ()
) -> Contracts:
    """Return the contracts with what others publish of enrolment by commune; None: nothing."""
    elsewhere: Mapping[str, KnownElsewhere] = {}
    if known is not None:
        elsewhere = {"commune": KnownElsewhere(dimensions=tuple(known), source="A ministry")}
    tables = {n: table for n, table in contracts.tables.items() if n not in set(without)}
    tables["enrolment"] = tables["enrolment"].model_copy(update={"known_elsewhere": elsewhere})
    return contracts.model_copy(update={"tables": tables})


def pairs(contracts: Contracts) -> set[tuple[str, str]]:
    found = [one for one in check_contracts(contracts) if one.code == "contract.registers_tell"]
    return {(str(dict(one.facts)["name"]), str(dict(one.facts)["other"])) for one in found}


def test_what_registers_tell_of_schools_is_found_in_the_open_tables(contracts: Contracts) -> None:
    told = told_of_units(contracts.tables["enrolment"], contracts)
    assert told == {"sector", "edu_level", "levels_taught", "in_reach", "social_quintile"}


def test_reach_and_position_beside_levels_are_refused_where_nothing_is_known(
    contracts: Contracts,
) -> None:
    assert pairs(contracts) == set()
    found = pairs(published(contracts, None))
    assert ("enrolment", "pupils_in_reach") in found
    assert ("enrolment", "home_by_position") in found
    assert not any("teach" in name or "family" in name for pair in found for name in pair)


@pytest.mark.parametrize("known", [(), ("sector",), ("sex",)])
def test_others_who_publish_less_than_registers_tell_do_not_help(
    contracts: Contracts, known: tuple[str, ...]
) -> None:
    assert pairs(published(contracts, known))


@pytest.mark.parametrize("known", [LEVEL_AND_SECTOR, (*LEVEL_AND_SECTOR, "sex")])
def test_others_who_publish_all_that_registers_tell_do(
    contracts: Contracts, known: tuple[str, ...]
) -> None:
    assert pairs(published(contracts, known)) == set()


def test_one_that_tells_alone_is_not_refused(contracts: Contracts) -> None:
    tables = ("pupils_in_reach", "home_by_position")
    assert pairs(published(contracts, None, without=tables)) == set()


def test_the_refusal_says_what_to_declare_in_both_languages() -> None:
    facts = (("name", "a"), ("own", "b"), ("other", "c"), ("others", "d"), ("level", "commune"))
    problem = Problem(code="contract.registers_tell", facts=facts)
    assert all("known_elsewhere" in problem.words(language) for language in ("en", "fr"))
