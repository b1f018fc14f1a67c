"""What tells at a glance that a text names nobody on a list: too few digits, too few letters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import Canonical
from pipeline.intake.mentions import SHORTEST
from pipeline.privacy.canonical import canonicalise
from pipeline.storage.suppressions import Section, Shape

Counts = NDArray[np.int64]

# Of persons whose identifiers were not looked at: any that is long enough to be told.
UNKNOWN = Shape(digits=0, length=SHORTEST)
NONE_TOLD = Shape(digits=0, length=0)


def shape_of(parts: Sequence[pa.Array], canonical: Canonical) -> Shape:
    """Return the least that those of some identifiers hold that can be told in a text.

    Args:
        parts: of the identifiers, string; one row per person.
        canonical: how they are spelled first.
    """
    spelled = [canonicalise(part, canonical) for part in parts]
    digits, length = _count(spelled, r"\pN"), _count(spelled, r"[\pL\pN]")
    told = length >= SHORTEST
    if not told.any():
        return NONE_TOLD
    return Shape(digits=int(digits[told].min()), length=int(length[told].min()))


def least_of(shapes: Sequence[Shape | None]) -> Shape | None:
    """Return the least of several shapes; None when one of them is not known."""
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes):
        return None
    told = [shape for shape in known if shape.length]
    if not told:
        return NONE_TOLD
    return Shape(
        digits=min(shape.digits for shape in told), length=min(shape.length for shape in told)
    )


def least_sought(sections: Sequence[Section]) -> Shape:
    """Return the least that an identifier of anybody in some sections holds."""
    return least_of([section.shape for section in sections if section.pseudonyms]) or UNKNOWN


def _count(parts: Sequence[pa.Array], kind: str) -> Counts:
    """Return how many characters of a kind the parts of each identifier hold together."""
    counted: Counts = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        counted += pc.count_substring_regex(part, pattern=kind).to_numpy(zero_copy_only=False)
    return counted
