"""Persons on a list, known by keyed pseudonyms alone: which rows of a delivery are theirs.

The pseudonyms of a list are of a scope of their own: they are the same in every period, and no
pseudonym of the protected zone can be linked to them without the keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import Canonical
from pipeline.errors import PrivacyError
from pipeline.privacy.pseudonyms import PSEUDONYM, pseudonymise

Mask = NDArray[np.bool_]

_LONGEST = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Persons under one spelling and its keys.

    Attributes:
        canonical: how an identifier is spelled first.
        keys: of the list's scope, one per epoch from the first on.
        pseudonyms: of the persons, 16 bytes each.
    """

    canonical: Canonical
    keys: tuple[bytes, ...] = field(repr=False)
    pseudonyms: frozenset[bytes] = field(repr=False)

    def has(self, parts: Sequence[pa.Array]) -> Mask:
        """Return which identifiers are those of persons of this listing.

        Args:
            parts: of the identifiers as they were written, string; one row per identifier.
        """
        known = pa.array(sorted(self.pseudonyms), PSEUDONYM)
        rows = np.flatnonzero(_may_identify(parts))
        found = np.zeros(len(parts[0]), dtype=np.bool_)
        if len(rows) and len(known):
            chosen = [part.take(pa.array(rows)) for part in parts]
            found[rows] = self._has(chosen, known)
        return found

    def _has(self, parts: Sequence[pa.Array], known: pa.Array) -> Mask:
        try:
            pseudonyms = pseudonymise(parts, keys=self.keys, canonical=self.canonical)
        except PrivacyError:
            # One that no person can have, such as a blank of a rare kind: looked at one by one.
            if len(parts[0]) == 1:
                return np.zeros(1, dtype=np.bool_)
            middle = len(parts[0]) // 2
            halves = [[part[:middle] for part in parts], [part[middle:] for part in parts]]
            return np.concatenate([self._has(half, known) for half in halves])
        mask: Mask = pc.is_in(pseudonyms, known).to_numpy(zero_copy_only=False)
        return mask


def listed(parts: Sequence[pa.Array], listings: Sequence[Listing]) -> Mask:
    """Return which identifiers are those of persons of any listing."""
    found = np.zeros(len(parts[0]), dtype=np.bool_)
    for listing in listings:
        found |= listing.has(parts)
    return found


def _may_identify(parts: Sequence[pa.Array]) -> Mask:
    """Return which rows have something to read, and not too much, in every part."""
    found = np.ones(len(parts[0]), dtype=np.bool_)
    for part in parts:
        filled = pc.match_substring_regex(part, r"[\pL\pN]")
        short = pc.less(pc.binary_length(part), _LONGEST)
        both = pc.fill_null(pc.and_(filled, short), fill_value=False)
        found &= both.to_numpy(zero_copy_only=False)
    return found
