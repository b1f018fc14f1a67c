"""What stands in the place of a figure that is not there, where a cell must not be empty.

Source: Department for Education, open data standards (symbols of the Government Statistical
Service).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contracts import Label

NOT_APPLICABLE_SYMBOL = "z"
# By obs_status; where an indicator has no such row there is no status, and `z` stands.
SYMBOLS: Mapping[str, str] = {"Q": "c", "L": "x", "M": NOT_APPLICABLE_SYMBOL}
SYMBOL_WORDS: Mapping[str, Label] = {
    "c": Label(
        en="hidden to protect persons, whatever the reason",
        fr="masqué pour protéger les personnes, quelle qu'en soit la raison",
    ),
    "x": Label(en="not collected", fr="non collecté"),
    NOT_APPLICABLE_SYMBOL: Label(
        en="not applicable: the figure does not exist", fr="sans objet : le chiffre n'existe pas"
    ),
}
