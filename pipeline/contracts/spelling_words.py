"""How a domain spells an identifier before the key, in words: who is told apart from whom."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contracts.base import Label
from pipeline.contracts.domains import Canonical
from pipeline.errors import Language


def spelling_in_words(canonical: Canonical, language: Language) -> str:
    """Return what is done to an identifier, rule by rule, and the version of the rules.

    Args:
        canonical: the rules of a domain.
        language: of the words.
    """
    rules = canonical.model_dump(mode="json", exclude={"version"})
    said = [SPELLING_RULES[name, value].words(language) for name, value in rules.items()]
    return f"{', '.join(said)} (version {canonical.version})"


SPELLING_RULES: Mapping[tuple[str, str], Label] = {
    ("unicode", "nfkc"): Label(
        en="compatible forms of a character are one", fr="formes compatibles d'un caractère unies"
    ),
    ("unicode", "kept"): Label(en="characters as written", fr="caractères tels qu'écrits"),
    ("case", "upper"): Label(en="in capitals", fr="en capitales"),
    ("case", "fold"): Label(en="in small letters", fr="en minuscules"),
    ("case", "kept"): Label(
        en="capitals and small letters told apart", fr="capitales et minuscules distinguées"
    ),
    ("apostrophes", "unified"): Label(en="apostrophes are one", fr="apostrophes unies"),
    ("apostrophes", "kept"): Label(en="apostrophes as written", fr="apostrophes telles qu'écrites"),
    ("hyphens", "unified"): Label(en="hyphens are one", fr="traits d'union unis"),
    ("hyphens", "kept"): Label(en="hyphens as written", fr="traits d'union tels qu'écrits"),
    ("invisible", "removed"): Label(
        en="without what nobody sees", fr="sans les caractères invisibles"
    ),
    ("invisible", "kept"): Label(
        en="with characters that nobody sees", fr="avec les caractères invisibles"
    ),
    ("space", "collapsed"): Label(
        en="one space between words, none at the ends",
        fr="une espace entre les mots, aucune aux bouts",
    ),
    ("space", "trimmed"): Label(en="no space at the ends", fr="aucune espace aux bouts"),
    ("space", "kept"): Label(en="spaces as written", fr="espaces telles qu'écrites"),
    ("leading_zeros", "kept"): Label(
        en="zeros at the front tell apart", fr="les zéros de tête distinguent"
    ),
    ("leading_zeros", "stripped"): Label(en="without zeros at the front", fr="sans zéros de tête"),
}
