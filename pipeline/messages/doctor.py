"""What is said of an installation that is examined."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

_NOTHING = "Nothing is to be done"
_RIEN = "Rien à faire"

DOCTOR: Catalogue = {
    "doctor.unfit": {
        "en": (
            "The installation has {count} fault(s)",
            "Do what each of them says, and look again",
        ),
        "fr": (
            "L'installation a {count} défaut(s)",
            "Faire ce que dit chacun, puis examiner de nouveau",
        ),
    },
    "doctor.stopped": {
        "en": (
            "A check stopped on an error that it does not know ({kind} at {where}): nothing is known of what it looks at",
            "Tell the maintainers kind and place; they hold no data",
        ),
        "fr": (
            "Un contrôle s'est arrêté sur une erreur inconnue ({kind} à {where}) : on ne sait rien de ce qu'il examine",
            "Indiquer nature et endroit aux mainteneurs ; ils ne contiennent aucune donnée",
        ),
    },
    "doctor.versions": {
        "en": ("Cartable {version}, Python {python}, {count} libraries", _NOTHING),
        "fr": ("Cartable {version}, Python {python}, {count} bibliothèques", _RIEN),
    },
    "doctor.library_missing": {
        "en": (
            "The library {name} is not installed",
            "Install what the lock names: `make .venv/.main`",
        ),
        "fr": (
            "La bibliothèque {name} n'est pas installée",
            "Installer ce que nomme le verrou : `make .venv/.main`",
        ),
    },
    "doctor.library_other": {
        "en": (
            "The library {name} is at {version}, and was tested at {asked}",
            "Install what the lock names: `make .venv/.main`",
        ),
        "fr": (
            "La bibliothèque {name} est en {version}, et a été testée en {asked}",
            "Installer ce que nomme le verrou : `make .venv/.main`",
        ),
    },
    "doctor.extra": {
        "en": ("The part {extra} is installed: {name} {version}", _NOTHING),
        "fr": ("La partie {extra} est installée : {name} {version}", _RIEN),
    },
    "doctor.extra_missing": {
        "en": (
            "The part {extra} is not installed: {name} is missing",
            "Install it where it is used, and only there: `make .venv/.all`",
        ),
        "fr": (
            "La partie {extra} n'est pas installée : {name} manque",
            "L'installer là où elle sert, et là seulement : `make .venv/.all`",
        ),
    },
    "doctor.no_java": {
        "en": (
            "Spark is installed, and Java is not found",
            "Install Java 17 or later, and put `java` on the path",
        ),
        "fr": (
            "Spark est installé, et Java est introuvable",
            "Installer Java 17 ou plus récent, et mettre `java` dans le chemin",
        ),
    },
    "doctor.settings": {
        "en": ("The environment is understood", _NOTHING),
        "fr": ("L'environnement est compris", _RIEN),
    },
    "doctor.no_file": {
        "en": (
            "A file that the environment names is missing or cannot be read",
            "Put it there, readable to this account alone",
        ),
        "fr": (
            "Un fichier que nomme l'environnement manque ou ne peut être lu",
            "L'y mettre, lisible par ce seul compte",
        ),
    },
    "doctor.rules": {
        "en": ("The contracts are valid: {count} dataset(s), {tables} table(s)", _NOTHING),
        "fr": ("Les contrats sont valides : {count} jeu(x), {tables} tableau(x)", _RIEN),
    },
    "doctor.rules_open": {
        "en": (
            "{count} contract(s) may be changed by every account of this machine",
            "Take that right away: `chmod -R o-w contracts`",
        ),
        "fr": (
            "{count} contrat(s) peuvent être modifiés par tous les comptes de cette machine",
            "Retirer ce droit : `chmod -R o-w contracts`",
        ),
    },
    "doctor.no_keys": {
        "en": (
            "There is no folder of keys",
            "For a new installation: `cartable keys init`; else name the folder in CARTABLE_KEYS, or restore it",
        ),
        "fr": (
            "Il n'y a pas de dossier de clés",
            "Pour une nouvelle installation : `cartable keys init` ; sinon nommer le dossier dans CARTABLE_KEYS, ou le restaurer",
        ),
    },
    "doctor.key_files": {
        "en": ("The folder of keys holds {names}", _NOTHING),
        "fr": ("Le dossier de clés contient {names}", _RIEN),
    },
    "doctor.keys": {
        "en": (
            "The keys belong together: root {check} ({source}), vault generation {generation}, {count} data key(s)",
            _NOTHING,
        ),
        "fr": (
            "Les clés vont ensemble : racine {check} ({source}), génération {generation} du coffre, {count} clé(s) de données",
            _RIEN,
        ),
    },
    "doctor.renewing": {
        "en": ("A renewal of the data keys was cut short", "End it: `cartable keys rotate --data`"),
        "fr": (
            "Un renouvellement des clés de données a été interrompu",
            "Le terminer : `cartable keys rotate --data`",
        ),
    },
    "doctor.no_vault_copy": {
        "en": (
            "No copy of the vault is kept elsewhere: with this disk all data would be lost",
            "Set CARTABLE_VAULT_COPY to a file on another machine's disk",
        ),
        "fr": (
            "Aucune copie du coffre n'est tenue ailleurs : avec ce disque, toutes les données seraient perdues",
            "Donner à CARTABLE_VAULT_COPY un fichier sur le disque d'une autre machine",
        ),
    },
    "doctor.open_to_others": {
        "en": ("Others have rights on it: mode {mode}", "Take them away: `chmod {asked}`"),
        "fr": ("D'autres y ont des droits : mode {mode}", "Les retirer : `chmod {asked}`"),
    },
    "doctor.not_writable": {
        "en": (
            "It cannot be written to by this account",
            "Give it to the account that runs Cartable",
        ),
        "fr": ("Ce compte ne peut y écrire", "L'attribuer au compte qui exécute Cartable"),
    },
    "doctor.not_readable": {
        "en": ("It cannot be read by this account", "Give this account the right to read it"),
        "fr": ("Ce compte ne peut le lire", "Donner à ce compte le droit de le lire"),
    },
    "doctor.no_inbox": {
        "en": (
            "There is no inbox: nothing comes in by the schedule",
            "Make the folder, or name another in CARTABLE_INBOX",
        ),
        "fr": (
            "Il n'y a pas de boîte de réception : rien n'arrive par le calendrier",
            "Créer le dossier, ou en nommer un autre dans CARTABLE_INBOX",
        ),
    },
    "doctor.place": {
        "en": ("The data folder can be written to; {free_gib} GiB are free", _NOTHING),
        "fr": (
            "Le dossier de données est accessible en écriture ; {free_gib} Gio sont libres",
            _RIEN,
        ),
    },
    "doctor.little_room": {
        "en": (
            "Only {free_mib} MiB are free for the data",
            "Make room, or let what is due go: `cartable retain`",
        ),
        "fr": (
            "Seuls {free_mib} Mio sont libres pour les données",
            "Faire de la place, ou laisser partir ce qui est échu : `cartable retain`",
        ),
    },
    "doctor.no_data": {
        "en": (
            "Nothing was taken in yet: the data folder is made at first use",
            "See that CARTABLE_HOME names the folder that is meant",
        ),
        "fr": (
            "Rien n'a encore été pris : le dossier de données se crée au premier usage",
            "Vérifier que CARTABLE_HOME nomme le dossier voulu",
        ),
    },
    "doctor.clock": {
        "en": ("The clock says {now}, and nothing contradicts it", _NOTHING),
        "fr": ("L'horloge dit {now}, et rien ne la contredit", _RIEN),
    },
    "doctor.clock_before_files": {
        "en": (
            "The clock says {now}, which is before this software was installed",
            "Set the clock; deliveries and retention are dated by it",
        ),
        "fr": (
            "L'horloge dit {now}, avant l'installation de ce logiciel",
            "Régler l'horloge ; elle date les livraisons et la conservation",
        ),
    },
    "doctor.clock_behind": {
        "en": (
            "The clock says {now}, and the ledger was told last at {last}",
            "Set the clock; deliveries and retention are dated by it",
        ),
        "fr": (
            "L'horloge dit {now}, et la dernière entrée du journal est de {last}",
            "Régler l'horloge ; elle date les livraisons et la conservation",
        ),
    },
    "doctor.clock_of_disk": {
        "en": (
            "The clock says {now}, and the disk of the data is ahead of it",
            "Set the clocks of both machines by the same source",
        ),
        "fr": (
            "L'horloge dit {now}, et le disque des données est en avance",
            "Régler les horloges des deux machines sur la même source",
        ),
    },
    "doctor.not_looked_at": {
        "en": ("It could not be looked at, for the keys do not open", "Mend the keys first"),
        "fr": ("Rien n'a pu en être vu, car les clés ne s'ouvrent pas", "Réparer d'abord les clés"),
    },
    "doctor.policy": {
        "en": ("The rules are signed and in force: policy-{policy}", _NOTHING),
        "fr": ("Les règles sont signées et en vigueur : policy-{policy}", _RIEN),
    },
    "doctor.demonstration": {
        "en": (
            "The rules are signed with demonstration keys: nobody answers for them",
            "Before real data come in, have two persons make keys and sign: `cartable policy key`",
        ),
        "fr": (
            "Les règles sont signées avec des clés de démonstration : personne n'en répond",
            "Avant toute donnée réelle, faire créer des clés et signer par deux personnes : `cartable policy key`",
        ),
    },
    "doctor.ledger": {
        "en": ("The ledger holds {count} entries, as its signed heads tell", _NOTHING),
        "fr": ("Le journal a {count} entrées, comme le disent ses têtes signées", _RIEN),
    },
    "doctor.no_ledger_copy": {
        "en": (
            "No copy of the ledger's head is kept elsewhere: one put back whole from a backup would not be found out",
            "Set CARTABLE_LEDGER_COPY to a file elsewhere",
        ),
        "fr": (
            "Aucune copie de la tête du journal n'est tenue ailleurs : un journal remis entier d'une sauvegarde ne serait pas découvert",
            "Donner à CARTABLE_LEDGER_COPY un fichier situé ailleurs",
        ),
    },
    "doctor.not_used": {
        "en": ("The environment names no {what}", "Name it where it is wanted"),
        "fr": ("L'environnement ne nomme pas de {what}", "Le nommer s'il est voulu"),
    },
    "doctor.reached": {
        "en": ("The {what} at {server} accepts a connection; nothing was asked of it", _NOTHING),
        "fr": ("{server} accepte une connexion : {what} ; rien ne lui a été demandé", _RIEN),
    },
    "doctor.out_of_reach": {
        "en": (
            "The {what} at {server} does not answer",
            "See that it runs, and that this machine may reach it",
        ),
        "fr": (
            "{server} ne répond pas : {what}",
            "Vérifier qu'il fonctionne, et que cette machine peut l'atteindre",
        ),
    },
    "doctor.source": {
        "en": ("It is fetched by the connection {name}, whose secret is here", _NOTHING),
        "fr": ("Il est lu par la connexion {name}, dont le secret est ici", _RIEN),
    },
    "doctor.next_ingest": {
        "en": ("{count} file(s) wait; the next run is at {at}", _NOTHING),
        "fr": ("{count} fichier(s) attendent ; prochaine exécution : {at}", _RIEN),
    },
    "doctor.next_ingest_unknown": {
        "en": ("What waits cannot be told; the next run is at {at}", _NOTHING),
        "fr": ("Ce qui attend ne peut être dit ; prochaine exécution : {at}", _RIEN),
    },
    "doctor.passed_over": {
        "en": (
            "{count} file(s) of the inbox are taken in by no schedule: name or place tells no delivery",
            "See which: `cartable inbox`. Name them as docs/reference/datasets.md says, in the inbox itself; take them in by `cartable ingest`; or take them away",
        ),
        "fr": (
            "{count} fichier(s) de la réception ne sont pris en charge par aucun calendrier : ni leur nom ni leur place ne dit une livraison",
            "Voir lesquels : `cartable inbox`. Les nommer comme le dit docs/reference/datasets.md, dans la réception même ; les prendre en charge par `cartable ingest` ; ou les retirer",
        ),
    },
    "doctor.next_publish": {
        "en": (
            "A release is prepared on news of pupils, teachers and schools, or at {at}, and waits for the approval",
            _NOTHING,
        ),
        "fr": (
            "Une publication est préparée aux nouvelles d'élèves, d'enseignants et d'écoles, ou le {at}, et attend l'approbation",
            _RIEN,
        ),
    },
    "doctor.next_retention": {
        "en": ("At {at} retention destroys what is due then; due now: {count} ({zones})", _NOTHING),
        "fr": (
            "Le {at}, la conservation détruit ce qui est alors échu ; échu à ce jour : {count} ({zones})",
            _RIEN,
        ),
    },
    "doctor.next_retention_unknown": {
        "en": ("At {at} retention destroys what is due; how much cannot be told", _NOTHING),
        "fr": (
            "Le {at}, la conservation détruit ce qui est échu ; combien ne peut être dit",
            _RIEN,
        ),
    },
    "doctor.queue": {
        "en": (
            "Refused rows of {count} deliveries wait; the first are destroyed in {days} day(s)",
            "Work on them: `cartable quarantine list`",
        ),
        "fr": (
            "Des lignes refusées de {count} livraison(s) attendent ; les premières sont détruites dans {days} jour(s)",
            "Les traiter : `cartable quarantine list`",
        ),
    },
}
