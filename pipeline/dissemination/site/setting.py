"""How the site writes text: the spaces of French, school years, dates."""

from __future__ import annotations

import re
from datetime import date

from pipeline.contracts.numbers import NARROW_SPACE
from pipeline.errors import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr")

_FRENCH_SPACES = re.compile(r"(?<=\d) (?=\d{3}\b)|(?<=«) | (?=[:;?!%»])")
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def unbroken(text: str, language: Language) -> str:
    """Return a text whose French numbers and high punctuation keep to their neighbours."""
    return _FRENCH_SPACES.sub(NARROW_SPACE, text) if language == "fr" else text


def school_year(period: str) -> str:
    """Return 2021 as `2021-2022`, with an en dash; another form comes back as it is."""
    return f"{period}\u2013{int(period) + 1}" if period.isdecimal() else period


def long_date(day: date, language: Language) -> str:
    """Return a day in words: `3 May 2026`, `3 mai 2026`, `1er mai 2026`."""
    first = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{first} {_MONTHS[language].split()[day.month - 1]} {day.year}"
