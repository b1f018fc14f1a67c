"""Find international bank account numbers in text, by form, length of the country and check digits.

Source: ISO 13616, IBAN registry; the countries of the BCEAO, the BEAC and the Maghreb by use.
"""

from __future__ import annotations

import re

LENGTHS: dict[str, int] = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "DZ IS TR",
        27: "BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD",
        28: "AL AZ BF BJ BY CI CY DO GT GW HU LB MA ML NE NI PL SN SV TG",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
# Cheap to seek in a whole column; what it finds is then read one by one.
FORM = r"(?:^|[^0-9A-Z])[A-Z]{2}[0-9]{2}(?:[ .-]?[0-9A-Z]){11}"
_BEGINNING = re.compile(r"(?<![0-9A-Z])[A-Z]{2}[0-9]{2}")
_DIGITS = {chr(ord("A") + n): str(10 + n) for n in range(26)} | {str(n): str(n) for n in range(10)}


def holds_iban(text: str) -> bool:
    """Tell whether a text, in capitals, holds a valid IBAN, its groups parted or not."""
    return any(_is_iban(text[found.start() :]) for found in _BEGINNING.finditer(text))


def _is_iban(text: str) -> bool:
    length = LENGTHS.get(text[:2])
    compact = re.sub(r"[ .-]", "", text)
    if length is None or len(compact) < length or not compact[:length].isascii():
        return False
    number = compact[:length]
    if not number.isalnum():
        return False
    return int("".join(_DIGITS[sign] for sign in number[4:] + number[:4])) % 97 == 1
