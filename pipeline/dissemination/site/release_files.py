"""The files of the release that the site stands in, as the page on data lists them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts.numbers import number
from pipeline.dissemination.site.setting import LANGUAGES

_UNITS = {"en": ("B", "kB", "MB", "GB"), "fr": ("o", "ko", "Mo", "Go")}
_THOUSAND = 1000
_FORMATS = {
    ".duckdb": "DuckDB",
    ".parquet": "Parquet",
    ".csv": "CSV",
    ".json": "JSON",
    ".html": "HTML",
    ".xml": "XML",
    ".xlsx": "XLSX",
    ".jsonld": "JSON-LD",
    ".arrow": "Arrow",
}
# The site itself is not listed, nor what is written after it.
_APART = ("site", "manifest.json", "manifest.sig")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    """One file: its path inside the release, its format, its bytes and its hash."""

    path: str
    format: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Its path inside the folder that it is listed under."""
        return self.path.partition("/")[2] or self.path

    @property
    def size_words(self) -> Mapping[str, str]:
        """Its size in each language."""
        return size_words(self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileGroup:
    """The files of one folder of the release; those beside the folders have none."""

    folder: str
    files: tuple[ReleaseFile, ...]

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that it holds, each once."""
        return tuple(dict.fromkeys(file.format for file in self.files))

    @property
    def size_words(self) -> Mapping[str, str]:
        """The size of all of them together, in each language."""
        return size_words(sum(file.size for file in self.files))


def release_files(folder: Path) -> tuple[ReleaseFile, ...]:
    """Return the files of a release but those of its site, by path."""
    return tuple(_files(folder))


def file_groups(files: Iterable[ReleaseFile]) -> tuple[FileGroup, ...]:
    """Return files by the folder they lie in, those beside the folders first."""
    found: dict[str, list[ReleaseFile]] = {}
    for file in files:
        folder, within, _ = file.path.partition("/")
        found.setdefault(folder if within else "", []).append(file)
    return tuple(
        FileGroup(folder=folder, files=tuple(members)) for folder, members in sorted(found.items())
    )


def _files(folder: Path) -> Iterator[ReleaseFile]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] in _APART or not path.is_file():
            continue
        yield ReleaseFile(
            path=inside.as_posix(),
            format=_FORMATS.get(path.suffix, path.suffix.removeprefix(".").upper()),
            size=path.stat().st_size,
            sha256=_sha256(path),
        )


def size_words(size: int) -> Mapping[str, str]:
    """Return a number of bytes in each language: `1.2 MB`, `1,2 Mo`."""
    power, value = 0, float(size)
    while value >= _THOUSAND and power < len(_UNITS["en"]) - 1:
        value, power = value / _THOUSAND, power + 1
    return {
        language: f"{number(value, 1 if power else 0, language)}\u00a0{_UNITS[language][power]}"
        for language in LANGUAGES
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
