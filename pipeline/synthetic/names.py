"""Names of synthetic persons: plausible, various, and never found in a place or school name.

Promises that no word of a given name, and no distinctive word of a family name, is a word of
the texts it is given. A search of a release for a person's name can then only find a leak.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

FAMILY_NAMES = 1 << 16
GIVEN_NAMES = 1 << 12

_TYPOGRAPHIC_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_HEADS = (
    "Amb Arg Balc Bern Bod Brav Cad Carv Cast Corm Dav Del Derv Dorl Drév Éch Elg Évr Fav Ferm "
    "Flor Garl Gérm Gosc Guérl Harsc Hém Hurl Jagl Jéz Jov Kerl Labr Lancr Lérid Lhorm Maz Mérid "
    "Morv Nérac Niv Orl Oriv Pélag Plév Prig Quél Quiv Rag Rév Rouv Salv Sérap Sorb Tanv Thév "
    "Trég Turq Urv Vald Véz Volm Yvr Zéph"
)
_TAILS = (
    "adec agnol aizec ambrec andrel arnec astier audrec avel ébert éliac éloec émar énaud éric "
    "érou estrel evic iac ibert icourt ignec illaud inou irec ivel oarn obrec odec oizel omard "
    "onnec oral oudel ourvic outrec ubert uellec ulaud urmel"
)
_GIRLS = (
    "Adèle Aïcha Alizée Anaëlle Anaïs Apolline Awa Azélie Bérénice Capucine Célestine Chloé "
    "Clarisse Clémence Cyrielle Dalia Éléna Élise Éloïse Emmy Énora Fanélie Flavie Garance "
    "Hélèna Héloïse Inaya Inès Jade Kadiatou Kenza Léana Léonie Lilou Lison Loane Ludivine "
    "Maëlle Maëlys Malika Manon Margaux Maïwenn Mélina Nélia Ninon Noémie Océane Ophélie "
    "Philippine Romane Salomé Séréna Solène Tiphaine Violette Yasmine Yuna Zélie Zoé"
)
_BOYS = (
    "Aaron Adame Aliocha Amaury Amadou Anaël Aurèle Axel Aymeric Basile Bastien Cédric Célian "
    "Côme Corentin Cyprien Dimitri Éliott Éloan Éwen Fabrice Gaëtan Gaspard Gildas Hakim Hugo "
    "Ibrahim Ilian Isidore Ismaël Joachim Jocelyn Kaïs Kylian Léandre Lénaïc Lilian Loïs Lubin "
    "Maël Maïeul Malo Mathéo Moussa Naël Nathanaël Nolan Noé Octave Pacôme Quentin Raphaël "
    "Sacha Soën Tanguy Thibault Timéo Tristan Ulysse Valentin Yanis Youri Zacharie"
)
# How a family name is built, and how often; "{}" is a distinctive word.
_PATTERNS = (
    ("{}", 0.70),
    ("{}-{}", 0.13),
    ("Le {}", 0.06),
    ("{} {}", 0.02),
    ("N'{}", 0.025),
    (f"L{_TYPOGRAPHIC_APOSTROPHE}{{}}", 0.02),
    ("d'{}", 0.025),
    (f"D{_TYPOGRAPHIC_APOSTROPHE}{{}}", 0.02),
)
_SHARE_OF_COMPOUNDS = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Tables from which names are drawn by position.

    Attributes:
        family: family names as written; `family_plain` the same for addresses of e-mail.
        given: given names, those of girls first, then as many of boys; `given_plain` likewise.
    """

    family: pa.StringArray
    family_plain: pa.StringArray
    given: pa.StringArray
    given_plain: pa.StringArray


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case and without accents."""
    return re.findall(r"[a-z0-9]+", _bare(text))


def compose_names(texts: Iterable[str], *, seed: int) -> Names:
    """Compose the tables of names, avoiding every word of the texts.

    Args:
        texts: names of communes, schools, places and programmes.
        seed: any integer; the same gives the same tables.
    """
    taken = {word for text in texts for word in words_of(text)}
    generator = np.random.default_rng(seed)
    stems = _free([head + tail for head in _HEADS.split() for tail in _TAILS.split()], taken)
    family = _family_names(stems, generator)
    given = [
        *_given_names(_free(_GIRLS.split(), taken), generator),
        *_given_names(_free(_BOYS.split(), taken), generator),
    ]
    return Names(
        family=pa.array(family, pa.string()),
        family_plain=_plain(family),
        given=pa.array(given, pa.string()),
        given_plain=_plain(given),
    )


def _bare(text: str) -> str:
    # Else the typographic apostrophe would vanish with the accents, and join two words.
    text = text.casefold().replace(_TYPOGRAPHIC_APOSTROPHE, " ")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _plain(names: Sequence[str]) -> pa.StringArray:
    lines = re.sub(r"[^a-z0-9\n]+", "", _bare("\n".join(names)))
    return pa.array(lines.split("\n"), pa.string())


def _free(names: Sequence[str], taken: set[str]) -> list[str]:
    return [name for name in names if taken.isdisjoint(words_of(name))]


def _family_names(stems: Sequence[str], generator: np.random.Generator) -> list[str]:
    patterns, weights = zip(*_PATTERNS, strict=True)
    chosen = generator.choice(len(patterns), size=FAMILY_NAMES, p=weights)
    pairs = generator.integers(len(stems), size=(FAMILY_NAMES, 2))
    return [
        patterns[pattern].format(stems[first], stems[second])
        for pattern, (first, second) in zip(chosen.tolist(), pairs.tolist(), strict=True)
    ]


def _given_names(single: Sequence[str], generator: np.random.Generator) -> list[str]:
    pairs = generator.integers(len(single), size=(GIVEN_NAMES, 2))
    compound = generator.random(GIVEN_NAMES) < _SHARE_OF_COMPOUNDS
    return [
        f"{single[first]}-{single[second]}" if both and first != second else single[first]
        for (first, second), both in zip(pairs.tolist(), compound.tolist(), strict=True)
    ]
