"""What is said of keys, of the vault and of shares of the root key."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

STORAGE_KEYS: Catalogue = {
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
    "storage.keys_astray": {
        "en": (
            "{count} key(s) open what no zone shows: sealed files lie where they do not belong, or another command is writing; nothing is told or certified to be destroyed",
            "Take out of the data folder what was copied or moved within it, let other commands end, and run the same command again",
        ),
        "fr": (
            "{count} clé(s) ouvrent ce qu'aucune zone ne montre : des fichiers scellés ne sont pas à leur place, ou une autre commande écrit ; rien n'est dit ni certifié détruit",
            "Enlever du dossier des données ce qui y a été copié ou déplacé, laisser finir les autres commandes, et relancer la même commande",
        ),
    },
    "storage.key_forgotten": {
        "en": (
            "The key of a file is not in the vault: it was destroyed for ever, or the file belongs to other keys",
            "If the data was to be destroyed, nothing is to be done; else check that CARTABLE_KEYS and CARTABLE_HOME belong together",
        ),
        "fr": (
            "La clé d'un fichier n'est pas dans le coffre : elle a été détruite pour toujours, ou le fichier appartient à d'autres clés",
            "Si les données devaient être détruites, il n'y a rien à faire ; sinon vérifier que CARTABLE_KEYS et CARTABLE_HOME vont ensemble",
        ),
    },
    "storage.vault_missing": {
        "en": (
            "The table of data keys is missing from the vault folder of the data; nothing was opened",
            "Check that CARTABLE_HOME is the folder that belongs to these keys, or restore its vault folder",
        ),
        "fr": (
            "La table des clés de données manque au dossier vault des données ; rien n'a été ouvert",
            "Vérifier que CARTABLE_HOME est le dossier qui va avec ces clés, ou restaurer son dossier vault",
        ),
    },
    "storage.vault_altered": {
        "en": (
            "The table of data keys is altered, or of another installation or another time; nothing was opened",
            "Restore the vault folder of the data as it was when vault.json was last replaced",
        ),
        "fr": (
            "La table des clés de données est altérée, d'une autre installation ou d'un autre moment ; rien n'a été ouvert",
            "Restaurer le dossier vault des données tel qu'il était au dernier remplacement de vault.json",
        ),
    },
    "storage.vault_older": {
        "en": (
            "The vault of the key folder is older than the data, or belongs to other data: keys were destroyed or replaced since; nothing was opened",
            "Put the current vault.json back, from the copy that is written at each replacement",
        ),
        "fr": (
            "Le coffre du dossier des clés est plus ancien que les données, ou va avec d'autres : des clés ont été détruites ou remplacées depuis ; rien n'a été ouvert",
            "Remettre le vault.json actuel, depuis la copie écrite à chaque remplacement",
        ),
    },
    "storage.copy_of_others": {
        "en": (
            "In the place of the copy of the vault lies that of another installation, or another file; it was not replaced",
            "Name another file in CARTABLE_VAULT_COPY",
        ),
        "fr": (
            "À la place de la copie du coffre se trouve celle d'une autre installation, ou un autre fichier ; rien n'a été remplacé",
            "Indiquer un autre fichier dans CARTABLE_VAULT_COPY",
        ),
    },
    "storage.epoch_turning": {
        "en": (
            "The pseudonyms of a domain are passing to another epoch; nothing was read or accepted",
            "Run `cartable keys rotate --domain` for that domain until it ends, then this command again",
        ),
        "fr": (
            "Les pseudonymes d'un domaine passent à une autre époque ; rien n'a été lu ni accepté",
            "Lancer `cartable keys rotate --domain` pour ce domaine jusqu'au bout, puis de nouveau cette commande",
        ),
    },
    "storage.other_rule": {
        "en": (
            "The rows of this period were pseudonymised under another domain or rule: one person would be two",
            "Put the domain back as it was in `contracts/policy.yml`, and have it signed; nothing was accepted",
        ),
        "fr": (
            "Les lignes de cette période ont été pseudonymisées dans un autre domaine ou selon une autre règle : une personne en ferait deux",
            "Remettre le domaine comme il était dans `contracts/policy.yml`, et le faire signer ; rien n'a été accepté",
        ),
    },
    "storage.epoch_rules": {
        "en": (
            "The domain had {count} different rules so far, and stored rows do not tell under which their pseudonyms were made; nothing was changed",
            "Leave this domain at its epoch, and declare a new domain in contracts/policy.yml for the deliveries to come",
        ),
        "fr": (
            "Le domaine a eu {count} règles différentes, et les lignes gardées ne disent pas sous laquelle leurs pseudonymes ont été faits ; rien n'a été changé",
            "Laisser ce domaine à son époque, et déclarer un nouveau domaine dans contracts/policy.yml pour les livraisons à venir",
        ),
    },
    "storage.root_no_key": {
        "en": (
            "The root key of the {source} is not 64 hexadecimal digits; nothing was opened",
            "Set CARTABLE_ROOT_KEY, or have CARTABLE_ROOT_COMMAND print it, as 64 hexadecimal digits",
        ),
        "fr": (
            "La clé racine ({source}) n'est pas faite de 64 chiffres hexadécimaux ; rien n'a été ouvert",
            "Donner CARTABLE_ROOT_KEY, ou ce qu'affiche CARTABLE_ROOT_COMMAND, en 64 chiffres hexadécimaux",
        ),
    },
    "storage.root_command_slow": {
        "en": (
            "The command that gives the root key did not answer within {seconds} seconds; nothing was opened",
            "Run it by hand to see why; it must ask nothing of a person",
        ),
        "fr": (
            "La commande qui donne la clé racine n'a pas répondu en {seconds} secondes ; rien n'a été ouvert",
            "La lancer à la main pour voir pourquoi ; elle ne doit rien demander à une personne",
        ),
    },
    "storage.root_command_missing": {
        "en": (
            "The command that gives the root key cannot be run; nothing was opened",
            "Correct CARTABLE_ROOT_COMMAND: a program by its full path, and its arguments; no shell reads it",
        ),
        "fr": (
            "La commande qui donne la clé racine ne peut être lancée ; rien n'a été ouvert",
            "Corriger CARTABLE_ROOT_COMMAND : un programme par son chemin complet, et ses arguments ; aucun interpréteur ne la lit",
        ),
    },
    "storage.root_command_failed": {
        "en": (
            "The command that gives the root key failed with exit code {status}; nothing was opened",
            "Run it by hand to see why",
        ),
        "fr": (
            "La commande qui donne la clé racine a échoué avec le code {status} ; rien n'a été ouvert",
            "La lancer à la main pour voir pourquoi",
        ),
    },
    "storage.root_needs_file": {
        "en": (
            "A new root key goes to the key folder when it lies there, else to a file that you name; none was made",
            "Give `--to FILE` when, and only when, the root key comes from the environment or a command",
        ),
        "fr": (
            "Une nouvelle clé racine va au dossier des clés si elle s'y trouve, sinon à un fichier indiqué ; aucune n'a été créée",
            "Donner `--to FICHIER` si, et seulement si, la clé racine vient de l'environnement ou d'une commande",
        ),
    },
    "storage.secret_inside_data": {
        "en": (
            "What opens the data would lie among the data; nothing was written",
            "Name a place outside CARTABLE_HOME",
        ),
        "fr": (
            "Ce qui ouvre les données se trouverait parmi elles ; rien n'a été écrit",
            "Indiquer un endroit hors de CARTABLE_HOME",
        ),
    },
    "storage.shares_exist": {
        "en": (
            "The folder holds shares already; none was written",
            "Name another folder by `--to`, or take away the shares that no longer count",
        ),
        "fr": (
            "Le dossier contient déjà des parts ; aucune n'a été écrite",
            "Indiquer un autre dossier par `--to`, ou retirer les parts qui ne comptent plus",
        ),
    },
    "storage.shares_threshold": {
        "en": (
            "The root key is split into at most {most} shares, of which at least 2 and at most all restore it; nothing was written",
            "Choose `--shares` and `--threshold` so, such as 5 and 3",
        ),
        "fr": (
            "La clé racine est partagée en {most} parts au plus, dont au moins 2 et au plus toutes la restaurent ; rien n'a été écrit",
            "Choisir `--shares` et `--threshold` ainsi, par exemple 5 et 3",
        ),
    },
    "storage.shares_mixed": {
        "en": (
            "The shares are not of one backup, or one is given twice; nothing was written",
            "Give shares of the same backup, each once",
        ),
        "fr": (
            "Les parts ne viennent pas d'une même sauvegarde, ou l'une est donnée deux fois ; rien n'a été écrit",
            "Donner des parts de la même sauvegarde, chacune une fois",
        ),
    },
    "storage.shares_too_few": {
        "en": (
            "{count} share(s) were given and {threshold} are needed; nothing was written",
            "Ask more custodians for their shares",
        ),
        "fr": (
            "{count} part(s) ont été données et il en faut {threshold} ; rien n'a été écrit",
            "Demander leurs parts à d'autres dépositaires",
        ),
    },
    "storage.shares_wrong": {
        "en": (
            "The shares do not agree on the root key; nothing was written",
            "Replace the wrong share by that of another custodian",
        ),
        "fr": (
            "Les parts ne s'accordent pas sur la clé racine ; rien n'a été écrit",
            "Remplacer la mauvaise part par celle d'un autre dépositaire",
        ),
    },
    "storage.share_altered": {
        "en": (
            "A share is altered or is none; nothing was written",
            "Take the custodian's other copy, or the share of another custodian",
        ),
        "fr": (
            "Une part est altérée ou n'en est pas une ; rien n'a été écrit",
            "Prendre l'autre exemplaire du dépositaire, ou la part d'un autre",
        ),
    },
    "storage.shares_of_others": {
        "en": (
            "The shares restore the root key of another vault than the one in the key folder; nothing was written",
            "Put the vault.json there that belongs to these shares, or take the shares of the latest backup",
        ),
        "fr": (
            "Les parts restaurent la clé racine d'un autre coffre que celui du dossier des clés ; rien n'a été écrit",
            "Y mettre le vault.json qui va avec ces parts, ou prendre les parts de la dernière sauvegarde",
        ),
    },
    "storage.domain_unknown": {
        "en": (
            "There is no pseudonym domain of this name in the policy, or a dataset in the store has no contract; nothing was changed",
            "Look up the domains in contracts/policy.yml; keep the contract of each dataset that has rows",
        ),
        "fr": (
            "Il n'y a pas de domaine de pseudonymes de ce nom dans la politique, ou un jeu gardé n'a pas de contrat ; rien n'a été changé",
            "Chercher les domaines dans contracts/policy.yml ; garder le contrat de chaque jeu qui a des lignes",
        ),
    },
    "storage.confirmation_differs": {
        "en": (
            "The confirmation is not the check value of this installation; nothing was destroyed",
            "Read the check value of the root key in `cartable keys status`, and give it as it stands there",
        ),
        "fr": (
            "La confirmation n'est pas la valeur de contrôle de cette installation ; rien n'a été détruit",
            "Lire la valeur de contrôle de la clé racine dans `cartable keys status`, et la donner telle quelle",
        ),
    },
    "storage.root_twice": {
        "en": (
            "CARTABLE_ROOT_KEY and CARTABLE_ROOT_COMMAND are both set",
            "Unset one of them",
        ),
        "fr": (
            "CARTABLE_ROOT_KEY et CARTABLE_ROOT_COMMAND sont tous deux définis",
            "N'en garder qu'un",
        ),
    },
}
