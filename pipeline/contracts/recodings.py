"""Recodings: which columns of one dataset and period are kept coarser than its contract says.

Signed with the policy. A recoding is declared, never computed from a batch: what is kept of a
value is the same in every delivery of the period.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from pipeline.contracts.base import Frozen, Name, Text

SUPPRESS: Literal["suppress"] = "suppress"

Period = Annotated[str, StringConstraints(pattern=r"^[12][0-9]{3}$")]
Steps = Annotated[int, Field(ge=1, le=20)] | Literal["suppress"]


class Recoding(Frozen):
    """What is coarser in one dataset and period, and why."""

    columns: Mapping[Name, Steps] = Field(
        min_length=1,
        description="Kept column → steps up its hierarchy (its code list's `broader`, or the "
        "levels of territories), or `suppress`: nothing of it is kept.",
    )
    reason: Text


class Recodings(RootModel[dict[Name, dict[Period, Recoding]]]):
    """The file `contracts/recodings.yml`, if there is one: dataset → period → recoding."""
