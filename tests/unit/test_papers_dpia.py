"""The impact assessment has the shape that the CNIL's PIA tool imports, and judges nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts import Contracts
from pipeline.papers import dpia_json
from pipeline.project import load_project

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

# Facts on the tool, read in LINCnil/pia (GPL 3.0; facts only): the numbers of its questions and the
# kind of their answers (src/assets/files/pia_architecture.json), and the names that it reads from
# a file (src/app/services/pia.service.ts, importData, importAnswers, importMeasures).
TEXT = {111, 112, 113, 121, 122, 123, *range(211, 216), *range(221, 228)}
LIST = {320 + risk + n for risk in (0, 10, 20) for n in (1, 2, 3, 4)}
GAUGE = {320 + risk + n for risk in (0, 10, 20) for n in (5, 6)}
PIA = {
    *("name", "category", "dpo_status", "dpo_opinion", "concerned_people_opinion"),
    *("concerned_people_status", "concerned_people_searched_opinion"),
    *("concerned_people_searched_content", "rejected_reason", "applied_adjustements"),
    *("created_at", "updated_at", "dpos_names", "people_names", "status"),
    *("author_name", "evaluator_name", "validator_name"),
}
MEASURE = {"id", "title", "content", "placeholder", "created_at", "updated_at"}


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(ROOT).contracts


@pytest.fixture(params=["en", "fr"])
def assessment(contracts: Contracts, request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(dpia_json(contracts, language=request.param, made_at=NOW))
    return loaded


def _answers(assessment: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {answer["reference_to"]: answer["data"] for answer in assessment["answers"]}


def test_it_has_the_parts_and_names_that_the_tool_reads(assessment: dict[str, Any]) -> None:
    assert set(assessment) == {"pia", "answers", "measures", "evaluations", "comments"}
    assert set(assessment["pia"]) >= PIA
    assert all(set(measure) >= MEASURE for measure in assessment["measures"])
    for entry in (assessment["pia"], *assessment["answers"], *assessment["measures"]):
        assert datetime.fromisoformat(entry["created_at"]) == NOW


def test_every_question_of_the_tool_has_one_answer_of_its_kind(
    assessment: dict[str, Any],
) -> None:
    numbers = [answer["reference_to"] for answer in assessment["answers"]]
    assert sorted(numbers) == sorted(TEXT | LIST | GAUGE)
    answers = _answers(assessment)
    assert all(answers[n]["text"] and not answers[n]["list"] for n in TEXT)
    assert all(answers[n]["list"] and answers[n]["text"] is None for n in LIST)
    assert all(answers[n]["text"] and answers[n]["gauge"] == 0 for n in GAUGE)


def test_each_risk_names_measures_that_are_there(assessment: dict[str, Any]) -> None:
    titles = [measure["title"] for measure in assessment["measures"]]
    assert len(titles) == len(set(titles)) >= 10
    for number in (324, 334, 344):
        named = _answers(assessment)[number]["list"]
        assert named
        assert set(named) <= set(titles)


def test_nothing_is_judged_in_the_place_of_those_who_answer(assessment: dict[str, Any]) -> None:
    assert assessment["evaluations"] == assessment["comments"] == []
    assert assessment["pia"]["status"] == 0
    assert assessment["pia"]["dpo_status"] is assessment["pia"]["dpo_opinion"] is None


def test_the_data_processed_are_every_column(
    contracts: Contracts, assessment: dict[str, Any]
) -> None:
    text = _answers(assessment)[121]["text"]
    assert text.count("<li>") == sum(len(d.columns) for d in contracts.datasets.values())


def test_words_of_the_contracts_are_escaped(contracts: Contracts) -> None:
    risky = contracts.policy.model_copy(update={"controller": "<script>alert(1)</script>"})
    spoilt = contracts.model_copy(update={"policy": risky})
    text = _answers(json.loads(dpia_json(spoilt, language="en", made_at=NOW)))[112]["text"]
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
