"""What is said of a change of what is published and counted."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CHANGE_PUBLISHED: Catalogue = {
    "change.secondary": {
        "en": (
            "What is hidden to protect other figures, {name_en}: {before_en} becomes {after_en}",
            "Every pattern keeps the same promise; other figures may be hidden than before",
        ),
        "fr": (
            "Ce qui est masqué pour protéger d'autres chiffres, {name_fr} : {before_fr} devient {after_fr}",
            "Toute disposition tient la même promesse ; d'autres chiffres peuvent être masqués qu'avant",
        ),
    },
    "change.amounts": {
        "en": (
            "Rule for amounts that are not open {how_en}: {name_en}",
            "It hides only in the tables that name it, each told by itself",
        ),
        "fr": (
            "Règle pour les montants non ouverts ({how_fr}) : {name_fr}",
            "Elle ne masque que dans les tableaux qui la nomment, chacun dit à part",
        ),
    },
    "change.amounts_removed": {
        "en": (
            "Rule for amounts that are not open removed: {name_en}",
            "No amount is hidden by it any more, whoever is behind it",
        ),
        "fr": (
            "Règle pour les montants non ouverts retirée : {name_fr}",
            "Elle ne masque plus aucun montant, quelles que soient les unités derrière lui",
        ),
    },
    "change.amount_limit": {
        "en": (
            "Amounts that are not open, {name_en}: {before_en} becomes {after_en}",
            "What one unit gives to an amount can be worked out more or less closely",
        ),
        "fr": (
            "Montants non ouverts, {name_fr} : {before_fr} devient {after_fr}",
            "Ce qu'une unité apporte à un montant peut être retrouvé de plus ou moins près",
        ),
    },
    "change.table_amounts": {
        "en": (
            "Amounts of the table {name_en}: the rule {before_en} becomes {after_en}",
            "Another rule says which amounts tell too much of one unit",
        ),
        "fr": (
            "Montants du tableau {name_fr} : la règle {before_fr} devient {after_fr}",
            "Une autre règle dit quels montants en disent trop sur une unité",
        ),
    },
    "change.table_amounts_removed": {
        "en": (
            "Amounts of the table {name_en} are no more hidden: the rule was {before_en}",
            "Every amount would be published, also where one unit alone is behind it",
        ),
        "fr": (
            "Montants du tableau {name_fr} : plus rien n'est masqué, la règle était {before_fr}",
            "Tout montant serait publié, même si une seule unité est derrière lui",
        ),
    },
    "change.table": {
        "en": (
            "Published table {how_en}: {name_en}",
            "Its figures are released",
        ),
        "fr": (
            "Tableau publié ({how_fr}) : {name_fr}",
            "Ses chiffres paraissent",
        ),
    },
    "change.table_removed": {
        "en": (
            "Published table removed: {name_en}",
            "Its figures are released no more",
        ),
        "fr": (
            "Tableau publié retiré : {name_fr}",
            "Ses chiffres ne paraissent plus",
        ),
    },
    "change.dimension": {
        "en": (
            "Dimension of a table {how_en}: {name_en}",
            "Its figures may be split by it",
        ),
        "fr": (
            "Dimension d'un tableau ({how_fr}) : {name_fr}",
            "Ses chiffres peuvent être ventilés par elle",
        ),
    },
    "change.dimension_removed": {
        "en": (
            "Dimension of a table removed: {name_en}",
            "Its figures are split by it no more",
        ),
        "fr": (
            "Dimension d'un tableau retirée : {name_fr}",
            "Ses chiffres ne sont plus ventilés par elle",
        ),
    },
    "change.level": {
        "en": (
            "Territorial level of a table {how_en}: {name_en}",
            "Its figures are released there too: the smaller the territory, the fewer persons in each",
        ),
        "fr": (
            "Niveau territorial d'un tableau ({how_fr}) : {name_fr}",
            "Ses chiffres y paraissent aussi : plus le territoire est petit, moins de personnes dans chacun",
        ),
    },
    "change.level_removed": {
        "en": (
            "Territorial level of a table removed: {name_en}",
            "Its figures are released there no more",
        ),
        "fr": (
            "Niveau territorial d'un tableau retiré : {name_fr}",
            "Ses chiffres n'y paraissent plus",
        ),
    },
    "change.crossing": {
        "en": (
            "Split of the figures at a territorial level {how_en}: {name_en}",
            "Each figure there counts fewer persons",
        ),
        "fr": (
            "Ventilation à un niveau territorial ({how_fr}) : {name_fr}",
            "Chaque chiffre y compte moins de personnes",
        ),
    },
    "change.crossing_removed": {
        "en": (
            "Split of the figures at a territorial level removed: {name_en}",
            "Each figure there counts more persons",
        ),
        "fr": (
            "Ventilation à un niveau territorial retirée : {name_fr}",
            "Chaque chiffre y compte plus de personnes",
        ),
    },
    "change.measure": {
        "en": (
            "Measure of a table {how_en}: {name_en}",
            "A figure more is released of each cell, or another",
        ),
        "fr": (
            "Mesure d'un tableau ({how_fr}) : {name_fr}",
            "Un chiffre de plus paraît pour chaque cellule, ou un autre",
        ),
    },
    "change.measure_removed": {
        "en": (
            "Measure of a table removed: {name_en}",
            "A figure less is released of each cell",
        ),
        "fr": (
            "Mesure d'un tableau retirée : {name_fr}",
            "Un chiffre de moins paraît pour chaque cellule",
        ),
    },
    "change.sensitivity": {
        "en": (
            "Table {name_en}: the sensitivity {before_en} becomes {after_en}",
            "Counts of persons below the threshold are hidden",
        ),
        "fr": (
            "Tableau {name_fr} : la sensibilité {before_fr} devient {after_fr}",
            "Les effectifs de personnes sous le seuil sont masqués",
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
        "en": (
            "Code {how_en}: {name_en}",
            "Persons are told apart by it",
        ),
        "fr": (
            "Code ({how_fr}) : {name_fr}",
            "Il distingue des personnes",
        ),
    },
    "change.code_removed": {
        "en": (
            "Code removed: {name_en}",
            "Persons are told apart by it no more",
        ),
        "fr": (
            "Code retiré : {name_fr}",
            "Il ne distingue plus de personnes",
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
            "It is computed from released figures only",
        ),
        "fr": (
            "Indicateur ({how_fr}) : {name_fr}",
            "Il se calcule sur des chiffres publiés seulement",
        ),
    },
    "change.indicator_altered": {
        "en": (
            "Indicator, {name_en}: {before_en} becomes {after_en}",
            "It is computed from released figures only",
        ),
        "fr": (
            "Indicateur, {name_fr} : {before_fr} devient {after_fr}",
            "Il se calcule sur des chiffres publiés seulement",
        ),
    },
    "change.vintage": {
        "en": (
            "Reference vintage of the territories: {before_en} becomes {after_en}",
            "Which persons are counted where changes; of figures of two vintages the difference shows what moved",
        ),
        "fr": (
            "Millésime de référence des territoires : {before_fr} devient {after_fr}",
            "Les personnes sont comptées ailleurs ; la différence de deux millésimes montre ce qui a bougé",
        ),
    },
    "change.typology": {
        "en": (
            "Classes of territories {how_en}: {name_en}",
            "Territories are put together otherwise: of two cuts of one country the difference shows what lies between",
        ),
        "fr": (
            "Classes de territoires ({how_fr}) : {name_fr}",
            "Les territoires sont regroupés autrement : la différence de deux découpages montre ce qui est entre eux",
        ),
    },
    "change.boundary": {
        "en": (
            "Class of territories {name_en}: its upper bound goes from {before_en} to {after_en}",
            "Territories are put together otherwise: of two cuts of one country the difference shows what lies between",
        ),
        "fr": (
            "Classe de territoires {name_fr} : sa borne haute passe de {before_fr} à {after_fr}",
            "Les territoires sont regroupés autrement : la différence de deux découpages montre ce qui est entre eux",
        ),
    },
    "change.territory_level": {
        "en": (
            "Territorial level {how_en}: {name_en}",
            "Tables may show figures there",
        ),
        "fr": (
            "Niveau territorial ({how_fr}) : {name_fr}",
            "Des tableaux peuvent y montrer des chiffres",
        ),
    },
    "change.territory_level_removed": {
        "en": (
            "Territorial level removed: {name_en}",
            "Tables show figures there no more",
        ),
        "fr": (
            "Niveau territorial retiré : {name_fr}",
            "Des tableaux n'y montrent plus de chiffres",
        ),
    },
    "change.geography": {
        "en": (
            "The territories change: {name_en}",
            "Which persons are counted where changes; of figures of two vintages the difference shows what moved",
        ),
        "fr": (
            "Les territoires changent : {name_fr}",
            "Les personnes sont comptées ailleurs ; la différence de deux millésimes montre ce qui a bougé",
        ),
    },
    "change.recoding": {
        "en": (
            "Recoding of rows, {name_en}: {before_en} becomes {after_en}",
            "What is kept of the period's rows is coarser with more steps",
        ),
        "fr": (
            "Recodage de lignes, {name_fr} : {before_fr} devient {after_fr}",
            "Ce qui est gardé des lignes de la période est plus grossier avec plus de degrés",
        ),
    },
}
