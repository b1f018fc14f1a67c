"""The message catalogue: complete in both languages, with the same facts in each."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import CartableError, Place, Problem
from pipeline.messages import MESSAGES
from pipeline.messages.terms import TERMS, in_french

PIPELINE = Path(__file__).parents[2] / "pipeline"
# Codes that are put together from a part that is looked up.
FAMILIES = ("change.", "policy.file_")
# What the house calls otherwise in French: another word for one thing is another thing.
OTHER_WORDS = re.compile(
    r"\bcases?\b|délégué du responsable|\bDPO\b|parle le registre|entrée du registre"
    r"|délégué(?! à la protection)",
)


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


def _nodes() -> Iterator[ast.AST]:
    for source in PIPELINE.rglob("*.py"):
        if "messages" not in source.parts:
            yield from ast.walk(ast.parse(source.read_text(encoding="utf-8")))


def test_each_code_is_raised_somewhere_and_each_that_is_raised_is_there() -> None:
    texts = {
        node.value
        for node in _nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    single = {code for code in MESSAGES if not code.startswith(FAMILIES)}
    assert len(single) > 200
    assert single - texts == set()
    # A family is raised by its head, with what comes after it.
    assert set(FAMILIES) <= texts
    kinds = {code.partition(".")[0] for code in MESSAGES}
    raised = {
        node.args[0].value
        for node in _nodes()
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if isinstance(node.func, ast.Name) and node.func.id.endswith("Error")
    }
    assert {code for code in raised if str(code).partition(".")[0] in kinds} <= set(MESSAGES)


def test_what_is_said_to_be_of_a_kind_has_a_french_word() -> None:
    said = {
        word.value.value
        for node in _nodes()
        if isinstance(node, ast.Call)
        and any(isinstance(a, ast.Constant) and a.value == "storage.unknown_id" for a in node.args)
        for word in node.keywords
        if word.arg == "kind" and isinstance(word.value, ast.Constant)
    }
    said |= {
        argument.value
        for node in _nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"unknown", "check_choice"}
        for argument in node.args[2 if node.func.id == "unknown" else 0 :][:1]
        if isinstance(argument, ast.Constant)
    }
    assert {"release", "level", "ground"} <= said
    assert said <= set(TERMS)
    assert in_french("kept column of pupils") == "colonne gardée de pupils"
    problem = Problem(code="storage.unknown_id", facts=(("kind", "delivery"),))
    assert "(livraison)" in problem.words("fr")
    assert "delivery" in problem.words("en")


@pytest.mark.parametrize("code", MESSAGES)
def test_one_thing_has_one_word_in_french(code: str) -> None:
    assert OTHER_WORDS.search(" ".join(MESSAGES[code]["fr"])) is None
