"""What is said of the rights of persons: requests, breaches, openings, who is meant."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

SUBJECTS: Catalogue = {
    "subjects.not_on_list": {
        "en": (
            "What was given as {what} is not on its list; nothing was written down",
            "Choose one of: {known}",
        ),
        "fr": (
            "Ce qui est donné comme {what} n'est pas sur sa liste ; rien n'a été noté",
            "Choisir parmi : {known}",
        ),
    },
    "subjects.day_to_come": {
        "en": (
            "The moment lies in the future; nothing was written down",
            "Give the moment at which it happened",
        ),
        "fr": (
            "Le moment est dans le futur ; rien n'a été noté",
            "Donner le moment où cela s'est passé",
        ),
    },
    "subjects.before_known": {
        "en": (
            "The moment lies before {breach} became known; nothing was written down",
            "Give the moment at which it happened, in UTC",
        ),
        "fr": (
            "Le moment précède la connaissance de {breach} ; rien n'a été noté",
            "Donner le moment où cela s'est passé, en UTC",
        ),
    },
    "subjects.delay_unexplained": {
        "en": (
            "The authority was notified of {breach} after 72 hours, and no reason is given (GDPR, article 33(1))",
            "Give the reason with --delay",
        ),
        "fr": (
            "L'autorité a été notifiée de {breach} après 72 heures, sans motif (RGPD, article 33(1))",
            "Donner le motif par --delay",
        ),
    },
    "subjects.breach_not_done": {
        "en": (
            "The breach {breach} cannot be closed: its risk is not assessed, or the authority or the persons are still to be told",
            "Give --risk, --authority and, for a high risk, --told",
        ),
        "fr": (
            "La violation {breach} ne peut être close : son risque n'est pas évalué, ou l'autorité ou les personnes restent à informer",
            "Donner --risk, --authority et, pour un risque élevé, --told",
        ),
    },
    "subjects.request_overdue": {
        "en": (
            "{number} is {count} day(s) overdue: an answer was due by {due} (GDPR, article 12(3))",
            "Answer it, and tell the person why it is late",
        ),
        "fr": (
            "{number} a {count} jour(s) de retard : une réponse était due le {due} au plus tard (RGPD, article 12(3))",
            "Y répondre, et dire à la personne la raison du retard",
        ),
    },
    "subjects.breach_overdue": {
        "en": (
            "{number} is {count} day(s) overdue: the authority was to be notified by {due} (GDPR, article 33(1))",
            "Notify it, then give when and why so late: `cartable breach update {number} --authority TIME --delay REASON`",
        ),
        "fr": (
            "{number} a {count} jour(s) de retard : l'autorité devait être notifiée le {due} au plus tard (RGPD, article 33(1))",
            "La notifier, puis dire quand et pourquoi si tard : `cartable breach update {number} --authority DATE --delay MOTIF`",
        ),
    },
    "subjects.not_extended": {
        "en": (
            "The deadline of {request} cannot be extended: it was once already, it has passed, or the request is closed (GDPR, article 12(3))",
            "Answer the request; tell the person why it is late",
        ),
        "fr": (
            "Le délai de {request} ne peut être prolongé : il l'a déjà été, il est passé, ou la demande est close (RGPD, article 12(3))",
            "Répondre à la demande ; dire à la personne la raison du retard",
        ),
    },
    "subjects.not_granted": {
        "en": (
            "The request {request} was not granted; nothing was done",
            "Run `cartable request decide {request} --decision granted` first",
        ),
        "fr": (
            "La demande {request} n'a pas été acceptée ; rien n'a été fait",
            "Lancer d'abord `cartable request decide {request} --decision granted`",
        ),
    },
    "subjects.other_right": {
        "en": (
            "The request {request} asks for another right than this command carries out; nothing was done",
            "See `cartable request list`, and name the request that asks for it",
        ),
        "fr": (
            "La demande {request} porte sur un autre droit que celui de cette commande ; rien n'a été fait",
            "Voir `cartable request list`, et nommer la demande qui le concerne",
        ),
    },
    "subjects.decided": {
        "en": (
            "Another decision was taken on {request}; nothing was changed",
            "Open a new request where the person asks again",
        ),
        "fr": (
            "Une autre décision a été prise sur {request} ; rien n'a été changé",
            "Ouvrir une nouvelle demande si la personne demande de nouveau",
        ),
    },
    "subjects.identity_unchecked": {
        "en": (
            "The identity behind {request} was not checked; nothing was decided (GDPR, article 12(6))",
            "Run `cartable request update {request} --identity HOW`, or refuse with --ground not_identified",
        ),
        "fr": (
            "L'identité derrière {request} n'a pas été vérifiée ; rien n'a été décidé (RGPD, article 12(6))",
            "Lancer `cartable request update {request} --identity COMMENT`, ou refuser par --ground not_identified",
        ),
    },
    "subjects.ground_of_nothing": {
        "en": (
            "A request that is granted needs no ground; nothing was decided",
            "Leave --ground out, or decide `partly` or `refused`",
        ),
        "fr": (
            "Une demande acceptée n'a pas besoin de motif ; rien n'a été décidé",
            "Omettre --ground, ou décider `partly` ou `refused`",
        ),
    },
    "subjects.not_a_terminal": {
        "en": (
            "What is opened is shown on a terminal only; nothing was opened",
            "Name a new file with --to; it will be yours alone",
        ),
        "fr": (
            "Ce qui est ouvert ne se montre que sur un terminal ; rien n'a été ouvert",
            "Nommer un nouveau fichier par --to ; il sera à vous seul",
        ),
    },
    "subjects.clear_exists": {
        "en": (
            "There is a file already; it was not replaced, and nothing was written",
            "Name a file that does not exist yet",
        ),
        "fr": (
            "Un fichier existe déjà ; il n'a pas été remplacé, et rien n'a été écrit",
            "Nommer un fichier qui n'existe pas encore",
        ),
    },
    "subjects.file_unreadable": {
        "en": (
            "The file is missing, a link, or cannot be read; nothing was done",
            "Check its path, and that it is yours to read",
        ),
        "fr": (
            "Le fichier manque, est un lien ou ne peut être lu ; rien n'a été fait",
            "Vérifier son chemin, et qu'il vous est permis de le lire",
        ),
    },
    "subjects.no_record": {
        "en": (
            "The register holds no {register} of this number; nothing was done",
            "Find the number by `cartable {register} list`",
        ),
        "fr": (
            "Le registre n'a rien sous ce numéro ({register}) ; rien n'a été fait",
            "Chercher le numéro par `cartable {register} list`",
        ),
    },
    "subjects.open_to_others": {
        "en": (
            "Others than the owner have rights on the file, or it is no plain file; it was not read",
            "Find out who read it, then set its mode to 0600",
        ),
        "fr": (
            "D'autres que le propriétaire ont des droits sur le fichier, ou ce n'est pas un fichier ordinaire ; il n'a pas été lu",
            "Chercher qui l'a lu, puis lui donner le mode 0600",
        ),
    },
    "subjects.words_too_long": {
        "en": (
            "The file is longer than {count} bytes; nothing was written down",
            "Shorten it",
        ),
        "fr": (
            "Le fichier dépasse {count} octets ; rien n'a été noté",
            "Le raccourcir",
        ),
    },
    "subjects.register_lost": {
        "en": (
            "{count} record(s) of the register {name} of which the ledger tells are not there",
            "Restore the folder registers from its backup",
        ),
        "fr": (
            "{count} fiche(s) du registre {name} dont parle le journal ne sont pas là",
            "Restaurer le dossier registers depuis sa sauvegarde",
        ),
    },
    "subjects.no_persons": {
        "en": (
            "The dataset holds no pseudonyms of persons; nothing was looked for",
            "Name a dataset whose rows are persons",
        ),
        "fr": (
            "Le jeu ne contient pas de pseudonymes de personnes ; rien n'a été cherché",
            "Nommer un jeu dont les lignes sont des personnes",
        ),
    },
    "subjects.not_of_persons": {
        "en": (
            "A row of this dataset is more than a person, and names one of the same domain; nothing was changed",
            "Put its identifier under another rule or into another domain, then deliver it again",
        ),
        "fr": (
            "Une ligne de ce jeu est plus qu'une personne, et en nomme une du même domaine ; rien n'a été changé",
            "Placer son identifiant sous une autre règle ou dans un autre domaine, puis livrer de nouveau",
        ),
    },
    "subjects.id_file": {
        "en": (
            "The file of identifiers is no text in UTF-8 with one person a line; nothing was looked for",
            "Write one person a line, the parts as the dataset parts them",
        ),
        "fr": (
            "Le fichier des identifiants n'est pas un texte en UTF-8 d'une personne par ligne ; rien n'a été cherché",
            "Écrire une personne par ligne, les parties séparées comme dans le jeu",
        ),
    },
    "subjects.id_form": {
        "en": (
            "{count} identifier(s) have not the form that the contract asks for; they are looked for as they stand",
            "Compare them with what the person gave before you say that nothing is held",
        ),
        "fr": (
            "{count} identifiant(s) n'ont pas la forme que demande le contrat ; ils sont cherchés tels quels",
            "Les comparer à ce que la personne a donné avant de dire que rien n'est détenu",
        ),
    },
    "subjects.id_parts": {
        "en": (
            "An identifier has not {count} parts ({columns}); nothing was looked for",
            "Write the parts in this order, separated as the dataset separates them",
        ),
        "fr": (
            "Un identifiant n'a pas {count} partie(s) ({columns}) ; rien n'a été cherché",
            "Écrire les parties dans cet ordre, séparées comme dans le jeu",
        ),
    },
    "subjects.nobody": {
        "en": ("Nobody is named; nothing was looked for", "Write one person a line"),
        "fr": (
            "Personne n'est nommé ; rien n'a été cherché",
            "Écrire une personne par ligne",
        ),
    },
    "subjects.no_prompt": {
        "en": (
            "There is no terminal on which an identifier could be typed unseen; nothing was looked for",
            "Name a file with --id-file",
        ),
        "fr": (
            "Il n'y a pas de terminal où taper un identifiant sans qu'il se voie ; rien n'a été cherché",
            "Nommer un fichier par --id-file",
        ),
    },
    "subjects.one_person": {
        "en": (
            "{count} persons are named; what is held on one is not for another, and nothing was written",
            "Export each person by a file of their own",
        ),
        "fr": (
            "{count} personnes sont nommées ; ce qui est détenu sur l'une n'est pas pour une autre, et rien n'a été écrit",
            "Exporter chaque personne par un fichier à elle",
        ),
    },
}
