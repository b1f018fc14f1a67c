"""What rows are checked against: other datasets of the period, and the territories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Reference:
    """The values that a row may refer to, given by the caller.

    Attributes:
        values: `dataset.column` → its values in the same period, such as `schools.school_code`.
        territories: level → the codes at the reference vintage.
        changes: code of an older vintage → code at the reference vintage.
    """

    values: Mapping[str, pa.Array | pa.ChunkedArray] = field(default_factory=dict, repr=False)
    territories: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    changes: Mapping[str, str] = field(default_factory=dict, repr=False)
