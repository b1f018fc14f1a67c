"""What is said of notices, and in them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

NOTICES: Catalogue = {
    "notice.no_address": {
        "en": (
            "A mail address of the settings, or one that was given, is none; no mail was sent",
            "Write each address as name@example.org, several separated by commas",
        ),
        "fr": (
            "Une adresse de courriel des réglages, ou donnée, n'en est pas une ; aucun courriel n'est parti",
            "Écrire chaque adresse comme nom@exemple.org, plusieurs séparées par des virgules",
        ),
    },
    "notice.no_server": {
        "en": (
            "CARTABLE_MAIL_SERVER or CARTABLE_MAIL_SECURITY is not understood",
            "Write the server as smtp.example.org:587, its security as starttls, tls or none, and give CARTABLE_MAIL_FROM",
        ),
        "fr": (
            "CARTABLE_MAIL_SERVER ou CARTABLE_MAIL_SECURITY n'est pas compris",
            "Écrire le serveur comme smtp.exemple.org:587, sa sécurité starttls, tls ou none, et donner CARTABLE_MAIL_FROM",
        ),
    },
    "notice.no_mail": {
        "en": (
            "No mail server is set, so that no mail can be sent",
            "Set CARTABLE_MAIL_SERVER and CARTABLE_MAIL_FROM",
        ),
        "fr": (
            "Aucun serveur de courriel n'est réglé : aucun courriel ne peut partir",
            "Donner CARTABLE_MAIL_SERVER et CARTABLE_MAIL_FROM",
        ),
    },
    "notice.password_in_clear": {
        "en": (
            "The mail account has no password file, or its password would travel in clear",
            "Name the file by CARTABLE_MAIL_PASSWORD_FILE, and set CARTABLE_MAIL_SECURITY to starttls or tls",
        ),
        "fr": (
            "Le compte de courriel n'a pas de fichier de mot de passe, ou son mot de passe voyagerait en clair",
            "Nommer le fichier par CARTABLE_MAIL_PASSWORD_FILE, et régler CARTABLE_MAIL_SECURITY sur starttls ou tls",
        ),
    },
    "notice.no_contacts": {
        "en": (
            "CARTABLE_CONTACTS names no file, so that nobody can be reminded",
            "Name a CSV file with the header `sender,mail` and a line for each sender",
        ),
        "fr": (
            "CARTABLE_CONTACTS ne nomme aucun fichier : personne ne peut être relancé",
            "Nommer un fichier CSV d'en-tête `sender,mail` et d'une ligne par expéditeur",
        ),
    },
    "notice.no_contact": {
        "en": (
            "{count} sender(s) that are missing have no address in the contacts file; no mail was sent",
            "`cartable arrivals remind` without `--send` names them: add their lines, or note that they will not deliver by `cartable arrivals non-response`",
        ),
        "fr": (
            "{count} expéditeur(s) manquants n'ont pas d'adresse dans le fichier des contacts ; aucun courriel n'est parti",
            "`cartable arrivals remind` sans `--send` les nomme : ajouter leurs lignes, ou noter qu'ils ne livreront pas par `cartable arrivals non-response`",
        ),
    },
    "notice.bad_contact": {
        "en": (
            "The line of the contacts file is no `sender,mail` of a sender not named before; no mail was sent",
            "Start the file with the line `sender,mail`, and give each sender one line with one address",
        ),
        "fr": (
            "La ligne du fichier des contacts n'est pas un `sender,mail` d'un expéditeur non encore nommé ; aucun courriel n'est parti",
            "Commencer le fichier par la ligne `sender,mail`, et donner à chaque expéditeur une ligne avec une adresse",
        ),
    },
    "notice.no_starttls": {
        "en": (
            "The mail server {server} does not offer to encrypt the connection (STARTTLS), so that nothing was said to it; no mail was sent",
            "Set CARTABLE_MAIL_SECURITY to tls if it encrypts from the start, mostly at port 465; to none for a server of this machine alone; or name another server",
        ),
        "fr": (
            "Le serveur de courriel {server} ne propose pas de chiffrer la connexion (STARTTLS) : rien ne lui a été dit, aucun courriel n'est parti",
            "Régler CARTABLE_MAIL_SECURITY sur tls s'il chiffre dès le début, le plus souvent au port 465 ; sur none pour un serveur de cette seule machine ; ou nommer un autre serveur",
        ),
    },
    "notice.mail_refused": {
        "en": (
            "The mail server {server} did not take the mail ({kind}); nothing else changed",
            "Check CARTABLE_MAIL_SERVER, its certificate, the account and its password, then send again",
        ),
        "fr": (
            "Le serveur de courriel {server} n'a pas pris le courriel ({kind}) ; rien d'autre n'a changé",
            "Vérifier CARTABLE_MAIL_SERVER, son certificat, le compte et son mot de passe, puis renvoyer",
        ),
    },
    "notice.no_webhook": {
        "en": (
            "The file that CARTABLE_WEBHOOK_FILE names holds no https address; nothing was posted",
            "Write the address into it, and nothing else",
        ),
        "fr": (
            "Le fichier que nomme CARTABLE_WEBHOOK_FILE ne contient pas d'adresse https ; rien n'a été envoyé",
            "Y écrire l'adresse, et rien d'autre",
        ),
    },
    "notice.webhook_refused": {
        "en": (
            "The webhook at {server} did not take the notice ({kind}); nothing else changed",
            "Check the address in the file that CARTABLE_WEBHOOK_FILE names",
        ),
        "fr": (
            "Le webhook de {server} n'a pas pris l'avis ({kind}) ; rien d'autre n'a changé",
            "Vérifier l'adresse du fichier que nomme CARTABLE_WEBHOOK_FILE",
        ),
    },
    "notice.failed": {
        "en": (
            "{schedule}: the task {task} failed",
            "Read its log, mend the cause, and clear the task: nothing is taken in or published twice",
        ),
        "fr": (
            "{schedule} : la tâche {task} a échoué",
            "Lire son journal, corriger la cause, et relancer la tâche : rien n'est pris ni publié deux fois",
        ),
    },
    "notice.late": {
        "en": (
            "{schedule}: a run is not over, {hours} hour(s) after it was asked for",
            "See in Airflow what it waits for: a place to run, an answer, or a task that is up for retry",
        ),
        "fr": (
            "{schedule} : une exécution n'est pas finie, {hours} heure(s) après sa demande",
            "Voir dans Airflow ce qu'elle attend : une place, une réponse, ou une tâche à relancer",
        ),
    },
}
