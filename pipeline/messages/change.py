"""What is said of a change of the rules: what changed, and what that would alter."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CHANGE: Catalogue = {
    "change.threshold": {
        "en": (
            "Threshold {name}: {before} becomes {after}",
            "Counts of at least {after} are published, smaller ones hidden",
        ),
        "fr": (
            "Seuil {name} : {before} devient {after}",
            "Les effectifs d'au moins {after} sont publiés, les plus petits masqués",
        ),
    },
    "change.threshold_set": {
        "en": (
            "Threshold {name}: {how_en}",
            "It rules only the tables that name it, each told by itself",
        ),
        "fr": (
            "Seuil {name} : {how_fr}",
            "Il ne vaut que pour les tableaux qui le nomment, chacun dit à part",
        ),
    },
    "change.protection_width": {
        "en": (
            "Protection width: {before} becomes {after}",
            "A hidden count stays uncertain by at least {after}",
        ),
        "fr": (
            "Largeur de protection : {before} devient {after}",
            "Un effectif masqué reste incertain d'au moins {after}",
        ),
    },
    "change.microdata": {
        "en": (
            "Limit {name} for the rows of persons: {before} becomes {after}",
            "It decides from when on protected rows are said to be risky",
        ),
        "fr": (
            "Limite {name} pour les lignes de personnes : {before} devient {after}",
            "Elle décide à partir de quand des lignes protégées sont dites risquées",
        ),
    },
    "change.retention": {
        "en": (
            "Retention in the zone {name}: {before} becomes {after} days",
            "What lies there is destroyed after {after} days",
        ),
        "fr": (
            "Conservation dans la zone {name} : {before} devient {after} jours",
            "Ce qui s'y trouve est détruit après {after} jours",
        ),
    },
    "change.target": {
        "en": (
            "Target {name}: {before} becomes {after}",
            "Needs and gaps are counted against it; nothing of persons changes",
        ),
        "fr": (
            "Cible {name} : {before} devient {after}",
            "Besoins et écarts s'y mesurent ; rien ne change pour les personnes",
        ),
    },
    "change.recipient": {
        "en": ("Recipient {how_en}: {name}", "It decides who is given data or figures"),
        "fr": (
            "Destinataire ({how_fr}) : {name}",
            "Cela décide à qui données ou chiffres sont remis",
        ),
    },
    "change.purpose": {
        "en": (
            "The purpose is worded otherwise: {after}",
            "Data of persons would serve what is written now",
        ),
        "fr": (
            "La finalité est dite autrement : {after}",
            "Les données des personnes serviraient à ce qui est écrit maintenant",
        ),
    },
    "change.legal_basis": {
        "en": (
            "The legal basis is worded otherwise: {after}",
            "All processing would rest on what is written now",
        ),
        "fr": (
            "La base légale est dite autrement : {after}",
            "Tout le traitement reposerait sur ce qui est écrit maintenant",
        ),
    },
    "change.controller": {
        "en": (
            "The controller is named otherwise: {after}",
            "Another body may answer for the processing",
        ),
        "fr": (
            "Le responsable est nommé autrement : {after}",
            "Un autre organisme peut répondre du traitement",
        ),
    },
    "change.version": {
        "en": ("{name}: {before} becomes {after}", "It names the policy and alters nothing else"),
        "fr": (
            "{name} : {before} devient {after}",
            "Cela nomme la politique et ne change rien d'autre",
        ),
    },
    "change.domain": {
        "en": (
            "Pseudonymisation domain {how_en}: {name}",
            "It serves only the columns that name it, each told by itself",
        ),
        "fr": (
            "Domaine de pseudonymisation ({how_fr}) : {name}",
            "Il ne sert que les colonnes qui le nomment, chacune dite à part",
        ),
    },
    "change.linkable": {
        "en": (
            "Domain {name}: linkable by {before} becomes {after}",
            "With `years` a person can be followed from year to year, with `period` not",
        ),
        "fr": (
            "Domaine {name} : le rapprochement par {before} devient par {after}",
            "Avec `years` une personne peut être suivie d'année en année, avec `period` non",
        ),
    },
    "change.canonical": {
        "en": (
            "Spelling rule {name} of identifiers: {before} becomes {after}",
            "All pseudonyms of the domain change; persons may be merged, or split in two",
        ),
        "fr": (
            "Règle d'écriture {name} des identifiants : {before} devient {after}",
            "Tous les pseudonymes du domaine changent ; des personnes peuvent être confondues ou dédoublées",
        ),
    },
    "change.identifier_pattern": {
        "en": (
            "Form of an identifier, {how_en}: {name}",
            "It decides which identifiers are found in kept text",
        ),
        "fr": (
            "Forme d'un identifiant ({how_fr}) : {name}",
            "Elle décide quels identifiants sont trouvés dans le texte gardé",
        ),
    },
    "change.dataset": {
        "en": ("Dataset {how_en}: {name}", "Its rows are taken in and kept, or no more"),
        "fr": ("Jeu ({how_fr}) : {name}", "Ses lignes sont reçues et gardées, ou ne le sont plus"),
    },
    "change.key": {
        "en": (
            "The columns that name one row, {how_en}: {name}",
            "Other rows count as the same person or thing",
        ),
        "fr": (
            "Les colonnes qui nomment une ligne ({how_fr}) : {name}",
            "D'autres lignes passent pour la même personne ou chose",
        ),
    },
    "change.max_refused": {
        "en": (
            "{name}: the share of rows that may be refused goes from {before} to {after} %",
            "Files that are more damaged are taken in, or fewer",
        ),
        "fr": (
            "{name} : la part de lignes qui peuvent être refusées passe de {before} à {after} %",
            "Des fichiers plus abîmés sont acceptés, ou moins",
        ),
    },
    "change.counts_persons": {
        "en": (
            "{name}: whether persons are counted goes from {before} to {after}",
            "Only counts of persons are protected before publication",
        ),
        "fr": (
            "{name} : le décompte de personnes passe de {before} à {after}",
            "Seuls les décomptes de personnes sont protégés avant publication",
        ),
    },
    "change.column": {
        "en": ("Column {how_en}: {name}", "What its rule keeps of it is kept, or no more"),
        "fr": (
            "Colonne ({how_fr}) : {name}",
            "Ce que sa règle en garde est gardé, ou ne l'est plus",
        ),
    },
    "change.rule": {
        "en": (
            "Column {name}: what is kept goes from: {before_en}, to: {after_en}",
            "It applies to every delivery from now on",
        ),
        "fr": (
            "Colonne {name} : ce qui est gardé passe de : {before_fr}, à : {after_fr}",
            "Cela vaut pour chaque livraison à venir",
        ),
    },
    "change.role": {
        "en": (
            "Column {name}: the role {before} becomes {after}",
            "Roles decide which rules are allowed and what counts as risk",
        ),
        "fr": (
            "Colonne {name} : le rôle {before} devient {after}",
            "Les rôles décident des règles permises et de ce qui compte comme risque",
        ),
    },
    "change.range": {
        "en": (
            "Column {name}: the limit of its values goes from {before} to {after}",
            "Values outside are refused",
        ),
        "fr": (
            "Colonne {name} : la limite de ses valeurs passe de {before} à {after}",
            "Les valeurs hors limite sont refusées",
        ),
    },
    "change.closed": {
        "en": (
            "Column {name}: the form, list or reference that closes it goes from {before} to {after}",
            "An open text may hold names; a closed one cannot",
        ),
        "fr": (
            "Colonne {name} : la forme, liste ou référence qui la ferme passe de {before} à {after}",
            "Un texte ouvert peut contenir des noms, un texte fermé non",
        ),
    },
    "change.form": {
        "en": (
            "{name}: how or when it is delivered changes from {before} to {after}",
            "Nothing more of persons is kept or shown",
        ),
        "fr": (
            "{name} : la forme ou le moment de la livraison passe de {before} à {after}",
            "Rien de plus des personnes n'est gardé ni montré",
        ),
    },
    "change.table": {
        "en": ("Published table {how_en}: {name}", "Its cells are released, or no more"),
        "fr": (
            "Tableau publié ({how_fr}) : {name}",
            "Ses cellules paraissent, ou ne paraissent plus",
        ),
    },
    "change.dimension": {
        "en": ("Dimension of a table {how_en}: {name}", "Cells are crossed by it, or no more"),
        "fr": (
            "Dimension d'un tableau ({how_fr}) : {name}",
            "Les cellules la croisent, ou ne la croisent plus",
        ),
    },
    "change.level": {
        "en": (
            "Level of a table, or a dimension crossed there, {how_en}: {name}",
            "Cells appear there, or no more: the smaller the territory, the fewer persons in each",
        ),
        "fr": (
            "Niveau d'un tableau, ou dimension qui y est croisée ({how_fr}) : {name}",
            "Des cellules y paraissent, ou plus : plus le territoire est petit, moins de personnes dans chacune",
        ),
    },
    "change.measure": {
        "en": (
            "Measure of a table, {how_en}: {name}",
            "A figure of each cell is published, or no more",
        ),
        "fr": (
            "Mesure d'un tableau ({how_fr}) : {name}",
            "Un chiffre de chaque cellule est publié, ou ne l'est plus",
        ),
    },
    "change.sensitivity": {
        "en": (
            "Table {name}: the sensitivity {before} becomes {after}",
            "The threshold of that name decides which counts are hidden",
        ),
        "fr": (
            "Tableau {name} : la sensibilité {before} devient {after}",
            "Le seuil de ce nom décide quels effectifs sont masqués",
        ),
    },
    "change.method": {
        "en": (
            "Table {name}: the method of protection {before} becomes {after}",
            "It decides what is done to small counts and to what would give them away",
        ),
        "fr": (
            "Tableau {name} : la méthode de protection {before} devient {after}",
            "Elle décide ce qu'on fait des petits effectifs et de ce qui les trahirait",
        ),
    },
    "change.codelist": {
        "en": (
            "Code list {how_en}: {name}",
            "It serves only the columns and dimensions that name it, each told by itself",
        ),
        "fr": (
            "Liste de codes ({how_fr}) : {name}",
            "Elle ne sert que les colonnes et dimensions qui la nomment, chacune dite à part",
        ),
    },
    "change.code": {
        "en": ("Code {how_en}: {name}", "Persons are told apart by it, or no more"),
        "fr": ("Code ({how_fr}) : {name}", "Il distingue des personnes, ou ne les distingue plus"),
    },
    "change.broader": {
        "en": (
            "The coarser code of {name} goes from {before} to {after}",
            "Persons are put together otherwise, perhaps into finer groups",
        ),
        "fr": (
            "Le code plus large de {name} passe de {before} à {after}",
            "Les personnes sont regroupées autrement, peut-être plus finement",
        ),
    },
    "change.indicator": {
        "en": (
            "Indicator {how_en}: {name}",
            "It is computed from released cells only",
        ),
        "fr": (
            "Indicateur ({how_fr}) : {name}",
            "Il se calcule sur des cellules publiées seulement",
        ),
    },
    "change.typology": {
        "en": (
            "Classes of territories, {how_en}: {name}",
            "Territories are put together otherwise: two cuts of one country can be subtracted",
        ),
        "fr": (
            "Classes de territoires ({how_fr}) : {name}",
            "Les territoires sont regroupés autrement : deux découpages peuvent se soustraire",
        ),
    },
    "change.territory_level": {
        "en": ("Territorial level {how_en}: {name}", "Tables may show cells there, or no more"),
        "fr": (
            "Niveau territorial ({how_fr}) : {name}",
            "Des tableaux peuvent y montrer des cellules, ou plus",
        ),
    },
    "change.geography": {
        "en": (
            "The territories change: {name}",
            "Which persons are counted where changes; figures of two vintages can be subtracted",
        ),
        "fr": (
            "Les territoires changent : {name}",
            "Les personnes sont comptées ailleurs ; les chiffres de deux millésimes peuvent se soustraire",
        ),
    },
    "change.recoding": {
        "en": (
            "Recoding to k, {how_en}: {name}, {before} becomes {after}",
            "What is kept of the period's rows is coarser with more steps",
        ),
        "fr": (
            "Recodage à k ({how_fr}) : {name}, {before} devient {after}",
            "Ce qui est gardé des lignes de la période est plus grossier avec plus de degrés",
        ),
    },
    "change.suite": {
        "en": (
            "Suite of expectations {how_en}: {name}",
            "Rows or cells are checked by it, or no more",
        ),
        "fr": (
            "Suite d'attentes ({how_fr}) : {name}",
            "Elle contrôle lignes ou cellules, ou ne les contrôle plus",
        ),
    },
    "change.expectation": {
        "en": ("Expectation {how_en}: {name}", "What it refuses stops, or stops no more"),
        "fr": (
            "Attente ({how_fr}) : {name}",
            "Ce qu'elle refuse arrête tout, ou n'arrête plus rien",
        ),
    },
    "change.expectation_altered": {
        "en": (
            "An expectation asks for something else: {name}",
            "What is refused by it changes",
        ),
        "fr": (
            "Une attente demande autre chose : {name}",
            "Ce qu'elle refuse change",
        ),
    },
    "change.severity": {
        "en": (
            "Expectation {name}: {before} becomes {after}",
            "A critical one stops the step, a warning is only told",
        ),
        "fr": (
            "Attente {name} : {before} devient {after}",
            "Une attente critique arrête l'étape, un avertissement est seulement dit",
        ),
    },
    "change.query": {
        "en": (
            "Query {how_en}: {name}",
            "What is counted or computed changes; read it, and `cartable contracts check` proves what it may read",
        ),
        "fr": (
            "Requête ({how_fr}) : {name}",
            "Ce qui est compté ou calculé change ; la lire, et `cartable contracts check` prouve ce qu'elle peut lire",
        ),
    },
    "change.form_only": {
        "en": ("{name} changed in comments or layout only", "Nothing else changes"),
        "fr": (
            "{name} n'a changé que par ses commentaires ou sa mise en page",
            "Rien d'autre ne change",
        ),
    },
    "change.text": {
        "en": (
            "Words for people to read, {how_en}: {name}",
            "Nothing that is kept or shown of persons changes",
        ),
        "fr": (
            "Mots à lire ({how_fr}) : {name}",
            "Rien de ce qui est gardé ou montré des personnes ne change",
        ),
    },
    "change.order": {
        "en": (
            "The same items of {name} stand in another order",
            "Classes of numbers and inhabitants go by the order of their list",
        ),
        "fr": (
            "Les mêmes éléments de {name} sont dans un autre ordre",
            "Les classes de nombres et d'habitants suivent l'ordre de leur liste",
        ),
    },
    "change.other": {
        "en": (
            "{name}, {how_en}: {before} becomes {after}",
            "What it lets through is not known here, so that it counts as loosening: look at it",
        ),
        "fr": (
            "{name} ({how_fr}) : {before} devient {after}",
            "Ce que cela laisse passer n'est pas connu ici et compte comme assouplissement : à regarder",
        ),
    },
}
