"""What the indicators of surveys are, in plain pandas, from their definitions alone."""

from __future__ import annotations

from functools import partial

import pandas as pd

from tests.sql.indicator_oracle import Oracle, crossed, located, share, simple_count, total
from tests.sql.small_nation import Nation

# Who answers → dataset and the first word of its tables.
RESPONDENTS = {"FAMILIES": "family", "SCHOOLS": "school"}
# Rate → table, column and the answers that say so.
SAID = {
    "CONNECTION_GOOD": ("connection", "connection_quality", ["GOOD"]),
    "HINDERED": (
        "barriers",
        "main_barrier",
        ["CONNECTION", "EQUIPMENT", "COST", "SKILLS", "SUPPORT"],
    ),
    "SATISFIED": ("satisfaction", "satisfaction", ["VERY", "RATHER"]),
}


def share_of_answers(nation: Nation, *, who: str, rate: str) -> pd.Series:
    """Share of some answers among those of all who answered the question."""
    question, column, said = SAID[rate]
    order = ["urbanisation"]
    own = crossed(nation, [f"{who}_{question}"], order)
    rows = located(nation, f"{who}_survey")
    rows = rows[rows[column] != "_U"]
    parts = (total(nation, one, None, own, order) for one in (rows[rows[column].isin(said)], rows))
    return share(*parts, times=100)


def answers_per_100(nation: Nation, *, who: str, among: str, table: str) -> pd.Series:
    """Answers for 100 rows of those among whom was asked."""
    order = ["urbanisation"]
    own = crossed(nation, [f"{who}_connection", table], order)
    rows = (located(nation, dataset) for dataset in (f"{who}_survey", among))
    return share(*(total(nation, each, None, own, order) for each in rows), times=100)


SURVEY_ORACLES: dict[str, Oracle] = (
    {
        f"{code}_{rate}": partial(share_of_answers, who=who, rate=rate)
        for code, who in RESPONDENTS.items()
        for rate in SAID
    }
    | {
        f"{code}_{question.upper()}": simple_count(f"{who}_survey", f"{who}_{question}")
        for code, who in RESPONDENTS.items()
        for question, _, _ in SAID.values()
    }
    | {
        "FAMILIES_RESPONSE": partial(
            answers_per_100, who="family", among="pupils", table="enrolment"
        ),
        "SCHOOLS_RESPONSE": partial(
            answers_per_100, who="school", among="schools", table="schools"
        ),
    }
)
