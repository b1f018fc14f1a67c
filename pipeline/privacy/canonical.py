"""One spelling per identifier, so that one person has one pseudonym however it was typed.

Case, Unicode form, apostrophes, hyphens, invisible characters and white space do not tell
persons apart; everything else does, leading zeros and accents included. The rules are bound
to the pseudonyms by `CANONICAL_VERSION`: changing them is a new version, hence other
pseudonyms, never a silent re-mapping.

Source: Unicode Standard Annex 15 (NFKC); DerivedCoreProperties (Default_Ignorable_Code_Point).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import PrivacyError

CANONICAL_VERSION = 1

_APOSTROPHES = (
    r"[`\x{02B9}\x{02BB}-\x{02BD}\x{02C8}\x{2018}-\x{201B}\x{2032}\x{2035}\x{A78B}\x{A78C}]"
)
_HYPHENS = r"[\x{02D7}\x{058A}\x{2010}-\x{2015}\x{2043}\x{2212}]"
_SPACES = r"[\s\v\x{0085}\p{Z}]+"
_IGNORABLE = (
    r"[\x{00AD}\x{034F}\x{061C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}"
    r"\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{3164}\x{FE00}-\x{FE0F}"
    r"\x{FEFF}\x{FFA0}\x{FFF0}-\x{FFF8}\x{1BCA0}-\x{1BCA3}\x{1D173}-\x{1D17A}"
    r"\x{E0000}-\x{E0FFF}]+"
)
# NFKD makes a space and an accent of these two, so they become apostrophes before it.
_ACUTE_ACCENTS = r"[\x{00B4}\x{1FFD}]"


def canonicalise(column: pa.Array) -> pa.Array:
    """Return the canonical spelling of each identifier.

    Args:
        column: string or large_string, one identifier per row; nulls stay null.

    Returns:
        An array of the same length and type. Idempotent.

    Raises:
        PrivacyError: the column holds no valid text.
    """
    if _is_canonical_ascii(column):
        return column
    try:
        column.validate(full=True)
        distinct = pc.dictionary_encode(column)
        return pc.take(_canonicalised(distinct.dictionary), distinct.indices).cast(column.type)
    except pa.ArrowException:
        raise PrivacyError("privacy.identifier_not_text") from None


def _canonicalised(text: pa.Array) -> pa.Array:
    for pattern, replacement in (
        (_ACUTE_ACCENTS, "'"),
        (None, "NFKD"),
        (_APOSTROPHES, "'"),
        (_HYPHENS, "-"),
        (_IGNORABLE, ""),
        (_SPACES, " "),
    ):
        text = (
            pc.utf8_normalize(text, form=replacement)
            if pattern is None
            else pc.replace_substring_regex(text, pattern=pattern, replacement=replacement)
        )
    # Decomposed first, so that letters whose capital is several characters find it.
    text = pc.replace_substring(pc.utf8_upper(text), pattern="\u1e9e", replacement="SS")
    return pc.utf8_trim(pc.utf8_normalize(text, form="NFKC"), characters=" ")


def _is_canonical_ascii(column: pa.Array) -> bool:
    """Tell whether each byte lies from apostrophe to Z: no rule changes one of these."""
    text = column.buffers()[2]
    if text is None:
        return True
    # Below the apostrophe the difference wraps round, so that one comparison is enough.
    beyond = np.frombuffer(text, dtype=np.uint8) - np.uint8(ord("'"))
    return bool((beyond <= ord("Z") - ord("'")).all())
