"""Numbers as each language writes them."""

from __future__ import annotations

from pipeline.errors import Language

_NARROW_SPACE = "\u202f"


def number(value: float, decimals: int, language: Language) -> str:
    """Return a number as the language writes it: `1,234.5` or `1 234,5`."""
    text = f"{value:,.{decimals}f}"
    return text.replace(",", _NARROW_SPACE).replace(".", ",") if language == "fr" else text


def percentage(share: float, decimals: int, language: Language) -> str:
    """Return a share, 0 to 1, in percent: `12.5%` or `12,5 %`."""
    sign = _NARROW_SPACE + "%" if language == "fr" else "%"
    return number(100 * share, decimals, language) + sign
