"""What is kept of a code, a postcode, an address or a free text: a code of a closed list."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import CodeList, GeneraliseTerritory
from pipeline.errors import PrivacyError

Values: TypeAlias = "pa.Array | pa.ChunkedArray"


def recode(values: Values, recoding: Mapping[str, str], *, refusal: str) -> Values:
    """Return the recoded values, nulls as nulls.

    Args:
        values: text.
        recoding: value → what is kept of it.
        refusal: code of the refusal when the recoding lacks a value.

    Raises:
        PrivacyError: of that code, with how many rows it concerns.
    """
    recoded = _looked_up(values, recoding)
    if lacking := recoded.null_count - values.null_count:
        raise PrivacyError(refusal, count=lacking)
    return recoded


def recode_or(values: Values, recoding: Mapping[str, str], *, residue: str) -> Values:
    """Return the recoded values, the residue where the recoding lacks one, nulls as nulls."""
    recoded = _looked_up(values, recoding)
    lacks = pc.and_(pc.is_null(recoded), pc.is_valid(values))
    return pc.if_else(lacks, pa.scalar(residue, pa.string()), recoded)


def spellings(codelist: CodeList) -> dict[str, str]:
    """Return delivered spelling, in Unicode's composed form, → code."""
    return {unicodedata.normalize("NFC", s): code for s, code in codelist.spellings.items()}


def composed(values: Values) -> Values:
    """Return text in Unicode's composed form, so that it is found however it was typed."""
    return pc.utf8_normalize(values, form="NFC")


def territory(values: Values, route: Mapping[str, str], rule: GeneraliseTerritory) -> Values:
    """Return the territory to which each code, postcode or address leads, nulls as nulls.

    Args:
        values: text.
        route: code or postcode → code of the territory.
        rule: how a postcode is taken out of an address, and what becomes of the rest.

    Raises:
        PrivacyError: a value leads nowhere, and the rule does not leave it missing.
    """
    found = values if rule.extract is None else last_match(values, rule.extract)
    kept = _looked_up(found, route)
    lost = kept.null_count - values.null_count
    if lost and rule.residue == "refused":
        raise PrivacyError("privacy.no_territory", count=lost)
    return kept


def last_match(values: Values, pattern: str) -> Values:
    """Return the last word of each text that has a form; null where there is none.

    Args:
        values: text.
        pattern: RE2, without groups.
    """
    form = rf"(?s)\A(?:.*[^0-9A-Za-z])?(?P<part>{pattern})(?:[^0-9A-Za-z].*)?\z"
    found = pc.extract_regex(values, pattern=form)
    chunks = found.chunks if isinstance(found, pa.ChunkedArray) else [found]
    parts = [pc.struct_field(chunk, "part") for chunk in chunks]
    return pa.chunked_array(parts, pa.string())


def redact(values: Values) -> Values:
    """Return whether each cell was filled, no nulls; white space fills nothing."""
    filled = pc.not_equal(pc.utf8_trim_whitespace(values), "")
    return pc.fill_null(filled, pa.scalar(value=False))


def _looked_up(values: Values, recoding: Mapping[str, str]) -> Values:
    positions = pc.index_in(values, value_set=pa.array(recoding.keys(), pa.string()))
    if values.null_count:
        # A null is never looked up, even where the list of values is empty.
        positions = pc.if_else(pc.is_valid(values), positions, pa.scalar(None, pa.int32()))
    return pc.take(pa.array(recoding.values(), pa.string()), positions)
