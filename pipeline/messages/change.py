"""What is said of a change of the policy and of what is kept of persons."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CHANGE: Catalogue = {
    "change.threshold": {
        "en": (
            "Threshold {name_en}: {before_en} becomes {after_en}",
            "Counts of at least {after_en} are published, smaller ones hidden",
        ),
        "fr": (
            "Seuil {name_fr} : {before_fr} devient {after_fr}",
            "Les effectifs d'au moins {after_fr} sont publiés, les plus petits masqués",
        ),
    },
    "change.threshold_set": {
        "en": (
            "Threshold {name_en}: {how_en}",
            "It rules only the tables that name it, each told by itself",
        ),
        "fr": (
            "Seuil {name_fr} : {how_fr}",
            "Il ne vaut que pour les tableaux qui le nomment, chacun dit à part",
        ),
    },
    "change.protection_width": {
        "en": (
            "Protection width: {before_en} becomes {after_en}",
            "A hidden count stays uncertain by at least {after_en}",
        ),
        "fr": (
            "Largeur de protection : {before_fr} devient {after_fr}",
            "Un effectif masqué reste incertain d'au moins {after_fr}",
        ),
    },
    "change.microdata": {
        "en": (
            "Limit {name_en} for the rows of persons: {before_en} becomes {after_en}",
            "It decides from when on protected rows are said to be risky",
        ),
        "fr": (
            "Limite {name_fr} pour les lignes de personnes : {before_fr} devient {after_fr}",
            "Elle décide à partir de quand des lignes protégées sont dites risquées",
        ),
    },
    "change.replacement": {
        "en": (
            "Limit {name_en} for corrections: {before_en} becomes {after_en}",
            "It decides which file that holds few rows of a sender is refused until it is confirmed",
        ),
        "fr": (
            "Limite {name_fr} pour les corrections : {before_fr} devient {after_fr}",
            "Elle décide quel fichier contenant peu de lignes d'un expéditeur est refusé jusqu'à sa confirmation",
        ),
    },
    "change.retention": {
        "en": (
            "Retention in the zone {name_en}: {before_en} becomes {after_en} days",
            "What lies there is destroyed after {after_en} days",
        ),
        "fr": (
            "Conservation dans la zone {name_fr} : {before_fr} devient {after_fr} jours",
            "Ce qui s'y trouve est détruit après {after_fr} jours",
        ),
    },
    "change.target": {
        "en": (
            "Target {name_en}: {before_en} becomes {after_en}",
            "Needs and gaps are counted against it; nothing of persons changes",
        ),
        "fr": (
            "Cible {name_fr} : {before_fr} devient {after_fr}",
            "Besoins et écarts s'y mesurent ; rien ne change pour les personnes",
        ),
    },
    "change.recipient": {
        "en": ("Recipient {how_en}: {name_en}", "It decides who is given data or figures"),
        "fr": (
            "Destinataire ({how_fr}) : {name_fr}",
            "Cela décide à qui données ou chiffres sont remis",
        ),
    },
    "change.purpose": {
        "en": (
            "The purpose is worded otherwise: {after_en}",
            "Data of persons would serve what is written now",
        ),
        "fr": (
            "La finalité est dite autrement : {after_fr}",
            "Les données des personnes serviraient à ce qui est écrit maintenant",
        ),
    },
    "change.legal_basis": {
        "en": (
            "The legal basis is worded otherwise: {after_en}",
            "All processing would rest on what is written now",
        ),
        "fr": (
            "La base légale est dite autrement : {after_fr}",
            "Tout le traitement reposerait sur ce qui est écrit maintenant",
        ),
    },
    "change.controller": {
        "en": (
            "The controller is named otherwise: {after_en}",
            "Another body may answer for the processing",
        ),
        "fr": (
            "Le responsable est nommé autrement : {after_fr}",
            "Un autre organisme peut répondre du traitement",
        ),
    },
    "change.version": {
        "en": (
            "{name_en}: {before_en} becomes {after_en}",
            "It names the policy and alters nothing else",
        ),
        "fr": (
            "{name_fr} : {before_fr} devient {after_fr}",
            "Cela nomme la politique et ne change rien d'autre",
        ),
    },
    "change.domain": {
        "en": (
            "Pseudonymisation domain {how_en}: {name_en}",
            "It serves only the columns that name it, each told by itself",
        ),
        "fr": (
            "Domaine de pseudonymisation ({how_fr}) : {name_fr}",
            "Il ne sert que les colonnes qui le nomment, chacune dite à part",
        ),
    },
    "change.linkable": {
        "en": (
            "Domain {name_en}: linkable by {before_en} becomes {after_en}",
            "With `years` a person can be followed from year to year, with `period` not",
        ),
        "fr": (
            "Domaine {name_fr} : le rapprochement par {before_fr} devient par {after_fr}",
            "Avec `years` une personne peut être suivie d'année en année, avec `period` non",
        ),
    },
    "change.canonical": {
        "en": (
            "Spelling rule {name_en} of identifiers: {before_en} becomes {after_en}",
            "All pseudonyms of the domain change; persons may be merged, or split in two",
        ),
        "fr": (
            "Règle d'écriture {name_fr} des identifiants : {before_fr} devient {after_fr}",
            "Tous les pseudonymes du domaine changent ; des personnes peuvent être confondues ou dédoublées",
        ),
    },
    "change.identifier_pattern": {
        "en": (
            "Form of an identifier, {how_en}: {name_en}",
            "It decides which identifiers are found in kept text",
        ),
        "fr": (
            "Forme d'un identifiant ({how_fr}) : {name_fr}",
            "Elle décide quels identifiants sont trouvés dans le texte gardé",
        ),
    },
    "change.dataset": {
        "en": ("Dataset {how_en}: {name_en}", "Its rows are taken in and kept, or no more"),
        "fr": (
            "Jeu ({how_fr}) : {name_fr}",
            "Ses lignes sont reçues et gardées, ou ne le sont plus",
        ),
    },
    "change.key": {
        "en": (
            "The columns that name one row, {how_en}: {name_en}",
            "Other rows count as the same person or thing",
        ),
        "fr": (
            "Les colonnes qui nomment une ligne ({how_fr}) : {name_fr}",
            "D'autres lignes passent pour la même personne ou chose",
        ),
    },
    "change.max_refused": {
        "en": (
            "{name_en}: the share of rows that may be refused goes from {before_en} to {after_en} %",
            "Files that are more damaged are taken in, or fewer",
        ),
        "fr": (
            "{name_fr} : la part de lignes qui peuvent être refusées passe de {before_fr} à {after_fr} %",
            "Des fichiers plus abîmés sont acceptés, ou moins",
        ),
    },
    "change.counts_persons": {
        "en": (
            "{name_en}: whether persons are counted goes from {before_en} to {after_en}",
            "Only counts of persons are protected before publication",
        ),
        "fr": (
            "{name_fr} : le décompte de personnes passe de {before_fr} à {after_fr}",
            "Seuls les décomptes de personnes sont protégés avant publication",
        ),
    },
    "change.column": {
        "en": ("Column {how_en}: {name_en}", "What its rule keeps of it is kept, or no more"),
        "fr": (
            "Colonne ({how_fr}) : {name_fr}",
            "Ce que sa règle en garde est gardé, ou ne l'est plus",
        ),
    },
    "change.rule": {
        "en": (
            "Column {name_en}: what is kept goes from: {before_en}, to: {after_en}",
            "It applies to every delivery from now on",
        ),
        "fr": (
            "Colonne {name_fr} : ce qui est gardé passe de : {before_fr}, à : {after_fr}",
            "Cela vaut pour chaque livraison à venir",
        ),
    },
    "change.role": {
        "en": (
            "Column {name_en}: the role {before_en} becomes {after_en}",
            "Roles decide which rules are allowed and what counts as risk",
        ),
        "fr": (
            "Colonne {name_fr} : le rôle {before_fr} devient {after_fr}",
            "Les rôles décident des règles permises et de ce qui compte comme risque",
        ),
    },
    "change.range": {
        "en": (
            "Column {name_en}: the limit of its values goes from {before_en} to {after_en}",
            "Values outside are refused",
        ),
        "fr": (
            "Colonne {name_fr} : la limite de ses valeurs passe de {before_fr} à {after_fr}",
            "Les valeurs hors limite sont refusées",
        ),
    },
    "change.closed": {
        "en": (
            "Column {name_en}: the form, list or reference that closes it goes from {before_en} to {after_en}",
            "An open text may hold names; a closed one cannot",
        ),
        "fr": (
            "Colonne {name_fr} : la forme, liste ou référence qui la ferme passe de {before_fr} à {after_fr}",
            "Un texte ouvert peut contenir des noms, un texte fermé non",
        ),
    },
    "change.form": {
        "en": (
            "{name_en}: how or when it is delivered changes from {before_en} to {after_en}",
            "Nothing more of persons is kept or shown",
        ),
        "fr": (
            "{name_fr} : la forme ou le moment de la livraison passe de {before_fr} à {after_fr}",
            "Rien de plus des personnes n'est gardé ni montré",
        ),
    },
}
