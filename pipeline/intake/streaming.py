"""Read a large delivery in blocks, on every core, in bounded memory; or leave it to another.

What is read so is what the reader of whole files would read: the same rows accepted, the same
rows refused for the same rules. Identified cells live as long as their block. Where a file is
not certainly sound there is no result, and the reader of whole files tells each fault.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import BinaryIO, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.coded import joined
from pipeline.intake.blocks import UnfitError, read_blocks
from pipeline.intake.encoding import codecs_of
from pipeline.intake.keys import Rows, repeated
from pipeline.intake.outcome import REFUSED, Keep, Reading
from pipeline.intake.parts import Claims, Header, Part
from pipeline.intake.readers import Reader
from pipeline.intake.repeats import find_repeats
from pipeline.intake.sums import together

Open = Callable[[], BinaryIO]
Given = TypeVar("Given")
Made = TypeVar("Made")
# Blocks that wait or are worked on at once, for each thread: what bounds the memory.
_AHEAD = 2


def read_stream(
    open_source: Open,
    reader: Reader,
    *,
    start: bytes,
    encodings: Sequence[str],
    key: Sequence[str],
    keep: Keep,
    block_bytes: int,
) -> Reading | None:
    """Return the accepted and refused rows of a sound file, or None.

    Args:
        open_source: opens the file as delivered; it is opened again where a key comes again.
        reader: reads a block.
        start: at least the first three bytes of the file, if it has so many.
        encodings: in which the file may be; the first that it fits is its own.
        key: columns that name one row.
        keep: what to keep of accepted rows; where it refuses there is no result.
        block_bytes: how much is read at once.

    Raises:
        CartableError: the source cannot be read, or the reader was stopped.
    """
    for codec, mark in codecs_of(start, encodings):
        text = _Text(open_source, reader, codec, mark, block_bytes)
        with suppress(UnfitError):
            if (reading := _read(text, key, keep)) is not None:
                return reading
    return None


@dataclass(frozen=True, slots=True)
class _Text:
    """A file as it is read in one encoding: who opens and reads it, its mark, and its blocks."""

    open_source: Open
    reader: Reader
    codec: str
    mark: int
    block_bytes: int


def _read(text: _Text, key: Sequence[str], keep: Keep) -> Reading | None:
    """Return the rows of a file that is sound in one encoding, or None."""
    with closing(text.open_source()) as source:
        header, blocks = _begin(source, text)
        if header is None:
            return None
        parts = _all(_in_turn(lambda body: _kept(text.reader.part(body, header), keep), blocks))
    if not parts or {part.line_end for part in parts} - {header.line_end, None}:
        return None
    # A file that could be in UTF-8 as a whole is hardly in the other encoding.
    if {part.may_be_utf8 for part in parts} - {None} == {True}:
        return None
    claimed = _claimed(parts)
    claims = _claims(text, claimed, header)
    if claims is None:
        return None
    return _joined(parts, _repeats(parts, claimed, claims, key), columns=header.names)


def _begin(source: BinaryIO, text: _Text) -> tuple[Header | None, Iterator[bytes]]:
    """Return the header of a sound file and the blocks behind it."""
    source.read(text.mark)
    blocks = read_blocks(source, size=text.block_bytes, codec=text.codec)
    first = next(blocks, b"")
    end = _first_end(first, text.codec)
    rest = first[end:]
    header = text.reader.header(first[:end], text.codec) if end else None
    return header, chain([rest] if rest else [], blocks)


def _first_end(block: bytes, codec: str) -> int:
    """Return the byte after the first line of a block; 0 where it has no end."""
    feed = "\n".encode(codec)
    at = block.find(feed)
    while at >= 0 and at % len(feed):
        at = block.find(feed, at + 1)
    return at + len(feed) if at >= 0 else 0


def _kept(part: Part | None, keep: Keep) -> Part | None:
    """Return a part with what the caller keeps of its rows; None where that is refused."""
    if part is None:
        return None
    try:
        return replace(part, accepted=keep(part.accepted))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  told, of all rows, where the file is read as a whole
        return None


def _in_turn(work: Callable[[Given], Made], given: Iterable[Given]) -> Iterator[Made]:
    """Yield what is made of each block, in order; several are worked on at once."""
    threads = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[Made]] = deque()
        for each in given:
            ahead.append(pool.submit(work, each))
            if len(ahead) >= _AHEAD * threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _all(made: Iterator[Made | None]) -> list[Made] | None:
    """Return everything that was made; None, and no more work, when one is None."""
    every = []
    for each in made:
        if each is None:
            return None
        every.append(each)
    return every


def _claimed(parts: Sequence[Part]) -> dict[int, Rows]:
    """Return, by block, the rows whose key others may bear too, if any of them is accepted."""
    rows = dict(enumerate(repeated([part.hashes for part in parts])))
    claimed = {at: chosen for at, chosen in rows.items() if chosen.size}
    if all(np.isin(chosen, parts[at].refused_rows).all() for at, chosen in claimed.items()):
        return {}
    return claimed


def _claims(text: _Text, claimed: Mapping[int, Rows], header: Header) -> list[Claims] | None:
    """Return what the claimed rows say, from the file read again."""
    if not claimed:
        return []
    with closing(text.open_source()) as source:
        _, blocks = _begin(source, text)
        wanted = ((body, claimed[at]) for at, body in enumerate(blocks) if at in claimed)
        return _all(_in_turn(lambda given: text.reader.claims(*given, header), wanted))


def _repeats(
    parts: Sequence[Part], claimed: Mapping[int, Rows], claims: Sequence[Claims], key: Sequence[str]
) -> tuple[Rows, pa.Table]:
    """Return the rows, accepted so far, to refuse for their key, and what to tell of them."""
    if not claims:
        return np.empty(0, np.int64), REFUSED.empty_table()
    starts, lines = _starts(parts), _lines_before(parts)
    rows = np.concatenate([chosen + starts[at] for at, chosen in claimed.items()])
    told = np.concatenate([c.lines + lines[at] for at, c in zip(claimed, claims, strict=True)])
    raw = [row for claim in claims for row in claim.raw]
    content = pa.concat_tables([claim.content for claim in claims])
    copies, conflicts = find_repeats(content, key)
    rules = dict.fromkeys(copies.tolist(), "row.duplicate")
    rules |= dict.fromkeys(conflicts.tolist(), "row.conflict")
    is_accepted = content["0 rule"].to_numpy() == 0
    chosen = [at for at in sorted(rules) if is_accepted[at]]
    refused = {
        "line": told[chosen],
        "column": [key[0]] * len(chosen),
        "rule": [rules[at] for at in chosen],
        "row": [raw[at] for at in chosen],
    }
    return rows[chosen], pa.table(refused, schema=REFUSED)


def _joined(
    parts: Sequence[Part], repeats: tuple[Rows, pa.Table], *, columns: tuple[str, ...]
) -> Reading:
    """Return the reading of the whole file."""
    repeated_rows, told = repeats
    starts, lines = _starts(parts), _lines_before(parts)
    rows = [part.refused_rows + start for part, start in zip(parts, starts, strict=True)]
    refused = pa.concat_tables(
        [*(_moved(part.refused, by) for part, by in zip(parts, lines, strict=True)), told]
    )
    order = np.argsort(np.concatenate([*rows, repeated_rows]), kind="stable")
    ends = [start + len(part.hashes) for part, start in zip(parts, starts, strict=True)]
    bounds = zip(
        parts,
        starts,
        np.searchsorted(repeated_rows, starts),
        np.searchsorted(repeated_rows, ends),
        strict=True,
    )
    accepted = joined(
        [_without(part, repeated_rows[first:last] - start) for part, start, first, last in bounds]
    )
    return Reading(
        accepted=accepted,
        refused=refused.take(pa.array(order)),
        counted=sum(part.counted for part in parts),
        columns=columns,
        sums=together(part.sums for part in parts),
    )


def _without(part: Part, rows: Rows) -> pa.Table:
    """Return the accepted rows of a block but for some, which are told by their numbers in it."""
    if not rows.size:
        return part.accepted
    sound = np.delete(np.arange(len(part.hashes)), part.refused_rows)
    return part.accepted.filter(pa.array(~np.isin(sound, rows)))


def _moved(refused: pa.Table, by: int) -> pa.Table:
    lines = pc.add(refused["line"], by).cast(pa.int64())
    return pa.table([lines, *refused.columns[1:]], schema=REFUSED)


def _starts(parts: Sequence[Part]) -> list[int]:
    """Return the number of the first row of each block."""
    return list(accumulate((len(part.hashes) for part in parts), initial=0))[:-1]


def _lines_before(parts: Sequence[Part]) -> list[int]:
    """Return the lines of the file before each block, the header's among them."""
    return list(accumulate((part.lines for part in parts), initial=1))[:-1]
