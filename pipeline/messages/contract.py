"""What is said of files of contracts, and of the names in them."""

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
            "Nom inconnu ({kind}) : {name}",
            "Corriger le nom, ou le déclarer",
        ),
    },
    "contract.column_unmapped": {
        "en": (
            "The format does not say which field the column {name} is",
            "Give it a field under `fields`",
        ),
        "fr": (
            "Le format ne dit pas quel champ est la colonne {name}",
            "Lui donner un champ sous `fields`",
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
    "contract.encodings": {
        "en": (
            "Some of the encodings could not be told apart: almost any file fits cp1252 and latin-1",
            "Name each encoding once, and one of cp1252 and latin-1 at most, as the last",
        ),
        "fr": (
            "Certains encodages ne se distinguent pas : presque tout fichier convient à cp1252 et latin-1",
            "Nommer chaque encodage une fois, et l'un de cp1252 et latin-1 au plus, en dernier",
        ),
    },
    "contract.lines": {
        "en": (
            "Column {name}: only free text beside other columns may take several lines",
            "Remove `max_lines`, or the pattern, reference or territory; a key has one line",
        ),
        "fr": (
            "Colonne {name} : seul un texte libre, à côté d'autres colonnes, peut prendre plusieurs lignes",
            "Retirer `max_lines`, ou le motif, le renvoi ou le territoire ; une clé tient sur une ligne",
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
    "contract.unknown_dataset": {
        "en": ("There is no dataset of this name; nothing was done", "Name one of {known}"),
        "fr": ("Aucun jeu ne porte ce nom ; rien n'a été fait", "Nommer l'un de ceux-ci : {known}"),
    },
}
