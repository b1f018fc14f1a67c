"""The words of the site that no contract holds, in both languages."""

from __future__ import annotations

from pipeline.contracts import Label
from pipeline.dissemination.site.setting import unbroken
from pipeline.dissemination.site.words_figures import FIGURE_WORDS
from pipeline.dissemination.site.words_pages import PAGE_WORDS
from pipeline.dissemination.site.words_script import SCRIPT_WORDS
from pipeline.errors import Language

# Where a page and a script say a thing by the same name, each has its own words.
WORDS: dict[str, Label] = {**SCRIPT_WORDS, **FIGURE_WORDS, **PAGE_WORDS}

_THEMES: dict[str, Label] = {
    "pupils": Label(en="Pupils", fr="Élèves"),
    "teachers": Label(en="Teachers", fr="Enseignants"),
    "schools": Label(en="Schools", fr="Écoles"),
    "home": Label(en="At home", fr="À la maison"),
    "digital": Label(en="Digital resources of schools", fr="Ressources numériques des écoles"),
    "facilities": Label(en="Facilities of schools", fr="Équipements des écoles"),
    "places": Label(en="Connected public places", fr="Lieux publics connectés"),
    "programmes": Label(en="Programmes", fr="Programmes"),
    "divides": Label(en="Digital divides", fr="Fractures numériques"),
    "gaps": Label(en="Gaps", fr="Écarts"),
    "needs": Label(en="Needs", fr="Besoins"),
    "survey": Label(en="Surveys", fr="Enquêtes"),
    "surveys": Label(en="Surveys", fr="Enquêtes"),
    "access": Label(en="Access to school", fr="Accès à l'école"),
}


def theme_label(theme: str) -> Label:
    """Return the words of a theme; one that nobody put into words is named by its code."""
    spelled = theme.replace("_", " ").capitalize()
    return _THEMES.get(theme, Label(en=spelled, fr=spelled))


def script_words(language: Language) -> dict[str, str]:
    """Return what the scripts of the pages say, in one language."""
    return {key: unbroken(label.words(language), language) for key, label in SCRIPT_WORDS.items()}
