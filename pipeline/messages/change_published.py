"""What is said of a change of what is published, counted or checked."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CHANGE_PUBLISHED: Catalogue = {
    "change.table": {
        "en": ("Published table {how_en}: {name_en}", "Its cells are released, or no more"),
        "fr": (
            "Tableau publié ({how_fr}) : {name_fr}",
            "Ses cellules paraissent, ou ne paraissent plus",
        ),
    },
    "change.dimension": {
        "en": ("Dimension of a table {how_en}: {name_en}", "Cells are crossed by it, or no more"),
        "fr": (
            "Dimension d'un tableau ({how_fr}) : {name_fr}",
            "Les cellules la croisent, ou ne la croisent plus",
        ),
    },
    "change.level": {
        "en": (
            "Level of a table, or a dimension crossed there, {how_en}: {name_en}",
            "Cells appear there, or no more: the smaller the territory, the fewer persons in each",
        ),
        "fr": (
            "Niveau d'un tableau, ou dimension qui y est croisée ({how_fr}) : {name_fr}",
            "Des cellules y paraissent, ou plus : plus le territoire est petit, moins de personnes dans chacune",
        ),
    },
    "change.measure": {
        "en": (
            "Measure of a table, {how_en}: {name_en}",
            "A figure of each cell is published, or no more",
        ),
        "fr": (
            "Mesure d'un tableau ({how_fr}) : {name_fr}",
            "Un chiffre de chaque cellule est publié, ou ne l'est plus",
        ),
    },
    "change.sensitivity": {
        "en": (
            "Table {name_en}: the sensitivity {before_en} becomes {after_en}",
            "The threshold of that name decides which counts are hidden",
        ),
        "fr": (
            "Tableau {name_fr} : la sensibilité {before_fr} devient {after_fr}",
            "Le seuil de ce nom décide quels effectifs sont masqués",
        ),
    },
    "change.method": {
        "en": (
            "Table {name_en}: the method of protection {before_en} becomes {after_en}",
            "It decides what is done to small counts and to what would give them away",
        ),
        "fr": (
            "Tableau {name_fr} : la méthode de protection {before_fr} devient {after_fr}",
            "Elle décide ce qu'on fait des petits effectifs et de ce qui les trahirait",
        ),
    },
    "change.codelist": {
        "en": (
            "Code list {how_en}: {name_en}",
            "It serves only the columns and dimensions that name it, each told by itself",
        ),
        "fr": (
            "Liste de codes ({how_fr}) : {name_fr}",
            "Elle ne sert que les colonnes et dimensions qui la nomment, chacune dite à part",
        ),
    },
    "change.code": {
        "en": ("Code {how_en}: {name_en}", "Persons are told apart by it, or no more"),
        "fr": (
            "Code ({how_fr}) : {name_fr}",
            "Il distingue des personnes, ou ne les distingue plus",
        ),
    },
    "change.broader": {
        "en": (
            "The coarser code of {name_en} goes from {before_en} to {after_en}",
            "Persons are put together otherwise, perhaps into finer groups",
        ),
        "fr": (
            "Le code plus large de {name_fr} passe de {before_fr} à {after_fr}",
            "Les personnes sont regroupées autrement, peut-être plus finement",
        ),
    },
    "change.indicator": {
        "en": (
            "Indicator {how_en}: {name_en}",
            "It is computed from released cells only",
        ),
        "fr": (
            "Indicateur ({how_fr}) : {name_fr}",
            "Il se calcule sur des cellules publiées seulement",
        ),
    },
    "change.typology": {
        "en": (
            "Classes of territories, {how_en}: {name_en}",
            "Territories are put together otherwise: two cuts of one country can be subtracted",
        ),
        "fr": (
            "Classes de territoires ({how_fr}) : {name_fr}",
            "Les territoires sont regroupés autrement : deux découpages peuvent se soustraire",
        ),
    },
    "change.territory_level": {
        "en": ("Territorial level {how_en}: {name_en}", "Tables may show cells there, or no more"),
        "fr": (
            "Niveau territorial ({how_fr}) : {name_fr}",
            "Des tableaux peuvent y montrer des cellules, ou plus",
        ),
    },
    "change.geography": {
        "en": (
            "The territories change: {name_en}",
            "Which persons are counted where changes; figures of two vintages can be subtracted",
        ),
        "fr": (
            "Les territoires changent : {name_fr}",
            "Les personnes sont comptées ailleurs ; les chiffres de deux millésimes peuvent se soustraire",
        ),
    },
    "change.recoding": {
        "en": (
            "Recoding to k, {how_en}: {name_en}, {before_en} becomes {after_en}",
            "What is kept of the period's rows is coarser with more steps",
        ),
        "fr": (
            "Recodage à k ({how_fr}) : {name_fr}, {before_fr} devient {after_fr}",
            "Ce qui est gardé des lignes de la période est plus grossier avec plus de degrés",
        ),
    },
    "change.suite": {
        "en": (
            "Suite of expectations {how_en}: {name_en}",
            "Rows or cells are checked by it, or no more",
        ),
        "fr": (
            "Suite d'attentes ({how_fr}) : {name_fr}",
            "Elle contrôle lignes ou cellules, ou ne les contrôle plus",
        ),
    },
    "change.expectation": {
        "en": ("Expectation {how_en}: {name_en}", "What it refuses stops, or stops no more"),
        "fr": (
            "Attente ({how_fr}) : {name_fr}",
            "Ce qu'elle refuse arrête tout, ou n'arrête plus rien",
        ),
    },
    "change.expectation_altered": {
        "en": (
            "An expectation asks for something else: {name_en}",
            "What is refused by it changes",
        ),
        "fr": (
            "Une attente demande autre chose : {name_fr}",
            "Ce qu'elle refuse change",
        ),
    },
    "change.severity": {
        "en": (
            "Expectation {name_en}: {before_en} becomes {after_en}",
            "A critical one stops the step, a warning is only told",
        ),
        "fr": (
            "Attente {name_fr} : {before_fr} devient {after_fr}",
            "Une attente critique arrête l'étape, un avertissement est seulement dit",
        ),
    },
    "change.query": {
        "en": (
            "Query {how_en}: {name_en}",
            "What is counted or computed changes; read it, and `cartable contracts check` proves what it may read",
        ),
        "fr": (
            "Requête ({how_fr}) : {name_fr}",
            "Ce qui est compté ou calculé change ; la lire, et `cartable contracts check` prouve ce qu'elle peut lire",
        ),
    },
    "change.form_only": {
        "en": ("{name_en} changed in comments or layout only", "Nothing else changes"),
        "fr": (
            "{name_fr} n'a changé que par ses commentaires ou sa mise en page",
            "Rien d'autre ne change",
        ),
    },
    "change.text": {
        "en": (
            "Words for people to read, {how_en}: {name_en}",
            "Nothing that is kept or shown of persons changes",
        ),
        "fr": (
            "Mots à lire ({how_fr}) : {name_fr}",
            "Rien de ce qui est gardé ou montré des personnes ne change",
        ),
    },
    "change.order": {
        "en": (
            "The same items of {name_en} stand in another order",
            "Classes of numbers and inhabitants go by the order of their list",
        ),
        "fr": (
            "Les mêmes éléments de {name_fr} sont dans un autre ordre",
            "Les classes de nombres et d'habitants suivent l'ordre de leur liste",
        ),
    },
    "change.other": {
        "en": (
            "{name_en}, {how_en}: {before_en} becomes {after_en}",
            "What it lets through is not known here, so that it counts as loosening: look at it",
        ),
        "fr": (
            "{name_fr} ({how_fr}) : {before_fr} devient {after_fr}",
            "Ce que cela laisse passer n'est pas connu ici et compte comme assouplissement : à regarder",
        ),
    },
}
