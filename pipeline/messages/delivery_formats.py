"""What is said of a delivery of another format than delimited text."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

_NONE = "nothing was accepted"
_RIEN = "rien n'a été accepté"
_TEXT = "Let the sender keep codes as text where they are stored, then export the file again: leading zeros cannot be put back"
_TEXTE = "Que l'expéditeur garde les codes comme du texte là où ils sont stockés, puis exporte à nouveau le fichier : les zéros de tête ne se remettent pas"
_MEND = "Ask the sender to mend the export, then deliver the file again"
_CORRIGER = "Demander à l'expéditeur de corriger l'export, puis livrer à nouveau le fichier"
_SHEET = "Ask the sender for a workbook of one plain sheet: values only, nothing hidden or merged"
_FEUILLE = "Demander à l'expéditeur un classeur d'une simple feuille : des valeurs seules, rien de masqué ni de fusionné"

DELIVERY_FORMATS: Catalogue = {
    "delivery.number_for_text": {
        "en": ("{count} value(s) are numbers where the contract wants text", _TEXT),
        "fr": ("{count} valeur(s) sont des nombres là où le contrat veut du texte", _TEXTE),
    },
    "delivery.cell_type": {
        "en": ("{count} value(s) are of another kind than the contract wants", _MEND),
        "fr": ("{count} valeur(s) sont d'une autre nature que le contrat ne le veut", _CORRIGER),
    },
    "delivery.column_type": {
        "en": ("{count} column is stored as another type than the contract wants", _MEND),
        "fr": (
            "{count} colonne est stockée sous un autre type que le contrat ne le veut",
            _CORRIGER,
        ),
    },
    "delivery.nested": {
        "en": (
            "{count} value(s) or column(s) hold several values in one",
            "Ask the sender for one value in each cell",
        ),
        "fr": (
            "{count} valeur(s) ou colonne(s) contiennent plusieurs valeurs en une",
            "Demander à l'expéditeur une seule valeur par champ",
        ),
    },
    "delivery.line_in_cell": {
        "en": (
            "{count} cell(s) hold a line break",
            "Write each on one line, then deliver the file again",
        ),
        "fr": (
            "{count} champ(s) contiennent un saut de ligne",
            "Écrire chacun sur une seule ligne, puis livrer à nouveau le fichier",
        ),
    },
    "delivery.not_json_lines": {
        "en": (
            f"The file is not JSON Lines: its first line is no JSON object; {_NONE}",
            "Ask the sender for one JSON object a line, in UTF-8",
        ),
        "fr": (
            f"Le fichier n'est pas du JSON Lines : sa première ligne n'est pas un objet JSON ; {_RIEN}",
            "Demander à l'expéditeur un objet JSON par ligne, en UTF-8",
        ),
    },
    "delivery.json_line": {
        "en": (
            "{count} line(s) are no JSON object in UTF-8, or hold what JSON does not know",
            _MEND,
        ),
        "fr": (
            "{count} ligne(s) ne sont pas un objet JSON en UTF-8, ou contiennent ce que JSON ne connaît pas",
            _CORRIGER,
        ),
    },
    "delivery.json_twice": {
        "en": ("{count} line(s) say a name twice: which value counts is not known", _MEND),
        "fr": (
            "{count} ligne(s) disent un nom deux fois : la valeur qui compte est inconnue",
            _CORRIGER,
        ),
    },
    "delivery.json_unknown": {
        "en": ("{count} name(s) stand in some lines and not in the first", _MEND),
        "fr": ("{count} nom(s) figurent dans des lignes et pas dans la première", _CORRIGER),
    },
    "delivery.json_missing": {
        "en": ("{count} line(s) lack this name", "Write `null` where there is no value"),
        "fr": ("{count} ligne(s) n'ont pas ce nom", "Écrire `null` là où il n'y a pas de valeur"),
    },
    "delivery.not_parquet": {
        "en": (f"The file is no sound Parquet file; {_NONE}", _MEND),
        "fr": (f"Le fichier n'est pas un fichier Parquet valable ; {_RIEN}", _CORRIGER),
    },
    "delivery.parquet_encrypted": {
        "en": (
            f"The Parquet file is encrypted; {_NONE}",
            "Ask the sender for the file without encryption, over a channel that is itself protected",
        ),
        "fr": (
            f"Le fichier Parquet est chiffré ; {_RIEN}",
            "Demander à l'expéditeur le fichier sans chiffrement, par un canal lui-même protégé",
        ),
    },
    "delivery.not_oneroster": {
        "en": (
            f"The file is no OneRoster bundle: a zip with `manifest.csv` at its top; {_NONE}",
            "Ask the sender for the bundle as the system exports it",
        ),
        "fr": (
            f"Le fichier n'est pas un lot OneRoster : un zip avec `manifest.csv` à sa racine ; {_RIEN}",
            "Demander à l'expéditeur le lot tel que le système l'exporte",
        ),
    },
    "delivery.oneroster_version": {
        "en": (
            f"The bundle is of another version of OneRoster than the contract knows ({{versions}}); {_NONE}",
            "Ask the sender for one of these versions, or map the other in the contract",
        ),
        "fr": (
            f"Le lot est d'une autre version de OneRoster que celles du contrat ({{versions}}) ; {_RIEN}",
            "Demander à l'expéditeur une de ces versions, ou décrire l'autre dans le contrat",
        ),
    },
    "delivery.oneroster_absent": {
        "en": (
            f"The bundle lacks the file of this dataset, or does not say that it holds it; {_NONE}",
            "Ask the sender for a bundle with that file, told as `bulk` or `delta` in `manifest.csv`",
        ),
        "fr": (
            f"Le lot n'a pas le fichier de ce jeu, ou ne dit pas qu'il le contient ; {_RIEN}",
            "Demander à l'expéditeur un lot avec ce fichier, dit `bulk` ou `delta` dans `manifest.csv`",
        ),
    },
    "delivery.oneroster_delta": {
        "en": (
            f"The bundle holds what changed in this file, and the contract asks for all of it; {_NONE}",
            "Ask the sender for a bundle in which it is `bulk`, or say `mode: delta` in the contract",
        ),
        "fr": (
            f"Le lot contient ce qui a changé dans ce fichier, et le contrat le demande entier ; {_RIEN}",
            "Demander à l'expéditeur un lot où il est `bulk`, ou dire `mode: delta` dans le contrat",
        ),
    },
    "delivery.oneroster_status": {
        "en": (
            f"{{count}} changed record(s) do not say whether they are deleted; {_NONE}",
            "Ask the sender for a bundle whose changed records bear a status, `active` or `tobedeleted`",
        ),
        "fr": (
            f"{{count}} enregistrement(s) modifié(s) ne disent pas s'ils sont supprimés ; {_RIEN}",
            "Demander à l'expéditeur un lot dont les enregistrements modifiés portent un statut, `active` ou `tobedeleted`",
        ),
    },
    "delivery.other_mode": {
        "en": (
            f"The file says that it holds changes alone or all that there is, and what was said beside it is the other; {_NONE}",
            "Leave out `--full` and the mode in the control file: the file tells it; or ask the sender for the other",
        ),
        "fr": (
            f"Le fichier dit contenir les seuls changements ou la totalité, et ce qui est dit à côté est l'inverse ; {_RIEN}",
            "Omettre `--full` et le mode du fichier de contrôle : le fichier le dit ; ou demander l'autre à l'expéditeur",
        ),
    },
    "delivery.edfi_none": {
        "en": (
            f"The interchange holds no record of the resource that the contract asks for; {_NONE}",
            "Ask the sender for the interchange in which it stands",
        ),
        "fr": (
            f"L'échange ne contient aucun enregistrement de la ressource que demande le contrat ; {_RIEN}",
            "Demander à l'expéditeur l'échange où elle se trouve",
        ),
    },
    "delivery.xml_typed": {
        "en": (
            f"The file declares a document type, by which it could read other files or fill the memory; {_NONE}",
            "Ask the sender where it comes from, and for a file without document type",
        ),
        "fr": (
            f"Le fichier déclare un type de document, par lequel il pourrait lire d'autres fichiers ou remplir la mémoire ; {_RIEN}",
            "Demander à l'expéditeur d'où il vient, et un fichier sans type de document",
        ),
    },
    "delivery.xml_damaged": {
        "en": (f"The XML in the file is not well-formed; {_NONE}", _MEND),
        "fr": (f"Le XML du fichier n'est pas bien formé ; {_RIEN}", _CORRIGER),
    },
    "delivery.not_xlsx": {
        "en": (
            f"The file is no sound XLSX workbook; {_NONE}",
            "Ask the sender to save it again as XLSX, from the spreadsheet itself",
        ),
        "fr": (
            f"Le fichier n'est pas un classeur XLSX valable ; {_RIEN}",
            "Demander à l'expéditeur de l'enregistrer à nouveau en XLSX, depuis le tableur",
        ),
    },
    "delivery.xlsx_encrypted": {
        "en": (
            f"The workbook is under a password, or of the old XLS form; {_NONE}",
            "Ask the sender for an XLSX workbook without password, over a channel that is itself protected",
        ),
        "fr": (
            f"Le classeur est sous mot de passe, ou de l'ancienne forme XLS ; {_RIEN}",
            "Demander à l'expéditeur un classeur XLSX sans mot de passe, par un canal lui-même protégé",
        ),
    },
    "delivery.xlsx_macros": {
        "en": (
            f"The workbook holds macros; none was run, {_NONE}",
            "Ask the sender to save it as XLSX without macros",
        ),
        "fr": (
            f"Le classeur contient des macros ; aucune n'a été lancée, {_RIEN}",
            "Demander à l'expéditeur de l'enregistrer en XLSX sans macros",
        ),
    },
    "delivery.xlsx_hidden_sheet": {
        "en": (
            f"{{count}} sheet(s) of the workbook are hidden: what they hold, nobody looked at; {_NONE}",
            _SHEET,
        ),
        "fr": (
            f"{{count}} feuille(s) du classeur sont masquées : personne n'a regardé ce qu'elles contiennent ; {_RIEN}",
            _FEUILLE,
        ),
    },
    "delivery.xlsx_sheets": {
        "en": (
            f"The workbook has {{count}} sheets where there must be one; {_NONE}",
            "Ask the sender for the one sheet, or name it in the contract (`format.sheet`)",
        ),
        "fr": (
            f"Le classeur a {{count}} feuilles au lieu d'une ; {_RIEN}",
            "Demander à l'expéditeur la seule feuille voulue, ou la nommer dans le contrat (`format.sheet`)",
        ),
    },
    "delivery.xlsx_no_sheet": {
        "en": (
            f"The workbook has no sheet of the name that the contract says, or it is no sheet of cells; {_NONE}",
            "Ask the sender to name the sheet as the contract does (`format.sheet`)",
        ),
        "fr": (
            f"Le classeur n'a pas de feuille du nom que dit le contrat, ou ce n'est pas une feuille de calcul ; {_RIEN}",
            "Demander à l'expéditeur de nommer la feuille comme le contrat (`format.sheet`)",
        ),
    },
    "delivery.xlsx_1904": {
        "en": (
            f"The workbook counts its dates from 1904; {_NONE}",
            "Ask the sender to save it with dates from 1900: File, Options, Advanced",
        ),
        "fr": (
            f"Le classeur compte ses dates depuis 1904 ; {_RIEN}",
            "Demander à l'expéditeur de l'enregistrer avec des dates depuis 1900 : Fichier, Options, Options avancées",
        ),
    },
    "delivery.xlsx_hidden_rows": {
        "en": ("{count} row(s) of the sheet are hidden, or filtered away", _SHEET),
        "fr": ("{count} ligne(s) de la feuille sont masquées, ou écartées par un filtre", _FEUILLE),
    },
    "delivery.xlsx_hidden_columns": {
        "en": ("{count} run(s) of columns of the sheet are hidden", _SHEET),
        "fr": ("{count} groupe(s) de colonnes de la feuille sont masqués", _FEUILLE),
    },
    "delivery.xlsx_formula": {
        "en": (
            "{count} cell(s) hold a formula: their value is what another program last computed",
            "Ask the sender to paste values in the place of formulas",
        ),
        "fr": (
            "{count} champ(s) contiennent une formule : leur valeur est celle qu'un autre programme a calculée",
            "Demander à l'expéditeur de coller des valeurs à la place des formules",
        ),
    },
    "delivery.xlsx_merged": {
        "en": ("{count} range(s) of cells are merged", _SHEET),
        "fr": ("{count} plage(s) de champs sont fusionnées", _FEUILLE),
    },
    "delivery.xlsx_ambiguous": {
        "en": (
            "{count} cell(s) are such that programs read them differently, like a whole number of over 15 digits, a date of before March 1900, or two values in one cell",
            "Write such numbers as text and such dates as they are wanted; else open the workbook in a spreadsheet program, save it again as XLSX and deliver it again",
        ),
        "fr": (
            "{count} champ(s) sont lus différemment selon le programme, comme un entier de plus de 15 chiffres, une date d'avant mars 1900 ou deux valeurs dans un champ",
            "Écrire ces nombres en texte et ces dates sous la forme voulue ; sinon ouvrir le classeur dans un tableur, l'enregistrer de nouveau en XLSX et le livrer à nouveau",
        ),
    },
    "delivery.xlsx_far": {
        "en": (
            "A cell on this row stands far off the table",
            "Delete it, and whatever else stands beside the table",
        ),
        "fr": (
            "Un champ de cette ligne se trouve loin du tableau",
            "Le supprimer, et tout ce qui se trouve à côté du tableau",
        ),
    },
    "delivery.xlsx_error": {
        "en": ("{count} cell(s) hold an error of the spreadsheet", _MEND),
        "fr": ("{count} champ(s) contiennent une erreur du tableur", _CORRIGER),
    },
    "delivery.xlsx_blank_row": {
        "en": ("{count} row(s) between others are blank", "Take blank rows out of the sheet"),
        "fr": ("{count} ligne(s) entre d'autres sont vides", "Ôter les lignes vides de la feuille"),
    },
    "delivery.serial_date": {
        "en": (
            "{count} cell(s) hold a number where a date is wanted",
            "Ask the sender to format the column as a date, and to check that each is the right day",
        ),
        "fr": (
            "{count} champ(s) contiennent un nombre là où une date est voulue",
            "Demander à l'expéditeur de mettre la colonne au format date, et de vérifier que chaque jour est le bon",
        ),
    },
    "delivery.date_for_text": {
        "en": (
            "{count} cell(s) are dates where the contract wants none: a spreadsheet may have made them of codes",
            "Ask the sender to format the column as text, and to type again what became a date",
        ),
        "fr": (
            "{count} champ(s) sont des dates là où le contrat n'en veut pas : un tableur a pu les faire de codes",
            "Demander à l'expéditeur de mettre la colonne au format texte, et de saisir à nouveau ce qui est devenu une date",
        ),
    },
}
