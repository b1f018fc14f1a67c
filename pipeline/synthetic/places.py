"""Connected public places and the catalogue of programmes, both synthetic.

Promises names made of a kind of place and the name of a commune, and of nothing else. A place
or programme, once open, stays in the lists of later periods.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Draw, Index, draw_shares, pick_weighted
from pipeline.synthetic.facts import Facts, integers
from pipeline.synthetic.resources import pick_communes

# Places open in 2019, and opened each year since, per million inhabitants of the communes.
PLACES_PER_MILLION, YEARLY_PLACES_PER_MILLION = 277.0, 18.0
REFERENCE_YEAR = 2019
PLACE_TYPES = ("médiathèque", "mairie", "France services", "tiers-lieu", "école ouverte")
PLACE_LABELS = ("Médiathèque", "Accueil de la mairie", "France services", "Tiers-lieu",
                "École ouverte")  # fmt: skip
_TYPE_WEIGHTS = (0.40, 0.22, 0.12, 0.14, 0.12)
_TYPE_COMPUTERS = np.array([8.0, 2.0, 3.0, 6.0, 10.0])
YEARLY_COMPUTERS = 0.08
# Degrees around the centre of the commune.
_SPREAD = 0.008

PROGRAMMES = 60
FIRST_YEAR, LAST_YEAR = 2014, 2021
THEMES = {
    "équipement": ("Prêt de tablettes", "Classes mobiles", "Ordinateurs remis en état"),
    "formation": ("Ateliers pour enseignants", "Parcours de compétences numériques"),
    "inclusion": ("Aide aux devoirs en ligne", "Connexion solidaire", "Bus numérique"),
    "parentalité": ("Cafés des parents", "Prise en main de l'espace de travail"),
    "accessibilité": ("Manuels adaptés", "Postes adaptés", "Sous-titrage des ressources"),
}


def fixed_texts() -> list[str]:
    """Return every wording used here, so that persons' names can avoid it."""
    return [
        *PLACE_LABELS,
        *PLACE_TYPES,
        *THEMES,
        *(t for titles in THEMES.values() for t in titles),
    ]


def draw_connected_places(facts: Facts, *, period: int, seed: int) -> pa.Table:
    """Draw the connected public places open in a period.

    Returns:
        One row per place: place_code, place_name, place_type, commune_code, longitude,
        latitude and computers.
    """
    inhabitants = integers(facts.communes["inhabitants"])
    years = max(period - REFERENCE_YEAR, 0)
    rate = PLACES_PER_MILLION + YEARLY_PLACES_PER_MILLION * years
    place = np.arange(round(rate * inhabitants.sum() / 1e6), dtype=np.uint64)
    commune = pick_communes(
        draw_shares(place, Draw.PLACE_COMMUNE, seed=seed), inhabitants=inhabitants
    )
    kind = pick_weighted(draw_shares(place, Draw.PLACE_TYPE, seed=seed), _TYPE_WEIGHTS)
    size = draw_shares(place, Draw.COMPUTERS, seed=seed)
    computers = _TYPE_COMPUTERS[kind] * (0.5 + size) * (1 + YEARLY_COMPUTERS * years)
    return pa.table(
        {
            "place_code": [f"CP-{number:06d}" for number in range(1, len(place) + 1)],
            "place_name": _place_names(facts, kind=kind, commune=commune),
            "place_type": pa.array(PLACE_TYPES).take(pa.array(kind)),
            "commune_code": facts.communes["commune"].take(pa.array(commune)),
            "longitude": _coordinates(facts, "longitude", commune, seed=seed),
            "latitude": _coordinates(facts, "latitude", commune, seed=seed + 1),
            "computers": np.maximum(np.rint(computers), 1).astype(np.int64),
        }
    )


def draw_programmes(facts: Facts, *, period: int, seed: int) -> pa.Table:
    """Draw the programmes started by a period.

    Returns:
        One row per programme: programme_code, title, theme, commune_code, start_year.
    """
    number = np.arange(PROGRAMMES, dtype=np.uint64)
    start = FIRST_YEAR + (
        draw_shares(number, Draw.PROGRAMME_START, seed=seed) * (LAST_YEAR - FIRST_YEAR + 1)
    ).astype(np.int64)
    commune = _distinct_communes(facts, seed=seed)[: len(number)]
    names = facts.communes["name"].take(pa.array(commune)).to_pylist()
    themes = [list(THEMES)[n % len(THEMES)] for n in range(len(names))]
    luck = draw_shares(number, Draw.PROGRAMME_TITLE, seed=seed)
    titles = [
        f"{THEMES[theme][int(share * len(THEMES[theme]))]} {_of(name)}"
        for theme, share, name in zip(themes, luck, names, strict=False)
    ]
    table = pa.table(
        {
            "programme_code": [f"PG-{n:03d}" for n in range(1, len(names) + 1)],
            "title": titles,
            "theme": themes,
            "commune_code": facts.communes["commune"].take(pa.array(commune)),
            "start_year": start[: len(names)],
        }
    )
    return table.filter(pa.array(start[: len(names)] <= period))


def _of(name: str) -> str:
    """Put "of" before the name of a commune, as French does."""
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"d'{name}" if name[0] in "AEIOUYÉÈÊÎÂ" else f"de {name}"


def _place_names(facts: Facts, *, kind: Index, commune: Index) -> list[str]:
    names = facts.communes["name"].take(pa.array(commune)).to_pylist()
    seen: dict[tuple[int, int], int] = {}
    texts = []
    for label, place, name in zip(kind.tolist(), commune.tolist(), names, strict=True):
        seen[label, place] = order = seen.get((label, place), 0) + 1
        texts.append(f"{PLACE_LABELS[label]} {_of(name)}" + (f" {order}" if order > 1 else ""))
    return texts


def _coordinates(facts: Facts, axis: str, commune: Index, *, seed: int) -> list[str]:
    centre = np.asarray(facts.communes[axis].to_numpy())[commune]
    place = np.arange(len(commune), dtype=np.uint64)
    offset = draw_shares(place, Draw.PLACE_POSITION, seed=seed) - 0.5
    return [f"{value:.5f}" for value in centre + _SPREAD * offset]


def _distinct_communes(facts: Facts, *, seed: int) -> Index:
    """Order communes at random, the larger ones rather first (exponential races)."""
    weights = integers(facts.communes["inhabitants"]).astype(np.float64)
    commune = np.arange(len(weights), dtype=np.uint64)
    luck = draw_shares(commune, Draw.PROGRAMME_COMMUNE, seed=seed)
    return np.argsort(-np.log1p(-luck) / np.maximum(weights, 1.0), kind="stable")
