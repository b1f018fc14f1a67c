"""No synthetic person bears a name that a place or a school bears."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from demo.build_facts import FACTS
from pipeline.synthetic import names_for, read_facts
from pipeline.synthetic.names import Names, compose_names, words_of
from pipeline.synthetic.places import fixed_texts

LONGEST_NAME = 6


def plain(text: str) -> str:
    """Return lower-case words parted by single spaces; written apart from the code tested."""
    marked = unicodedata.normalize("NFD", text.lower())
    bare = "".join(mark for mark in marked if not unicodedata.combining(mark))
    return " ".join(re.split(r"[^0-9a-z]+", bare)).strip()


def found(names: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Return the names that some text holds, as whole words."""
    sought = {plain(name) for name in names}
    runs = set()
    for text in texts:
        words = plain(text).split()
        for first in range(len(words)):
            runs |= {" ".join(words[first:last]) for last in range(first + 1, len(words) + 1)}
    return sought & runs


def all_texts() -> list[str]:
    facts = read_facts(FACTS)
    return [
        *facts.territories["name"].to_pylist(),
        *facts.schools["school_name"].to_pylist(),
        *fixed_texts(),
    ]


@cache
def demo_names(seed: int = 1) -> Names:
    return names_for(read_facts(FACTS), seed=seed)


def test_no_family_or_given_name_occurs_in_a_place_or_school_name() -> None:
    texts, names = all_texts(), demo_names()
    assert found(names.family.to_pylist(), texts) == set()
    assert found(names.given.to_pylist(), texts) == set()


def test_the_search_finds_a_name_that_is_there() -> None:
    names = demo_names()
    planted = f"École {names.given[0].as_py().upper()} {names.family[0].as_py()} du Bourg"
    assert found(names.family.to_pylist(), [planted])
    assert found(names.given.to_pylist(), [planted])


def test_names_avoid_the_words_of_the_texts() -> None:
    free, avoiding = compose_names([], seed=1), compose_names(["École Zoé-Adèle"], seed=1)
    for name in ("Zoé", "Adèle"):
        assert name in free.given.to_pylist()
        assert name not in avoiding.given.to_pylist()


def test_names_have_accents_hyphens_spaces_and_both_apostrophes() -> None:
    family = demo_names().family.to_pylist()
    for mark in ("é", "-", " ", "'", "\N{RIGHT SINGLE QUOTATION MARK}"):
        assert sum(mark in name for name in family) > len(family) / 100
    assert any("-" in name for name in demo_names().given.to_pylist())


def test_names_are_many_and_hold_no_mark_of_a_delivered_file() -> None:
    names = demo_names()
    family = set(names.family.to_pylist())
    assert len(family) > 10_000
    assert not any(set(name) & set(';"\n,') for name in family | set(names.given.to_pylist()))


def test_plain_names_fit_an_address_of_e_mail() -> None:
    names = demo_names()
    for column in (names.family_plain, names.given_plain):
        assert all(re.fullmatch("[a-z]+", name) for name in column.to_pylist())


def test_words_are_parted_at_hyphens_and_at_both_apostrophes() -> None:
    text = "L'Étang d\N{RIGHT SINGLE QUOTATION MARK}Ernée-Sud"
    assert words_of(text) == ["l", "etang", "d", "ernee", "sud"]


def test_the_same_seed_composes_the_same_names() -> None:
    family = compose_names([], seed=2).family
    assert compose_names([], seed=2).family == family
    assert compose_names([], seed=3).family != family
