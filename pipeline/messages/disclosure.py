"""What is said of disclosure control."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

DISCLOSURE: Catalogue = {
    "disclosure.proof_contradicts": {
        "en": (
            "The proof contradicts what is public in {count} place(s): nothing is proven",
            "Restore the review zone of this release from its backup and run it again; if it still contradicts, withdraw the release by `cartable withdraw` and publish a new one",
        ),
        "fr": (
            "La preuve contredit ce qui est public à {count} endroit(s) : rien n'est prouvé",
            "Restaurer la zone de revue de cette publication depuis sa sauvegarde et relancer ; si elle contredit encore, retirer la publication par `cartable withdraw` et en publier une nouvelle",
        ),
    },
    "disclosure.proof_unusable": {
        "en": (
            "The proofs of {name} are missing, altered or those of another release: nothing is proven",
            "Restore its folder in the review zone from a backup; without one, withdraw it by `cartable withdraw`, and publish a new one, which brings its proofs",
        ),
        "fr": (
            "Les preuves de {name} manquent, sont altérées ou sont celles d'une autre publication : rien n'est prouvé",
            "Restaurer son dossier dans la zone de revue depuis une sauvegarde ; à défaut, la retirer par `cartable withdraw` et en publier une nouvelle, qui apporte ses preuves",
        ),
    },
    "disclosure.unproven": {
        "en": (
            "{count} hidden cell(s) are not proven to vary by as much as the policy asks",
            "Withdraw the release by `cartable withdraw` until `cartable publish` makes one that is proven",
        ),
        "fr": (
            "{count} cellule(s) masquée(s) ne sont pas prouvées variables d'autant que la politique le demande",
            "Retirer la publication par `cartable withdraw` jusqu'à ce que `cartable publish` en fasse une qui est prouvée",
        ),
    },
    "disclosure.no_candidate": {
        "en": ("There is no release candidate yet", "Run `cartable prepare`"),
        "fr": ("Il n'y a pas encore de candidat", "Lancer `cartable prepare`"),
    },
    "disclosure.nothing_released": {
        "en": (
            "No release is in force: there is nothing to prove",
            "Name a release or candidate of `cartable status`, or run `cartable publish`",
        ),
        "fr": (
            "Aucune publication n'est en vigueur : il n'y a rien à prouver",
            "Nommer une publication ou un candidat de `cartable status`, ou lancer `cartable publish`",
        ),
    },
    "disclosure.rule_unsupported": {
        "en": (
            "A threshold is below 1, a share is not above 50 percent, or zeros are neither published nor protected",
            "Correct its sensitivity under `thresholds`, `extremes` and `zeros` in contracts/policy.yml",
        ),
        "fr": (
            "Un seuil est sous 1, une part n'excède pas 50 pour cent, ou les zéros ne sont ni publiés ni protégés",
            "Corriger sa sensibilité sous `thresholds`, `extremes` et `zeros` dans contracts/policy.yml",
        ),
    },
    "disclosure.zeros_tell": {
        "en": (
            "Groups all in one category cannot be hidden while the table publishes its zeros",
            "Write `protected` for its sensitivity under `zeros` in contracts/policy.yml",
        ),
        "fr": (
            "Un groupe tout entier dans une catégorie ne peut être masqué si le tableau publie ses zéros",
            "Écrire `protected` pour sa sensibilité sous `zeros` dans contracts/policy.yml",
        ),
    },
    "disclosure.zeros_are_public": {
        "en": (
            "A release that is still public shows every zero of the table; the policy now protects them",
            "Withdraw it with `cartable withdraw`, then prepare again: what both tell together cannot be weighed",
        ),
        "fr": (
            "Une publication encore publique montre tous les zéros du tableau ; la politique les protège désormais",
            "La retirer avec `cartable withdraw`, puis préparer de nouveau : leur ensemble ne peut être pesé",
        ),
    },
    "disclosure.width_unsupported": {
        "en": (
            "The protection width must be at least 1",
            "Correct `protection_width` in the policy",
        ),
        "fr": (
            "La largeur de protection doit être d'au moins 1",
            "Corrigez `protection_width` dans la politique",
        ),
    },
    "disclosure.shape_unknown_dimension": {
        "en": (
            "Level {level} crosses a dimension that the table does not have, or one twice",
            "Correct `levels` in the table's contract",
        ),
        "fr": (
            "Le niveau {level} croise une dimension absente du tableau, ou deux fois la même",
            "Corrigez `levels` dans le contrat du tableau",
        ),
    },
    "disclosure.shape_unknown_level": {
        "en": (
            "Level {level} is not in the territories",
            "Declare it in contracts/territories.yml or remove it from the table",
        ),
        "fr": (
            "Le niveau {level} n'est pas dans les territoires",
            "Déclarez-le dans contracts/territories.yml ou retirez-le du tableau",
        ),
    },
    "disclosure.geography_invalid": {
        "en": (
            "A territory is listed twice, or a level does not cover all territories",
            "Correct the files named in contracts/territories.yml",
        ),
        "fr": (
            "Un territoire est listé deux fois, ou un niveau ne couvre pas tous les territoires",
            "Corrigez les fichiers nommés dans contracts/territories.yml",
        ),
    },
    "disclosure.tables_unmatched": {
        "en": (
            "The inner cells do not match the {count} published tables",
            "Count each table of the population exactly once",
        ),
        "fr": (
            "Les cellules internes ne correspondent pas aux {count} tableaux publiés",
            "Comptez chaque tableau de la population exactement une fois",
        ),
    },
    "disclosure.inner_unknown_dimension": {
        "en": (
            "The inner cells do not have the table's dimensions, or one has no code list",
            "Correct the table's query or its contract",
        ),
        "fr": (
            (
                "Les cellules internes n'ont pas les dimensions du tableau, ou l'une n'a pas de "
                "liste de codes"
            ),
            "Corrigez la requête du tableau ou son contrat",
        ),
    },
    "disclosure.inner_unknown_code": {
        "en": (
            "{count} inner cells bear a territory or code that no list has",
            "Correct the table's query or the code list, and check that CARTABLE_PROJECT and CARTABLE_HOME belong together; nothing was published",
        ),
        "fr": (
            "{count} cellules internes portent un territoire ou un code hors liste",
            "Corrigez la requête du tableau ou la liste de codes, et vérifiez que CARTABLE_PROJECT et CARTABLE_HOME vont ensemble ; rien n'a été publié",
        ),
    },
    "disclosure.inner_negative": {
        "en": (
            "{count} inner cells count fewer than no person",
            "Correct the table's query; nothing was published",
        ),
        "fr": (
            "{count} cellules internes comptent moins de zéro personne",
            "Corrigez la requête du tableau ; rien n'a été publié",
        ),
    },
    "disclosure.tables_disagree": {
        "en": (
            "Tables of one population differ in {count} sums that count the same persons",
            "Make their queries count the same rows; nothing was published",
        ),
        "fr": (
            "Les tableaux d'une population diffèrent sur {count} sommes des mêmes personnes",
            "Faites compter les mêmes lignes à leurs requêtes ; rien n'a été publié",
        ),
    },
    "disclosure.tables_entangled": {
        "en": (
            (
                "The {count} tables of the population share dimensions in a circle, so their "
                "joint relations cannot all be written"
            ),
            "Join two of the tables, or remove a dimension",
        ),
        "fr": (
            (
                "Les {count} tableaux de la population partagent des dimensions en cercle : "
                "leurs relations ne peuvent pas toutes être écrites"
            ),
            "Réunissez deux des tableaux, ou retirez une dimension",
        ),
    },
    "disclosure.solver_failed": {
        "en": (
            "The linear solver gave no optimum",
            "Nothing was published; run again and report it if it recurs",
        ),
        "fr": (
            "Le solveur linéaire n'a pas donné d'optimum",
            "Rien n'a été publié ; relancez et signalez-le si cela se répète",
        ),
    },
    "disclosure.zero_hidden": {
        "en": (
            "{count} zeros are hidden although zeros are published",
            "Hide positive cells only",
        ),
        "fr": (
            "{count} zéros sont cachés alors que les zéros sont publiés",
            "Ne cachez que des cellules positives",
        ),
    },
    "disclosure.world_contradicts": {
        "en": (
            "A world found by the audit contradicts what is shown ({count} published cells)",
            "Nothing was published; report it",
        ),
        "fr": (
            "Un monde trouvé par l'audit contredit ce qui est montré ({count} cellules publiées)",
            "Rien n'a été publié ; signalez-le",
        ),
    },
    "disclosure.no_safe_pattern": {
        "en": (
            (
                "{count} hidden figures cannot be protected by {width} persons, whatever else is "
                "hidden"
            ),
            "Publish fewer levels or dimensions, or lower the protection width",
        ),
        "fr": (
            (
                "{count} chiffres cachés ne peuvent être protégés de {width} personnes, quoi "
                "qu'on cache d'autre"
            ),
            "Publiez moins de niveaux ou de dimensions, ou réduisez la largeur de protection",
        ),
    },
    "disclosure.audit_failed": {
        "en": (
            "{count} hidden cells can be bounded more closely than {width} persons",
            "Nothing was published; report it",
        ),
        "fr": (
            "{count} cellules cachées peuvent être encadrées à moins de {width} personnes",
            "Rien n'a été publié ; signalez-le",
        ),
    },
    "disclosure.audit_crashed": {
        "en": (
            "The audit of the hidden cells stopped ({kind}), so nothing shows that they are safe",
            "Nothing was published; run again and report it if it recurs",
        ),
        "fr": (
            (
                "L'audit des cellules cachées s'est arrêté ({kind}) : rien ne montre qu'elles "
                "sont sûres"
            ),
            "Rien n'a été publié ; relancez et signalez-le si cela se répète",
        ),
    },
    "disclosure.amount_without": {
        "en": (
            "{count} sums of amounts are above 0 though {measure} is 0 there, without which the contract says that they are 0; nothing was published",
            "Ask the senders to correct these rows, or take `nothing_without` out of the contract if it does not hold",
        ),
        "fr": (
            "{count} sommes de montants dépassent 0 alors que {measure} y vaut 0, sans quoi elles sont nulles selon le contrat ; rien n'a été publié",
            "Demander aux expéditeurs de corriger ces lignes, ou retirer `nothing_without` du contrat s'il est faux",
        ),
    },
    "disclosure.absent_counted": {
        "en": (
            "{count} persons are counted where another published table says that there can be nobody; nothing was published",
            "Ingest the schools of that period again: each person's school must be among them, with its sector",
        ),
        "fr": (
            "{count} personnes sont comptées là où un autre tableau publié dit qu'il ne peut y avoir personne ; rien n'a été publié",
            "Ingérer de nouveau les écoles de cette période : l'école de chaque personne doit y figurer, avec son secteur",
        ),
    },
    "disclosure.noise_impossible": {
        "en": (
            "No unbiased noise has the policy's variance within its limits for some count",
            "Change `cell_key` in contracts/policy.yml: `variance`, `maximum` or `smallest`",
        ),
        "fr": (
            "Pour un effectif, aucun bruit sans biais n'a la variance de la politique dans ses limites",
            "Changer `cell_key` dans contracts/policy.yml : `variance`, `maximum` ou `smallest`",
        ),
    },
    "disclosure.public_method": {
        "en": (
            "A release that is still public protects this table by another method, other numbers or other secret keys: both together would tell more than either",
            "Withdraw that release (`cartable withdraw`), or leave method and numbers as they were",
        ),
        "fr": (
            "Une publication encore publique protège ce tableau par une autre méthode, d'autres nombres ou d'autres clés secrètes : les deux ensemble en diraient plus que chacune",
            "Retirer cette publication (`cartable withdraw`), ou laisser méthode et nombres tels quels",
        ),
    },
    "disclosure.budget_spent": {
        "en": (
            "The privacy budget of {period} is spent: {spent} of {budget} are gone, and a new drawing costs {rho}",
            "Nothing was drawn or published. Leave the release in force, or have a larger `dp` budget signed (`cartable policy diff` tells it as loosening)",
        ),
        "fr": (
            "Le budget de confidentialité de {period} est épuisé : {spent} sur {budget} sont dépensés, et un nouveau tirage coûte {rho}",
            "Rien n'a été tiré ni publié. Laisser la publication en vigueur, ou faire signer un plus grand budget `dp` (`cartable policy diff` le dit comme un relâchement)",
        ),
    },
    "disclosure.opendp_missing": {
        "en": (
            "The method dp draws its noise with OpenDP, which is not installed",
            "Nothing was published. Install the project with its part `dp`: `pip install -e '.[dp]'` in its folder, with its environment active",
        ),
        "fr": (
            "La méthode dp tire son bruit avec OpenDP, qui n'est pas installé",
            "Rien n'a été publié. Installer le projet avec sa partie `dp` : `pip install -e '.[dp]'` dans son dossier, son environnement activé",
        ),
    },
    "disclosure.no_rounding": {
        "en": (
            "The counts cannot be rounded to the policy's base so that all sums add up and no figure lies two bases or more from the truth",
            "Publish fewer levels or dimensions, or choose another method; nothing was published",
        ),
        "fr": (
            "Les effectifs ne peuvent être arrondis à la base de la politique de sorte que toutes les sommes soient justes et qu'aucun chiffre ne soit à deux bases ou plus de la vérité",
            "Publier moins de niveaux ou de dimensions, ou choisir une autre méthode ; rien n'a été publié",
        ),
    },
}
