"""Numbers as each language of the product writes them."""

from __future__ import annotations

from pipeline.errors import Language

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
# A share that lies nearer than this to nothing or to the whole is of no use to a reader.
_MOST = 6
MINUS = "\N{MINUS SIGN}"


def number(value: float, decimals: int, language: Language, *, signed: bool = False) -> str:
    """Return a number as the language writes it: `1,234.5` or `1 234,5`.

    Args:
        value: the number; what rounds to nought bears no sign.
        decimals: how many are shown.
        language: `fr`, else English.
        signed: whether a positive number bears its sign too.
    """
    text = f"{abs(value):,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", NARROW_SPACE).replace(".", ",")
    is_zero = not text.strip("0,." + NARROW_SPACE)
    if value < 0 and not is_zero:
        return MINUS + text
    return f"+{text}" if signed and not is_zero else text


def percent_sign(language: Language) -> str:
    """Return the sign that follows a number, with the space that French asks for."""
    return NARROW_SPACE + "%" if language == "fr" else "%"


def percentage(share: float, decimals: int, language: Language) -> str:
    """Return a share, 0 to 1, in percent: `12.5%` or `12,5 %`.

    What is not the whole is never written as 100, nor what is not nothing as 0: it has decimals
    until it says so.
    """
    while 0 < share < 1 and decimals < _MOST and round(100 * share, decimals) in {0, 100}:
        decimals += 1
    return number(100 * share, decimals, language) + percent_sign(language)


def colon(language: str) -> str:
    """Return the colon between a name and what it is, with the space that French asks for."""
    return " : " if language == "fr" else ": "
