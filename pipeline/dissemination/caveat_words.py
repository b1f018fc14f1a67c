"""What may have to be said beside a figure: a fixed vocabulary, so that programs can ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pipeline.contracts import Label


class Caveat(StrEnum):
    """The codes of the vocabulary."""

    SYNTHETIC = "SYNTHETIC"
    HIDDEN = "HIDDEN"
    PERTURBED = "PERTURBED"
    PARTIAL = "PARTIAL"
    SCOPE_PART = "SCOPE_PART"
    NON_RESPONSE = "NON_RESPONSE"
    UNANSWERED = "UNANSWERED"
    NOT_COLLECTED = "NOT_COLLECTED"
    STANDS = "STANDS"
    AT_SCHOOL = "AT_SCHOOL"
    AT_RESIDENCE = "AT_RESIDENCE"
    AT_PLACE = "AT_PLACE"
    SCHOOL_AND_HOME = "SCHOOL_AND_HOME"
    SEVERAL_LEVELS = "SEVERAL_LEVELS"
    SEVERAL_PLACES = "SEVERAL_PLACES"
    BOUNDARY = "BOUNDARY"
    NOTE = "NOTE"


CAVEATS: Mapping[Caveat, Label] = {
    Caveat.SYNTHETIC: Label(
        en="Made of synthetic persons: no figure to act upon",
        fr="Fait de personnes synthétiques : aucun chiffre sur lequel agir",
    ),
    Caveat.HIDDEN: Label(
        en="Some figures are hidden to protect persons",
        fr="Des chiffres sont masqués pour protéger les personnes",
    ),
    Caveat.PERTURBED: Label(
        en="Figures were moved a little to protect persons",
        fr="Les chiffres ont été un peu déplacés pour protéger les personnes",
    ),
    Caveat.PARTIAL: Label(
        en="Some figures cover a part of their territory only: see coverage",
        fr="Des chiffres ne couvrent qu'une partie de leur territoire : voir la couverture",
    ),
    Caveat.SCOPE_PART: Label(
        en="Only a part of the territory lies in scope",
        fr="Une partie seulement du territoire est dans le champ",
    ),
    Caveat.NON_RESPONSE: Label(
        en="Some of those who were expected to deliver did not",
        fr="Certains émetteurs attendus n'ont pas transmis",
    ),
    Caveat.UNANSWERED: Label(
        en="Persons or schools whose answer is unknown are counted apart",
        fr="Les personnes ou écoles dont la réponse est inconnue sont comptées à part",
    ),
    Caveat.NOT_COLLECTED: Label(
        en="Some figures were not collected",
        fr="Des chiffres n'ont pas été collectés",
    ),
    Caveat.STANDS: Label(
        en="Some figures stand from an earlier release: too few persons changed since",
        fr="Des chiffres restent ceux d'une publication précédente : trop peu de personnes ont "
        "changé depuis",
    ),
    Caveat.AT_SCHOOL: Label(
        en="Counted at the territory of the school, not of the home",
        fr="Compté au territoire de l'école, non du domicile",
    ),
    Caveat.AT_RESIDENCE: Label(
        en="Counted at the territory of the home, not of the school",
        fr="Compté au territoire du domicile, non de l'école",
    ),
    Caveat.AT_PLACE: Label(
        en="Counted at the territory of the place",
        fr="Compté au territoire du lieu",
    ),
    Caveat.SCHOOL_AND_HOME: Label(
        en="Pupils are counted where their school is, children where they live: rates may exceed "
        "100, numbers out of school fall below 0",
        fr="Les élèves sont comptés où est leur école, les enfants où ils habitent : des taux "
        "peuvent dépasser 100, des nombres de non-scolarisés être négatifs",
    ),
    Caveat.SEVERAL_LEVELS: Label(
        en="What teaches several levels counts once at each, and once in all: levels exceed totals",
        fr="Qui enseigne à plusieurs niveaux compte à chacun et une fois dans l'ensemble : les "
        "niveaux dépassent le total",
    ),
    Caveat.SEVERAL_PLACES: Label(
        en="Whoever stands in several places is counted by a declared rule",
        fr="Qui figure à plusieurs endroits est compté selon une règle déclarée",
    ),
    Caveat.BOUNDARY: Label(
        en="Its boundaries changed: former territories are counted in those of today",
        fr="Ses limites ont changé : les anciens territoires sont comptés dans ceux d'aujourd'hui",
    ),
    Caveat.NOTE: Label(en="A note of the table", fr="Une note du tableau"),
}
