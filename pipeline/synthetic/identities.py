"""Identities of synthetic persons, and the national identifiers made from them.

An identity is one whole number: school, cohort, stream and rank, packed. A cohort that moves
up keeps its school, its cohort and its ranks, hence its persons. The national identifier is a
one-to-one image of the identity, so two persons never share one.
"""

from __future__ import annotations

from math import gcd

import numpy as np
import pyarrow as pa

from pipeline.errors import ContractError
from pipeline.synthetic.draws import Bits, Index

RANK_BITS, STREAM_BITS, COHORT_BITS, SCHOOL_BITS = 10, 3, 8, 17
COHORT_ORIGIN = 1900
TEACHER_STREAM = (1 << STREAM_BITS) - 1

_DIGITS, _LETTERS = 9, 2
_LENGTH = _DIGITS + _LETTERS
_NUMBERS = 10**_DIGITS * 26**_LETTERS
_PART_BITS = 14


def check_capacity(*, schools: int, persons_per_cell: int) -> None:
    """Refuse more schools, or more persons of one cell, than an identity can tell apart.

    Raises:
        ContractError: `synthetic.capacity`.
    """
    limits = ((schools, 1 << SCHOOL_BITS), (persons_per_cell, 1 << RANK_BITS))
    for count, limit in limits:
        if count > limit:
            raise ContractError("synthetic.capacity", count=count, limit=limit)


def pack(*, school: Index, cohort: Index, stream: Index, rank: Index) -> Bits:
    """Pack what makes a person into one number below 2**38.

    Args:
        school: position of the school in the facts.
        cohort: calendar year in which the cohort enters the first primary grade.
        stream: which of several lists of the cohort the person is on.
        rank: position on that list.
    """
    packed = school
    for bits, part in (
        (COHORT_BITS, cohort - COHORT_ORIGIN),
        (STREAM_BITS, stream),
        (RANK_BITS, rank),
    ):
        packed = (packed << bits) | part
    return packed.astype(np.uint64)


def national_ids(identity: Bits, *, seed: int) -> pa.StringArray:
    """Write one identifier per identity: nine digits and two letters, like the French INE."""
    number = _scramble(identity, seed=seed)
    text = np.empty((len(number), _LENGTH), dtype=np.uint8)
    for column, base, first in _alphabet():
        number, digit = np.divmod(number, np.uint64(base))
        text[:, column] = digit.astype(np.uint8) + ord(first)
    ends = np.arange(len(text) + 1, dtype=np.int32) * _LENGTH
    return pa.StringArray.from_buffers(len(text), pa.py_buffer(ends), pa.py_buffer(text))


def _alphabet() -> list[tuple[int, int, str]]:
    letters = [(column, 26, "A") for column in range(_LENGTH - 1, _DIGITS - 1, -1)]
    return letters + [(column, 10, "0") for column in range(_DIGITS - 1, -1, -1)]


def _scramble(identity: Bits, *, seed: int) -> Bits:
    """Map identities one to one into the identifiers: a x + b modulo their number."""
    generator = np.random.default_rng(seed)
    factor = int(generator.integers(_NUMBERS // 2, _NUMBERS))
    while gcd(factor, _NUMBERS) != 1:
        factor -= 1
    product = np.zeros_like(identity)
    # By parts of 14 bits, since the whole product would not fit into 64 bits.
    for shift in (2 * _PART_BITS, _PART_BITS, 0):
        part = (factor >> shift) & ((1 << _PART_BITS) - 1)
        product = (product << np.uint64(_PART_BITS)) + identity * np.uint64(part)
        product %= np.uint64(_NUMBERS)
    offset = np.uint64(generator.integers(_NUMBERS))
    return (product + offset) % np.uint64(_NUMBERS)
