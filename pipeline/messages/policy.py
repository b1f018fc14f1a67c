"""What is said of the signed policy: keys of persons, opinions, signatures, what is in force."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

_SIGN = "`cartable policy diff`, then `cartable policy opine` by the data protection officer and `cartable policy sign` by the delegate"
_SIGNER = "`cartable policy diff`, puis `cartable policy opine` par le délégué à la protection des données et `cartable policy sign` par le délégataire"

POLICY: Catalogue = {
    "policy.unsigned": {
        "en": (
            "No policy is signed by the enrolled persons; nothing was read or published",
            f"Enrol them by `cartable policy key` and `cartable policy enrol`; then {_SIGN}",
        ),
        "fr": (
            "Aucune politique n'est signée par les personnes enregistrées ; rien n'a été lu ni publié",
            f"Les enregistrer par `cartable policy key` et `cartable policy enrol` ; puis {_SIGNER}",
        ),
    },
    "policy.changed": {
        "en": (
            "{count} file(s) are not as they were signed; nothing was read or published",
            f"Put them back, or have the change signed: {_SIGN}",
        ),
        "fr": (
            "{count} fichier(s) ne sont pas tels qu'ils ont été signés ; rien n'a été lu ni publié",
            f"Les remettre, ou faire signer le changement : {_SIGNER}",
        ),
    },
    "policy.file_changed": {
        "en": ("Changed since it was signed", "See what it alters by `cartable policy diff`"),
        "fr": (
            "Modifié depuis sa signature",
            "Voir ce que cela change par `cartable policy diff`",
        ),
    },
    "policy.file_added": {
        "en": ("Added since the policy was signed", "See what it alters by `cartable policy diff`"),
        "fr": (
            "Ajouté depuis la signature de la politique",
            "Voir ce que cela change par `cartable policy diff`",
        ),
    },
    "policy.file_removed": {
        "en": (
            "Removed since the policy was signed",
            "See what it alters by `cartable policy diff`",
        ),
        "fr": (
            "Retiré depuis la signature de la politique",
            "Voir ce que cela change par `cartable policy diff`",
        ),
    },
    "policy.file_read_otherwise": {
        "en": (
            "This version of Cartable reads the same files otherwise than the one that was signed",
            "See what it alters by `cartable policy diff`",
        ),
        "fr": (
            "Cette version de Cartable lit les mêmes fichiers autrement que celle qui a été signée",
            "Voir ce que cela change par `cartable policy diff`",
        ),
    },
    "policy.blocked": {
        "en": (
            "The data protection officer's last opinion on this policy is unfavourable and not answered; nothing was read or published",
            "Change the policy, or let the delegate answer in writing: `cartable policy sign --key FILE --answer-file FILE`",
        ),
        "fr": (
            "Le dernier avis du délégué à la protection des données sur cette politique est défavorable et sans réponse ; rien n'a été lu ni publié",
            "Changer la politique, ou le délégataire répond par écrit : `cartable policy sign --key FICHIER --answer-file FICHIER`",
        ),
    },
    "policy.no_opinion": {
        "en": (
            "The data protection officer gave no opinion on the project as it stands; nothing was signed",
            "Let the officer run `cartable policy diff` and `cartable policy opine --key FILE --opinion …` first",
        ),
        "fr": (
            "Le délégué à la protection des données n'a pas rendu d'avis sur le projet tel qu'il est ; rien n'a été signé",
            "Il lance d'abord `cartable policy diff` et `cartable policy opine --key FICHIER --opinion …`",
        ),
    },
    "policy.unanswered": {
        "en": (
            "The data protection officer's opinion on this policy is unfavourable; nothing was signed",
            "Change the policy, or answer in writing: `cartable policy sign --key FILE --answer-file FILE`",
        ),
        "fr": (
            "L'avis du délégué à la protection des données sur cette politique est défavorable ; rien n'a été signé",
            "Changer la politique, ou répondre par écrit : `cartable policy sign --key FICHIER --answer-file FICHIER`",
        ),
    },
    "policy.opinion_without_words": {
        "en": (
            "An opinion with reservations or unfavourable needs its reasons in words; nothing was recorded",
            "Write them into a file and give it by `--words-file FILE`",
        ),
        "fr": (
            "Un avis avec réserves ou défavorable doit être motivé ; rien n'a été enregistré",
            "Écrire les motifs dans un fichier et le donner par `--words-file FICHIER`",
        ),
    },
    "policy.no_words": {
        "en": (
            "The text cannot be read, is empty, longer than {limit} bytes or not UTF-8",
            "Give a text file in UTF-8",
        ),
        "fr": (
            "Le texte ne peut être lu, est vide, dépasse {limit} octets ou n'est pas en UTF-8",
            "Donner un fichier texte en UTF-8",
        ),
    },
    "policy.nobody_enrolled": {
        "en": (
            "No key is enrolled for the role {role}; nothing was recorded",
            "Make one by `cartable policy key --role {role} --to FILE` and enrol it by `cartable policy enrol --role {role} FILE.pub`",
        ),
        "fr": (
            "Aucune clé n'est enregistrée pour le rôle {role} ; rien n'a été enregistré",
            "En créer une par `cartable policy key --role {role} --to FICHIER` et l'enregistrer par `cartable policy enrol --role {role} FICHIER.pub`",
        ),
    },
    "policy.person_enrolled": {
        "en": (
            "The key of a person is enrolled here for the role {role}: the demonstration, whose persons are synthetic, signs and delivers nothing here; nothing was written",
            "Set CARTABLE_HOME and CARTABLE_KEYS to new folders for the demonstration",
        ),
        "fr": (
            "La clé d'une personne est enregistrée ici pour le rôle {role} : la démonstration, dont les personnes sont synthétiques, n'y signe et n'y livre rien ; rien n'a été écrit",
            "Indiquer de nouveaux dossiers dans CARTABLE_HOME et CARTABLE_KEYS pour la démonstration",
        ),
    },
    "policy.not_enrolled": {
        "en": (
            "This key is not the one that is enrolled for the role {role}; nothing was recorded",
            "Use the enrolled key (`cartable policy status` names its fingerprint), or have this one enrolled",
        ),
        "fr": (
            "Cette clé n'est pas celle qui est enregistrée pour le rôle {role} ; rien n'a été enregistré",
            "Utiliser la clé enregistrée (`cartable policy status` donne son empreinte), ou faire enregistrer celle-ci",
        ),
    },
    "policy.one_person": {
        "en": (
            "This key is enrolled for the role {role}: one person may not both advise and decide",
            "Enrol a key that another person holds",
        ),
        "fr": (
            "Cette clé est enregistrée pour le rôle {role} : une personne ne peut à la fois conseiller et décider",
            "Enregistrer une clé tenue par une autre personne",
        ),
    },
    "policy.replace_unconfirmed": {
        "en": (
            "For the role {role} the key {before} is enrolled; the key {after} was not put in its place",
            "Compare the fingerprint with the one that its holder reads out, and give it by `--confirm`",
        ),
        "fr": (
            "Pour le rôle {role}, la clé {before} est enregistrée ; la clé {after} n'a pas pris sa place",
            "Comparer l'empreinte à celle que lit son détenteur, et la donner par `--confirm`",
        ),
    },
    "policy.signatory_untold": {
        "en": (
            "The key that is pinned for the role {role} is not the one that the ledger tells of; nothing was read or published",
            "Find out who changed it; then enrol the right key by `cartable policy enrol`",
        ),
        "fr": (
            "La clé épinglée pour le rôle {role} n'est pas celle dont parle le journal ; rien n'a été lu ni publié",
            "Chercher qui l'a changée ; puis enregistrer la bonne clé par `cartable policy enrol`",
        ),
    },
    "policy.told_twice": {
        "en": (
            "Entry {entry} of the ledger tells of a record that counted at entry {first} already: it was brought back, not given again; nothing was read or published",
            "Look for who brought it back; what is to count again is given again by `cartable policy opine` and `cartable policy sign`",
        ),
        "fr": (
            "L'entrée {entry} du journal parle d'un acte qui a déjà compté à l'entrée {first} : il a été ramené, non donné de nouveau ; rien n'a été lu ni publié",
            "Chercher qui l'a ramené ; ce qui doit compter de nouveau est donné de nouveau par `cartable policy opine` et `cartable policy sign`",
        ),
    },
    "policy.key_exists": {
        "en": ("There is a file already; no key was made", "Give another file by `--to`"),
        "fr": (
            "Un fichier existe déjà ; aucune clé n'a été créée",
            "Donner un autre fichier par `--to`",
        ),
    },
    "policy.key_open_to_others": {
        "en": (
            "The private key can be read by others than its holder; it was not used",
            "Make it the holder's alone (mode 0600); if others could copy it, make and enrol a new one",
        ),
        "fr": (
            "La clé privée peut être lue par d'autres que son détenteur ; elle n'a pas servi",
            "La réserver à son détenteur (mode 0600) ; si d'autres ont pu la copier, en créer et enregistrer une nouvelle",
        ),
    },
    "policy.key_not_opened": {
        "en": (
            "The private key cannot be opened: no such file, no Ed25519 key, or a wrong passphrase",
            "Give the file that `cartable policy key` made, and its passphrase",
        ),
        "fr": (
            "La clé privée ne s'ouvre pas : fichier absent, pas une clé Ed25519, ou phrase de passe fausse",
            "Donner le fichier créé par `cartable policy key`, et sa phrase de passe",
        ),
    },
    "policy.no_public_key": {
        "en": (
            "The file holds no Ed25519 public key",
            "Give the file ending in .pub that `cartable policy key` made",
        ),
        "fr": (
            "Le fichier ne contient pas de clé publique Ed25519",
            "Donner le fichier finissant par .pub créé par `cartable policy key`",
        ),
    },
    "policy.passphrases_differ": {
        "en": (
            "The two passphrases are not the same, or empty; no key was made",
            "Run the command again, or say `--no-passphrase`",
        ),
        "fr": (
            "Les deux phrases de passe diffèrent ou sont vides ; aucune clé n'a été créée",
            "Relancer la commande, ou dire `--no-passphrase`",
        ),
    },
    "policy.version_stands": {
        "en": (
            "Version {version} of the policy {name} was signed for other files: a version stands for one content",
            "Raise it to `version: {next}` in contracts/policy.yml; the delegate cannot sign before",
        ),
        "fr": (
            "La version {version} de la politique {name} a été signée pour d'autres fichiers : une version vaut pour un seul contenu",
            "L'élever à `version: {next}` dans contracts/policy.yml ; le délégataire ne peut signer avant",
        ),
    },
    "policy.differs": {
        "en": (
            "{count} change(s) against the signed policy, {loosening} of them loosening",
            f"Put them back, or have them signed: {_SIGN}",
        ),
        "fr": (
            "{count} changement(s) par rapport à la politique signée, dont {loosening} assouplissement(s)",
            f"Les remettre, ou les faire signer : {_SIGNER}",
        ),
    },
}
