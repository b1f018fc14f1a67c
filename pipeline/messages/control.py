"""What is said of control files, and of what they say otherwise than the delivery beside them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CONTROL: Catalogue = {
    "control.missing": {
        "en": (
            "The contract asks for a control file beside each delivery, and there is none: the delivery is not complete and waits; nothing was received",
            "Once it is there, put it beside the delivery under the same name with `.control.yml` behind it, or name it by `--control`",
        ),
        "fr": (
            "Le contrat demande un fichier de contrôle à côté de chaque livraison, et il n'y en a pas : la livraison n'est pas complète et attend ; rien n'a été reçu",
            "Quand il est là, le mettre à côté de la livraison sous le même nom suivi de `.control.yml`, ou le nommer par `--control`",
        ),
    },
    "control.unfinished": {
        "en": (
            "The control file does not end with `end: true`: the delivery is still being sent and waits; nothing was received",
            "Wait until the sender has finished; if that is long ago, ask for both files again",
        ),
        "fr": (
            "Le fichier de contrôle ne se termine pas par `end: true` : la livraison est en cours d'envoi et attend ; rien n'a été reçu",
            "Attendre que l'expéditeur ait fini ; si cela date, redemander les deux fichiers",
        ),
    },
    "control.too_large": {
        "en": (
            "The control file is larger than 64 kB: it is something else; nothing was received",
            "Check that delivery and control file were not exchanged",
        ),
        "fr": (
            "Le fichier de contrôle dépasse 64 ko : c'est autre chose ; rien n'a été reçu",
            "Vérifier que la livraison et le fichier de contrôle n'ont pas été échangés",
        ),
    },
    "control.faults": {
        "en": (
            "{count} fault(s) in the control file; nothing was received",
            "Mend each of the lines below, then deliver both files again",
        ),
        "fr": (
            "{count} défaut(s) dans le fichier de contrôle ; rien n'a été reçu",
            "Corriger chacune des lignes ci-dessous, puis livrer à nouveau les deux fichiers",
        ),
    },
    "control.line": {
        "en": (
            "The line is no `name: value`",
            "Write one fact a line; what may be told: {name}",
        ),
        "fr": (
            "La ligne n'est pas de la forme `nom: valeur`",
            "Écrire un fait par ligne ; ce qui peut être dit : {name}",
        ),
    },
    "control.unknown": {
        "en": (
            "The line tells what no control file of this dataset may",
            "Delete the line, or write one of: {name}",
        ),
        "fr": (
            "La ligne dit ce qu'aucun fichier de contrôle de ce jeu ne peut dire",
            "Supprimer la ligne, ou écrire l'un de : {name}",
        ),
    },
    "control.repeated": {
        "en": (
            "`{name}` is said a second time",
            "Keep one of the lines",
        ),
        "fr": (
            "`{name}` est dit une deuxième fois",
            "Ne garder qu'une des lignes",
        ),
    },
    "control.bad_value": {
        "en": (
            "What is said of `{name}` is not in its form",
            "Write digits alone, a point before decimals, 64 hexadecimal digits, or a date such as 2021-10-15 or 2021-10-15T08:30:00+02:00",
        ),
        "fr": (
            "Ce qui est dit de `{name}` n'a pas la bonne forme",
            "Écrire des chiffres seuls, un point avant les décimales, 64 chiffres hexadécimaux, ou une date comme 2021-10-15 ou 2021-10-15T08:30:00+02:00",
        ),
    },
    "control.lacks": {
        "en": (
            "The contract asks the control file for `{name}`, which it does not tell",
            "Add the line",
        ),
        "fr": (
            "Le contrat demande au fichier de contrôle `{name}`, qu'il ne dit pas",
            "Ajouter la ligne",
        ),
    },
    "control.otherwise": {
        "en": (
            "The control file says another `{name}` than that under which the file is taken in; nothing was received",
            "Check to which delivery it belongs; then correct the command, or ask for the right file",
        ),
        "fr": (
            "Le fichier de contrôle dit un autre `{name}` que celui sous lequel le fichier est pris ; rien n'a été reçu",
            "Vérifier à quelle livraison il appartient ; puis corriger la commande, ou demander le bon fichier",
        ),
    },
    "control.dates_differ": {
        "en": (
            "The sender's date is told in two ways that are of other days: by `--as-of`, the control file or the name of the file; nothing was received",
            "Ask the sender which holds; leave `--as-of` out where the sender tells the date",
        ),
        "fr": (
            "La date de l'expéditeur est dite de deux façons, de jours différents : par `--as-of`, le fichier de contrôle ou le nom du fichier ; rien n'a été reçu",
            "Demander à l'expéditeur laquelle vaut ; omettre `--as-of` quand l'expéditeur dit la date",
        ),
    },
    "control.no_such_day": {
        "en": (
            "The name of the file tells a date that is none; nothing was received",
            "Give the file the name that the contract asks for (`date_in_name`)",
        ),
        "fr": (
            "Le nom du fichier dit une date qui n'existe pas ; rien n'a été reçu",
            "Donner au fichier le nom que demande le contrat (`date_in_name`)",
        ),
    },
    "control.hash": {
        "en": (
            "The file is not, to the byte, the one that the control file is about; it stays sealed, no row of it was accepted",
            "Ask the sender for both files again: one was changed or cut on its way, or they are of two exports",
        ),
        "fr": (
            "Le fichier n'est pas, à l'octet près, celui dont parle le fichier de contrôle ; il reste scellé, aucune ligne n'en a été acceptée",
            "Redemander les deux fichiers à l'expéditeur : l'un a été changé ou coupé en route, ou ils sont de deux exports",
        ),
    },
    "control.differs": {
        "en": (
            "The delivery is not what its control file says in {count} place(s); it stays sealed, no row of it was accepted",
            "Ask the sender for both files again, of one export",
        ),
        "fr": (
            "La livraison n'est pas ce que dit son fichier de contrôle en {count} endroit(s) ; elle reste scellée, aucune ligne n'en a été acceptée",
            "Redemander les deux fichiers à l'expéditeur, d'un même export",
        ),
    },
    "control.records": {
        "en": (
            "The control file says {said} row(s), {counted} were counted",
            "See whether rows were lost or added after the count",
        ),
        "fr": (
            "Le fichier de contrôle dit {said} ligne(s), {counted} ont été comptées",
            "Voir si des lignes ont été perdues ou ajoutées après le décompte",
        ),
    },
    "control.sum": {
        "en": (
            "The column adds up to something else than the control file says",
            "See whether its numbers were changed after they were added up, or are not all numbers",
        ),
        "fr": (
            "La somme de la colonne n'est pas celle que dit le fichier de contrôle",
            "Voir si ses nombres ont été changés après l'addition, ou ne sont pas tous des nombres",
        ),
    },
}
