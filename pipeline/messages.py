"""The message catalogue: each code has what happened and what to do, in English and French.

Placeholders are names, numbers and addresses. None is ever filled with a value read from a
delivery. Codes are `kind.what`; the kind is the first word of the section.
"""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, dict[Literal["en", "fr"], tuple[str, str]]] = {
    # --- contract ------------------------------------------------------------------------
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
            "Say what is kept of it: `privacy: {{rule: drop}}`, keep, pseudonymise or generalise",
        ),
        "fr": (
            "Une colonne n'a pas de règle de confidentialité",
            "Dire ce qui en est gardé : `privacy: {{rule: drop}}`, keep, pseudonymise ou generalise",
        ),
    },
    "contract.unknown_rule": {
        "en": (
            "The privacy rule is not known",
            "Use drop, keep, pseudonymise or generalise",
        ),
        "fr": (
            "La règle de confidentialité n'est pas connue",
            "Utiliser drop, keep, pseudonymise ou generalise",
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
            "Use drop or pseudonymise",
        ),
        "fr": (
            "L'identifiant direct {name} serait gardé",
            "Utiliser drop ou pseudonymise",
        ),
    },
    "contract.pseudonym_type": {
        "en": (
            "Only a required text column can be pseudonymised: {name}",
            "Make it type text and required",
        ),
        "fr": (
            "Seule une colonne texte obligatoire peut être pseudonymisée : {name}",
            "La déclarer de type text et obligatoire",
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
    # --- delivery ------------------------------------------------------------------------
    "delivery.empty": {
        "en": (
            "The file is empty; nothing was accepted",
            "Ask the sender for the file again",
        ),
        "fr": (
            "Le fichier est vide ; rien n'a été accepté",
            "Redemander le fichier à l'expéditeur",
        ),
    },
    "delivery.no_rows": {
        "en": (
            "The file has a header and no row; nothing was accepted",
            "Ask the sender for the file again, with its rows",
        ),
        "fr": (
            "Le fichier a un en-tête et aucune ligne de données ; rien n'a été accepté",
            "Redemander le fichier à l'expéditeur, avec ses lignes",
        ),
    },
    "delivery.encoding": {
        "en": (
            (
                "The file is not in {declared}: byte {byte} does not fit, it looks like {looks}; "
                "nothing was accepted"
            ),
            "Save the file again in {declared}, as plain text with delimiters",
        ),
        "fr": (
            (
                "Le fichier n'est pas en {declared} : l'octet {byte} ne convient pas, "
                "il ressemble à {looks} ; rien n'a été accepté"
            ),
            "Enregistrer à nouveau le fichier en {declared}, en texte avec séparateurs",
        ),
    },
    "delivery.nul": {
        "en": (
            "The file holds {count} NUL character(s), the first on this line; nothing was accepted",
            "Export the file again: NUL characters are a sign of a damaged or binary file",
        ),
        "fr": (
            (
                "Le fichier contient {count} caractère(s) NUL, le premier à cette ligne ; "
                "rien n'a été accepté"
            ),
            "Exporter à nouveau le fichier : un NUL signale un fichier abîmé ou binaire",
        ),
    },
    "delivery.mark_inside": {
        "en": (
            (
                "{count} byte order mark(s) stand inside the file, the first on this line; "
                "nothing was accepted"
            ),
            "Deliver one file: a mark inside is a sign of files laid end to end",
        ),
        "fr": (
            (
                "{count} marque(s) d'ordre des octets se trouvent dans le fichier, la première à "
                "cette ligne ; rien n'a été accepté"
            ),
            "Livrer un seul fichier : une telle marque signale des fichiers mis bout à bout",
        ),
    },
    "delivery.layout": {
        "en": (
            "{count} fault(s) in the layout of the file; nothing was accepted",
            "Mend each of the lines below, then deliver the file again",
        ),
        "fr": (
            "{count} défaut(s) dans la structure du fichier ; rien n'a été accepté",
            "Corriger chacune des lignes ci-dessous, puis livrer à nouveau le fichier",
        ),
    },
    "delivery.delimiter": {
        "en": (
            "Fields are separated by '{found}', the contract says '{declared}'; nothing was accepted",
            "Export the file with '{declared}' between fields",
        ),
        "fr": (
            "Les champs sont séparés par « {found} », le contrat dit « {declared} » ; rien n'a été accepté",
            "Exporter le fichier avec « {declared} » entre les champs",
        ),
    },
    "delivery.no_header": {
        "en": (
            "The first line holds none of the {count} agreed column names",
            "Start the file with the header line, letter by letter, capitals counted, no title or row before it: {names}",
        ),
        "fr": (
            "La première ligne ne contient aucun des {count} noms de colonne convenus",
            "Commencer le fichier par l'en-tête, à la lettre, majuscules comptées, ni titre ni ligne de données avant lui : {names}",
        ),
    },
    "delivery.other_layout": {
        "en": (
            "Only {count} of the {wanted} agreed column names stand in the header; this looks like the file of another dataset",
            "Name the dataset that the file belongs to; otherwise give it these columns: {names}",
        ),
        "fr": (
            "Seuls {count} des {wanted} noms de colonne convenus figurent dans l'en-tête ; le fichier semble être celui d'un autre jeu",
            "Nommer le jeu auquel appartient le fichier ; sinon lui donner ces colonnes : {names}",
        ),
    },
    "delivery.missing_column": {
        "en": (
            "An agreed column is missing in the header",
            "Add the column, spelled as in the contract",
        ),
        "fr": (
            "Une colonne convenue manque dans l'en-tête",
            "Ajouter la colonne, écrite comme dans le contrat",
        ),
    },
    "delivery.extra_column": {
        "en": (
            "Column number {position} of the header is not in the contract",
            "Remove the column, or correct its name; what is not agreed is not received",
        ),
        "fr": (
            "La colonne numéro {position} de l'en-tête n'est pas dans le contrat",
            "Retirer la colonne, ou corriger son nom ; ce qui n'est pas convenu n'est pas reçu",
        ),
    },
    "delivery.repeated_column": {
        "en": (
            "A column stands {count} times in the header",
            "Keep the column once",
        ),
        "fr": (
            "Une colonne figure {count} fois dans l'en-tête",
            "Ne garder la colonne qu'une fois",
        ),
    },
    "delivery.repeated_header": {
        "en": (
            "The header stands again among the rows",
            "Deliver one file with one header: files were laid end to end",
        ),
        "fr": (
            "L'en-tête figure de nouveau parmi les lignes",
            "Livrer un fichier avec un seul en-tête : des fichiers ont été mis bout à bout",
        ),
    },
    "delivery.ragged": {
        "en": (
            "The row has {found} field(s), the header {expected}",
            "Check the row for a delimiter too many or too few; quote a cell that contains one",
        ),
        "fr": (
            "La ligne a {found} champ(s), l'en-tête {expected}",
            (
                "Chercher un séparateur en trop ou en moins ; mettre entre guillemets une cellule "
                "qui en contient un"
            ),
        ),
    },
    "delivery.blank_line": {
        "en": (
            "The line is blank",
            "Delete the line",
        ),
        "fr": (
            "La ligne est vide",
            "Supprimer la ligne",
        ),
    },
    "delivery.quote": {
        "en": (
            "A quote is lost or stands where none may",
            "Enclose the whole cell in quotes and double the quotes inside it",
        ),
        "fr": (
            "Un guillemet manque ou se trouve à une place interdite",
            "Mettre toute la cellule entre guillemets et doubler ceux qu'elle contient",
        ),
    },
    "delivery.line_ends": {
        "en": (
            "The line does not end like the first one",
            "Save the file with one kind of line end: CRLF or LF throughout",
        ),
        "fr": (
            "La ligne ne se termine pas comme la première",
            "Enregistrer le fichier avec une seule sorte de fin de ligne : CRLF ou LF partout",
        ),
    },
    "delivery.unfinished": {
        "en": (
            (
                "The last row has no line end, and a cut in this column would not show; "
                "nothing was accepted"
            ),
            "Check that the file is whole, end its last row with a line end and deliver it again",
        ),
        "fr": (
            (
                "La dernière ligne n'a pas de fin de ligne, et une coupure dans cette colonne "
                "ne se verrait pas ; rien n'a été accepté"
            ),
            "Vérifier que le fichier est entier, terminer sa dernière ligne et le livrer à nouveau",
        ),
    },
    "delivery.no_reference": {
        "en": (
            "{name}, which this column refers to, is not known yet; nothing was accepted",
            "Ingest the delivery that holds it for the same period first",
        ),
        "fr": (
            "{name}, auquel cette colonne renvoie, n'est pas encore connu ; rien n'a été accepté",
            "Ingérer d'abord, pour la même période, la livraison qui le contient",
        ),
    },
    "delivery.too_many_refused": {
        "en": (
            (
                "{count} of {counted} row(s) were refused, the contract allows {limit} %; "
                "nothing was accepted"
            ),
            "Mend the rows below and deliver the whole file again",
        ),
        "fr": (
            (
                "{count} ligne(s) sur {counted} ont été refusées, le contrat en permet {limit} % ; "
                "rien n'a été accepté"
            ),
            "Corriger les lignes ci-dessous et livrer à nouveau le fichier entier",
        ),
    },
    "delivery.account": {
        "en": (
            "{count} row(s) were counted, {accounted} accounted for; nothing was accepted",
            "Keep the file and report this: the reader does not agree with its own count",
        ),
        "fr": (
            "{count} ligne(s) ont été comptées, {accounted} retrouvées ; rien n'a été accepté",
            "Garder le fichier et le signaler : le lecteur n'est pas d'accord avec son décompte",
        ),
    },
    "delivery.unknown_dataset": {
        "en": (
            "There is no dataset of this name; nothing was received",
            "Name one of {known}",
        ),
        "fr": (
            "Aucun jeu ne porte ce nom ; rien n'a été reçu",
            "Nommer l'un de ceux-ci : {known}",
        ),
    },
    "delivery.bad_period": {
        "en": (
            "The period is not the first year of a school year; nothing was received",
            "Give four digits, such as `--period 2021` for 2021-2022",
        ),
        "fr": (
            "La période n'est pas la première année d'une année scolaire ; rien n'a été reçu",
            "Donner quatre chiffres, comme `--period 2021` pour 2021-2022",
        ),
    },
    "delivery.future_period": {
        "en": (
            "The school year has not begun: it starts in a later year than this one; nothing was received",
            "Correct `--period`: the calendar year in which the school year starts",
        ),
        "fr": (
            "L'année scolaire n'a pas commencé : elle débute dans une année à venir ; rien n'a été reçu",
            "Corriger `--period` : l'année civile où commence l'année scolaire",
        ),
    },
    "delivery.future_as_of": {
        "en": (
            "The sender's date lies in the future: no correction could ever replace this delivery; nothing was received",
            "Correct `--as-of`, or leave it out: then it is now",
        ),
        "fr": (
            "La date de l'expéditeur est à venir : aucune correction ne pourrait remplacer cette livraison ; rien n'a été reçu",
            "Corriger `--as-of`, ou l'omettre : ce sera alors maintenant",
        ),
    },
    "delivery.reference_missing": {
        "en": (
            "The column refers to {name}, of which nothing is accepted yet for {period}; the delivery is sealed, no row of it was accepted",
            "Ingest {name} for {period} first, then this file again",
        ),
        "fr": (
            "La colonne renvoie à {name}, dont rien n'est encore accepté pour {period} ; la livraison est scellée, aucune ligne n'en a été acceptée",
            "Ingérer d'abord {name} pour {period}, puis ce fichier de nouveau",
        ),
    },
    "delivery.unreadable": {
        "en": (
            "The file could not be read ({kind}); nothing was accepted",
            "Keep the file and report this with the name in brackets",
        ),
        "fr": (
            "Le fichier n'a pas pu être lu ({kind}) ; rien n'a été accepté",
            "Garder le fichier et le signaler avec le nom entre parenthèses",
        ),
    },
    "row.required": {
        "en": (
            "{count} row(s) lack a required value; line(s) {lines}",
            "Fill in the column in each of them",
        ),
        "fr": (
            "{count} ligne(s) sans valeur obligatoire ; ligne(s) {lines}",
            "Remplir la colonne dans chacune",
        ),
    },
    "row.code": {
        "en": (
            "{count} row(s) hold a value that is not in the code list {list}; line(s) {lines}",
            "Write one of: {asked}; letter by letter, without spaces around",
        ),
        "fr": (
            "{count} ligne(s) ont une valeur hors de la nomenclature {list} ; ligne(s) {lines}",
            "Écrire l'une de : {asked} ; à la lettre, sans espaces autour",
        ),
    },
    "row.integer": {
        "en": (
            "{count} row(s) hold no whole number; line(s) {lines}",
            "Write digits only, at most 18, without spaces, decimals or exponent",
        ),
        "fr": (
            "{count} ligne(s) sans nombre entier ; ligne(s) {lines}",
            "N'écrire que des chiffres, 18 au plus, sans espaces, décimales ni exposant",
        ),
    },
    "row.decimal": {
        "en": (
            "{count} row(s) hold no number as agreed; line(s) {lines}",
            "Write digits with {asked} as decimal mark, without spaces or exponent",
        ),
        "fr": (
            "{count} ligne(s) sans nombre écrit comme convenu ; ligne(s) {lines}",
            "Écrire des chiffres avec {asked} pour les décimales, sans espaces ni exposant",
        ),
    },
    "row.date": {
        "en": (
            "{count} row(s) hold a date in another form than agreed; line(s) {lines}",
            "Write each date as {asked}",
        ),
        "fr": (
            "{count} ligne(s) ont une date écrite autrement que convenu ; ligne(s) {lines}",
            "Écrire chaque date sous la forme {asked}",
        ),
    },
    "row.date_impossible": {
        "en": (
            "{count} row(s) hold a date that is not in the calendar; line(s) {lines}",
            "Correct each date, written as {asked}",
        ),
        "fr": (
            "{count} ligne(s) ont une date qui n'est pas dans le calendrier ; ligne(s) {lines}",
            "Corriger chaque date, écrite sous la forme {asked}",
        ),
    },
    "row.space": {
        "en": (
            "{count} row(s) have white space around a value that names the row; line(s) {lines}",
            "Remove the white space before and after it",
        ),
        "fr": (
            (
                "{count} ligne(s) ont des espaces autour d'une valeur qui désigne la ligne ; "
                "ligne(s) {lines}"
            ),
            "Retirer les espaces avant et après",
        ),
    },
    "row.pattern": {
        "en": (
            "{count} row(s) hold a value that does not have the agreed form; line(s) {lines}",
            "Write it to fit {asked}; leading zeros belong to it",
        ),
        "fr": (
            "{count} ligne(s) ont une valeur qui n'a pas la forme convenue ; ligne(s) {lines}",
            "L'écrire selon {asked} ; les zéros initiaux en font partie",
        ),
    },
    "row.minimum": {
        "en": (
            "{count} row(s) hold a number that is too small; line(s) {lines}",
            "Check them: the contract allows {asked} or more",
        ),
        "fr": (
            "{count} ligne(s) ont un nombre trop petit ; ligne(s) {lines}",
            "Les vérifier : le contrat admet {asked} ou plus",
        ),
    },
    "row.maximum": {
        "en": (
            "{count} row(s) hold a number that is too large; line(s) {lines}",
            "Check them: the contract allows {asked} or less",
        ),
        "fr": (
            "{count} ligne(s) ont un nombre trop grand ; ligne(s) {lines}",
            "Les vérifier : le contrat admet {asked} ou moins",
        ),
    },
    "row.reference": {
        "en": (
            "{count} row(s) refer to something that {asked} does not hold; line(s) {lines}",
            "Correct the code, or first deliver what is missing in {asked}",
        ),
        "fr": (
            "{count} ligne(s) renvoient à ce que {asked} ne contient pas ; ligne(s) {lines}",
            "Corriger le code, ou livrer d'abord ce qui manque dans {asked}",
        ),
    },
    "row.territory": {
        "en": (
            "{count} row(s) hold no known code of the level {asked}; line(s) {lines}",
            "Write the official code, leading zeros included",
        ),
        "fr": (
            "{count} ligne(s) sans code connu du niveau {asked} ; ligne(s) {lines}",
            "Écrire le code officiel, zéros initiaux compris",
        ),
    },
    "row.duplicate": {
        "en": (
            "{count} row(s) repeat another one in every column; line(s) {lines}",
            "Nothing is lost, the first was kept; deliver each row once",
        ),
        "fr": (
            "{count} ligne(s) en répètent une autre dans toutes les colonnes ; ligne(s) {lines}",
            "Rien n'est perdu, la première a été gardée ; livrer chaque ligne une fois",
        ),
    },
    "row.conflict": {
        "en": (
            "{count} row(s) share a key and contradict each other; line(s) {lines}",
            "Keep the true one of each; none was accepted, for it is not known which is",
        ),
        "fr": (
            "{count} ligne(s) ont la même clé et se contredisent ; ligne(s) {lines}",
            "Garder la bonne de chaque clé ; aucune n'a été acceptée, faute de savoir laquelle",
        ),
    },
    # --- quality -------------------------------------------------------------------------
    "quality.unknown_zone": {
        "en": (
            "Suites are kept for the zones protected and published only",
            "Move the file to expectations/protected or expectations/published",
        ),
        "fr": (
            "Il n'y a de suites que pour les zones protected et published",
            "Déplacer le fichier dans expectations/protected ou expectations/published",
        ),
    },
    "quality.suite_invalid": {
        "en": (
            "{count} problem(s) in the expectation suite; nothing was checked or changed",
            "Mend each of the lines below, then run `cartable contracts check`",
        ),
        "fr": (
            "{count} problème(s) dans la suite d'attentes ; rien n'a été contrôlé ni modifié",
            "Corriger chacune des lignes ci-dessous, puis lancer `cartable contracts check`",
        ),
    },
    "quality.suite_refused": {
        "en": (
            "Great Expectations does not accept the suite; nothing was checked or changed",
            "Compare the arguments of its expectations with the library's gallery",
        ),
        "fr": (
            "Great Expectations n'accepte pas la suite ; rien n'a été contrôlé ni modifié",
            "Comparer les arguments de ses attentes à la documentation de la bibliothèque",
        ),
    },
    "quality.suite_shape": {
        "en": (
            "The suite does not have the form of a suite: {why}",
            "Give each expectation its type, kwargs, severity and meta.why in English and French",
        ),
        "fr": (
            "La suite n'a pas la forme d'une suite : {why}",
            "Donner à chaque attente type, kwargs, severity et meta.why en anglais et en français",
        ),
    },
    "quality.suite_name": {
        "en": (
            "The name in the suite is not that of its file",
            "Write `zone/name` as in the path: expectations/zone/name.json",
        ),
        "fr": (
            "Le nom dans la suite n'est pas celui de son fichier",
            "Écrire `zone/nom` comme dans le chemin : expectations/zone/nom.json",
        ),
    },
    "quality.type_not_allowed": {
        "en": (
            "The expectation {name} is not allowed in this zone",
            "Use a type that is known to let no value out: pipeline/quality/suites.py lists them",
        ),
        "fr": (
            "L'attente {name} n'est pas admise dans cette zone",
            "Employer un type qui ne laisse sortir aucune valeur : voir pipeline/quality/suites.py",
        ),
    },
    "quality.argument_not_allowed": {
        "en": (
            "The argument {name} is not allowed for this expectation",
            "Remove it, or correct its spelling",
        ),
        "fr": (
            "L'argument {name} n'est pas admis pour cette attente",
            "Le retirer, ou en corriger l'orthographe",
        ),
    },
    "quality.unknown_parameter": {
        "en": (
            "No contract gives the parameter {name}",
            "Declare the code list, pattern or bound in the contract, or correct the name",
        ),
        "fr": (
            "Aucun contrat ne donne le paramètre {name}",
            "Déclarer la nomenclature, le motif ou la borne au contrat, ou corriger le nom",
        ),
    },
    "quality.unknown_column": {
        "en": (
            "The table has no column {name} after the privacy rules",
            "Correct the name, or keep the column in the contract",
        ),
        "fr": (
            "Le tableau n'a pas de colonne {name} après les règles de confidentialité",
            "Corriger le nom, ou garder la colonne dans le contrat",
        ),
    },
    "quality.condition": {
        "en": (
            "The condition of {name} is not made of plain comparisons",
            "Use the types comparison, nullity or and, as in the other suites; no program text",
        ),
        "fr": (
            "La condition de {name} n'est pas faite de simples comparaisons",
            "Employer les types comparison, nullity ou and, comme les autres suites ; pas de code",
        ),
    },
    "quality.gate_crashed": {
        "en": (
            "The gate could not be run; the step stopped and nothing was changed",
            "Nothing passes unchecked: run the step again, then report it with this code",
        ),
        "fr": (
            "Le contrôle n'a pas pu être mené ; l'étape s'est arrêtée, rien n'a été modifié",
            "Rien ne passe sans contrôle : relancer l'étape, puis le signaler avec ce code",
        ),
    },
    "quality.count_mismatch": {
        "en": (
            "Only {count} of the {expectations} expectations of the file were run",
            "Nothing passes half checked, nothing was changed: report it with this code",
        ),
        "fr": (
            "Seules {count} des {expectations} attentes du fichier ont été contrôlées",
            "Rien ne passe à moitié contrôlé, rien n'a été modifié : le signaler avec ce code",
        ),
    },
    "quality.refused": {
        "en": (
            "{count} of {expectations} expectations failed; the step stopped, nothing changed",
            "Have the rows corrected where they come from, then run the step again",
        ),
        "fr": (
            "{count} attente(s) sur {expectations} non tenue(s) ; rien n'a été modifié",
            "Faire corriger les lignes à leur origine, puis relancer l'étape",
        ),
    },
    "quality.failed": {
        "en": (
            "{expectation} does not hold",
            "{why_en}",
        ),
        "fr": (
            "{expectation} n'est pas tenue",
            "{why_fr}",
        ),
    },
    "quality.failed_rows": {
        "en": (
            "{expectation} does not hold for {count} row(s)",
            "{why_en}",
        ),
        "fr": (
            "{expectation} n'est pas tenue pour {count} ligne(s)",
            "{why_fr}",
        ),
    },
    "quality.crashed": {
        "en": (
            "{expectation} counts as failed: its check crashed",
            "See that the column is there and of the type that the check compares",
        ),
        "fr": (
            "{expectation} compte comme non tenue : son contrôle a échoué",
            "Vérifier que la colonne existe et que son type est celui du contrôle",
        ),
    },
    "quality.population_missing": {
        "en": (
            "The population of {period} was not delivered, so coverage cannot be said",
            "Ingest the dataset for that period, then prepare again",
        ),
        "fr": (
            "La population de {period} n'a pas été livrée : la couverture ne peut être dite",
            "Ingérer le jeu pour cette période, puis préparer de nouveau",
        ),
    },
    "quality.coverage_unknown": {
        "en": (
            "The coverage of {count} cell(s) is not known; nothing was prepared",
            "See that the senders and territories of the table's dataset are those of the contracts, then run `cartable prepare` again",
        ),
        "fr": (
            "La couverture de {count} case(s) n'est pas connue ; rien n'a été préparé",
            "Vérifier que les émetteurs et territoires du jeu du tableau sont ceux des contrats, puis relancer `cartable prepare`",
        ),
    },
    "quality.rows_lost": {
        "en": (
            "{count} row(s) of {period} are not in the counts; nothing was prepared",
            "Ingest the schools of that period again: each row must find its school",
        ),
        "fr": (
            "{count} ligne(s) de {period} manquent dans les comptages ; rien n'a été préparé",
            "Ingérer de nouveau les écoles de cette période : chaque ligne doit trouver son école",
        ),
    },
    "quality.nothing_to_count": {
        "en": (
            "There is no accepted row to count",
            "Ingest deliveries first",
        ),
        "fr": (
            "Aucune ligne acceptée à compter",
            "Ingérer d'abord des livraisons",
        ),
    },
    # --- privacy -------------------------------------------------------------------------
    "privacy.identifier_missing": {
        "en": (
            "{count} row(s) have no identifier, so no pseudonym; nothing was kept",
            "Ask the sender for the identifiers, or refuse these rows when they are read",
        ),
        "fr": (
            "{count} ligne(s) n'ont pas d'identifiant, donc pas de pseudonyme ; rien n'a été gardé",
            "Demander les identifiants à l'expéditeur, ou refuser ces lignes à la lecture",
        ),
    },
    "privacy.identifier_not_text": {
        "en": (
            "An identifier is not valid text; nothing was kept",
            "Declare the column as text and read it in the encoding of its sender",
        ),
        "fr": (
            "Un identifiant n'est pas un texte valide ; rien n'a été gardé",
            "Déclarer la colonne en text et la lire dans le codage de l'expéditeur",
        ),
    },
    "privacy.identifier_too_long": {
        "en": (
            "{count} identifier(s) are longer than 65,535 bytes; nothing was kept",
            "Check that the column is an identifier, and the delimiter of the file",
        ),
        "fr": (
            "{count} identifiant(s) dépassent 65 535 octets ; rien n'a été gardé",
            "Vérifier que la colonne est un identifiant, et le séparateur du fichier",
        ),
    },
    "privacy.identifier_parts": {
        "en": (
            "The parts of an identifier are none, or differ in number of rows",
            "Give each part of the identifier for each row",
        ),
        "fr": (
            "Les parties d'un identifiant manquent, ou n'ont pas le même nombre de lignes",
            "Donner chaque partie de l'identifiant pour chaque ligne",
        ),
    },
    "privacy.key_size": {
        "en": (
            "A pseudonym key is not of 32 bytes; nothing was kept",
            "Take the key from the key ring, never from elsewhere",
        ),
        "fr": (
            "Une clé de pseudonyme n'a pas 32 octets ; rien n'a été gardé",
            "Prendre la clé du trousseau, jamais d'ailleurs",
        ),
    },
    "privacy.no_key": {
        "en": (
            "There is no key for the domain {domain}; nothing was kept",
            "Open the keys of this installation, then run the step again",
        ),
        "fr": (
            "Il n'y a pas de clé pour le domaine {domain} ; rien n'a été gardé",
            "Ouvrir les clés de cette installation, puis relancer l'étape",
        ),
    },
    "privacy.column_missing": {
        "en": (
            "A column of the contract is missing; nothing was kept",
            "Deliver the column, or take it out of the contract",
        ),
        "fr": (
            "Une colonne du contrat manque ; rien n'a été gardé",
            "Livrer la colonne, ou la retirer du contrat",
        ),
    },
    "privacy.column_repeated": {
        "en": (
            "A column stands more than once; nothing was kept",
            "Deliver the column once",
        ),
        "fr": (
            "Une colonne figure plusieurs fois ; rien n'a été gardé",
            "Livrer la colonne une seule fois",
        ),
    },
    "privacy.columns_unknown": {
        "en": (
            "{count} column(s) are not in the contract, so none has a rule; nothing was kept",
            "Give each column a privacy rule (`rule: drop` keeps nothing), or do not send it",
        ),
        "fr": (
            "{count} colonne(s) ne sont pas au contrat, donc sans règle ; rien n'a été gardé",
            "Donner une règle à chaque colonne (`rule: drop` ne garde rien), ou ne pas l'envoyer",
        ),
    },
    "privacy.code_unknown": {
        "en": (
            "{count} code(s) are not in the code list of the column; nothing was kept",
            "Refuse these rows when they are read, or add the codes to the list",
        ),
        "fr": (
            "{count} code(s) ne sont pas dans la nomenclature de la colonne ; rien n'a été gardé",
            "Refuser ces lignes à la lecture, ou ajouter les codes à la nomenclature",
        ),
    },
    "privacy.no_coarser_code": {
        "en": (
            "{count} code(s) have no coarser code; nothing was kept",
            "Add `broader` to each code of the list, or refuse these rows when they are read",
        ),
        "fr": (
            "{count} code(s) n'ont pas de code plus large ; rien n'a été gardé",
            "Ajouter `broader` à chaque code de la liste, ou refuser ces lignes à la lecture",
        ),
    },
    "privacy.no_codelist": {
        "en": (
            "The code list of the column is not known; nothing was kept",
            "Declare it in contracts/codelists.yml",
        ),
        "fr": (
            "La nomenclature de la colonne n'est pas connue ; rien n'a été gardé",
            "La déclarer dans contracts/codelists.yml",
        ),
    },
    "privacy.not_of_type": {
        "en": (
            "A column is not of its declared type {type}; nothing was kept",
            "Correct the type in the contract, or refuse these rows when they are read",
        ),
        "fr": (
            "Une colonne n'est pas du type déclaré {type} ; rien n'a été gardé",
            "Corriger le type dans le contrat, ou refuser ces lignes à la lecture",
        ),
    },
    # --- disclosure ----------------------------------------------------------------------
    "disclosure.rule_unsupported": {
        "en": (
            "Only thresholds of at least 1 with published zeros are supported",
            "Correct `k` and `zeros` in the table's contract",
        ),
        "fr": (
            "Seuls les seuils d'au moins 1 avec zéros publiés sont pris en charge",
            "Corrigez `k` et `zeros` dans le contrat du tableau",
        ),
    },
    "disclosure.width_unsupported": {
        "en": (
            "The protection width must be at least 1",
            "Correct `protection_width` in the policy",
        ),
        "fr": (
            "La largeur de protection doit être d'au moins 1",
            "Corrigez `protection_width` dans la politique",
        ),
    },
    "disclosure.shape_unknown_dimension": {
        "en": (
            "Level {level} crosses a dimension that the table does not have, or one twice",
            "Correct `levels` in the table's contract",
        ),
        "fr": (
            "Le niveau {level} croise une dimension absente du tableau, ou deux fois la même",
            "Corrigez `levels` dans le contrat du tableau",
        ),
    },
    "disclosure.shape_unknown_level": {
        "en": (
            "Level {level} is not in the territories",
            "Declare it in contracts/territories.yml or remove it from the table",
        ),
        "fr": (
            "Le niveau {level} n'est pas dans les territoires",
            "Déclarez-le dans contracts/territories.yml ou retirez-le du tableau",
        ),
    },
    "disclosure.geography_invalid": {
        "en": (
            "A territory is listed twice, or a level does not cover all territories",
            "Correct the files named in contracts/territories.yml",
        ),
        "fr": (
            "Un territoire est listé deux fois, ou un niveau ne couvre pas tous les territoires",
            "Corrigez les fichiers nommés dans contracts/territories.yml",
        ),
    },
    "disclosure.tables_unmatched": {
        "en": (
            "The inner cells do not match the {count} published tables",
            "Count each table of the population exactly once",
        ),
        "fr": (
            "Les cellules internes ne correspondent pas aux {count} tableaux publiés",
            "Comptez chaque tableau de la population exactement une fois",
        ),
    },
    "disclosure.inner_unknown_dimension": {
        "en": (
            "The inner cells do not have the table's dimensions, or one has no code list",
            "Correct the table's query or its contract",
        ),
        "fr": (
            (
                "Les cellules internes n'ont pas les dimensions du tableau, ou l'une n'a pas de "
                "liste de codes"
            ),
            "Corrigez la requête du tableau ou son contrat",
        ),
    },
    "disclosure.inner_unknown_code": {
        "en": (
            "{count} inner cells bear a territory or code that no list has",
            "Correct the table's query or the code list, and check that CARTABLE_PROJECT and CARTABLE_HOME belong together; nothing was published",
        ),
        "fr": (
            "{count} cellules internes portent un territoire ou un code hors liste",
            "Corrigez la requête du tableau ou la liste de codes, et vérifiez que CARTABLE_PROJECT et CARTABLE_HOME vont ensemble ; rien n'a été publié",
        ),
    },
    "disclosure.inner_negative": {
        "en": (
            "{count} inner cells count fewer than no person",
            "Correct the table's query; nothing was published",
        ),
        "fr": (
            "{count} cellules internes comptent moins de zéro personne",
            "Corrigez la requête du tableau ; rien n'a été publié",
        ),
    },
    "disclosure.tables_disagree": {
        "en": (
            "Tables of one population differ in {count} sums that count the same persons",
            "Make their queries count the same rows; nothing was published",
        ),
        "fr": (
            "Les tableaux d'une population diffèrent sur {count} sommes des mêmes personnes",
            "Faites compter les mêmes lignes à leurs requêtes ; rien n'a été publié",
        ),
    },
    "disclosure.tables_entangled": {
        "en": (
            (
                "The {count} tables of the population share dimensions in a circle, so their "
                "joint relations cannot all be written"
            ),
            "Join two of the tables, or remove a dimension",
        ),
        "fr": (
            (
                "Les {count} tableaux de la population partagent des dimensions en cercle : "
                "leurs relations ne peuvent pas toutes être écrites"
            ),
            "Réunissez deux des tableaux, ou retirez une dimension",
        ),
    },
    "disclosure.solver_failed": {
        "en": (
            "The linear solver gave no optimum",
            "Nothing was published; run again and report it if it recurs",
        ),
        "fr": (
            "Le solveur linéaire n'a pas donné d'optimum",
            "Rien n'a été publié ; relancez et signalez-le si cela se répète",
        ),
    },
    "disclosure.zero_hidden": {
        "en": (
            "{count} zeros are hidden although zeros are published",
            "Hide positive cells only",
        ),
        "fr": (
            "{count} zéros sont cachés alors que les zéros sont publiés",
            "Ne cachez que des cellules positives",
        ),
    },
    "disclosure.world_contradicts": {
        "en": (
            "A world found by the audit contradicts what is shown ({count} published cells)",
            "Nothing was published; report it",
        ),
        "fr": (
            "Un monde trouvé par l'audit contredit ce qui est montré ({count} cellules publiées)",
            "Rien n'a été publié ; signalez-le",
        ),
    },
    "disclosure.no_safe_pattern": {
        "en": (
            (
                "{count} hidden figures cannot be protected by {width} persons, whatever else is "
                "hidden"
            ),
            "Publish fewer levels or dimensions, or lower the protection width",
        ),
        "fr": (
            (
                "{count} chiffres cachés ne peuvent être protégés de {width} personnes, quoi "
                "qu'on cache d'autre"
            ),
            "Publiez moins de niveaux ou de dimensions, ou réduisez la largeur de protection",
        ),
    },
    "disclosure.audit_failed": {
        "en": (
            "{count} hidden cells can be bounded more closely than {width} persons",
            "Nothing was published; report it",
        ),
        "fr": (
            "{count} cellules cachées peuvent être encadrées à moins de {width} personnes",
            "Rien n'a été publié ; signalez-le",
        ),
    },
    "disclosure.audit_crashed": {
        "en": (
            "The audit of the hidden cells stopped ({kind}), so nothing shows that they are safe",
            "Nothing was published; run again and report it if it recurs",
        ),
        "fr": (
            (
                "L'audit des cellules cachées s'est arrêté ({kind}) : rien ne montre qu'elles "
                "sont sûres"
            ),
            "Rien n'a été publié ; relancez et signalez-le si cela se répète",
        ),
    },
    "disclosure.absent_counted": {
        "en": (
            "{count} persons are counted where another published table says that there can be nobody; nothing was published",
            "Ingest the schools of that period again: each person's school must be among them, with its sector",
        ),
        "fr": (
            "{count} personnes sont comptées là où un autre tableau publié dit qu'il ne peut y avoir personne ; rien n'a été publié",
            "Ingérer de nouveau les écoles de cette période : l'école de chaque personne doit y figurer, avec son secteur",
        ),
    },
    # --- approval ------------------------------------------------------------------------
    "approval.missing": {
        "en": (
            "The candidate {candidate} is not approved; nothing was published",
            "Let the delegate run `cartable approve {candidate} --by ROLE`",
        ),
        "fr": (
            "Le candidat {candidate} n'est pas approuvé ; rien n'a été publié",
            "Le délégué lance `cartable approve {candidate} --by RÔLE`",
        ),
    },
    "approval.unknown_candidate": {
        "en": (
            "There is no candidate named {candidate}",
            "See `cartable status`, or run `cartable prepare`",
        ),
        "fr": (
            "Aucun candidat nommé {candidate}",
            "Voir `cartable status`, ou lancer `cartable prepare`",
        ),
    },
    "approval.superseded": {
        "en": (
            "Newer rows or rules superseded the candidate {candidate}; nothing was published",
            "Run `cartable prepare` and have the new candidate approved",
        ),
        "fr": (
            "Des lignes ou règles plus récentes ont remplacé le candidat {candidate} ; rien n'a été publié",
            "Lancer `cartable prepare` et faire approuver le nouveau candidat",
        ),
    },
    "approval.declined": {
        "en": (
            "The candidate {candidate} was not approved; nothing was published and the release in force stays",
            "Look at it again with `cartable status`; to approve it, run `cartable publish` or `cartable approve {candidate} --by ROLE`",
        ),
        "fr": (
            "Le candidat {candidate} n'a pas été approuvé ; rien n'a été publié et la publication en vigueur reste",
            "Le revoir avec `cartable status` ; pour l'approuver, lancer `cartable publish` ou `cartable approve {candidate} --by RÔLE`",
        ),
    },
    "approval.nobody": {
        "en": (
            "CARTABLE_APPROVERS names no account, so that nobody could approve a release",
            "Name the account of the controller's delegate, or unset it: the default is `delegate`",
        ),
        "fr": (
            "CARTABLE_APPROVERS ne nomme aucun compte : personne ne pourrait approuver une publication",
            "Nommer le compte du délégué du responsable, ou la retirer : la valeur par défaut est `delegate`",
        ),
    },
    # --- command -------------------------------------------------------------------------
    "command.unexpected": {
        "en": (
            "The command stopped on an error that it does not know: {kind} at {where}; what it had not finished was not kept",
            "Run `cartable status`, then the command again; if it stops again, report the kind and the place",
        ),
        "fr": (
            "La commande s'est arrêtée sur une erreur qu'elle ne connaît pas : {kind} à {where} ; ce qui n'était pas fini n'a pas été gardé",
            "Lancer `cartable status`, puis la commande à nouveau ; si elle s'arrête encore, signaler le type et le lieu",
        ),
    },
    "command.interrupted": {
        "en": (
            "Interrupted; what was not finished was not kept",
            "Run the same command again: it begins where nothing was half done",
        ),
        "fr": (
            "Interrompu ; ce qui n'était pas fini n'a pas été gardé",
            "Relancer la même commande : elle reprend là où rien n'est à moitié fait",
        ),
    },
    # --- schedule ------------------------------------------------------------------------
    "schedule.no_inbox": {
        "en": (
            "The inbox folder does not exist, so that no delivery can be taken in",
            "Make the folder that CARTABLE_INBOX names (default ./inbox), or name another",
        ),
        "fr": (
            "Le dossier de réception n'existe pas : aucune livraison ne peut être prise en charge",
            "Créer le dossier que nomme CARTABLE_INBOX (par défaut ./inbox), ou en nommer un autre",
        ),
    },
    "schedule.not_in_inbox": {
        "en": (
            "The inbox holds no such file; nothing was read",
            "Name a file that lies in the inbox folder, and check its spelling",
        ),
        "fr": (
            "La réception ne contient pas ce fichier ; rien n'a été lu",
            "Nommer un fichier qui se trouve dans le dossier de réception, et vérifier son nom",
        ),
    },
    "schedule.no_period": {
        "en": (
            "The name of the file does not say its period; nothing was read",
            "Give the period, or name the file {dataset}_2021.csv, with its first year",
        ),
        "fr": (
            "Le nom du fichier ne dit pas sa période ; rien n'a été lu",
            "Donner la période, ou nommer le fichier {dataset}_2021.csv, avec sa première année",
        ),
    },
    "schedule.period_differs": {
        "en": (
            "The name of the file says another period than {period}; nothing was read",
            "Correct the period, or the name of the file",
        ),
        "fr": (
            "Le nom du fichier dit une autre période que {period} ; rien n'a été lu",
            "Corriger la période, ou le nom du fichier",
        ),
    },
    "schedule.unexpected": {
        "en": (
            "{kind} at {where}: the step stopped and kept nothing; what the error said is withheld, for it may quote data",
            "Run `cartable status`, then the task again; report the kind and the place above",
        ),
        "fr": (
            "{kind} à {where} : l'étape s'est arrêtée et n'a rien gardé ; le texte de l'erreur est tu, car il peut citer des données",
            "Lancer `cartable status`, puis la tâche de nouveau ; signaler le type et le lieu ci-dessus",
        ),
    },
    # --- storage -------------------------------------------------------------------------
    "storage.query_failed": {
        "en": (
            "A query of the project failed; nothing was kept",
            "Run `cartable contracts check`; if it passes, give the engine more memory",
        ),
        "fr": (
            "Une requête du projet a échoué ; rien n'a été gardé",
            "Lancer `cartable contracts check` ; s'il passe, donner plus de mémoire au moteur",
        ),
    },
    "storage.clear_inside_data": {
        "en": (
            "The folder for files in clear lies inside the data folder; nothing was written",
            "Name a folder outside CARTABLE_HOME",
        ),
        "fr": (
            "Le dossier des fichiers en clair se trouve dans celui des données ; rien n'a été écrit",
            "Nommer un dossier hors de CARTABLE_HOME",
        ),
    },
    "storage.keys_inside_data": {
        "en": (
            "The key folder lies inside the data folder",
            "Set CARTABLE_KEYS to a folder outside CARTABLE_HOME",
        ),
        "fr": (
            "Le dossier des clés se trouve dans celui des données",
            "Placer CARTABLE_KEYS hors de CARTABLE_HOME",
        ),
    },
    "storage.keys_exist": {
        "en": (
            "There are keys here already, or what is left of them; none was made",
            "Use them, or name an empty folder in CARTABLE_KEYS",
        ),
        "fr": (
            "Il y a déjà des clés ici, ou leurs restes ; aucune n'a été créée",
            "Les utiliser, ou indiquer un dossier vide dans CARTABLE_KEYS",
        ),
    },
    "storage.keys_missing": {
        "en": (
            "A key or the folder of the keys is missing or cannot be read; nothing was opened",
            "Set CARTABLE_KEYS to the folder of the keys, or restore them from their backup; a new installation makes its keys with `cartable keys init`",
        ),
        "fr": (
            "Une clé ou le dossier des clés manque ou ne peut être lu ; rien n'a été ouvert",
            "Indiquer le dossier des clés dans CARTABLE_KEYS, ou restaurer leur sauvegarde ; une nouvelle installation crée ses clés avec `cartable keys init`",
        ),
    },
    "storage.keys_lost": {
        "en": (
            "There are no keys, but data sealed with other keys lies here; none were made, for they would open nothing",
            "Restore the keys from their backup and set CARTABLE_KEYS to them; if they are lost, start anew with an empty CARTABLE_HOME",
        ),
        "fr": (
            "Il n'y a pas de clés, mais des données scellées avec d'autres clés sont ici ; aucune n'a été créée, car elle n'ouvrirait rien",
            "Restaurer les clés de leur sauvegarde et indiquer leur dossier dans CARTABLE_KEYS ; si elles sont perdues, repartir d'un CARTABLE_HOME vide",
        ),
    },
    "storage.keys_open_to_others": {
        "en": (
            "Others than the owner have rights on a key or on the folder of the keys",
            "Find out who read it, then set mode 0700 on the folder and 0600 on the key files",
        ),
        "fr": (
            "D'autres que le propriétaire ont des droits sur une clé ou le dossier des clés",
            "Chercher qui l'a lue, puis mettre le dossier en mode 0700 et les clés en 0600",
        ),
    },
    "storage.keys_wrong_root": {
        "en": (
            "The root key is not the one with which this vault was made; nothing was opened",
            "Put back the root key that belongs to this vault",
        ),
        "fr": (
            "La clé racine n'est pas celle de ce coffre ; rien n'a été ouvert",
            "Remettre la clé racine qui appartient à ce coffre",
        ),
    },
    "storage.keys_altered": {
        "en": (
            "A file of the keys is altered or belongs to other keys; nothing was opened",
            "Restore the folder of the keys, whole, from its backup",
        ),
        "fr": (
            "Un fichier des clés est altéré ou appartient à d'autres clés ; rien n'a été ouvert",
            "Restaurer le dossier des clés, en entier, depuis sa sauvegarde",
        ),
    },
    "storage.key_not_unwrapped": {
        "en": (
            "A data key is altered, or was wrapped by other keys or for another file",
            "Check that CARTABLE_KEYS and CARTABLE_HOME belong together; restore the file",
        ),
        "fr": (
            "Une clé de données est altérée, ou vient d'autres clés ou d'un autre fichier",
            "Vérifier que CARTABLE_KEYS et CARTABLE_HOME vont ensemble ; restaurer le fichier",
        ),
    },
    "storage.sealed_missing": {
        "en": (
            "A sealed file is missing or cannot be read",
            "Restore it from its backup, or deliver the original again",
        ),
        "fr": (
            "Un fichier scellé manque ou ne peut être lu",
            "Le restaurer depuis sa sauvegarde, ou livrer de nouveau l'original",
        ),
    },
    "storage.sealed_altered": {
        "en": (
            "A sealed file is altered, cut short, or stands in the place of another",
            "Restore it from its backup; if keys were changed, set CARTABLE_KEYS to its own",
        ),
        "fr": (
            "Un fichier scellé est altéré, tronqué, ou mis à la place d'un autre",
            "Le restaurer depuis sa sauvegarde ; si les clés ont changé, indiquer les siennes",
        ),
    },
    "storage.source_unreadable": {
        "en": (
            "The file to be sealed could not be read to its end; nothing was kept",
            "Check the disk or the connection it comes from, then deliver it again",
        ),
        "fr": (
            "Le fichier à sceller n'a pu être lu jusqu'au bout ; rien n'a été gardé",
            "Vérifier le disque ou la connexion d'où il vient, puis le livrer de nouveau",
        ),
    },
    "storage.cannot_write": {
        "en": (
            "A file cannot be written ({reason}); what was there before is as it was",
            "Free space or give the rights, then run the same command again",
        ),
        "fr": (
            "Un fichier ne peut être écrit ({reason}) ; ce qui existait est inchangé",
            "Libérer de la place ou donner les droits, puis relancer la même commande",
        ),
    },
    # --- publication ---------------------------------------------------------------------
    "publication.refused": {
        "en": (
            "{count} problem(s) in what was to be published; nothing was written",
            "Mend the step that made the tables below",
        ),
        "fr": (
            "{count} problème(s) dans ce qui devait être publié ; rien n'a été écrit",
            "Corriger l'étape qui a fait les tableaux ci-dessous",
        ),
    },
    "publication.no_table": {
        "en": (
            "A table is declared without cells, or has cells without being declared",
            "Give one set of cells per contract under contracts/tables",
        ),
        "fr": (
            "Un tableau est déclaré sans cases, ou a des cases sans être déclaré",
            "Donner un jeu de cases par contrat de contracts/tables",
        ),
    },
    "publication.missing_column": {
        "en": (
            "A declared column is missing",
            "Give the column",
        ),
        "fr": (
            "Une colonne déclarée manque",
            "Donner la colonne",
        ),
    },
    "publication.undeclared_column": {
        "en": (
            "A column is not declared, or stands twice",
            "Take the column out: only declared columns are published",
        ),
        "fr": (
            "Une colonne n'est pas déclarée, ou figure deux fois",
            "Retirer la colonne : seules les colonnes déclarées sont publiées",
        ),
    },
    "publication.unknown_code": {
        "en": (
            "{count} row(s) bear a code that no contract declares",
            "Correct the codes, or declare them",
        ),
        "fr": (
            "{count} ligne(s) portent un code qu'aucun contrat ne déclare",
            "Corriger les codes, ou les déclarer",
        ),
    },
    "publication.repeated": {
        "en": (
            "{count} row(s) repeat the address of another",
            "Give one row per address",
        ),
        "fr": (
            "{count} ligne(s) répètent l'adresse d'une autre",
            "Donner une ligne par adresse",
        ),
    },
    "publication.hidden_value": {
        "en": (
            "{count} confidential cell(s) bear a value or another status than Q",
            "Empty the value of hidden cells before publishing",
        ),
        "fr": (
            "{count} case(s) confidentielles portent une valeur ou un autre statut que Q",
            "Vider la valeur des cases masquées avant de publier",
        ),
    },
    "publication.unsaid": {
        "en": (
            "{count} cell(s) lack a value without a status that says why, or the reverse",
            "Give Q to hidden cells and M to impossible ones",
        ),
        "fr": (
            "{count} case(s) sans valeur et sans statut qui dise pourquoi, ou l'inverse",
            "Donner Q aux cases masquées et M aux impossibles",
        ),
    },
    "publication.exists": {
        "en": (
            "The file to be written exists already",
            "Write each release into a folder of its own",
        ),
        "fr": (
            "Le fichier à écrire existe déjà",
            "Écrire chaque publication dans son propre dossier",
        ),
    },
    "publication.not_written": {
        "en": (
            "The published files could not be written; nothing was left",
            "Check the free space and the rights of the folder, then run the step again",
        ),
        "fr": (
            "Les fichiers publiés n'ont pu être écrits ; rien n'est resté",
            "Vérifier l'espace libre et les droits du dossier, puis relancer l'étape",
        ),
    },
    "storage.altered": {
        "en": (
            "A file of the store is missing, altered, or stands in the place of another",
            "Restore it from its backup; if keys were changed, set CARTABLE_KEYS to its own",
        ),
        "fr": (
            "Un fichier du dépôt manque, est altéré, ou est mis à la place d'un autre",
            "Le restaurer depuis sa sauvegarde ; si les clés ont changé, indiquer les siennes",
        ),
    },
    "storage.bad_name": {
        "en": (
            "An id is empty, too long, or holds a character that a file name must not",
            "Use letters, digits and `_ . + -`, at most 200, the first a letter, digit or `_`",
        ),
        "fr": (
            "Un identifiant est vide, trop long, ou ne convient pas comme nom de fichier",
            "Lettres, chiffres et `_ . + -`, 200 au plus, d'abord une lettre, un chiffre ou `_`",
        ),
    },
    "storage.unknown_id": {
        "en": (
            "There is no {kind} of this id",
            "Check the id with `cartable status`",
        ),
        "fr": (
            "Il n'existe pas de {kind} de cet identifiant",
            "Vérifier l'identifiant avec `cartable status`",
        ),
    },
    "storage.bad_as_of": {
        "en": (
            "The date of the delivery is not an ISO date or date-time; nothing was accepted",
            "Write it like 2021-10-15 or 2021-10-15T08:00:00+00:00",
        ),
        "fr": (
            "La date de la livraison n'est ni une date ni un horodatage ISO ; rien n'a été accepté",
            "L'écrire comme 2021-10-15 ou 2021-10-15T08:00:00+00:00",
        ),
    },
    "storage.empty_batch": {
        "en": (
            "The batch holds no row; what was accepted before is as it was",
            "Deliver at least one row that the contract accepts",
        ),
        "fr": (
            "Le lot ne contient aucune ligne ; ce qui était accepté est inchangé",
            "Livrer au moins une ligne que le contrat accepte",
        ),
    },
    "storage.sender_missing": {
        "en": (
            "{count} row(s) name no sender; nothing was accepted",
            "Make the sender's column required in the contract",
        ),
        "fr": (
            "{count} ligne(s) sans expéditeur ; rien n'a été accepté",
            "Rendre la colonne de l'expéditeur obligatoire dans le contrat",
        ),
    },
    "storage.senders_differ": {
        "en": (
            "{count} batches do not name their senders in the same column",
            "Deliver the period again under the contract in force",
        ),
        "fr": (
            "{count} lots ne nomment pas leurs expéditeurs dans la même colonne",
            "Livrer de nouveau la période sous le contrat en vigueur",
        ),
    },
    "storage.columns_differ": {
        "en": (
            "The batches in force for {period} do not have the same columns",
            "Deliver the period again under the contract in force",
        ),
        "fr": (
            "Les lots en vigueur pour {period} n'ont pas les mêmes colonnes",
            "Livrer de nouveau la période sous le contrat en vigueur",
        ),
    },
    "storage.batch_differs": {
        "en": (
            "A batch of this id is there with other rows; it is as it was",
            "Give the new rows an id of their own",
        ),
        "fr": (
            "Un lot de cet identifiant existe avec d'autres lignes ; il est inchangé",
            "Donner aux nouvelles lignes un identifiant propre",
        ),
    },
    "storage.nothing_accepted": {
        "en": (
            "Nothing has been accepted for {period}",
            "Run `cartable ingest` for this dataset and period first",
        ),
        "fr": (
            "Rien n'a été accepté pour {period}",
            "Lancer d'abord `cartable ingest` pour ce jeu et cette période",
        ),
    },
    "storage.quarantine_columns": {
        "en": (
            "Refused rows must have the columns line, column, rule and row; none was kept",
            "Report this as a defect of the reader",
        ),
        "fr": (
            "Les lignes refusées n'ont pas les colonnes line, column, rule et row ; rien n'est gardé",
            "Signaler un défaut du lecteur",
        ),
    },
    "storage.quarantine_words": {
        "en": (
            "A column or rule of a refused row is no name of the contract; none was kept",
            "Report this as a defect of the reader",
        ),
        "fr": (
            "Une colonne ou règle de ligne refusée n'est pas un nom du contrat ; rien n'est gardé",
            "Signaler un défaut du lecteur",
        ),
    },
    "storage.counts_destroyed": {
        "en": (
            "The tables of this candidate were destroyed after the decision on it",
            "Run `cartable prepare` for a new candidate",
        ),
        "fr": (
            "Les tableaux de ce candidat ont été détruits après la décision",
            "Lancer `cartable prepare` pour un nouveau candidat",
        ),
    },
    "storage.release_differs": {
        "en": (
            "A release of this id is there with other facts; it is as it was",
            "Give the new release an id of its own",
        ),
        "fr": (
            "Une version de cet identifiant existe avec d'autres faits ; elle est inchangée",
            "Donner à la nouvelle version un identifiant propre",
        ),
    },
    "storage.release_altered": {
        "en": (
            "A file of the release is missing, altered, added, or not signed by this publisher",
            "Do not use this copy; take the release again from its publisher",
        ),
        "fr": (
            "Un fichier de la version manque, est altéré ou ajouté, ou vient d'un autre éditeur",
            "Ne pas utiliser cette copie ; reprendre la version chez son éditeur",
        ),
    },
    "storage.ledger_altered": {
        "en": (
            "The ledger is altered at entry {entry}; nothing was added",
            "Keep it as evidence, restore it from its copy and tell the DPO",
        ),
        "fr": (
            "Le registre est altéré à l'entrée {entry} ; rien n'a été ajouté",
            "Le garder comme preuve, le restaurer depuis sa copie et prévenir le DPO",
        ),
    },
    "storage.ledger_fact": {
        "en": (
            "{name} of a ledger entry is no count, hash or id; nothing was added",
            "Write counts, hashes and ids only",
        ),
        "fr": (
            "{name} d'une entrée du registre n'est ni décompte, ni empreinte, ni identifiant",
            "N'écrire que décomptes, empreintes et identifiants",
        ),
    },
    # --- query ---------------------------------------------------------------------------
    "query.not_published": {
        "en": (
            "No published database was found",
            "Publish a release first: `cartable publish`",
        ),
        "fr": (
            "Aucune base publiée trouvée",
            "Publier d'abord : `cartable publish`",
        ),
    },
    "query.not_a_database": {
        "en": (
            "The file is not a published database that can be opened",
            "Check the release with `cartable status`, or publish it again",
        ),
        "fr": (
            "Le fichier n'est pas une base publiée que l'on puisse ouvrir",
            "Vérifier la publication avec `cartable status`, ou publier à nouveau",
        ),
    },
    "query.not_one": {
        "en": (
            "{count} statements were given where one query is taken",
            "Give one select statement",
        ),
        "fr": (
            "{count} instructions données ; une seule requête est admise",
            "Donner une seule instruction select",
        ),
    },
    "query.not_a_query": {
        "en": (
            "The statement is not a query: the published database is read only",
            "Start with select, with, from, describe or summarize",
        ),
        "fr": (
            "L'instruction n'est pas une requête : la base publiée se lit seulement",
            "Commencer par select, with, from, describe ou summarize",
        ),
    },
    "query.not_allowed": {
        "en": (
            "The query uses {name}, which is not among what is published",
            "Use the published tables and views: `show tables`, or the table columns",
        ),
        "fr": (
            "La requête utilise {name}, qui n'est pas publié",
            "Utiliser les tables et vues publiées : `show tables`, ou la table columns",
        ),
    },
    "query.too_long": {
        "en": (
            "The query was stopped after {seconds} seconds",
            "Ask for fewer rows, or raise the time limit",
        ),
        "fr": (
            "La requête a été arrêtée après {seconds} secondes",
            "Demander moins de lignes, ou augmenter la durée permise",
        ),
    },
    "query.too_large": {
        "en": (
            "The query needs more memory than is allowed",
            "Ask for fewer rows, or aggregate them",
        ),
        "fr": (
            "La requête demande plus de mémoire que permis",
            "Demander moins de lignes, ou les agréger",
        ),
    },
    "query.refused": {
        "en": (
            "The query was not understood: {why}",
            "See the names of tables and columns in the table columns",
        ),
        "fr": (
            "La requête n'a pas été comprise : {why}",
            "Voir les noms des tables et colonnes dans la table columns",
        ),
    },
    "query.nothing_published": {
        "en": (
            "Nothing was published yet",
            "Run `cartable publish`, or `cartable demo` to try",
        ),
        "fr": (
            "Rien n'a encore été publié",
            "Lancer `cartable publish`, ou `cartable demo` pour essayer",
        ),
    },
    "query.binary_on_terminal": {
        "en": (
            "Parquet is not for a terminal",
            "Add --output FILE, or redirect the output",
        ),
        "fr": (
            "Parquet n'est pas fait pour un terminal",
            "Ajouter --output FICHIER, ou rediriger la sortie",
        ),
    },
    # --- synthetic -----------------------------------------------------------------------
    "synthetic.facts": {
        "en": (
            "A file of facts is missing, or is not as it should be",
            "The demonstration runs on its own project: leave CARTABLE_PROJECT unset; or rebuild its facts with `python -m demo.build_facts`",
        ),
        "fr": (
            "Un fichier de faits manque ou n'a pas la forme attendue",
            "La démonstration a son propre projet : ne pas définir CARTABLE_PROJECT ; ou reconstruire ses faits par `python -m demo.build_facts`",
        ),
    },
    "synthetic.link": {
        "en": (
            "{count} row(s) of the facts name an unknown school, commune or type",
            "Rebuild the facts with `python -m demo.build_facts`",
        ),
        "fr": (
            "{count} ligne(s) des faits nomment une école, une commune ou un type inconnus",
            "Reconstruire les faits par `python -m demo.build_facts`",
        ),
    },
    "synthetic.period": {
        "en": (
            "Nobody is enrolled in period {period} in the facts",
            "Ask for a period that the facts cover",
        ),
        "fr": (
            "Personne n'est inscrit pour la période {period} dans les faits",
            "Demander une période que les faits couvrent",
        ),
    },
    "synthetic.grade": {
        "en": (
            "{count} row(s) of the enrolment have a grade whose ages are unknown",
            "Add the grade to GRADE_YEARS, with its years after the first primary grade",
        ),
        "fr": (
            "{count} ligne(s) des effectifs ont un niveau dont les âges sont inconnus",
            "Ajouter le niveau à GRADE_YEARS, avec ses années après le CP",
        ),
    },
    "synthetic.sexes": {
        "en": (
            "{count} row(s) of the enrolment have counts below zero, or sexes that do not add up",
            "Mend the rows; leave girls and boys empty where they are unknown",
        ),
        "fr": (
            "{count} ligne(s) des effectifs sont négatives, ou filles et garçons n'y font pas le total",
            "Corriger les lignes ; laisser filles et garçons vides s'ils sont inconnus",
        ),
    },
    "synthetic.repeated": {
        "en": (
            "{count} row(s) of the enrolment count a school and grade a second time",
            "Keep one row per period, school and grade",
        ),
        "fr": (
            "{count} ligne(s) des effectifs comptent deux fois une école et un niveau",
            "Garder une ligne par période, école et niveau",
        ),
    },
    "synthetic.capacity": {
        "en": (
            "{count} is more than the {limit} that an identity can tell apart",
            "Draw fewer schools, or fewer persons per school and grade",
        ),
        "fr": (
            "{count} dépasse les {limit} qu'une identité sait distinguer",
            "Tirer moins d'écoles, ou moins de personnes par école et niveau",
        ),
    },
}
