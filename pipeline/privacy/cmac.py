"""AES-CMAC of a whole column of messages: one call of the cipher per block round.

Messages of many blocks come first, so that each round works on the rows before the first that has
ended. The result is that of the standard, row by row.

Source: NIST SP 800-38B; RFC 4493.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

BLOCK_BYTES = 16
# Rows worked on at once: their blocks stay in the processor's cache.
SLICE_ROWS = 1 << 14
# Blocks fetched at once: many cost hardly more than one.
_FETCHED = 4
# Up to here it is quicker to seek each number of blocks than to sort.
_FEW_ROUNDS = 8

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]
# A block is moved as one item of 16 bytes and computed with as a pair of integers.
_BLOCK = np.dtype("V16")
_Blocks = NDArray[np.uint64]
_Items = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages in one run of bytes, each with a head of the same size before it.

    Attributes:
        heads: shape (rows): the first bytes of each message, the lowest byte first.
        head_bytes: how many of them count, 0 to 7; those above are zero.
        data: the bytes that follow, of all messages.
        starts: shape (rows): message i goes on with `data[starts[i]:starts[i] + sizes[i]]`.
        sizes: shape (rows), in bytes, heads not counted.
    """

    heads: NDArray[np.uint64]
    head_bytes: int
    data: Bytes
    starts: Positions
    sizes: Positions

    def taken(self, rows: Positions) -> Messages:
        """Return some of the messages, in the order given."""
        return Messages(
            self.heads.take(rows),
            self.head_bytes,
            self.data,
            self.starts.take(rows),
            self.sizes.take(rows),
        )

    def slices(self) -> Iterator[tuple[slice, Messages]]:
        """Yield parts of bounded size and which rows they are."""
        for first in range(0, len(self.heads), SLICE_ROWS):
            rows = slice(first, first + SLICE_ROWS)
            starts, sizes = self.starts[rows], self.sizes[rows]
            yield rows, Messages(self.heads[rows], self.head_bytes, self.data, starts, sizes)


class Cmac:
    """AES-CMAC under one key.

    Args:
        key: 16, 24 or 32 bytes.
    """

    __slots__ = ("_cipher", "_final", "_keep")

    def __init__(self, key: bytes) -> None:
        bare = modes.ECB()  # noqa: S305 - of one block at a time: CMAC chains them itself
        self._cipher = Cipher(algorithms.AES(key), bare).encryptor()
        self._keep, self._final = _last_block_tables(self._cipher.update(bytes(BLOCK_BYTES)))

    def of(self, messages: Messages) -> Bytes:
        """Return the AES-CMAC of each message of any length, shape (rows, 16)."""
        macs = np.empty((len(messages.heads), BLOCK_BYTES), dtype=np.uint8)
        for rows, part in messages.slices():
            macs[rows] = self._chained(part)
        return macs

    def _chained(self, messages: Messages) -> Bytes:
        """Return the last cipher block of each message; at most `SLICE_ROWS` of them."""
        left = messages.sizes + messages.head_bytes
        rounds = np.maximum(left + (BLOCK_BYTES - 1), BLOCK_BYTES) >> 4
        last = int(rounds.max())
        if int(rounds.min()) == last:
            return self._rounds(messages, left, going_on=[*[len(left)] * last, 0])
        order, going_on = _falling(rounds, last)
        sorted_ = messages.taken(order)
        macs = self._rounds(sorted_, sorted_.sizes + messages.head_bytes, going_on=going_on)
        back = np.empty(len(order), dtype=_BLOCK)
        back[order] = macs.reshape(-1).view(_BLOCK)
        return back.view(np.uint8).reshape(-1, BLOCK_BYTES)

    def _rounds(self, messages: Messages, left: Positions, *, going_on: list[int]) -> Bytes:
        """Chain the blocks of messages sorted by falling number of blocks.

        Args:
            messages: at least one.
            left: bytes of each, head counted.
            going_on: by r, the number of messages of more than r blocks; 0 at the end.
        """
        # The cipher asks for room of one block less a byte beyond what it writes.
        room = np.empty((len(left) + 1) * BLOCK_BYTES, dtype=np.uint8)
        state = _pairs(room[:-BLOCK_BYTES])
        windows = _Windows(messages, left, most=len(going_on) - 1)
        for done, (rows, full) in enumerate(itertools.pairwise(going_on)):
            blocks = windows.blocks(rows, done)
            if done == 0:
                _write_heads(blocks, messages)
            self._end(blocks[full:], left[full:rows] - done * BLOCK_BYTES)
            if done:
                blocks ^= state[:rows]
            self._cipher.update_into(blocks.view(np.uint8).reshape(-1).data, room.data)
        return room[:-BLOCK_BYTES].reshape(-1, BLOCK_BYTES)

    def _end(self, blocks: _Blocks, ends: Positions) -> None:
        """Pad last blocks, of which so many bytes are content, and add the subkey to them."""
        blocks &= _pairs(self._keep.take(ends))
        blocks ^= _pairs(self._final.take(ends))


