"""What is kept of a number: an end of a range, a multiple of a base, or a class."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import Clip
from pipeline.errors import PrivacyError

Values: TypeAlias = "pa.Array | pa.ChunkedArray"
_Numbers = NDArray[Any]


def clip(values: Values, rule: Clip) -> Values:
    """Return the numbers, those below the lower end as that end, those above the upper as that.

    Args:
        values: int64 or float64; nulls stay null.
        rule: the ends.

    Raises:
        PrivacyError: a number is not finite.
    """
    low = -math.inf if rule.at_least is None else rule.at_least
    high = math.inf if rule.at_most is None else rule.at_most
    if pa.types.is_integer(values.type):
        low, high = _within_int64(low), _within_int64(high)
    return _each(values, lambda numbers: np.clip(numbers, low, high), kept=values.type)


def round_to(values: Values, base: float) -> Values:
    """Return the nearest multiple of the base; from the middle between two, the even one.

    Args:
        values: int64 or float64; nulls stay null.
        base: above 0; whole for int64.

    Raises:
        PrivacyError: a number is not finite.
    """
    if pa.types.is_integer(values.type):
        return _each(values, lambda numbers: _whole_multiples(numbers, int(base)), kept=values.type)
    places = max(0, -int(Decimal(str(base)).normalize().as_tuple().exponent))

    def multiples(numbers: _Numbers) -> _Numbers:
        return np.round(np.rint(numbers / base) * base, places)

    return _each(values, multiples, kept=values.type)


def band(values: Values, *, cuts: Sequence[float], codes: Sequence[str]) -> Values:
    """Return the code of the class of each number; a class holds its lower cut point.

    Args:
        values: int64 or float64; nulls stay null.
        cuts: rising.
        codes: of the classes from the lowest, one more than cuts.

    Raises:
        PrivacyError: a number is not finite.
    """
    if pa.types.is_integer(values.type):
        # A whole number reaches a cut point when it reaches the next whole number.
        cuts = [math.ceil(cut) for cut in cuts]
    ends = np.array(cuts)
    positions = _each(values, lambda n: np.searchsorted(ends, n, side="right"), kept=pa.int64())
    return pc.take(pa.array(codes, pa.string()), positions)


def _each(
    values: Values, function: Callable[[_Numbers], _Numbers], *, kept: pa.DataType
) -> pa.Array:
    """Return the function of each number, nulls as nulls."""
    chunked = isinstance(values, pa.ChunkedArray)
    whole = values.combine_chunks() if chunked else values
    missing = whole.is_null().to_numpy(zero_copy_only=False)
    numbers = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False)
    if strange := int(np.count_nonzero(~np.isfinite(numbers))):
        raise PrivacyError("privacy.not_finite", count=strange)
    return pa.array(function(numbers), kept, mask=missing)


def _whole_multiples(numbers: _Numbers, base: int) -> _Numbers:
    quotient, rest = np.divmod(numbers, base)
    up = (2 * rest > base) | ((2 * rest == base) & (quotient % 2 == 1))
    multiples: _Numbers = (quotient + up) * base
    return multiples


def _within_int64(end: float) -> int:
    if math.isinf(end):
        limits = np.iinfo(np.int64)
        return int(limits.max if end > 0 else limits.min)
    return int(end)
