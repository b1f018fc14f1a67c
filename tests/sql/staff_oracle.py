"""What the indicators of staff are, in plain pandas, from their definitions alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from tests.sql.indicator_oracle import Oracle, crossed, located, share, total
from tests.sql.small_nation import Nation


def share_of_staff(nation: Nation, *, column: str, table: str, order: Sequence[str]) -> pd.Series:
    """Share of teachers with something among those of whom it is known."""
    own = crossed(nation, [table], order)
    rows = located(nation, "teachers")
    # A level that does not cross the column itself shows no share.
    own = {
        level: names
        for level, names in own.items()
        if column in nation.contracts.tables[table].levels.get(level, ())
    }
    has = total(nation, rows[rows[column] == "Y"], None, own, order)
    return share(has, total(nation, rows[rows[column] != "_U"], None, own, order), times=100)


def pupils_per(nation: Nation, *, column: str, table: str) -> pd.Series:
    """Pupils divided by the teachers of the same territory who have something."""
    order = ["urbanisation"]
    own = crossed(nation, ["enrolment", table], order)
    rows = located(nation, "teachers")
    pupils = total(nation, located(nation, "pupils"), None, own, order)
    return share(pupils, total(nation, rows[rows[column] == "Y"], None, own, order))


_TRAINED = {"column": "is_trained", "table": "teacher_training"}
_QUALIFIED = {"column": "is_qualified", "table": "teacher_qualification"}
_DIGITAL = {"column": "has_digital_training", "table": "teaching_staff"}
STAFF_ORACLES: dict[str, Oracle] = {
    "TEACHERS_TRAINED": partial(share_of_staff, **_TRAINED, order=["urbanisation"]),
    "TEACHERS_QUALIFIED": partial(share_of_staff, **_QUALIFIED, order=["urbanisation"]),
    "TEACHERS_DIGITAL": partial(
        share_of_staff, **_DIGITAL, order=["sex", "edu_level", "urbanisation"]
    ),
    "PTR_TRAINED": partial(pupils_per, **_TRAINED),
    "PTR_QUALIFIED": partial(pupils_per, **_QUALIFIED),
}
