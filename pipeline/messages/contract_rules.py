"""What is said of rules that cannot hold: of columns, lists, territories and tables."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CONTRACT_RULES: Catalogue = {
    "contract.hierarchy_base": {
        "en": (
            "The hierarchy does not start at the level {name}",
            "Start each hierarchy at the base level",
        ),
        "fr": (
            "La hiérarchie ne part pas du niveau {name}",
            "Faire partir chaque hiérarchie du niveau de base",
        ),
    },
    "contract.cut_points": {
        "en": (
            "The cut points do not rise, or the last class has one",
            "Let `below` rise from class to class and leave it out of the last",
        ),
        "fr": (
            "Les bornes ne croissent pas, ou la dernière classe en a une",
            "Faire croître `below` de classe en classe et l'omettre dans la dernière",
        ),
    },
    "contract.date_format": {
        "en": (
            "Column {name}: type date and a format go together",
            "Add `format`, such as %d/%m/%Y, or change the type",
        ),
        "fr": (
            "Colonne {name} : le type date va avec un format",
            "Ajouter `format`, par exemple %d/%m/%Y, ou changer le type",
        ),
    },
    "contract.identifier_kept": {
        "en": (
            "The direct identifier {name} would be kept",
            "Use drop, pseudonymise or redact",
        ),
        "fr": (
            "L'identifiant direct {name} serait gardé",
            "Utiliser drop, pseudonymise ou redact",
        ),
    },
    "contract.pseudonym_type": {
        "en": (
            "Only required columns of text or integers can be pseudonymised: {name}",
            "Make it required, and of type text or integer",
        ),
        "fr": (
            "Seules des colonnes obligatoires de texte ou d'entiers peuvent être pseudonymisées : {name}",
            "La déclarer obligatoire, de type text ou integer",
        ),
    },
    "contract.generalise_gap": {
        "en": (
            "{count} code(s) have no coarser code in {name}",
            "Add `broader` to each code of the list",
        ),
        "fr": (
            "{count} code(s) n'ont pas de code plus large dans {name}",
            "Ajouter `broader` à chaque code de la liste",
        ),
    },
    "contract.date_in_name": {
        "en": (
            "A date in the name of a file needs its year, its month and its day, once each",
            "Write it with %Y, %m and %d, such as `_%Y%m%d`",
        ),
        "fr": (
            "Une date dans le nom d'un fichier demande son année, son mois et son jour, une fois chacun",
            "L'écrire avec %Y, %m et %d, comme `_%Y%m%d`",
        ),
    },
    "contract.rule_type": {
        "en": (
            "Column {name}: the rule {rule} fits the type(s) {types} only",
            "Choose another rule, or the type that the column has",
        ),
        "fr": (
            "Colonne {name} : la règle {rule} ne convient qu'au(x) type(s) {types}",
            "Choisir une autre règle, ou le type qu'a la colonne",
        ),
    },
    "contract.free_text_kept": {
        "en": (
            "Column {name}: free text would be kept",
            "Drop or redact it, map it to a code list, or close it by `pattern`, `references` or type code",
        ),
        "fr": (
            "Colonne {name} : du texte libre serait gardé",
            "Utiliser drop ou redact, map vers une nomenclature, ou la fermer par `pattern`, `references` ou le type code",
        ),
    },
    "contract.pattern_open": {
        "en": (
            "Column {name}: its pattern lets free text through, so it closes nothing",
            "Write the exact form of the code, or drop or redact the column",
        ),
        "fr": (
            "Colonne {name} : son motif laisse passer du texte libre, il ne ferme donc rien",
            "Écrire la forme exacte du code, ou utiliser drop ou redact",
        ),
    },
    "contract.school_year_start": {
        "en": (
            "Column {name}: `starts` and `to: school_year` go together",
            "Give the month in which a school year starts, for school years only",
        ),
        "fr": (
            "Colonne {name} : `starts` va avec `to: school_year`",
            "Donner le mois où l'année scolaire commence, pour les années scolaires seulement",
        ),
    },
    "contract.band_date": {
        "en": (
            "Column {name}: bands of a date need the day `at` which the age counts; bands of numbers have none",
            "Add `at`, such as 12-31, for a date; take it out for a number",
        ),
        "fr": (
            "Colonne {name} : les classes d'une date demandent le jour `at` où l'âge est compté ; celles d'un nombre n'en ont pas",
            "Ajouter `at`, par exemple 12-31, pour une date ; l'ôter pour un nombre",
        ),
    },
    "contract.band_cuts": {
        "en": (
            "Column {name}: the cut points do not rise",
            "List each cut point once, from the lowest to the highest",
        ),
        "fr": (
            "Colonne {name} : les bornes ne croissent pas",
            "Donner chaque borne une fois, de la plus basse à la plus haute",
        ),
    },
    "contract.band_codes": {
        "en": (
            "The code list {name} has {codes} code(s), the cut points make {wanted} classes",
            "Give the list one code per class, from the lowest",
        ),
        "fr": (
            "La nomenclature {name} a {codes} code(s), les bornes font {wanted} classes",
            "Donner à la liste un code par classe, depuis la plus basse",
        ),
    },
    "contract.territory_start": {
        "en": (
            "Column {name}: nothing says from which level its territory is generalised",
            "Declare `territory` on the column, or give the rule both `by` and `from`",
        ),
        "fr": (
            "Colonne {name} : rien ne dit depuis quel niveau son territoire est généralisé",
            "Déclarer `territory` sur la colonne, ou donner à la règle `by` et `from`",
        ),
    },
    "contract.territory_extract": {
        "en": (
            "Column {name}: `extract` takes a postcode out of text, so it needs `by` and type text",
            "Add `by` and `from`, make the column text, or take `extract` out",
        ),
        "fr": (
            "Colonne {name} : `extract` tire un code postal d'un texte, il lui faut donc `by` et le type text",
            "Ajouter `by` et `from`, déclarer la colonne en text, ou ôter `extract`",
        ),
    },
    "contract.extract_groups": {
        "en": (
            "Column {name}: `extract` is not a regular expression without groups",
            "Write the form of the postcode alone, such as [0-9]{{5}}",
        ),
        "fr": (
            "Colonne {name} : `extract` n'est pas une expression régulière sans groupes",
            "Écrire la seule forme du code postal, par exemple [0-9]{{5}}",
        ),
    },
    "contract.level_not_above": {
        "en": (
            "No hierarchy has the level {name} above {below}",
            "Name a level that contains whole territories of {below}",
        ),
        "fr": (
            "Aucune hiérarchie n'a le niveau {name} au-dessus de {below}",
            "Nommer un niveau qui contient des territoires entiers de {below}",
        ),
    },
    "contract.clip_ends": {
        "en": (
            "Column {name}: clip has no end, or its ends do not rise",
            "Give `at_least`, `at_most`, or both, the lower one first",
        ),
        "fr": (
            "Colonne {name} : clip n'a pas de borne, ou ses bornes ne croissent pas",
            "Donner `at_least`, `at_most`, ou les deux, la plus basse d'abord",
        ),
    },
    "contract.whole_number": {
        "en": (
            "Column {name}: a number of the rule is not whole, the column is",
            "Write a whole number, or make the column decimal",
        ),
        "fr": (
            "Colonne {name} : un nombre de la règle n'est pas entier, la colonne l'est",
            "Écrire un nombre entier, ou déclarer la colonne en decimal",
        ),
    },
    "contract.dimension_codelist": {
        "en": (
            "The dimension {name} has no code list",
            "Add the code list to contracts/codelists.yml, or a typology of that name",
        ),
        "fr": (
            "La dimension {name} n'a pas de nomenclature",
            "Ajouter la nomenclature à contracts/codelists.yml, ou une typologie de ce nom",
        ),
    },
    "contract.typology_level": {
        "en": (
            "The typology {name} would repeat each cell at the base level",
            "Cross it at higher levels only",
        ),
        "fr": (
            "La typologie {name} répéterait chaque cellule au niveau de base",
            "Ne la croiser qu'aux niveaux supérieurs",
        ),
    },
    "contract.counts_persons": {
        "en": (
            "The dataset {name} and the table disagree on counting persons",
            "Set `counts` as the dataset's `counts_persons` says",
        ),
        "fr": (
            "Le jeu {name} et le tableau ne s'accordent pas sur le décompte de personnes",
            "Régler `counts` comme `counts_persons` du jeu",
        ),
    },
    "contract.unprotected": {
        "en": (
            "The table {name} counts persons without protection",
            "Give it a `method` other than none, and a `sensitivity` of the policy",
        ),
        "fr": (
            "Le tableau {name} compte des personnes sans protection",
            "Lui donner une `method` autre que none, et une `sensitivity` de la politique",
        ),
    },
    "contract.zeros_missing": {
        "en": (
            "The policy does not say what becomes of zeros of sensitivity {name}",
            "Write `published` or `protected` for it under `zeros`",
        ),
        "fr": (
            "La politique ne dit pas ce que deviennent les zéros de la sensibilité {name}",
            "Écrire `published` ou `protected` pour elle sous `zeros`",
        ),
    },
    "contract.zeros_tell": {
        "en": (
            "Sensitivity {name} hides groups that are all alike, yet publishes the zeros that tell them",
            "Write `protected` for it under `zeros`, or take it out of `extremes`",
        ),
        "fr": (
            "La sensibilité {name} masque les groupes unanimes, mais publie les zéros qui les révèlent",
            "Écrire `protected` pour elle sous `zeros`, ou la retirer de `extremes`",
        ),
    },
    "contract.extreme_missing": {
        "en": (
            "The table crosses the sensitive dimension {name}, but nothing hides a group that is all in one of its categories",
            "Give sensitivity {sensitivity} a share under `extremes` of the policy, and protected zeros",
        ),
        "fr": (
            "Le tableau croise la dimension sensible {name}, mais rien ne masque un groupe tout entier dans une de ses catégories",
            "Donner à la sensibilité {sensitivity} une part sous `extremes` de la politique, et des zéros protégés",
        ),
    },
    "contract.amounts_open": {
        "en": (
            "The table {name} counts units and hides something without a rule, or has a rule that nothing applies",
            "Give it `method: suppression` and `amounts` together, or neither",
        ),
        "fr": (
            "Le tableau {name} compte des unités et masque sans règle, ou a une règle que rien n'applique",
            "Lui donner `method: suppression` et `amounts` ensemble, ou aucun des deux",
        ),
    },
    "contract.one_amount": {
        "en": (
            "The table {name} hides amounts, but counts persons or has several measures",
            "Keep one measure: the sum over units",
        ),
        "fr": (
            "Le tableau {name} masque des montants, mais compte des personnes ou a plusieurs mesures",
            "Garder une mesure : la somme sur des unités",
        ),
    },
    "contract.formula_parts": {
        "en": (
            "The formula of {name} neither divides nor takes away, or takes away from a need",
            "Declare `under`, or `less` where a rest is the value; with a target only `under`",
        ),
        "fr": (
            "La formule de {name} ne divise ni ne retranche, ou retranche d'un besoin",
            "Déclarer `under`, ou `less` si un reste est la valeur ; avec une cible, `under` seul",
        ),
    },
    "contract.derived_query": {
        "en": (
            "The indicator {name} is made of other figures, but names no query that makes it",
            "Name a file of sql/indicators under `query`, or take `of`, `contrast` and `costs` away",
        ),
        "fr": (
            "L'indicateur {name} est fait d'autres chiffres, mais ne nomme pas la requête qui le fait",
            "Nommer un fichier de sql/indicators sous `query`, ou retirer `of`, `contrast` et `costs`",
        ),
    },
    "contract.nothing_without": {
        "en": (
            "The table {name} names {measure} as that without which an amount is 0, but it hides no amounts, or that is no measure of an open table of the same units",
            "Name `table.measure` of a table with `method: none` of the same population and place",
        ),
        "fr": (
            "Le tableau {name} donne {measure} comme ce sans quoi un montant est nul, mais il ne masque pas de montants, ou ce n'est pas une mesure d'un tableau ouvert des mêmes unités",
            "Nommer `tableau.mesure` d'un tableau à `method: none`, de même population et de même lieu",
        ),
    },
    "contract.one_count": {
        "en": (
            "The table {name} counts persons with several measures",
            "Keep one measure: the count",
        ),
        "fr": (
            "Le tableau {name} compte des personnes avec plusieurs mesures",
            "Garder une mesure : l'effectif",
        ),
    },
    "contract.typology_source": {
        "en": (
            "A typology needs either a measure or a column, not both",
            "Give it `measure: inhabitants` with cut points, or `column`",
        ),
        "fr": (
            "Une typologie a soit une mesure, soit une colonne, pas les deux",
            "Lui donner `measure: inhabitants` avec des bornes, ou `column`",
        ),
    },
}
