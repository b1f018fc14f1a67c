"""What is said of methods that move counts: of rules that cannot hold, and of their changes."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

METHODS: Catalogue = {
    "contract.methods_mixed": {
        "en": (
            "The table {name} is protected by another method than {others}, which count the same persons: what one hides, the other would give away",
            "Give all tables of one population the same method",
        ),
        "fr": (
            "Le tableau {name} est protégé par une autre méthode que {others}, qui comptent les mêmes personnes : l'un trahirait ce que l'autre masque",
            "Donner la même méthode à tous les tableaux d'une population",
        ),
    },
    "contract.zeros_stay": {
        "en": (
            "The policy protects zeros for the sensitivity of the table {name}, and {method} leaves them as they are",
            "Choose another method, or a sensitivity whose zeros are published",
        ),
        "fr": (
            "La politique protège les zéros pour la sensibilité du tableau {name}, et {method} les laisse tels quels",
            "Choisir une autre méthode, ou une sensibilité dont les zéros sont publiés",
        ),
    },
    "contract.method_unset": {
        "en": (
            "The table {name} asks for a method whose numbers the policy does not hold",
            "Write `{section}` ({numbers}) into contracts/policy.yml, each number with value, unit, reason and source",
        ),
        "fr": (
            "Le tableau {name} demande une méthode dont la politique n'a pas les nombres",
            "Écrire `{section}` ({numbers}) dans contracts/policy.yml, chaque nombre avec value, unit, reason et source",
        ),
    },
    "contract.method_of_units": {
        "en": (
            "The table {name} counts no persons, and {method} perturbs counts of persons only",
            "Give it `method: none`",
        ),
        "fr": (
            "Le tableau {name} ne compte pas de personnes, et {method} ne perturbe que des effectifs de personnes",
            "Lui donner `method: none`",
        ),
    },
    "contract.noise_impossible": {
        "en": (
            "No unbiased noise within these limits has this variance for every count",
            "Give a variance above {least} and below {most}, or change `maximum` or `smallest`",
        ),
        "fr": (
            "Aucun bruit sans biais dans ces limites n'a cette variance pour chaque effectif",
            "Donner une variance entre {least} et {most}, ou changer `maximum` ou `smallest`",
        ),
    },
    "contract.noise_narrow": {
        "en": (
            "Noise of this maximum would leave less doubt than the protection width",
            "Give a maximum of at least {width}",
        ),
        "fr": (
            "Un bruit de ce maximum laisserait moins de doute que la largeur de protection",
            "Donner un maximum d'au moins {width}",
        ),
    },
    "contract.no_record_key": {
        "en": (
            "No single pseudonymised column is the key of {name}, so that its rows have no keys",
            "Name one pseudonymised column in `key` of the dataset, or choose another method",
        ),
        "fr": (
            "Aucune colonne pseudonymisée n'est à elle seule la clé de {name} : ses lignes n'ont pas de clés",
            "Nommer une colonne pseudonymisée dans `key` du jeu, ou choisir une autre méthode",
        ),
    },
    "contract.person_twice": {
        "en": (
            "A person may stand in several rows of {name} that count: the noise would protect one of them only",
            "Declare `double_enrolment: {{rule: latest or main, …}}` in the dataset, or choose another method",
        ),
        "fr": (
            "Une personne peut figurer dans plusieurs lignes de {name} qui comptent : le bruit n'en protégerait qu'une",
            "Déclarer `double_enrolment: {{rule: latest ou main, …}}` dans le jeu, ou choisir une autre méthode",
        ),
    },
    "contract.budget_small": {
        "en": (
            "One drawing costs more than the whole budget of {budget}",
            "Give `rho` of at most the budget",
        ),
        "fr": (
            "Un tirage coûte plus que tout le budget de {budget}",
            "Donner un `rho` d'au plus le budget",
        ),
    },
    "change.noise": {
        "en": (
            "Perturbation, {name_en}: {before_en} becomes {after_en}",
            "Counts of tables of that method are moved accordingly, and released figures with them",
        ),
        "fr": (
            "Perturbation, {name_fr} : {before_fr} devient {after_fr}",
            "Les effectifs des tableaux de cette méthode sont décalés en conséquence, et les chiffres publiés aussi",
        ),
    },
    "change.noise_set": {
        "en": (
            "Perturbation by {name_en} {how_en}: {before_en} becomes {after_en}",
            "It rules only the tables of that method, each told by itself",
        ),
        "fr": (
            "Perturbation par {name_fr} ({how_fr}) : {before_fr} devient {after_fr}",
            "Elle ne vaut que pour les tableaux de cette méthode, chacun dit à part",
        ),
    },
    "contract.base_small": {
        "en": (
            "The rounding base would show counts under the threshold of {name}, or leave less doubt than the protection width",
            "Give a base of at least {least}",
        ),
        "fr": (
            "La base d'arrondi montrerait des effectifs sous le seuil de {name}, ou laisserait moins de doute que la largeur de protection",
            "Donner une base d'au moins {least}",
        ),
    },
}
