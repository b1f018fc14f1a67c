"""Row conditions: which rows an expectation looks at, in the form that the library stores.

Comparisons of a column with a constant, whether it is empty, and several of them at once: enough
to choose rows, too little to reach anything else. Conditions as program text are refused.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from pipeline.contracts.base import Frozen


class ConditionColumn(Frozen):
    """The column of a condition."""

    name: str


class Comparison(Frozen):
    """Rows whose value compares so with a constant; an empty value never does."""

    type: Literal["comparison"]
    column: ConditionColumn
    operator: Literal["==", "!=", "<", "<=", ">", ">="]
    parameter: str | int | float

    @property
    def columns(self) -> frozenset[str]:
        """The column it names."""
        return frozenset({self.column.name})


class Nullity(Frozen):
    """Rows whose value is empty, or is not."""

    type: Literal["nullity"]
    column: ConditionColumn
    is_null: bool

    @property
    def columns(self) -> frozenset[str]:
        """The column it names."""
        return frozenset({self.column.name})


class Both(Frozen):
    """Rows that meet every one of the conditions."""

    type: Literal["and"]
    conditions: tuple[Comparison | Nullity, ...] = Field(min_length=2)

    @property
    def columns(self) -> frozenset[str]:
        """The columns they name."""
        return frozenset[str]().union(*(condition.columns for condition in self.conditions))


Condition = Annotated[Comparison | Nullity | Both, Field(discriminator="type")]
_CONDITION: TypeAdapter[Comparison | Nullity | Both] = TypeAdapter(Condition)


def read_condition(written: JsonValue) -> Comparison | Nullity | Both | None:
    """Return the condition as a validated type, or None when it is none of the allowed forms."""
    try:
        return _CONDITION.validate_json(json.dumps(written), strict=True)
    except ValidationError:
        return None
