"""Named damage: what was done to a cell that breaks a rule, told from its form, never its content.

A rule says what a contract asks for; a sign says what became of the cell on its way: a spreadsheet
shortened it, took its leading zeros, or wrote a date as a number of days. So whoever is told of it
knows what to mend. A sign never lets a cell through, and never refuses one that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.datasets import Column
from pipeline.intake.blanks import Mask
from pipeline.intake.dates import read_dates
from pipeline.intake.masks import is_in, matches

Fits = Callable[[pa.ChunkedArray], pa.ChunkedArray]

# What cp1252 shows for the second and third byte of a letter of UTF-8; latin-1 shows controls.
_BEHIND = (
    "".join(bytes((octet,)).decode("cp1252", "ignore") for octet in range(0x80, 0xA0))
    + "\u00a0-\u00bf"
)
# UTF-8 that was read as cp1252 or latin-1 and written again: the two or three letters that one
# became. Each begins with a letter that is hardly ever followed by such a sign in a name.
MOJIBAKE = (
    f"[\u0080-\u009f]|Ã[{_BEHIND}]|Â[\u00a0-\u00bf]|Å[{_BEHIND}]|â€[{_BEHIND}]"
    "|\u00e2\u201a\u00ac|ï»¿|ï¿½"
)
LOST = "\ufffd"
# What a spreadsheet writes in place of a value, in English and French.
SPREADSHEET_ERROR = (
    r"#(?:REF|VALUE|VALEUR|DIV/0|NULL|NUL|NUM|NOMBRE|SPILL|PROPAGATION|CALC)!"
    r"|#(?:NAME|NOM)\?|#N/A|#{2,}"
)
TOTAL = (
    r"(?i)(?:grand |sous-|sub-?|general |général )?(?:total|totaux|totals|ensemble|somme|sum)"
    "(?: g[ée]n[ée]ral)?[ \u00a0]?:?"
)
_SPACES = r"[ \x{00a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}\t]"
_INVISIBLE = r"[\x{00ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{feff}]"
_QUOTES = "[\"'`«»\u00b4\u2018-\u201f\u2039\u203a]"
_SIGN = "[+-\u2212]?"
_NUMBERS = frozenset({"row.integer", "row.decimal"})
_FORMS = frozenset(
    {"row.pattern", "row.reference", "row.territory", "row.code", *_NUMBERS, "row.date"}
)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A form by which a damage is known, among cells that break one of some rules."""

    name: str
    rules: frozenset[str]
    pattern: str


