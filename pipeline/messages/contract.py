"""What is said of contracts, queries and suites."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CONTRACT: Catalogue = {
    "contract.invalid": {
        "en": (
            "{count} problem(s) in the contracts; nothing was run",
            "Mend each of the lines below, then run `cartable contracts check`",
        ),
        "fr": (
            "{count} problème(s) dans les contrats ; rien n'a été exécuté",
            "Corriger chacune des lignes ci-dessous, puis lancer `cartable contracts check`",
        ),
    },
    "contract.missing_folder": {
        "en": (
            "No contracts were found",
            "Set CARTABLE_PROJECT to the folder that holds `contracts/`",
        ),
        "fr": (
            "Aucun contrat trouvé",
            "Indiquer dans CARTABLE_PROJECT le dossier qui contient `contracts/`",
        ),
    },
    "contract.missing_file": {
        "en": (
            "A file of the project is missing",
            "Add the file, or take out the contract that asks for it",
        ),
        "fr": (
            "Un fichier du projet manque",
            "Ajouter le fichier, ou retirer le contrat qui le demande",
        ),
    },
    "contract.missing_column": {
        "en": (
            "A column of the file is missing",
            "Add the column to the header and to every row",
        ),
        "fr": (
            "Une colonne du fichier manque",
            "Ajouter la colonne à l'en-tête et à chaque ligne",
        ),
    },
    "contract.not_utf8": {
        "en": (
            "The file is not UTF-8",
            "Save the file as UTF-8",
        ),
        "fr": (
            "Le fichier n'est pas en UTF-8",
            "Enregistrer le fichier en UTF-8",
        ),
    },
    "contract.not_yaml": {
        "en": (
            "The file is not valid YAML",
            "Mend the indentation or the quotes at this line",
        ),
        "fr": (
            "Le fichier n'est pas du YAML valide",
            "Corriger l'indentation ou les guillemets à cette ligne",
        ),
    },
    "contract.not_json": {
        "en": (
            "The file is not valid JSON",
            "Mend the JSON at this line",
        ),
        "fr": (
            "Le fichier n'est pas du JSON valide",
            "Corriger le JSON à cette ligne",
        ),
    },
    "contract.empty": {
        "en": (
            "The file is empty",
            "Write the contract, or delete the file",
        ),
        "fr": (
            "Le fichier est vide",
            "Écrire le contrat, ou supprimer le fichier",
        ),
    },
    "contract.anchor": {
        "en": (
            "The file uses a YAML anchor",
            "Write the part out in full",
        ),
        "fr": (
            "Le fichier utilise une ancre YAML",
            "Écrire la partie en toutes lettres",
        ),
    },
    "contract.repeated_key": {
        "en": (
            "A key stands twice",
            "Keep one of the two",
        ),
        "fr": (
            "Une clé figure deux fois",
            "N'en garder qu'une",
        ),
    },
    "contract.unknown_key": {
        "en": (
            "A key is not known here",
            "Check its spelling against `cartable contracts schema`, or remove it",
        ),
        "fr": (
            "Une clé n'est pas connue ici",
            "Vérifier l'orthographe avec `cartable contracts schema`, ou la retirer",
        ),
    },
    "contract.missing_key": {
        "en": (
            "A required key is missing",
            "Add the key; `cartable contracts schema` tells its form",
        ),
        "fr": (
            "Une clé obligatoire manque",
            "Ajouter la clé ; `cartable contracts schema` en donne la forme",
        ),
    },
    "contract.no_privacy_rule": {
        "en": (
            "A column has no privacy rule",
            "Say what is kept of it: `privacy: {{rule: drop}}` keeps nothing; `cartable contracts schema` lists the rules",
        ),
        "fr": (
            "Une colonne n'a pas de règle de confidentialité",
            "Dire ce qui en est gardé : `privacy: {{rule: drop}}` ne garde rien ; `cartable contracts schema` liste les règles",
        ),
    },
    "contract.unknown_rule": {
        "en": (
            "The privacy rule is not known",
            "Use one of the rules that `cartable contracts schema` lists; drop keeps nothing",
        ),
        "fr": (
            "La règle de confidentialité n'est pas connue",
            "Utiliser une des règles que liste `cartable contracts schema` ; drop ne garde rien",
        ),
    },
    "contract.bad_value": {
        "en": (
            "The content does not fit: {why}",
            "Correct it; `cartable contracts schema` tells what fits",
        ),
        "fr": (
            "Le contenu ne convient pas : {why}",
            "Le corriger ; `cartable contracts schema` dit ce qui convient",
        ),
    },
    "contract.unknown_name": {
        "en": (
            "There is no {kind} named {name}",
            "Correct the name, or declare it",
        ),
        "fr": (
            "Il n'existe pas de {kind} nommé {name}",
            "Corriger le nom, ou le déclarer",
        ),
    },
    "contract.repeated": {
        "en": (
            "{name} stands more than once",
            "Keep one, rename the other",
        ),
        "fr": (
            "{name} figure plus d'une fois",
            "En garder un, renommer l'autre",
        ),
    },
    "contract.file_name": {
        "en": (
            "The name {name} is not that of the file",
            "Give both the same name",
        ),
        "fr": (
            "Le nom {name} n'est pas celui du fichier",
            "Donner aux deux le même nom",
        ),
    },
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
    "contract.codelist_missing": {
        "en": (
            "Column {name}: type code and a code list go together",
            "Name a code list, or change the type",
        ),
        "fr": (
            "Colonne {name} : le type code va avec une nomenclature",
            "Nommer une nomenclature, ou changer le type",
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
            "La typologie {name} répéterait chaque case au niveau de base",
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
            "Give it `method: suppression` and a `sensitivity` of the policy",
        ),
        "fr": (
            "Le tableau {name} compte des personnes sans protection",
            "Lui donner `method: suppression` et une `sensitivity` de la politique",
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
    "contract.bad_territory": {
        "en": (
            "A territory has an unknown level or no whole number of inhabitants",
            "Correct the row",
        ),
        "fr": (
            "Un territoire a un niveau inconnu ou un nombre d'habitants qui n'est pas entier",
            "Corriger la ligne",
        ),
    },
    "contract.unknown_territory": {
        "en": (
            "A code is not among the territories",
            "Add it to the territories, or correct it",
        ),
        "fr": (
            "Un code n'est pas parmi les territoires",
            "L'ajouter aux territoires, ou le corriger",
        ),
    },
    "contract.not_a_select": {
        "en": (
            "The query is not one select",
            "Write it as one `with … select`",
        ),
        "fr": (
            "La requête n'est pas un seul select",
            "L'écrire comme un seul `with … select`",
        ),
    },
    "contract.reads_elsewhere": {
        "en": (
            "The query reads {name}, which it may not read",
            "Count queries read protected tables; indicator queries read the released tables that the indicator declares",
        ),
        "fr": (
            "La requête lit {name}, ce qui lui est interdit",
            "Les requêtes de comptage lisent les tables protégées ; celles d'indicateurs, les tableaux publiés que l'indicateur déclare",
        ),
    },
    "contract.identifier_published": {
        "en": (
            "A published column derives from {name}, an identifier or pseudonym",
            "Take it out of the select",
        ),
        "fr": (
            "Une colonne publiée dérive de {name}, identifiant ou pseudonyme",
            "La retirer du select",
        ),
    },
    "contract.unreadable_sql": {
        "en": (
            "The query cannot be analysed, so it is not proved safe",
            "Name every column, cast each in the final select, no `select *`",
        ),
        "fr": (
            "La requête ne peut être analysée, donc rien ne prouve qu'elle est sûre",
            "Nommer chaque colonne, la convertir dans le select final, sans `select *`",
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
    "contract.unclassified": {
        "en": (
            "A territory has no class in a typology",
            "Give it the inhabitants that the cut points need, or a class that the typology declares",
        ),
        "fr": (
            "Un territoire n'a pas de classe dans une typologie",
            "Lui donner les habitants que les bornes demandent, ou une classe déclarée par la typologie",
        ),
    },
    "contract.suite_column": {
        "en": (
            "The suite names the column {name}, which does not exist there",
            "Correct the suite, or keep the column in the contract",
        ),
        "fr": (
            "La suite nomme la colonne {name}, qui n'y existe pas",
            "Corriger la suite, ou garder la colonne dans le contrat",
        ),
    },
}
