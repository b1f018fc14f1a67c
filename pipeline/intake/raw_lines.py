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
    if marked is None:
        return "latin-1" if dataset.text.encoding == "utf-16" else dataset.text.encoding
    try:
        with open_source() as source, io.TextIOWrapper(source, encoding=marked) as text:
            while text.read(_READ):
                pass
    except UnicodeError:
        return "latin-1"
    return marked


def _text_of(source: BinaryIO, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(source, encoding=codec, errors=UNREADABLE, newline="")