_SIGNS = (
    _Sign("row.spreadsheet_error", _FORMS, SPREADSHEET_ERROR),
    _Sign(
        "row.placeholder",
        _FORMS - {"row.code"},
        r"(?i)null|none|nan|n/?a|n\.a\.|n/?d|n\.d\.|n/?c|n\.c\.|nr|n/r|-+|\?+|\.+|vide|inconnue?",
    ),
    _Sign("row.total", _FORMS, TOTAL),
    _Sign("row.exponent", _FORMS, rf"{_SIGN}[0-9]+(?:[.,][0-9]*)?[eE][+-]?[0-9]+"),
    _Sign(
        "row.thousands",
        _NUMBERS,
        f"{_SIGN}[0-9]{{1,3}}(?:(?:{_SPACES}|['\u2019.,_])[0-9]{{3}})+(?:[.,][0-9]+)?",
    ),
    _Sign("row.decimal_mark", frozenset({"row.decimal"}), rf"{_SIGN}[0-9]*[.,][0-9]*"),
    _Sign("row.decimals", frozenset({"row.integer"}), rf"{_SIGN}[0-9]+[.,][0-9]*"),
    _Sign("row.unit", _NUMBERS, rf"{_SIGN}[0-9]+(?:[.,][0-9]+)?{_SPACES}?[\pL%€$£²°/]+\.?"),
    _Sign("row.date_serial", frozenset({"row.date"}), r"[0-9]{4,5}(?:[.,][0-9]+)?"),
    _Sign("row.date_time", frozenset({"row.date"}), r".*[0-9](?: |T)[0-9]{1,2}[:h][0-9]{2}.*"),
    _Sign("row.date_iso", frozenset({"row.date"}), r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
    _Sign(
        "row.date_short",
        frozenset({"row.date"}),
        r"[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{2}|'[0-9]{2})",
    ),
    _Sign("row.mojibake", _FORMS, rf"(?s).*(?:{MOJIBAKE}).*"),
    _Sign("row.lost_character", _FORMS | {"row.mojibake"}, rf"(?s).*{LOST}.*"),
)
SIGNS = (
    *dict.fromkeys(sign.name for sign in _SIGNS),
    *(
        "row.header",
        "row.leading_zeros",
        "row.hidden_space",
        "row.quoted",
        "row.capitals",
        "row.date_swapped",
    ),
)
_MOST_ZEROS = 6
# A shorter name of a column may be a code.
_NAME_LETTERS = 3


def signs_of(
    cells: pa.ChunkedArray, rule: str, column: Column, fits: Mapping[str, Fits]
) -> Iterator[tuple[str, Mask]]:
    """Yield each damage that some cells show; the first that a cell shows is what became of it.

    Args:
        cells: text; all break the rule.
        rule: which.
        column: their contract.
        fits: by rule, what tells of cells whether they keep it.
    """
    if rule in _FORMS:
        yield (
            "row.header",
            _told(is_in(pc.utf8_lower(pc.utf8_trim_whitespace(cells)), _names(column))),
        )
    for sign in _SIGNS:
        if rule in sign.rules:
            yield sign.name, _told(matches(cells, sign.pattern))
    if rule == "row.date_impossible":
        yield "row.date_swapped", _told(_exist_swapped(cells, str(column.format)))
    if rule in fits:
        keeps = fits[rule]
        bare = pc.replace_substring_regex(cells, f"{_SPACES}|{_INVISIBLE}", "")
        trimmed = pc.replace_substring_regex(
            pc.utf8_trim_whitespace(cells), pattern=_INVISIBLE, replacement=""
        )
        if rule not in _NUMBERS:
            yield "row.leading_zeros", _lost_zeros(cells, keeps)
        yield "row.hidden_space", _told(keeps(bare)) | _told(keeps(trimmed))
        unquoted = pc.replace_substring_regex(cells, f"^{_QUOTES}+|{_QUOTES}+$", "")
        yield "row.quoted", _told(keeps(unquoted))
        for written in (pc.utf8_upper, pc.utf8_lower, pc.utf8_capitalize):
            yield "row.capitals", _told(keeps(written(cells)))


def _names(column: Column) -> pa.Array:
    """Return how a column is called, in small letters: in its header or a second one below it."""
    names = (column.name, column.label.en, column.label.fr, *(a.name for a in column.aliases))
    return pa.array([n.lower() for n in names if len(n) >= _NAME_LETTERS], pa.string())


def _lost_zeros(cells: pa.ChunkedArray, keeps: Fits) -> Mask:
    lost = np.zeros(len(cells), np.bool_)
    starts = _told(pc.match_substring_regex(cells, "^[0-9]"))
    for zeros in range(1, _MOST_ZEROS + 1):
        filled = pc.binary_join_element_wise("0" * zeros, cells, "")
        lost |= _told(keeps(filled)) & starts
    return lost


def _exist_swapped(cells: pa.ChunkedArray, form: str) -> pa.ChunkedArray:
    swapped = form.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
    return pc.is_valid(read_dates(cells, swapped).values)


def _told(answers: pa.ChunkedArray) -> Mask:
    told: Mask = pc.fill_null(answers, pa.scalar(value=False)).to_numpy().astype(np.bool_)
    return told
