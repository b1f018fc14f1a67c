"""AES-CMAC of a whole column of messages: one call of the cipher per block round.

Each round gathers the next 16 bytes of every message, adds padding and subkey where the
message ends, and encrypts them all at once. The result is that of the standard, row by row.

Source: NIST SP 800-38B; RFC 4493.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from numpy.typing import NDArray

BLOCK_BYTES = 16
# Rows worked on at once: their blocks stay in the processor's cache.
_SLICE_ROWS = 1 << 15
# What a message has left in a round: 0 to 16 bytes end in it, more are counted as 17.
_FOLLOWED = BLOCK_BYTES + 1

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]
# A block is moved as one item of 16 bytes and computed with as a pair of integers.
_BLOCK = np.dtype("V16")
_Blocks = NDArray[np.uint64]
_Items = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages laid end to end, each with a head of the same size before it.

    Attributes:
        heads: shape (rows, 0 to 16): the first bytes of each message.
        data: the bytes that follow, of all messages.
        offsets: shape (rows + 1): message i goes on with `data[offsets[i]:offsets[i + 1]]`.
    """

    heads: Bytes
    data: Bytes
    offsets: Positions

    def slices(self) -> Iterator[tuple[slice, Messages]]:
        """Yield parts of bounded size and which rows they are."""
        for first in range(0, len(self.heads), _SLICE_ROWS):
            rows = slice(first, min(first + _SLICE_ROWS, len(self.heads)))
            offsets = self.offsets[rows.start : rows.stop + 1]
            data = self.data[offsets[0] : offsets[-1]]
            yield rows, Messages(self.heads[rows], data, offsets - offsets[0])


def cmac(messages: Messages, *, key: bytes) -> Bytes:
    """Return the AES-CMAC of each message, shape (rows, 16).

    Args:
        messages: of any lengths, empty ones too.
        key: 16, 24 or 32 bytes.
    """
    # ECB is the bare block cipher here; CMAC chains the blocks itself.
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    keep, final = _last_block_tables(cipher)
    macs = np.empty((len(messages.heads), BLOCK_BYTES), dtype=np.uint8)
    for rows, part in messages.slices():
        macs[rows] = _chained(part, cipher=cipher, keep=keep, final=final)
    return macs


def _chained(messages: Messages, *, cipher: CipherContext, keep: _Blocks, final: _Blocks) -> Bytes:
    """Return the last cipher block of each message; at most `_SLICE_ROWS` of them."""
    head = messages.heads.shape[1]
    margin = np.zeros(BLOCK_BYTES, dtype=np.uint8)
    data = np.concatenate([margin, messages.data, margin])
    windows = np.ndarray((len(data) - BLOCK_BYTES + 1,), dtype=_BLOCK, buffer=data, strides=(1,))
    starts = messages.offsets[:-1] + (BLOCK_BYTES - head)
    left = np.diff(messages.offsets) + head
    state = np.zeros((len(left), 2), dtype=np.uint64)
    rows: Positions | slice = slice(None)
    while len(left):
        blocks = _pairs(windows[starts])
        if isinstance(rows, slice):
            _write_heads(blocks, messages.heads)
        ends = np.minimum(left, _FOLLOWED)
        blocks &= _pairs(keep.take(ends))
        blocks ^= _pairs(final.take(ends))
        blocks ^= state[rows]
        state[rows] = _encrypted(cipher, blocks)
        going_on = np.flatnonzero(left > BLOCK_BYTES)
        rows = going_on if isinstance(rows, slice) else rows[going_on]
        starts, left = starts[going_on] + BLOCK_BYTES, left[going_on] - BLOCK_BYTES
    return state.view(np.uint8)


def _pairs(items: _Items) -> _Blocks:
    return items.view(np.uint64).reshape(-1, 2)


def _write_heads(blocks: _Blocks, heads: Bytes) -> None:
    content = blocks.view(np.uint8)
    for column in range(heads.shape[1]):
        content[:, column] = heads[:, column]


def _encrypted(cipher: CipherContext, blocks: _Blocks) -> _Blocks:
    # The cipher asks for room of one block less a byte beyond what it writes.
    encrypted = np.empty(blocks.nbytes + BLOCK_BYTES, dtype=np.uint8)
    cipher.update_into(blocks.view(np.uint8).reshape(-1).data, encrypted.data)
    return _pairs(encrypted[: blocks.nbytes])


def _last_block_tables(cipher: CipherContext) -> tuple[_Items, _Items]:
    """Return, by bytes left, which bytes of a block are kept and what is then added to it."""
    k1 = _doubled(cipher.update(bytes(BLOCK_BYTES)))
    k2 = _doubled(k1)
    keep = np.full((_FOLLOWED + 1, BLOCK_BYTES), 0xFF, dtype=np.uint8)
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
