"""What is said of quality gates."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

QUALITY: Catalogue = {
    "quality.unknown_zone": {
        "en": (
            "Suites are kept for the zones protected and published only",
            "Move the file to expectations/protected or expectations/published",
        ),
        "fr": (
            "Il n'y a de suites que pour les zones protected et published",
            "Déplacer le fichier dans expectations/protected ou expectations/published",
        ),
    },
    "quality.suite_invalid": {
        "en": (
            "{count} problem(s) in the expectation suite; nothing was checked or changed",
            "Mend each of the lines below, then run `cartable contracts check`",
        ),
        "fr": (
            "{count} problème(s) dans la suite d'attentes ; rien n'a été contrôlé ni modifié",
            "Corriger chacune des lignes ci-dessous, puis lancer `cartable contracts check`",
        ),
    },
    "quality.suite_refused": {
        "en": (
            "Great Expectations does not accept the suite; nothing was checked or changed",
            "Compare the arguments of its expectations with the library's gallery",
        ),
        "fr": (
            "Great Expectations n'accepte pas la suite ; rien n'a été contrôlé ni modifié",
            "Comparer les arguments de ses attentes à la documentation de la bibliothèque",
        ),
    },
    "quality.suite_shape": {
        "en": (
            "The suite does not have the form of a suite: {why}",
            "Give each expectation its type, kwargs, severity and meta.why in English and French",
        ),
        "fr": (
            "La suite n'a pas la forme d'une suite : {why}",
            "Donner à chaque attente type, kwargs, severity et meta.why en anglais et en français",
        ),
    },
    "quality.suite_name": {
        "en": (
            "The name in the suite is not that of its file",
            "Write `zone/name` as in the path: expectations/zone/name.json",
        ),
        "fr": (
            "Le nom dans la suite n'est pas celui de son fichier",
            "Écrire `zone/nom` comme dans le chemin : expectations/zone/nom.json",
        ),
    },
    "quality.type_not_allowed": {
        "en": (
            "The expectation {name} is not allowed in this zone",
            "Use a type that is known to let no value out: pipeline/quality/suites.py lists them",
        ),
        "fr": (
            "L'attente {name} n'est pas admise dans cette zone",
            "Employer un type qui ne laisse sortir aucune valeur : voir pipeline/quality/suites.py",
        ),
    },
    "quality.argument_not_allowed": {
        "en": (
            "The argument {name} is not allowed for this expectation",
            "Remove it, or correct its spelling",
        ),
        "fr": (
            "L'argument {name} n'est pas admis pour cette attente",
            "Le retirer, ou en corriger l'orthographe",
        ),
    },
    "quality.unknown_parameter": {
        "en": (
            "No contract gives the parameter {name}",
            "Declare the code list, pattern or bound in the contract, or correct the name",
        ),
        "fr": (
            "Aucun contrat ne donne le paramètre {name}",
            "Déclarer la nomenclature, le motif ou la borne au contrat, ou corriger le nom",
        ),
    },
    "quality.unknown_column": {
        "en": (
            "The table has no column {name} after the privacy rules",
            "Correct the name, or keep the column in the contract",
        ),
        "fr": (
            "Le tableau n'a pas de colonne {name} après les règles de confidentialité",
            "Corriger le nom, ou garder la colonne dans le contrat",
        ),
    },
    "quality.condition": {
        "en": (
            "The condition of {name} is not made of plain comparisons",
            "Use the types comparison, nullity or and, as in the other suites; no program text",
        ),
        "fr": (
            "La condition de {name} n'est pas faite de simples comparaisons",
            "Employer les types comparison, nullity ou and, comme les autres suites ; pas de code",
        ),
    },
    "quality.gate_crashed": {
        "en": (
            "The gate could not be run; the step stopped and nothing was changed",
            "Nothing passes unchecked: run the step again, then report it with this code",
        ),
        "fr": (
            "Le contrôle n'a pas pu être mené ; l'étape s'est arrêtée, rien n'a été modifié",
            "Rien ne passe sans contrôle : relancer l'étape, puis le signaler avec ce code",
        ),
    },
    "quality.count_mismatch": {
        "en": (
            "Only {count} of the {expectations} expectations of the file were run",
            "Nothing passes half checked, nothing was changed: report it with this code",
        ),
        "fr": (
            "Seules {count} des {expectations} attentes du fichier ont été contrôlées",
            "Rien ne passe à moitié contrôlé, rien n'a été modifié : le signaler avec ce code",
        ),
    },
    "quality.refused": {
        "en": (
            "{count} of {expectations} expectations failed; the step stopped, nothing changed",
            "Have the rows corrected where they come from, then run the step again",
        ),
        "fr": (
            "{count} attente(s) sur {expectations} non tenue(s) ; l'étape s'est arrêtée, rien n'a été modifié",
            "Faire corriger les lignes à leur origine, puis relancer l'étape",
        ),
    },
    "quality.failed": {
        "en": (
            "{expectation} does not hold",
            "{why_en}",
        ),
        "fr": (
            "{expectation} n'est pas tenue",
            "{why_fr}",
        ),
    },
    "quality.failed_rows": {
        "en": (
            "{expectation} does not hold for {count} row(s)",
            "{why_en}",
        ),
        "fr": (
            "{expectation} n'est pas tenue pour {count} ligne(s)",
            "{why_fr}",
        ),
    },
    "quality.crashed": {
        "en": (
            "{expectation} counts as failed: its check crashed",
            "See that the column is there and of the type that the check compares",
        ),
        "fr": (
            "{expectation} compte comme non tenue : son contrôle a échoué",
            "Vérifier que la colonne existe et que son type est celui du contrôle",
        ),
    },
    "quality.population_missing": {
        "en": (
            "The population of {period} was not delivered, so coverage cannot be said",
            "Ingest the dataset for that period, then prepare again",
        ),
        "fr": (
            "La population de {period} n'a pas été livrée : la couverture ne peut être dite",
            "Ingérer le jeu pour cette période, puis préparer de nouveau",
        ),
    },
    "quality.coverage_unknown": {
        "en": (
            "The coverage of {count} cell(s) is not known; nothing was prepared",
            "See that the senders and territories of the table's dataset are those of the contracts, then run `cartable prepare` again",
        ),
        "fr": (
            "La couverture de {count} cellule(s) n'est pas connue ; rien n'a été préparé",
            "Vérifier que les émetteurs et territoires du jeu du tableau sont ceux des contrats, puis relancer `cartable prepare`",
        ),
    },
    "quality.rows_lost": {
        "en": (
            "{count} row(s) of {period} are not in the counts; nothing was prepared",
            "Ingest the schools of that period again: each row must find its school",
        ),
        "fr": (
            "{count} ligne(s) de {period} manquent dans les comptages ; rien n'a été préparé",
            "Ingérer de nouveau les écoles de cette période : chaque ligne doit trouver son école",
        ),
    },
    "quality.nothing_to_count": {
        "en": (
            "There is no accepted row to count",
            "Ingest deliveries first",
        ),
        "fr": (
            "Aucune ligne acceptée à compter",
            "Ingérer d'abord des livraisons",
        ),
    },
    "quality.record_keys_lost": {
        "en": (
            "The record keys that the query adds up are not those of the rows counted in {period}",
            "Let the query sum `record_key` once for each row; nothing was published",
        ),
        "fr": (
            "Les clés d'enregistrement que la requête additionne ne sont pas celles des lignes comptées en {period}",
            "Faire additionner `record_key` une fois par ligne ; rien n'a été publié",
        ),
    },
}
