"""Messages between processes: words in JSON and bodies of bytes, each behind its length.

Nothing that is received is ever executed or unpickled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, TypeAlias

import pyarrow as pa

Body: TypeAlias = "bytes | pa.Buffer"
_LENGTH_BYTES = 8
_MOST_WORDS = 64 << 20


class TornError(Exception):
    """The other process ended, or says what is no message."""


def send(stream: IO[bytes], words: Mapping[str, Any], bodies: Sequence[Body] = ()) -> None:
    """Send a message.

    Raises:
        OSError: the other process ended.
    """
    _send(stream, json.dumps({**words, "bodies": len(bodies)}).encode())
    for body in bodies:
        _send(stream, body)
    stream.flush()


def receive(stream: IO[bytes], *, most: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return the words and bodies of the next message.

    Args:
        stream: of the other process.
        most: bytes that a body may have.

    Raises:
        TornError: there is none, it is cut or it is none.
    """
    try:
        words = json.loads(_received(stream, _MOST_WORDS))
        count = words["bodies"]
        return words, [_received(stream, most) for _ in range(count)]
    except (ValueError, TypeError, KeyError, OSError):
        raise TornError from None


def send_piece(stream: IO[bytes], piece: Body) -> None:
    """Send a piece of a body of unknown length; an empty one ends it.

    Raises:
        OSError: the other process ended.
    """
    _send(stream, piece)
    stream.flush()


def receive_pieces(stream: IO[bytes], *, most: int) -> Iterator[bytes]:
    """Yield the pieces of a body of unknown length.

    Raises:
        TornError: it has no end.
    """
    while piece := receive_piece(stream, most=most):
        yield piece


def receive_piece(stream: IO[bytes], *, most: int) -> bytes:
    """Return the next piece of a body of unknown length; an empty one is its end.

    Raises:
        TornError: it has no end.
    """
    try:
        return _received(stream, most)
    except OSError:
        raise TornError from None


def _send(stream: IO[bytes], content: Body) -> None:
    stream.write(len(content).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(content)


def _received(stream: IO[bytes], most: int) -> bytes:
    length = stream.read(_LENGTH_BYTES)
    size = int.from_bytes(length, "big")
    if len(length) < _LENGTH_BYTES or size > most:
        raise TornError
    content = stream.read(size)
    if len(content) < size:
        raise TornError
    return content
