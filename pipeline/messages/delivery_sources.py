"""What is said of a source from which deliveries are fetched."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

DELIVERY_SOURCES: Catalogue = {
    "delivery.no_source": {
        "en": (
            "No contract of that name says where its rows are fetched; nothing was fetched",
            "Name a dataset with `fetched` or of the format `sql`, or deliver a file with `cartable ingest`",
        ),
        "fr": (
            "Aucun contrat de ce nom ne dit où ses lignes sont lues ; rien n'a été lu",
            "Nommer un jeu avec `fetched` ou de format `sql`, ou livrer un fichier par `cartable ingest`",
        ),
    },
    "delivery.fetch_address": {
        "en": (
            "The address of the source is neither https://, sftp://, s3:// nor file://; nothing was fetched",
            "Write such an address into the secret of the connection: what is sent in clear, anybody on the way may read or change",
        ),
        "fr": (
            "L'adresse de la source n'est ni en https://, ni en sftp://, ni en s3://, ni en file:// ; rien n'a été lu",
            "Écrire une telle adresse dans le secret de la connexion : ce qui est envoyé en clair, chacun sur le chemin peut le lire ou le changer",
        ),
    },
    "delivery.fetch_credentials": {
        "en": (
            "The secret of the connection does not say who fetches, or holds no password or private key that can be read; nothing was fetched",
            "Write user and password into the address, as in sftp://user:password@host/folder or s3://key:secret@host/bucket, or for SFTP a private key without passphrase below it; nothing is taken from elsewhere",
        ),
        "fr": (
            "Le secret de la connexion ne dit pas qui lit, ou ne contient ni mot de passe ni clé privée lisible ; rien n'a été lu",
            "Écrire l'utilisateur et le mot de passe dans l'adresse, comme sftp://utilisateur:motdepasse@hôte/dossier ou s3://clé:secret@hôte/seau, ou pour SFTP une clé privée sans phrase de passe en dessous ; rien n'est pris ailleurs",
        ),
    },
    "delivery.fetch_host_unknown": {
        "en": (
            "The secret of the connection holds no key of this SFTP server; it was not spoken to, and nothing was fetched",
            "Ask who runs the server for the fingerprint of its key, compare what `ssh-keyscan` prints with it, and write those lines below the address",
        ),
        "fr": (
            "Le secret de la connexion ne contient aucune clé de ce serveur SFTP ; il n'a pas été contacté, et rien n'a été lu",
            "Demander l'empreinte de sa clé à qui tient le serveur, y comparer ce qu'affiche `ssh-keyscan`, et écrire ces lignes sous l'adresse",
        ),
    },
    "delivery.fetch_host_key": {
        "en": (
            "The SFTP server shows another key than the secret of the connection holds: it may be another server; no password was sent to it, and nothing was fetched",
            "Ask who runs the server whether its key changed; only if it did, write the new lines into the secret",
        ),
        "fr": (
            "Le serveur SFTP montre une autre clé que celle du secret de la connexion : c'est peut-être un autre serveur ; aucun mot de passe ne lui a été envoyé, et rien n'a été lu",
            "Demander à qui tient le serveur si sa clé a changé ; seulement si c'est le cas, écrire les nouvelles lignes dans le secret",
        ),
    },
    "delivery.fetch_part": {
        "en": (
            "What speaks to SFTP servers is not installed; nothing was fetched",
            "Install the part `sftp` of the project",
        ),
        "fr": (
            "Ce qui parle aux serveurs SFTP n'est pas installé ; rien n'a été lu",
            "Installer la partie `sftp` du projet",
        ),
    },
    "delivery.fetch_failed": {
        "en": (
            "The file could not be fetched ({kind}); nothing was received",
            "Check that it is there, the address in the secret of the connection, and the certificate of its server; for S3 the region and this machine's clock too; then fetch again",
        ),
        "fr": (
            "Le fichier n'a pas pu être lu ({kind}) ; rien n'a été reçu",
            "Vérifier qu'il est là, l'adresse dans le secret de la connexion et le certificat de son serveur ; pour S3 aussi la région et l'heure de cette machine ; puis relancer",
        ),
    },
    "delivery.fetch_absent": {
        "en": (
            "There is no such file at the source; nothing was fetched",
            "Ask the sender whether it is there yet, and under which name; the contract says which one is fetched",
        ),
        "fr": (
            "Il n'y a pas de tel fichier à la source ; rien n'a été lu",
            "Demander à l'expéditeur s'il y est déjà, et sous quel nom ; le contrat dit lequel est lu",
        ),
    },
    "delivery.fetch_secret": {
        "en": (
            "Whoever holds the secret of the connection {name} did not give it ({kind}); nothing was fetched",
            "Check the secrets backend of the scheduler and its settings; then let the task run again",
        ),
        "fr": (
            "Qui détient le secret de la connexion {name} ne l'a pas donné ({kind}) ; rien n'a été lu",
            "Vérifier le coffre de secrets de l'ordonnanceur et ses réglages ; puis relancer la tâche",
        ),
    },
    "delivery.fetch_slow": {
        "en": (
            "The server sends next to nothing: fewer than 10 kB a second over more than five minutes; nothing was received",
            "Fetch again later; if it stays so, ask who runs the server",
        ),
        "fr": (
            "Le serveur n'envoie presque rien : moins de 10 ko par seconde pendant plus de cinq minutes ; rien n'a été reçu",
            "Relancer plus tard ; si cela dure, demander à qui tient le serveur",
        ),
    },
    "delivery.fetch_size": {
        "en": (
            "The file has more than {most} megabytes; nothing was received",
            "Ask the sender whether it is the right file, or raise `fetched.most_mb` in the contract",
        ),
        "fr": (
            "Le fichier a plus de {most} mégaoctets ; rien n'a été reçu",
            "Demander à l'expéditeur si c'est le bon fichier, ou augmenter `fetched.most_mb` dans le contrat",
        ),
    },
    "delivery.fetch_cut": {
        "en": (
            "The file came with fewer or more bytes than its server said; nothing was received",
            "Fetch again; if it happens again, tell who runs the server",
        ),
        "fr": (
            "Le fichier est venu avec moins ou plus d'octets que son serveur ne l'a dit ; rien n'a été reçu",
            "Relancer ; si cela se répète, prévenir qui tient le serveur",
        ),
    },
    "delivery.sql_part": {
        "en": (
            "What speaks to databases is not installed; nothing was fetched",
            "Install the part `sql` of the project",
        ),
        "fr": (
            "Ce qui parle aux bases de données n'est pas installé ; rien n'a été lu",
            "Installer la partie `sql` du projet",
        ),
    },
    "delivery.sql_unreachable": {
        "en": (
            "The database of the source could not be read ({kind}); nothing was received",
            "Check the address in the secret of the connection, the rights of its user on the relation, and the names in the contract; then fetch again",
        ),
        "fr": (
            "La base de données de la source n'a pas pu être lue ({kind}) ; rien n'a été reçu",
            "Vérifier l'adresse dans le secret de la connexion, les droits de son utilisateur sur la relation et les noms du contrat ; puis relancer",
        ),
    },
    "delivery.sql_watermark": {
        "en": (
            "The column that tells of changes holds neither instants nor whole numbers; nothing was fetched",
            "Name another column as `watermark`, or none",
        ),
        "fr": (
            "La colonne qui dit les changements ne contient ni instants ni nombres entiers ; rien n'a été lu",
            "Nommer une autre colonne comme `watermark`, ou aucune",
        ),
    },
    "storage.no_source_secret": {
        "en": (
            "No secret holds the address of the connection {name}; nothing was fetched",
            "Write the address into that file with mode 0600, or set CARTABLE_SOURCE_ and the name in capitals: of files it begins with https://, sftp://, s3:// or file:///, of a database with postgresql://; docs/sources.md shows each whole",
        ),
        "fr": (
            "Aucun secret ne contient l'adresse de la connexion {name} ; rien n'a été lu",
            "Écrire l'adresse dans ce fichier en mode 0600, ou définir CARTABLE_SOURCE_ suivi du nom en capitales : pour des fichiers elle commence par https://, sftp://, s3:// ou file:///, pour une base de données par postgresql:// ; docs/sources.md montre chacune entière",
        ),
    },
    "storage.source_secret_open": {
        "en": (
            "The file with the address of a source is open to others, or is no plain file; nothing was fetched",
            "Run `chmod 600` on it, and change the password that it held",
        ),
        "fr": (
            "Le fichier avec l'adresse d'une source est ouvert à d'autres, ou n'est pas un simple fichier ; rien n'a été lu",
            "Lancer `chmod 600` sur lui, et changer le mot de passe qu'il contenait",
        ),
    },
}