def cmac(messages: Messages, *, key: bytes) -> Bytes:
    """Return the AES-CMAC of each message, shape (rows, 16).

    Args:
        messages: of any lengths, empty ones too.
        key: 16, 24 or 32 bytes.
    """
    return Cmac(key).of(messages)


class _Windows:
    """Every run of 16 bytes around some messages.

    A run may begin with bytes of the message before and end with those of the next one: heads
    are written over the former, the latter are masked.
    """

    def __init__(self, messages: Messages, left: Positions, *, most: int) -> None:
        # No message ends farther from the last start than the longest is long.
        first = int(messages.starts.min()) - BLOCK_BYTES
        beyond = int(messages.starts.max() + left.max()) + _FETCHED * BLOCK_BYTES
        data = messages.data[max(first, 0) : beyond]
        before, after = max(-first, 0), max(beyond - len(messages.data), 0)
        if before or after:
            data = np.concatenate([np.zeros(before, np.uint8), data, np.zeros(after, np.uint8)])
        self._data = data
        self._starts = messages.starts - (first + messages.head_bytes)
        self._step = _step(self._starts)
        self._most = most
        self._fetched = np.empty((0, 1), dtype=_BLOCK)

    def blocks(self, rows: int, done: int) -> _Blocks:
        """Return the block of the first rows that follows `done` others; ask in their order."""
        if done % _FETCHED == 0:
            self._fetched = self._fetch(rows, done, width=min(self._most - done, _FETCHED))
        blocks = self._fetched[:rows, done % _FETCHED]
        return _pairs(np.ascontiguousarray(blocks))

    def _fetch(self, rows: int, done: int, *, width: int) -> _Items:
        """Return blocks of the first rows that follow `done` others, shape (rows, width)."""
        run = np.dtype(f"V{width * BLOCK_BYTES}")
        if self._step > 0:
            first = int(self._starts[0]) + done * BLOCK_BYTES
            strides = (self._step,)
            runs = np.ndarray((rows,), run, buffer=self._data, offset=first, strides=strides)
            return runs.copy().view(_BLOCK).reshape(rows, width)
        count = len(self._data) - run.itemsize + 1
        every = np.ndarray((count,), run, buffer=self._data, strides=(1,))
        # Indexed: `take` would first lay out every one of them.
        runs = every[self._starts[:rows] + done * BLOCK_BYTES]
        return runs.view(_BLOCK).reshape(rows, width)


def _step(starts: Positions) -> int:
    """Return the distance from each start to the next one where it is always the same, else 0."""
    if len(starts) <= 1:
        return 0
    step = int(starts[1] - starts[0])
    # The ends tell most others apart before all are looked at.
    if int(starts[-1] - starts[0]) != step * (len(starts) - 1):
        return 0
    return step if (np.diff(starts) == step).all() else 0


def _falling(rounds: Positions, last: int) -> tuple[Positions, list[int]]:
    """Return an order by falling number of blocks, and how many go on after each round."""
    if last > _FEW_ROUNDS:
        order = np.argsort((last - rounds).astype(np.uint16), kind="stable")
    else:
        few = rounds.astype(np.uint8)
        order = np.concatenate([np.flatnonzero(few == r) for r in range(last, 0, -1)])
    going_on = len(rounds) - np.cumsum(np.bincount(rounds, minlength=last + 1))
    return order, going_on.tolist()


def _pairs(items: _Items) -> _Blocks:
    return items.view("<u8").reshape(-1, 2)


def _write_heads(blocks: _Blocks, messages: Messages) -> None:
    blocks[:, 0] &= ~np.uint64((1 << 8 * messages.head_bytes) - 1)
    blocks[:, 0] |= messages.heads


def _last_block_tables(encrypted_zero: bytes) -> tuple[_Items, _Items]:
    """Return, by bytes left, which bytes of a block are kept and what is then added to it."""
    k1 = _doubled(encrypted_zero)
    k2 = _doubled(k1)
    keep = np.full((BLOCK_BYTES + 1, BLOCK_BYTES), 0xFF, dtype=np.uint8)
    final = np.zeros_like(keep)
    for left in range(BLOCK_BYTES):
        keep[left, left:] = 0
        final[left, left] = 0x80
        final[left] ^= np.frombuffer(k2, dtype=np.uint8)
    final[BLOCK_BYTES] = np.frombuffer(k1, dtype=np.uint8)
    return keep.view(_BLOCK).reshape(-1), final.view(_BLOCK).reshape(-1)


def _doubled(block: bytes) -> bytes:
    """Return the block times x in the field of SP 800-38B, section 5.3."""
    shifted = int.from_bytes(block, "big") << 1
    reduced = shifted ^ (0x87 if shifted >> 128 else 0)
    return (reduced & ((1 << 128) - 1)).to_bytes(BLOCK_BYTES, "big")
