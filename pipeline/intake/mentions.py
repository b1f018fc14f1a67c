"""Who stands in a text: identifiers of persons looked for inside cells of another's record.

A comment may name a pupil who is not the one of its row. An identifier is looked for among the
words of a cell, as they stand there and drawn together: `000 123 456-AB` is found as `000123456AB`
is. Cells with too few digits or characters are passed over at column speed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.rules import Pseudonymise
from pipeline.intake.foreign_records import IsForeign

Mask = NDArray[np.bool_]
# Identifiers as written, one array per part → which are those of a person looked for.
IsListed = Callable[[Sequence[pa.Array]], Mask]

# Of how many runs of letters or digits a part of an identifier may be made in a text.
PIECES = 8
# A shorter identifier is any number of any street: in a text it names nobody.
SHORTEST = 6
# No code of a territory, a school or a list is as long as this: what is so long is no code.
TELLING = 9
# Not empty: a cell that has to be filled still is, and so is one that is counted as filled.
EMPTIED = "***"
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_MOST_DIGITS = 40
_AT_ONCE = 200_000
# Longer than any text: nobody is told there.
_NEVER = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Who is looked for, and the least that an identifier of theirs holds.

    Attributes:
        is_listed: tells whose identifiers are looked for.
        columns: that hold the parts of an identifier, in order.
        digits: fewest digits of one, its parts together.
        length: fewest letters and digits of one; under `SHORTEST` no text is looked through.
        in_passing: no record of the file's dataset is theirs, since that names others or nobody:
            only who is named in its texts is told, and whose record stands between those of others.
        is_foreign: in passing, tells whether a record is none of the file's dataset.
    """

    is_listed: IsListed
    columns: tuple[str, ...]
    digits: int = 0
    length: int = 0
    in_passing: bool = False
    is_foreign: IsForeign | None = None


def text_of(values: Sequence[str]) -> pa.Array:
    """Return cells as an array, whatever bytes some of them stand for."""
    try:
        text = pa.array(values, pa.string())
    except UnicodeError:
        # What stands for bytes of another codec.
        whole = [value.encode("utf-8", "replace").decode() for value in values]
        text = pa.array(whole, pa.string())
    # Without the empty halves of characters that another codec would have read.
    return pc.replace_substring(text, pattern="\0", replacement="")


def least_length(name: str, dataset: Dataset, sought: Sought) -> int:
    """Return how long an identifier has to be to be told in the cells under a name."""
    column = next((each for each in dataset.columns if each.name == name), None)
    if column is None:
        return SHORTEST
    if name in sought.columns and not sought.in_passing:
        return SHORTEST
    if sought.in_passing and isinstance(column.privacy, Pseudonymise):
        # Whose record it is says its own domain.
        return _NEVER
    return SHORTEST if _is_free(column) else TELLING


def mentions(cells: pa.Array, sought: Sought, *, least: int = SHORTEST) -> Mask:
    """Return which cells hold the identifier of a person sought, among other words or alone.

    Args:
        cells: string, as `text_of` returns them.
        sought: who is looked for.
        least: letters and digits of an identifier that can be told there.
    """
    found = np.zeros(len(cells), np.bool_)
    if sought.length < SHORTEST:
        return found
    sought = replace(sought, length=max(sought.length, least))
    if (pc.max(pc.binary_length(cells)).as_py() or 0) < sought.length:
        return found
    distinct = cells.dictionary_encode()
    texts, owners = distinct.dictionary, distinct.indices.to_numpy(zero_copy_only=False)
    likely = np.flatnonzero(_may_mention(texts, sought))
    named = np.zeros(len(texts), np.bool_)
    if len(sought.columns) == 1:
        named[likely], is_known = _drawn_together(texts.take(pa.array(likely)), sought)
        likely = likely[~is_known]
    named[likely] |= _named(texts.take(pa.array(likely)).to_pylist(), sought)
    found[:] = named[owners]
    return found


def _is_free(column: Column) -> bool:
    """Tell whether any text may stand in a column."""
    closed = (column.codelist, column.references, column.territory, column.pattern)
    return column.type == "text" and not any(closed)


def _may_mention(texts: pa.Array, sought: Sought) -> Mask:
    """Return which texts have enough digits and characters."""
    likely: Mask = pc.greater_equal(pc.utf8_length(texts), sought.length).to_numpy(
        zero_copy_only=False
    )
    if digits := min(sought.digits, _MOST_DIGITS):
        pattern = rf"\pN(?:\PN*\pN){{{digits - 1}}}"
        likely &= pc.match_substring_regex(texts, pattern=pattern).to_numpy(zero_copy_only=False)
    return likely


def _drawn_together(texts: pa.Array, sought: Sought) -> tuple[Mask, Mask]:
    """Return which texts are, drawn together, an identifier of one part, and which can be no more.

    A text with no more letters and digits than an identifier needs holds no other.
    """
    drawn = pc.replace_substring_regex(texts, pattern=r"[^\pL\pN]+", replacement="")
    bare = pc.replace_substring_regex(texts, pattern=r"\A[^\pL\pN]+|[^\pL\pN]+\z", replacement="")
    found: Mask = sought.is_listed([drawn]) | sought.is_listed([bare])
    least = pc.less_equal(pc.utf8_length(drawn), sought.length)
    return found, found | least.to_numpy(zero_copy_only=False)


def _named(texts: Sequence[str], sought: Sought) -> Mask:
    found = np.zeros(len(texts), np.bool_)
    tried: list[tuple[str, ...]] = []
    owners: list[int] = []
    for owner, text in enumerate(texts):
        chosen = list(_candidates(text, sought))
        tried += chosen
        owners += [owner] * len(chosen)
        if len(tried) >= _AT_ONCE or owner == len(texts) - 1:
            found[_listed(tried, owners, sought)] = True
            tried, owners = [], []
    return found


def _listed(tried: Sequence[tuple[str, ...]], owners: Sequence[int], sought: Sought) -> list[int]:
    if not tried:
        return []
    parts = [text_of([one[part] for one in tried]) for part in range(len(sought.columns))]
    return [owners[row] for row in np.flatnonzero(sought.is_listed(parts)).tolist()]


def _candidates(text: str, sought: Sought) -> Iterator[tuple[str, ...]]:
    """Yield what in a text may be an identifier, as it stands and drawn together."""
    pieces = [match.span() for match in _PIECE.finditer(text)]
    widths = list(product(range(1, PIECES + 1), repeat=len(sought.columns)))
    for first in range(len(pieces)):
        for width in widths:
            if first + sum(width) > len(pieces):
                continue
            runs = list(_runs(pieces, first, width))
            drawn = tuple("".join(text[a:b] for a, b in run) for run in runs)
            whole = "".join(drawn)
            if len(whole) < sought.length or sum(map(str.isnumeric, whole)) < sought.digits:
                continue
            yield drawn
            stands = tuple(text[run[0][0] : run[-1][1]] for run in runs)
            if stands != drawn:
                yield stands


def _runs(
    pieces: Sequence[tuple[int, int]], first: int, widths: Sequence[int]
) -> Iterator[Sequence[tuple[int, int]]]:
    """Yield the pieces of each part, one part behind the other."""
    for width in widths:
        yield pieces[first : first + width]
        first += width
