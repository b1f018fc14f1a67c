"""One spelling per identifier, so that one person has one pseudonym however it was typed.

Which differences do not tell persons apart is declared by the domain: Unicode form, case,
apostrophes, hyphens, invisible characters, white space, leading zeros. Everything else does,
accents included.

Source: Unicode Standard Annex 15 (NFKC); DerivedCoreProperties (Default_Ignorable_Code_Point).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Canonical
from pipeline.errors import PrivacyError

_APOSTROPHES = (
    r"[`\x{02B9}\x{02BB}-\x{02BD}\x{02C8}\x{2018}-\x{201B}\x{2032}\x{2035}\x{A78B}\x{A78C}\x{FF07}]"
)
_HYPHENS = r"[\x{02D7}\x{058A}\x{2010}-\x{2015}\x{2043}\x{2212}\x{FE58}\x{FE63}\x{FF0D}]"
_SPACE = r"[\s\v\x{0085}\p{Z}]"
_IGNORABLE = (
    r"[\x{00AD}\x{034F}\x{061C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}"
    r"\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}"
    r"\x{FEFF}\x{FFA0}\x{FFF0}-\x{FFF8}\x{1BCA0}-\x{1BCA3}\x{1D173}-\x{1D17A}"
    r"\x{E0000}-\x{E0FFF}]+"
)
# NFKD makes a space and an accent of these two, so they become apostrophes before it.
_ACUTE_ACCENTS = r"[\x{00B4}\x{1FFD}]"

_Step = Callable[[pa.Array], pa.Array]


def canonicalise(column: pa.Array, canonical: Canonical) -> pa.Array:
    """Return the canonical spelling of each identifier.

    Args:
        column: string or large_string, one identifier per row; nulls stay null.
        canonical: what does not tell persons apart.

    Returns:
        An array of the same length and type. Idempotent.

    Raises:
        PrivacyError: the column holds no valid text.
    """
    try:
        column.validate(full=True)
        distinct = pc.dictionary_encode(column)
        text = distinct.dictionary
        for step in _steps(canonical):
            text = step(text)
        return pc.take(text, distinct.indices).cast(column.type)
    except pa.ArrowException:
        raise PrivacyError("privacy.identifier_not_text") from None


def _steps(canonical: Canonical) -> Iterator[_Step]:
    """Yield what is done to the text, in order."""
    unify_apostrophes = canonical.apostrophes == "unified"
    if unify_apostrophes:
        yield _replaced(_ACUTE_ACCENTS, "'")
    # Decomposed first, so that letters whose capital is several characters find it.
    if canonical.unicode == "nfkc":
        yield _normalised("NFKD")
    if unify_apostrophes:
        yield _replaced(_APOSTROPHES, "'")
    if canonical.hyphens == "unified":
        yield _replaced(_HYPHENS, "-")
    if canonical.invisible == "removed":
        yield _replaced(_IGNORABLE, "")
    if canonical.space == "collapsed":
        yield _replaced(f"{_SPACE}+", " ")
    if canonical.case != "kept":
        yield _capitals
    if canonical.case == "fold":
        yield pc.utf8_lower
    if canonical.unicode == "nfkc":
        yield _normalised("NFKC")
    yield from _ends(canonical)


def _ends(canonical: Canonical) -> Iterator[_Step]:
    """Yield what is taken from the ends of the text, after everything else."""
    if canonical.space != "kept":
        yield _replaced(rf"\A{_SPACE}+|{_SPACE}+\z", "")
    if canonical.leading_zeros == "stripped":
        # A lone zero stays. Spaces between zeros go with them, or a second pass would find more.
        spaces = "" if canonical.space == "kept" else _SPACE[1:-1]
        yield _replaced(rf"\A0[0{spaces}]*([^{spaces}])" if spaces else r"\A0+((?s:.))", r"\1")


def _replaced(pattern: str, replacement: str) -> _Step:
    def step(text: pa.Array) -> pa.Array:
        return pc.replace_substring_regex(text, pattern=pattern, replacement=replacement)

    return step


def _normalised(form: str) -> _Step:
    def step(text: pa.Array) -> pa.Array:
        return pc.utf8_normalize(text, form=form)

    return step


def _capitals(text: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.utf8_upper(text), pattern="\u1e9e", replacement="SS")
