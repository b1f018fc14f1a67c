"""The words of figures, protection, coverage and sources."""

from __future__ import annotations

from pipeline.contracts import Label

FIGURE_WORDS: dict[str, Label] = {
    "title": Label(en="Schools and digital resources", fr="École et ressources numériques"),
    "skip": Label(en="Skip to the figures", fr="Aller aux chiffres"),
    "synthetic": Label(en="Synthetic data", fr="Données synthétiques"),
    "language": Label(en="Language", fr="Langue"),
    "theme": Label(en="Light or dark", fr="Clair ou sombre"),
    "school_year": Label(en="School year", fr="Année scolaire"),
    "contents": Label(en="On this page", fr="Sur cette page"),
    "nav.map": Label(en="Map", fr="Carte"),
    "nav.areas": Label(en="Territories", fr="Territoires"),
    "nav.gaps": Label(en="Gaps", fr="Écarts"),
    "nav.protection": Label(en="Protection", fr="Protection"),
    "nav.data": Label(en="Data", fr="Données"),
    "headline": Label(en="At a glance", fr="L'essentiel"),
    "since": Label(en="since", fr="depuis"),
    "unchanged": Label(en="unchanged since", fr="inchangé depuis"),
    "points": Label(en="points", fr="points"),
    "points.short": Label(en="pts", fr="pts"),
    "map": Label(en="On the map", fr="Sur la carte"),
    "map.note": Label(
        en="Classes hold equal numbers of territories, over all years together, so that colours "
        "compare from one year to the next. Choose a territory to read its figures.",
        fr="Les classes ont le même nombre de territoires, toutes années réunies : les couleurs "
        "se comparent d'une année à l'autre. Choisissez un territoire pour lire ses chiffres.",
    ),
    "map.indicator": Label(en="Indicator", fr="Indicateur"),
    "map.find": Label(en="Find a territory", fr="Trouver un territoire"),
    "map.find_hint": Label(en="Name…", fr="Nom…"),
    "map.table": Label(en="The map as a table", fr="La carte en tableau"),
    "map.territory": Label(en="Territory", fr="Territoire"),
    "hidden": Label(en="Hidden to protect persons", fr="Masqué pour protéger les personnes"),
    "hidden.short": Label(en="hidden", fr="masqué"),
    "no_school": Label(en="No school", fr="Pas d'école"),
    "missing": Label(en="Not delivered", fr="Non transmis"),
    "impossible": Label(en="Not applicable", fr="Sans objet"),
    "inhabitants": Label(en="inhabitants", fr="habitants"),
    "partly": Label(en="partly covered", fr="couvert en partie"),
    "partly.note": Label(
        en="covers a part only, since not every school delivered: see below.",
        fr="ne couvre qu'une partie, car des écoles n'ont pas transmis : voir plus bas.",
    ),
    "areas": Label(en="Between territories", fr="D'un territoire à l'autre"),
    "areas.note": Label(
        en="Sort by any column. A territory marked “part” reaches beyond the area covered: its "
        "figures are those of the part inside, never of the whole.",
        fr="Triez par n'importe quelle colonne. Un territoire marqué « partie » déborde la zone "
        "couverte : ses chiffres sont ceux de la partie couverte, jamais du tout.",
    ),
    "part": Label(en="part", fr="partie"),
    "sort": Label(en="Sort by", fr="Trier par"),
    "sexes": Label(en="Girls and boys", fr="Filles et garçons"),
    "sexes.level": Label(en="Pupils by level of education", fr="Élèves par niveau d'enseignement"),
    "gap": Label(en="Gap", fr="Écart"),
    "typology.gap_note": Label(
        en="Gap: the last class less the first.",
        fr="Écart : la dernière classe moins la première.",
    ),
    "total": Label(en="Total", fr="Ensemble"),
    "protection": Label(en="How people are protected", fr="Comment les personnes sont protégées"),
    "protection.lead": Label(
        en="These figures speak of territories, not of persons. Every table that counts persons "
        "is protected before it is published, by the rules below.",
        fr="Ces chiffres parlent de territoires, non de personnes. Chaque tableau qui compte des"
        " personnes est protégé avant d'être publié, selon les règles ci-dessous.",
    ),
    "protection.names": Label(en="No names", fr="Aucun nom"),
    "protection.names_text": Label(
        en="Names, addresses and identifiers are dropped or replaced by keyed pseudonyms as "
        "files arrive. No figure of this release derives from them.",
        fr="Noms, adresses et identifiants sont supprimés ou remplacés par des pseudonymes à clé"
        " dès l'arrivée des fichiers. Aucun chiffre de cette publication n'en dérive.",
    ),
    "protection.small": Label(en="Small counts hidden", fr="Petits effectifs masqués"),
    "protection.small_text": Label(
        en="A count of persons under the threshold of its table is not published, and neither is"
        " a rate made of it. Where an answer is sensitive, zeros may be hidden too, so that no"
        " group is seen to have answered all alike.",
        fr="Un effectif de personnes sous le seuil de son tableau n'est pas publié, ni aucun "
        "taux qui en dépend. Si une réponse est sensible, des zéros peuvent être masqués aussi, "
        "pour qu'aucun groupe n'apparaisse unanime.",
    ),
    "protection.sums": Label(en="No way back by sums", fr="Pas de retour par les sommes"),
    "protection.sums_text": Label(
        en="Further cells are hidden so that no sum or difference of published figures gives a "
        "hidden count back; each keeps an uncertainty of at least",
        fr="D'autres cellules sont masquées pour qu'aucune somme ni différence de chiffres publiés "
        "ne rende un effectif caché ; chacun garde une incertitude d'au moins",
    ),
    "protection.same": Label(
        en="Both kinds bear the same sign: nobody can tell why a cell is hidden.",
        fr="Les deux portent le même signe : on ne peut savoir pourquoi une cellule est masquée.",
    ),
    "protection.stands": Label(
        en="An earlier release of these years is public too. A correction shows once enough "
        "persons changed; until then a figure stands as it was, and `stands_from` in the data "
        "names the release since which it is the same. Whether nobody changed or too few is not "
        "told.",
        fr="Une publication antérieure de ces années est publique aussi. Une correction paraît "
        "quand assez de personnes ont changé ; d'ici là un chiffre reste ce qu'il était, et "
        "`stands_from` dans les données nomme la publication depuis laquelle il est le même. Si "
        "personne n'a changé ou trop peu, cela n'est pas dit.",
    ),
    "protection.table": Label(en="Table", fr="Tableau"),
    "protection.threshold": Label(en="Threshold", fr="Seuil"),
    "protection.method": Label(en="Method", fr="Méthode"),
    "protection.cells": Label(en="Cells", fr="Cellules"),
    "protection.hidden": Label(en="Hidden", fr="Masquées"),
    "protection.base": Label(en="Hidden at the lowest level", fr="Masquées au niveau le plus fin"),
    "protection.behind": Label(en="units behind a figure", fr="unités derrière un chiffre"),
    "protection.none": Label(en="counts no person", fr="ne compte pas de personnes"),
    "method.suppression": Label(
        en="Suppression, primary and secondary",
        fr="Suppression, primaire et secondaire",
    ),
    "method.cell_key": Label(en="Cell key", fr="Clé de cellule"),
    "method.dp": Label(en="Differential privacy", fr="Confidentialité différentielle"),
    "method.rounding": Label(en="Rounding", fr="Arrondi"),
    "method.none": Label(en="None", fr="Aucune"),
    "coverage": Label(en="What these figures cover", fr="Ce que couvrent ces chiffres"),
    "coverage.lead": Label(
        en="A school that did not deliver is said, and its territory marked: it never reads as a"
        " fall.",
        fr="Une école qui n'a pas transmis est signalée et son territoire marqué : elle ne se "
        "lit jamais comme une baisse.",
    ),
    "coverage.one_sender": Label(
        en="not expected school by school", fr="non attendu école par école"
    ),
    "coverage.dataset": Label(en="Dataset", fr="Jeu de données"),
    "coverage.expected": Label(en="Expected", fr="Attendus"),
    "coverage.received": Label(en="Received", fr="Reçus"),
    "coverage.late": Label(en="of which late", fr="dont en retard"),
    "coverage.missing": Label(en="Missing", fr="Manquants"),
    "coverage.share": Label(en="Coverage", fr="Couverture"),
    "coverage.partial": Label(
        en="Only partly inside the area covered, and therefore not shown as wholes on this page:",
        fr="Couverts en partie seulement, et donc jamais présentés ici comme un tout :",
    ),
    "coverage.of": Label(en="of the inhabitants", fr="des habitants"),
    "use": Label(en="Use these figures", fr="Utiliser ces chiffres"),
    "use.lead": Label(
        en="Everything on this page comes from one DuckDB file, which opens in Python, R, QGIS "
        "or on the command line. The same tables are there as Parquet and CSV.",
        fr="Tout ce qui figure ici vient d'un seul fichier DuckDB, qui s'ouvre dans Python, R, "
        "QGIS ou en ligne de commande. Les mêmes tables existent en Parquet et en CSV.",
    ),
    "use.database": Label(en="Database", fr="Base de données"),
    "use.observations": Label(en="All observations", fr="Toutes les observations"),
    "use.dictionary": Label(en="Dictionary of columns", fr="Dictionnaire des colonnes"),
    "use.example": Label(en="For example, in Python:", fr="Par exemple, en Python :"),
    "sources": Label(en="Sources and licence", fr="Sources et licence"),
    "sources.definitions": Label(en="Definitions", fr="Définitions"),
    "sources.territories": Label(en="Territories", fr="Territoires"),
    "sources.vintage": Label(
        en="every period shown with the codes of",
        fr="toutes les périodes aux codes de",
    ),
    "sources.licence": Label(en="Licence", fr="Licence"),
    "sources.basis": Label(en="Legal basis", fr="Base légale"),
    "sources.purpose": Label(en="Purpose", fr="Finalité"),
    "sources.controller": Label(en="Controller", fr="Responsable de traitement"),
    "sources.policy": Label(en="Policy in force", fr="Politique en vigueur"),
    "release": Label(en="Release", fr="Publication"),
    "version": Label(en="version", fr="version"),
    "made": Label(en="made on", fr="faite le"),
    "of_territory": Label(en="of", fr="de"),
}
