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
    # --- delivery ------------------------------------------------------------------------
    # --- quality -------------------------------------------------------------------------
    # --- privacy -------------------------------------------------------------------------
    # --- disclosure ----------------------------------------------------------------------
    # --- approval ------------------------------------------------------------------------
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
            "Set CARTABLE_KEYS to the folder of the keys, or restore them from their backup",
        ),
        "fr": (
            "Une clé ou le dossier des clés manque ou ne peut être lu ; rien n'a été ouvert",
            "Indiquer le dossier des clés dans CARTABLE_KEYS, ou restaurer leur sauvegarde",
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
    # --- query ---------------------------------------------------------------------------
    # --- synthetic -----------------------------------------------------------------------
    "synthetic.facts": {
        "en": (
            "A file of facts is missing, or is not as it should be",
            "Rebuild the facts with `python -m demo.build_facts`",
        ),
        "fr": (
            "Un fichier de faits manque ou n'a pas la forme attendue",
            "Reconstruire les faits par `python -m demo.build_facts`",
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
            "{count} row(s) of the enrolment have girls and boys that do not add up",
            "Mend the rows, or leave both counts empty",
        ),
        "fr": (
            "{count} ligne(s) des effectifs ont des filles et des garçons dont la somme diffère",
            "Corriger les lignes, ou laisser les deux nombres vides",
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
