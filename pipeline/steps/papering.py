"""Papers on their way to the disk: whole or not at all, never over what others may have signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import cannot_write, write_atomically


@dataclass(frozen=True, slots=True)
class Written:
    """A paper on the disk: its file, SHA-256, and whether it was not there before."""

    path: Path
    digest: str
    is_new: bool


def write_papers(papers: dict[Path, str]) -> list[Written]:
    """Write papers, each whole or not at all, into folders that are made where they lack.

    One that is there as it would be written stays. Another content may have been edited or
    signed by somebody: none is written then.

    Raises:
        StorageError: a paper with another content is there, or the disk refuses.
    """
    contents = {path: text.encode() for path, text in papers.items()}
    there = {path: found for path in contents if (found := _read(path)) is not None}
    others = [path for path, found in there.items() if found != contents[path]]
    if others:
        place = Place(file=str(others[0]))
        raise StorageError("papers.exists", place=place, count=len(others))
    for path, content in contents.items():
        if path not in there:
            with write_atomically(path) as stream:
                stream.write(content)
    return [
        Written(path, hashlib.sha256(content).hexdigest(), path not in there)
        for path, content in contents.items()
    ]


def names_of(written: list[Written]) -> dict[str, str]:
    """Return name of file → where it is."""
    return {one.path.name: str(one.path) for one in written}


def hashes_of(written: list[Written]) -> dict[str, str]:
    """Return name of file → SHA-256."""
    return {one.path.name: one.digest for one in written}


def is_any_new(written: list[Written]) -> bool:
    """Tell whether one was not there before."""
    return any(one.is_new for one in written)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot_write(path, error) from None
