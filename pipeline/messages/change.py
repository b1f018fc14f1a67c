"""What is said of a change of the policy and of what is kept of persons."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CHANGE: Catalogue = {
    "change.threshold": {
        "en": (
            "Threshold of {name_en}: {before_en} becomes {after_en}",
            "Counts of at least {after_en} persons are published, smaller ones hidden",
        ),
        "fr": (
            "Seuil de {name_fr} : {before_fr} devient {after_fr}",
            "Les effectifs d'au moins {after_fr} personnes sont publiés, les plus petits masqués",
        ),
    },
    "change.threshold_set": {
        "en": (
            "Threshold of {name_en} {how_en}: {before_en} becomes {after_en}",
            "It rules only the tables that name it, each told by itself",
        ),
        "fr": (
            "Seuil de {name_fr} ({how_fr}) : {before_fr} devient {after_fr}",
            "Il ne vaut que pour les tableaux qui le nomment, chacun dit à part",
        ),
    },
    "change.protection_width": {
        "en": (
            "Protection width: {before_en} becomes {after_en}",
            "A hidden count stays uncertain by at least {after_en} persons",
        ),
        "fr": (
            "Largeur de protection : {before_fr} devient {after_fr}",
            "Un effectif masqué reste incertain d'au moins {after_fr} personnes",
        ),
    },
    "change.zeros": {
        "en": (
            "Counts of zero in {name_en}: {before_en} becomes {after_en}",
            "Where all are published, whoever sees no other category knows that of the whole group",
        ),
        "fr": (
            "Effectifs nuls de {name_fr} : {before_fr} devient {after_fr}",
            "S'ils sont tous publiés, une seule catégorie non nulle dit celle de tout le groupe",
        ),
    },
    "change.extreme": {
        "en": (
            "Share from which on a group counts as all alike, {name_en}: {before_en} % becomes {after_en} %",
            "Groups below that share may be recognised as nearly all in one sensitive category",
        ),
        "fr": (
            "Part à partir de laquelle un groupe compte pour unanime, {name_fr} : {before_fr} % devient {after_fr} %",
            "Sous cette part, on peut reconnaître un groupe presque tout entier dans une catégorie sensible",
        ),
    },
    "change.extreme_removed": {
        "en": (
            "Groups all in one sensitive category are no more hidden, {name_en}: the share was {before_en} %",
            "Whoever knows that a person belongs to such a group learns the person's category",
        ),
        "fr": (
            "Les groupes tout entiers dans une catégorie sensible ne sont plus masqués, {name_fr} : la part était de {before_fr} %",
            "Qui sait qu'une personne est d'un tel groupe apprend sa catégorie",
        ),
    },
    "change.microdata": {
        "en": (
            "Limit for the rows of persons, {name_en}: {before_en} becomes {after_en}",
            "Rows that do not keep to it are said to be risky by `cartable risk` and the audit report",
        ),
        "fr": (
            "Limite pour les lignes de personnes, {name_fr} : {before_fr} devient {after_fr}",
            "Les lignes qui ne s'y tiennent pas sont dites risquées par `cartable risk` et le rapport d'audit",
        ),
    },
    "change.microdata_removed": {
        "en": (
            "Limit for the rows of persons removed, {name_en}: it was {before_en}",
            "No row is said to be risky by it any more",
        ),
        "fr": (
            "Limite pour les lignes de personnes retirée, {name_fr} : c'était {before_fr}",
            "Plus aucune ligne n'est dite risquée d'après elle",
        ),
    },
    "change.retention": {
        "en": (
            "Retention of {name_en}: {before_en} days become {after_en}",
            "They are destroyed after {after_en} days",
        ),
        "fr": (
            "Conservation de {name_fr} : {before_fr} jours deviennent {after_fr}",
            "La destruction a lieu après {after_fr} jours",
        ),
    },
    "change.replacement": {
        "en": (
            "Limit for corrections, {name_en}: {before_en} becomes {after_en}",
            "It decides which file that holds few rows of a sender is refused until it is confirmed",
        ),
        "fr": (
            "Limite pour les corrections, {name_fr} : {before_fr} devient {after_fr}",
            "Elle décide quel fichier contenant peu de lignes d'un expéditeur est refusé jusqu'à sa confirmation",
        ),
    },
    "change.target": {
        "en": (
            "Target or unit cost, {name_en}: {before_en} becomes {after_en}",
            "Needs and what they cost are counted with it; nothing of persons changes",
        ),
        "fr": (
            "Cible ou coût unitaire, {name_fr} : {before_fr} devient {after_fr}",
            "Besoins et coûts se comptent avec elle ou lui ; rien ne change pour les personnes",
        ),
    },
    "change.recipient": {
        "en": (
            "Recipient, processor or transfer {how_en}: {name_en}",
            "Data or figures may be given to who is named there now",
        ),
        "fr": (
            "Destinataire, sous-traitant ou transfert ({how_fr}) : {name_fr}",
            "Données ou chiffres peuvent être remis à qui y est nommé maintenant",
        ),
    },
    "change.recipient_removed": {
        "en": (
            "Recipient, processor or transfer removed: {name_en}",
            "Nothing is given there any more",
        ),
        "fr": (
            "Destinataire, sous-traitant ou transfert retiré : {name_fr}",
            "Plus rien n'y est remis",
        ),
    },
    "change.purpose": {
        "en": (
            "Purpose of {name_en}: it was “{before_en}”, it becomes “{after_en}”",
            "Data of persons would serve what is written now",
        ),
        "fr": (
            "Finalité de {name_fr} : elle était « {before_fr} », elle devient « {after_fr} »",
            "Les données des personnes serviraient à ce qui est écrit maintenant",
        ),
    },
    "change.legal_basis": {
        "en": (
            "Legal basis: it was “{before_en}”, it becomes “{after_en}”",
            "All processing would rest on what is written now",
        ),
        "fr": (
            "Base légale : elle était « {before_fr} », elle devient « {after_fr} »",
            "Tout le traitement reposerait sur ce qui est écrit maintenant",
        ),
    },
    "change.controller": {
        "en": (
            "Controller: it was “{before_en}”, it becomes “{after_en}”",
            "Another body may answer for the processing",
        ),
        "fr": (
            "Responsable du traitement : c'était « {before_fr} », ce sera « {after_fr} »",
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
            "Domain {name_en}: the same person is linked {before_en}; it would be {after_en}",
            "Linked over the years, a person can be followed from year to year",
        ),
        "fr": (
            "Domaine {name_fr} : la même personne est rapprochée {before_fr} ; elle le serait {after_fr}",
            "Rapprochée d'une année à l'autre, une personne peut être suivie",
        ),
    },
    "change.canonical": {
        "en": (
            "How identifiers are spelled before the key, {name_en}: “{before_en}” becomes “{after_en}”",
            "All pseudonyms of the domain change; persons may be merged, or split in two",
        ),
        "fr": (
            "Comment les identifiants s'écrivent avant la clé, {name_fr} : « {before_fr} » devient « {after_fr} »",
            "Tous les pseudonymes du domaine changent ; des personnes peuvent être confondues ou dédoublées",
        ),
    },
    "change.identifier_pattern": {
        "en": (
            "Form of an identifier that no kept text may hold, {how_en}: {name_en}",
            "A batch whose kept text holds one of this form is refused",
        ),
        "fr": (
            "Forme d'un identifiant qu'aucun texte gardé ne peut contenir ({how_fr}) : {name_fr}",
            "Un lot dont le texte gardé en contient un de cette forme est refusé",
        ),
    },
    "change.identifier_pattern_removed": {
        "en": (
            "Form of an identifier that no kept text may hold, removed: {name_en}",
            "Kept text that holds one of this form is refused no more",
        ),
        "fr": (
            "Forme d'un identifiant qu'aucun texte gardé ne peut contenir, retirée : {name_fr}",
            "Un texte gardé qui en contient un de cette forme n'est plus refusé",
        ),
    },
    "change.dataset": {
        "en": (
            "Dataset {how_en}: {name_en}",
            "Its rows are taken in, and kept by the rule of each column",
        ),
        "fr": (
            "Jeu ({how_fr}) : {name_fr}",
            "Ses lignes sont reçues, et gardées selon la règle de chaque colonne",
        ),
    },
    "change.dataset_removed": {
        "en": (
            "Dataset removed: {name_en}",
            "Its rows are taken in no more",
        ),
        "fr": (
            "Jeu retiré : {name_fr}",
            "Ses lignes ne sont plus reçues",
        ),
    },
    "change.key": {
        "en": (
            "Columns that tell one row from another, {how_en}: {name_en}",
            "Other rows count as the same person or thing",
        ),
        "fr": (
            "Colonnes qui distinguent une ligne d'une autre ({how_fr}) : {name_fr}",
            "D'autres lignes passent pour la même personne ou chose",
        ),
    },
    "change.max_refused": {
        "en": (
            "{name_en}: the share of rows that may be refused goes from {before_en} to {after_en} %",
            "A file with more refused rows than that is refused as a whole",
        ),
        "fr": (
            "{name_fr} : la part de lignes qui peuvent être refusées passe de {before_fr} à {after_fr} %",
            "Un fichier dont plus de lignes sont refusées l'est en entier",
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
        "en": (
            "Column {how_en}: {name_en}; of it is kept: {after_en}",
            "It applies to every delivery from now on",
        ),
        "fr": (
            "Colonne ({how_fr}) : {name_fr} ; il en est gardé : {after_fr}",
            "Cela vaut pour chaque livraison à venir",
        ),
    },
    "change.column_removed": {
        "en": (
            "Column removed: {name_en}; of it was kept: {before_en}",
            "Nothing of it is kept from now on",
        ),
        "fr": (
            "Colonne retirée : {name_fr} ; il en était gardé : {before_fr}",
            "Rien n'en est gardé désormais",
        ),
    },
    "change.rule": {
        "en": (
            "Column {name_en}: what is kept of it goes from: {before_en}, to: {after_en}",
            "It applies to every delivery from now on",
        ),
        "fr": (
            "Colonne {name_fr} : ce qui en est gardé passe de : {before_fr}, à : {after_fr}",
            "Cela vaut pour chaque livraison à venir",
        ),
    },
    "change.role": {
        "en": (
            "Column {name_en}: the role {before_en} becomes {after_en}",
            "The role decides which rules are allowed, and whether the column counts where risk is measured",
        ),
        "fr": (
            "Colonne {name_fr} : le rôle {before_fr} devient {after_fr}",
            "Le rôle décide des règles permises, et si la colonne compte dans la mesure du risque",
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
