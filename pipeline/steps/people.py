"""Who is meant: identifiers from a file of their owner or typed unseen, in memory only."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import Place, PrivacyError, Problem
from pipeline.steps.listing import Identified, People, as_kept
from pipeline.storage.clear_files import read_own

FILE_BYTES = 20_000_000


def people_of_file(path: Path, place: Identified) -> People:
    """Return the persons that a file names: one a line, the parts as the dataset parts them.

    Args:
        path: a plain file in UTF-8 on which none but its owner has rights.
        place: where the dataset names its persons.

    Raises:
        PrivacyError: the file is no such text, names nobody, or a line has another number of
            parts; no content is repeated.
        StorageError: the file is missing, or others have rights on it.
    """
    content = read_own(path, limit=FILE_BYTES)
    try:
        text = content.decode("utf-8-sig")
        lines = csv.reader(text.splitlines(), delimiter=place.dataset.text.delimiter, strict=True)
        return people(list(lines), place)
    except (UnicodeDecodeError, csv.Error):
        pass
    raise PrivacyError("subjects.id_file", place=Place(dataset=place.dataset.dataset))


def people(identifiers: Sequence[Sequence[str]], place: Identified) -> People:
    """Return the persons of these identifiers, each as its parts; blank ones are left out.

    Raises:
        PrivacyError: nobody is named, or an identifier has another number of parts.
    """
    given = [tuple(parts) for parts in identifiers if any(part.strip() for part in parts)]
    where = Place(dataset=place.dataset.dataset)
    if not given:
        raise PrivacyError("subjects.nobody", place=where)
    for line, parts in enumerate(given, start=1):
        if len(parts) != len(place.columns) or not all(part.strip() for part in parts):
            raise PrivacyError(
                "subjects.id_parts",
                place=Place(dataset=place.dataset.dataset, line=line),
                count=len(place.columns),
                columns=", ".join(place.columns),
            )
    columns = [pa.array([parts[n] for parts in given]) for n in range(len(place.columns))]
    return People(domain=place.domain, parts=as_kept(columns, place))


def misshapen(who: People, place: Identified) -> list[Problem]:
    """Return what is said where identifiers are not of the form that the contract asks for.

    They are looked for all the same: a refused row may hold them so. Capitals and spaces around
    are left to the rules of the domain.
    """
    strange = pa.array([False] * len(who))
    for name, part in zip(place.columns, who.parts, strict=True):
        pattern = place.dataset.column(name).pattern
        if pattern is not None:
            fits = pc.match_substring_regex(
                pc.utf8_trim_whitespace(part), pattern=f"^(?:{pattern})$", ignore_case=True
            )
            strange = pc.or_(strange, pc.invert(fits))
    count = pc.sum(strange).as_py()
    where = Place(dataset=place.dataset.dataset, column=", ".join(place.columns))
    return [Problem(code="subjects.id_form", place=where, count=count)] * bool(count)
