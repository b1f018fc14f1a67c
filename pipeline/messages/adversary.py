"""What is said of the adversary, which tries to find what a release hides."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

ADVERSARY: Catalogue = {
    "disclosure.release_contradicts": {
        "en": (
            "What would be published contradicts itself or an earlier release in {count} places, so the adversary cannot weigh it",
            "Nothing was published; report it",
        ),
        "fr": (
            "Ce qui serait publié se contredit, ou contredit une publication antérieure, en {count} endroits : l'adversaire ne peut le peser",
            "Rien n'a été publié ; signalez-le",
        ),
    },
    "disclosure.adversary_crashed": {
        "en": (
            "The adversary stopped ({kind}), so nothing shows that it fails on what would be public",
            "Nothing was published; run again and report it if it recurs",
        ),
        "fr": (
            "L'adversaire s'est arrêté ({kind}) : rien ne montre qu'il échoue sur ce qui serait public",
            "Rien n'a été publié ; relancez et signalez-le si cela se répète",
        ),
    },
    "disclosure.adversary_refuses": {
        "en": (
            "The adversary found what the release must hide, in {count} ways",
            "Nothing was published; each way is named below. Report it, or publish fewer levels or dimensions",
        ),
        "fr": (
            "L'adversaire a trouvé ce que la publication doit cacher, de {count} façons",
            "Rien n'a été publié ; chacune est nommée ci-dessous. Signalez-le, ou publiez moins de niveaux ou de dimensions",
        ),
    },
    "disclosure.adversary_doubts": {
        "en": (
            "The adversary could not decide on what would be public, for {count} reasons",
            "Nothing was published. Mend each reason below and prepare again, or have the officer judge it with `cartable audit opine`, and approve after that",
        ),
        "fr": (
            "L'adversaire n'a pu trancher sur ce qui serait public, pour {count} raisons",
            "Rien n'a été publié. Corriger chaque raison ci-dessous et préparer de nouveau, ou la faire juger par le délégué à la protection des données avec `cartable audit opine`, puis approuver",
        ),
    },
    "disclosure.nothing_to_judge": {
        "en": (
            "The adversary's verdict on {candidate} is {outcome}: an opinion settles only what it could not decide",
            "Nothing was recorded. On `pass` the delegate decides: what the officer objects to is said of the policy (`cartable policy opine`); on `refuse` what it found is mended by preparing again",
        ),
        "fr": (
            "Le verdict de l'adversaire sur {candidate} est {outcome} : un avis ne tranche que ce qu'il n'a pu trancher",
            "Rien n'a été enregistré. Sur `pass`, le délégataire décide : ce à quoi le délégué à la protection s'oppose se dit de la politique (`cartable policy opine`) ; sur `refuse`, ce qu'il a trouvé se corrige en préparant de nouveau",
        ),
    },
    "disclosure.adversary_known": {
        "en": (
            "{count} hidden cells of level {level} follow from what would be public",
            "Report it, or publish fewer levels or dimensions of this table",
        ),
        "fr": (
            "{count} cellules cachées du niveau {level} se déduisent de ce qui serait public",
            "Signalez-le, ou publiez moins de niveaux ou de dimensions de ce tableau",
        ),
    },
    "disclosure.adversary_narrow": {
        "en": (
            "{count} hidden cells of level {level} can be bounded more closely than {width} persons",
            "Report it, or publish fewer levels or dimensions of this table",
        ),
        "fr": (
            "{count} cellules cachées du niveau {level} peuvent être encadrées à moins de {width} personnes",
            "Signalez-le, ou publiez moins de niveaux ou de dimensions de ce tableau",
        ),
    },
    "disclosure.adversary_crossed": {
        "en": (
            "{count} cells of level {level} are hidden in one release of the same rows and shown in another",
            "Withdraw the earlier release with `cartable withdraw`, then prepare again",
        ),
        "fr": (
            "{count} cellules du niveau {level} sont cachées dans une publication des mêmes lignes et montrées dans une autre",
            "Retirer la publication antérieure avec `cartable withdraw`, puis préparer de nouveau",
        ),
    },
    "disclosure.adversary_uniform": {
        "en": (
            "{count} groups of level {level} are shown to have answered all alike, or nearly, on what is sensitive",
            "Report it, or publish fewer levels or dimensions of this table",
        ),
        "fr": (
            "{count} groupes du niveau {level} sont montrés comme ayant tous répondu de même, ou presque, sur ce qui est sensible",
            "Signalez-le, ou publiez moins de niveaux ou de dimensions de ce tableau",
        ),
    },
    "disclosure.adversary_undecided": {
        "en": (
            "{count} hidden cells of level {level} were neither bounded nor seen to move by {width} persons",
            "Report it, or publish fewer levels or dimensions of this table",
        ),
        "fr": (
            "{count} cellules cachées du niveau {level} n'ont été ni encadrées, ni vues varier de {width} personnes",
            "Signalez-le, ou publiez moins de niveaux ou de dimensions de ce tableau",
        ),
    },
    "disclosure.adversary_unread": {
        "en": (
            "{count} rates of an indicator are shown beside hidden cells, and nothing tells how it is made",
            "Declare its `formula` in contracts/indicators.yml",
        ),
        "fr": (
            "{count} valeurs d'un indicateur sont montrées près de cellules cachées, et rien ne dit comment il est fait",
            "Déclarez sa `formula` dans contracts/indicators.yml",
        ),
    },
    "disclosure.adversary_unplaced": {
        "en": (
            "{count} counts of an earlier release are of areas or codes that the new one lacks, so they were not weighed",
            "Withdraw the earlier release with `cartable withdraw`, or keep its levels and dimensions",
        ),
        "fr": (
            "{count} effectifs d'une publication antérieure sont de zones ou de codes absents de la nouvelle : ils n'ont pas été pesés",
            "Retirer la publication antérieure avec `cartable withdraw`, ou garder ses niveaux et ses dimensions",
        ),
    },
}
