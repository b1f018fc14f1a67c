"""What is said of counts that others publish of the same persons."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

ELSEWHERE: Catalogue = {
    "contract.elsewhere_of_units": {
        "en": (
            "The table {name} counts no persons, so that nothing others publish tells of any",
            "Take `known_elsewhere` out",
        ),
        "fr": (
            "Le tableau {name} ne compte pas de personnes : ce que d'autres publient n'en dit rien",
            "Retirer `known_elsewhere`",
        ),
    },
    "contract.registers_tell": {
        "en": (
            "{name} is crossed by {own} and {other} by {others}, and both count the same persons: whoever has the register of their units adds one up from the other, which their protection does not know",
            "Declare in `known_elsewhere`, for the level {level}, what others publish of these persons, if they do; if not, leave one of the tables out",
        ),
        "fr": (
            "{name} est croisé par {own} et {other} par {others}, et tous deux comptent les mêmes personnes : qui a le registre de leurs unités déduit l'un de l'autre, ce que leur protection ignore",
            "Déclarer dans `known_elsewhere`, au niveau {level}, ce que d'autres publient de ces personnes, si c'est le cas ; sinon, renoncer à l'un des tableaux",
        ),
    },
    "disclosure.small_elsewhere": {
        "en": (
            "Others publish {count} counts that the policy hides (`known_elsewhere`): to hide them here hides nothing",
            "Nothing was published; take the dimension or the level at which they are small out of the tables below",
        ),
        "fr": (
            "D'autres publient {count} effectifs que la politique cache (`known_elsewhere`) : les cacher ici ne cache rien",
            "Rien n'a été publié ; retirez des tableaux ci-dessous la dimension ou le niveau où ils sont petits",
        ),
    },
    "disclosure.small_elsewhere_at": {
        "en": (
            "{count} cells of level {level} break a rule of the policy and follow from what others publish",
            "Cross fewer dimensions at this level",
        ),
        "fr": (
            "{count} cellules du niveau {level} enfreignent une règle de la politique et se déduisent de ce que d'autres publient",
            "Croiser moins de dimensions à ce niveau",
        ),
    },
    "disclosure.opened_elsewhere": {
        "en": (
            "With what others publish (`known_elsewhere`), {count} hidden cells cannot be protected by {width} persons (`protection_width`), whatever else is hidden",
            "Nothing was published; take dimensions or levels out of the tables below, or let the policy protect zeros",
        ),
        "fr": (
            "Avec ce que d'autres publient (`known_elsewhere`), {count} cellules cachées ne peuvent être protégées de {width} personnes (`protection_width`), quoi qu'on cache d'autre",
            "Rien n'a été publié ; retirez des dimensions ou des niveaux des tableaux ci-dessous, ou faites protéger les zéros par la politique",
        ),
    },
    "disclosure.opened_elsewhere_at": {
        "en": (
            "{count} cells of level {level} stay too certain",
            "Cross fewer dimensions at this level",
        ),
        "fr": (
            "{count} cellules du niveau {level} restent trop certaines",
            "Croiser moins de dimensions à ce niveau",
        ),
    },
}
