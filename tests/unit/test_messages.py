"""The message catalogue: complete in both languages, with the same facts in each."""

from __future__ import annotations

import string

import pytest

from pipeline.errors import CartableError, Place, Problem
from pipeline.messages import MESSAGES


def _facts(text: str) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    # A reason that people wrote in both languages is a fact in each.
    return {name.removesuffix("_en").removesuffix("_fr") for name in names}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_says_what_and_what_to_do_in_both_languages(code: str) -> None:
    entry = MESSAGES[code]
    assert set(entry) == {"en", "fr"}
    english, french = (entry[language] for language in ("en", "fr"))
    assert all(part and not part.endswith(".") for part in (*english, *french)), code
    assert _facts(" ".join(english)) == _facts(" ".join(french)), code


def test_an_error_tells_place_count_and_remedy() -> None:
    problem = Problem(
        code="contract.generalise_gap",
        place=Place(file="contracts/codelists.yml", line=3),
        count=2,
        facts=(("name", "edu_level"),),
    )
    assert problem.words("en") == (
        "contract.generalise_gap: 2 code(s) have no coarser code in edu_level "
        "(file contracts/codelists.yml, line 3). Add `broader` to each code of the list"
    )
    assert "(fichier contracts/codelists.yml, ligne 3)" in problem.words("fr")


def test_an_error_lists_its_problems() -> None:
    problems = [Problem(code="contract.empty", place=Place(file=f"{n}.yml")) for n in "ab"]
    error = CartableError("contract.invalid", count=2, problems=problems)
    assert [line.strip()[:16] for line in str(error).splitlines()[1:]] == ["- contract.empty"] * 2
