"""What is said of erasures, and of the lists of who is erased or restricted."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

SUBJECTS_LISTS: Catalogue = {
    "subjects.recompute": {
        "en": (
            "{count} release(s) still public were computed with their rows: {names}",
            "Run `cartable prepare`, have the candidate approved and release it",
        ),
        "fr": (
            "{count} publication(s) encore publique(s) ont été calculées avec leurs lignes : {names}",
            "Lancer `cartable prepare`, faire approuver la version et la publier",
        ),
    },
    "subjects.in_inbox": {
        "en": (
            "{count} file(s) lie in clear in the inbox, where nobody is looked for or erased",
            "Take out of it what was taken in, ask the senders to delete their copies, and destroy every file that may name the persons",
        ),
        "fr": (
            "{count} fichier(s) en clair dans la boîte de dépôt, où nul n'est cherché ni effacé",
            "En retirer ce qui a été pris, demander aux expéditeurs de supprimer leurs copies, et détruire tout fichier qui peut nommer ces personnes",
        ),
    },
    "subjects.left_out": {
        "en": (
            "{count} row(s) were left out: they are of persons on the list of the erased",
            "Tell the sender that they are no longer to be delivered",
        ),
        "fr": (
            "{count} ligne(s) omise(s) : elles sont de personnes de la liste des effacées",
            "Dire à l'expéditeur de ne plus les livrer",
        ),
    },
    "subjects.emptied": {
        "en": (
            "{count} cell(s) of other rows named persons on the list of the erased; each holds *** now",
            "Tell the sender that these texts are no longer to name them",
        ),
        "fr": (
            "{count} cellule(s) d'autres lignes nommaient des personnes de la liste des effacées ; chacune contient maintenant ***",
            "Dire à l'expéditeur que ces textes ne doivent plus les nommer",
        ),
    },
    "subjects.unconfirmed": {
        "en": (
            "The erasure was not confirmed; nothing was erased",
            "Answer y at the terminal, or give --yes",
        ),
        "fr": (
            "L'effacement n'a pas été confirmé ; rien n'a été effacé",
            "Répondre o au terminal, ou donner --yes",
        ),
    },
    "subjects.dataset_gone": {
        "en": (
            "The contracts have no dataset {name} any more; nothing was shown",
            "Bring the contract back to read what was delivered under it",
        ),
        "fr": (
            "Les contrats n'ont plus de jeu {name} ; rien n'a été montré",
            "Remettre le contrat pour lire ce qui a été livré sous lui",
        ),
    },
    "subjects.left_behind": {
        "en": (
            "Persons whom earlier rules took in would not be found under these, in {count} place(s); nothing was read, changed or signed",
            "Keep the names below until `cartable retain` has destroyed what came under them",
        ),
        "fr": (
            "Des personnes prises en charge sous des règles antérieures ne seraient pas trouvées sous celles-ci, en {count} endroit(s) ; rien n'a été lu, changé ni signé",
            "Garder les noms ci-dessous jusqu'à ce que `cartable retain` ait détruit ce qui est venu sous eux",
        ),
    },
    "subjects.dataset_left": {
        "en": (
            "{count} deliveries, refused parts or batches of this dataset are kept, and the contracts have it no more",
            "Bring the contract back under this name; take it out once `cartable retain` has destroyed them",
        ),
        "fr": (
            "{count} livraisons, parties refusées ou lots de ce jeu sont conservés, et les contrats ne l'ont plus",
            "Remettre le contrat sous ce nom ; le retirer une fois que `cartable retain` les a détruits",
        ),
    },
    "subjects.domain_left": {
        "en": (
            "Persons in {count} deliveries, refused parts or batches of this dataset are kept under the domain {name}, where its contract no longer puts them",
            "Keep the domain's name; rename it once `cartable retain` has destroyed them",
        ),
        "fr": (
            "Des personnes de {count} livraisons, parties refusées ou lots de ce jeu sont conservées sous le domaine {name}, où son contrat ne les place plus",
            "Garder le nom du domaine ; le changer une fois que `cartable retain` les a détruites",
        ),
    },
    "subjects.list_left": {
        "en": (
            "Persons on the list of the domain {name} would come back with the next file of this dataset, which its contract no longer puts there",
            "Keep the domain's name: lists of erased persons are never destroyed",
        ),
        "fr": (
            "Des personnes de la liste du domaine {name} reviendraient avec le prochain fichier de ce jeu, que son contrat n'y place plus",
            "Garder le nom du domaine : les listes de personnes effacées ne sont jamais détruites",
        ),
    },
    "subjects.list_unused": {
        "en": (
            "Persons are on the list of the domain {name}, and no dataset is in it any more: what kept them out keeps nobody out",
            "Keep the domain's name: lists of erased persons are never destroyed",
        ),
        "fr": (
            "Des personnes sont sur la liste du domaine {name}, et aucun jeu n'y est plus : ce qui les tenait dehors ne tient plus personne dehors",
            "Garder le nom du domaine : les listes de personnes effacées ne sont jamais détruites",
        ),
    },
    "subjects.nothing_held": {
        "en": (
            "Nothing is held on whom the identifiers name; nothing was changed",
            "Check the identifiers; if they are right, the ground is nothing_held",
        ),
        "fr": (
            "Rien n'est détenu sur qui les identifiants nomment ; rien n'a été changé",
            "Vérifier les identifiants ; s'ils sont justes, le motif est nothing_held",
        ),
    },
    "subjects.not_erased": {
        "en": (
            "{count} row(s) of persons to be erased came in meanwhile; no certificate was issued",
            "Run the same command again: it ends what is left",
        ),
        "fr": (
            "{count} ligne(s) de personnes à effacer sont arrivées entre-temps ; aucun certificat n'a été délivré",
            "Relancer la même commande : elle termine ce qui reste",
        ),
    },
    "subjects.not_searchable": {
        "en": (
            "Nobody can be looked for in {count} sealed delivery(ies) that do not read as a table of text (packed, encrypted, in another code): {names}. All else of the persons is erased; no certificate was issued",
            "Destroy them with `cartable retain --destroy` and each name, or wait for the end of their retention; then run the same command again",
        ),
        "fr": (
            "Personne ne peut être cherché dans {count} livraison(s) scellée(s) qui ne se lisent pas comme un tableau de texte (compactées, chiffrées, dans un autre code) : {names}. Le reste des personnes est effacé ; aucun certificat n'a été délivré",
            "Les détruire par `cartable retain --destroy` et chaque nom, ou attendre la fin de leur conservation ; puis relancer la même commande",
        ),
    },
    "subjects.absent": {
        "en": (
            "{count} sealed deliveries or refused parts of which the ledger tells are not whole in the data folder: {names}. Persons may be in them: nobody is told or certified to be gone",
            "Put back what was taken out, or end a `cartable retain` that was cut short, and run the same command again; what is lost for good goes by `cartable retain --destroy` and its name, and opens no more",
        ),
        "fr": (
            "{count} livraisons scellées ou parties refusées dont parle le journal ne sont pas entières dans le dossier des données : {names}. Des personnes peuvent y être : nul n'est dit ni certifié absent",
            "Remettre ce qui a été enlevé, ou terminer un `cartable retain` interrompu, et relancer la même commande ; ce qui est perdu pour de bon part par `cartable retain --destroy` et son nom, et ne s'ouvre plus",
        ),
    },
    "subjects.list_lost": {
        "en": (
            "The list of erased persons of the domain {name} is not the one that the ledger tells of; nothing was read",
            "Restore the folder suppressions from its newest backup: without it persons who were erased would come back",
        ),
        "fr": (
            "La liste des personnes effacées du domaine {name} n'est pas celle dont parle le journal ; rien n'a été lu",
            "Restaurer le dossier suppressions depuis sa dernière sauvegarde : sans lui, des personnes effacées reviendraient",
        ),
    },
    "subjects.list_changed": {
        "en": (
            "Another command changed the same list at this instant; nothing was changed by this one",
            "Run the same command again",
        ),
        "fr": (
            "Une autre commande a changé la même liste à cet instant ; celle-ci n'a rien changé",
            "Relancer la même commande",
        ),
    },
}
