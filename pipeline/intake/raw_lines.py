"""The lines of a delivery to the character as they were delivered, well-formed or not.

Nothing is refused: what is no text of the declared encoding stands for its bytes, and is written
back as them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pipeline.contracts.datasets import Dataset

Open = Callable[[], BinaryIO]

UNREADABLE = "surrogateescape"
_MARKED = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_READ = 1 << 20


def raw_lines(open_source: Open, dataset: Dataset) -> Iterator[str]:
    """Yield the lines of a file with their ends: LF, CR or both."""
    codec = codec_of(open_source, dataset)
    with open_source() as source, _text_of(source, codec) as text:
        yield from text


def codec_of(open_source: Open, dataset: Dataset) -> str:
    """Return a codec in which every byte of the file is read, and written back as it was."""
    with open_source() as source:
        marked = _MARKED.get(source.read(2))
    if marked is not None:
        return marked if _fits(open_source, marked) else "latin-1"
    others = [each for each in dataset.text.encodings if each != "utf-16"]
    for encoding in others[:-1]:
        if _fits(open_source, encoding):
            return encoding
    return others[-1] if others else "latin-1"


def _fits(open_source: Open, codec: str) -> bool:
    """Whether every byte of a file is a letter in an encoding."""
    try:
        with open_source() as source, io.TextIOWrapper(source, encoding=codec) as text:
            while text.read(_READ):
                pass
    except UnicodeError:
        return False
    return True


def _text_of(source: BinaryIO, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(source, encoding=codec, errors=UNREADABLE, newline="")
