"""In which encoding a refused row stands: it lost the mark of its file, and the other rows."""

from __future__ import annotations

from pipeline.contracts.datasets import Dataset


def row_codec(row: bytes, dataset: Dataset) -> str:
    """Return the codec of a refused row, which stands without the mark of its file."""
    # Delimiters and digits have an empty half: the second one where the lower half comes first.
    halves = row[0::2].count(0), row[1::2].count(0)
    encodings = dataset.text.encodings
    if "utf-16" in encodings and (len(encodings) == 1 or any(halves)):
        return "utf-16-be" if halves[0] > halves[1] else "utf-16-le"
    *others, last = [each for each in encodings if each != "utf-16"]
    return next((each for each in others if _is_in(row, each)), last)


def _is_in(row: bytes, codec: str) -> bool:
    try:
        row.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
