"""The words of the pages of a network, and of its tables."""

from __future__ import annotations

from pipeline.contracts import Label

WORDS: dict[str, Label] = {
    "skip": Label(en="Skip to the content", fr="Aller au contenu"),
    "other": Label(en="Français", fr="English"),
    "nav": Label(en="Pages", fr="Pages"),
    "overview": Label(en="Overview", fr="Vue d'ensemble"),
    "differences": Label(en="What differs", fr="Ce qui diffère"),
    "query": Label(en="Ask your own question", fr="Poser sa propre question"),
    "synthetic": Label(en="Synthetic data", fr="Données synthétiques"),
    "synthetic.of": Label(
        en="The persons behind these figures are made up:",
        fr="Les personnes derrière ces chiffres sont inventées :",
    ),
    "lead": Label(
        en="What each of these houses published itself, side by side. Nothing was added; what one "
        "hides stays hidden.",
        fr="Ce que chacune de ces maisons a publié elle-même, côte à côte. Rien n'a été ajouté ; "
        "ce que l'une masque reste masqué.",
    ),
    "publishers": Label(en="Who publishes", fr="Qui publie"),
    "publisher": Label(en="Publisher", fr="Éditeur"),
    "stands_for_all": Label(en="Figures are of", fr="Les chiffres sont ceux de"),
    "release": Label(en="Release", fr="Publication"),
    "made": Label(en="Made on", fr="Faite le"),
    "years": Label(en="School years", fr="Années scolaires"),
    "licence": Label(en="Licence", fr="Licence"),
    "key": Label(en="Fingerprint of the key", fr="Empreinte de la clé"),
    "side": Label(en="Side by side", fr="Côte à côte"),
    "side.parts": Label(
        en="Indicators of parts alone, with no figure of the whole",
        fr="Indicateurs des seules parties, sans chiffre de l'ensemble",
    ),
    "side.note": Label(
        en="The latest school year of each, in brackets. ≠ says that the unit, the definition or "
        "the protection differ: read how before you compare.",
        fr="La dernière année scolaire de chacun, entre parenthèses. ≠ dit que l'unité, la "
        "définition ou la protection diffèrent : lire en quoi avant de comparer.",
    ),
    "indicator": Label(en="Indicator", fr="Indicateur"),
    "band.between": Label(en="between {low} and {high}", fr="entre {low} et {high}"),
    "differs": Label(en="differs", fr="diffère"),
    "latest": Label(en="Latest figures", fr="Derniers chiffres"),
    "no_axis": Label(
        en="The units differ, so the figures are not drawn on one scale.",
        fr="Les unités diffèrent : les chiffres ne sont pas tracés sur une même échelle.",
    ),
    "by_year": Label(en="Year by year", fr="Année par année"),
    "territories": Label(en="Between their territories", fr="Entre leurs territoires"),
    "territories.note": Label(
        en="A dot is a territory of the level named; hidden figures have none.",
        fr="Un point est un territoire du niveau nommé ; un chiffre masqué n'en a pas.",
    ),
    "level": Label(en="Level", fr="Niveau"),
    "shown": Label(en="Shown", fr="Montrés"),
    "hidden_count": Label(en="Hidden", fr="Masqués"),
    "lowest": Label(en="Lowest", fr="Le plus bas"),
    "median": Label(en="Median", fr="Médiane"),
    "highest": Label(en="Highest", fr="Le plus haut"),
    "definitions": Label(en="Definitions", fr="Définitions"),
    "same": Label(
        en="Unit, definition and protection are the same everywhere.",
        fr="Unité, définition et protection sont les mêmes partout.",
    ),
    "aspect": Label(en="What", fr="Quoi"),
    "data": Label(en="Data", fr="Données"),
    "download": Label(en="The comparison as a DuckDB database", fr="La comparaison en base DuckDB"),
    "hidden": Label(en="hidden", fr="masqué"),
    "missing": Label(en="not delivered", fr="non transmis"),
    "impossible": Label(en="not applicable", fr="sans objet"),
    "absent": Label(en="not published", fr="non publié"),
    "none": Label(en="Nothing differs.", fr="Rien ne diffère."),
    "differences.lead": Label(
        en="Of each indicator that several publish, what they do not say alike.",
        fr="De chaque indicateur que plusieurs publient, ce qu'ils ne disent pas de même.",
    ),
    "nothing": Label(en="nothing", fr="rien"),
}

TABLES: dict[str, Label] = {
    "comparison": Label(
        en="The totals of the territory that stands for all of each publisher",
        fr="Les ensembles du territoire qui vaut pour tout, pour chaque éditeur",
    ),
    "totals": Label(
        en="Observations whose every breakdown is total or does not apply",
        fr="Observations dont toute ventilation est un ensemble ou sans objet",
    ),
    "observations": Label(
        en="Every released figure of all publishers",
        fr="Chaque chiffre publié de tous les éditeurs",
    ),
    "publishers": Label(
        en="Who publishes, which release, under which licence",
        fr="Qui publie, quelle publication, sous quelle licence",
    ),
    "differences": Label(
        en="What publishers do not say alike of an indicator",
        fr="Ce que les éditeurs ne disent pas de même d'un indicateur",
    ),
    "indicators": Label(
        en="Indicators as each publisher defines them", fr="Indicateurs tels que chacun les définit"
    ),
    "territories": Label(en="Territories of each", fr="Territoires de chacun"),
    "dimensions": Label(en="Codes and their labels", fr="Codes et leurs libellés"),
    "coverage": Label(en="Who delivered, at each", fr="Qui a transmis, chez chacun"),
    "releases": Label(en="Releases that each tells of", fr="Publications que chacun signale"),
    "columns": Label(en="What each column means", fr="Ce que signifie chaque colonne"),
}

# Columns that no release has; the others are described as their publishers do.
COLUMNS: dict[str, Label] = {
    "publisher": Label(en="Publisher, as the network names it", fr="Éditeur, nommé par le réseau"),
    "label_en": Label(en="Name, English", fr="Nom, anglais"),
    "label_fr": Label(en="Name, French", fr="Nom, français"),
    "release_id": Label(en="Release", fr="Publication"),
    "created": Label(en="When it was made, UTC", fr="Quand elle fut faite, UTC"),
    "licence": Label(en="Licence of its figures", fr="Licence de ses chiffres"),
    "licence_url": Label(en="Text of the licence", fr="Texte de la licence"),
    "synthetic": Label(en="Whether its persons are made up", fr="Si ses personnes sont inventées"),
    "key_fingerprint": Label(
        en="SHA-256 of the key that signed it", fr="SHA-256 de la clé qui l'a signée"
    ),
    "whole_area": Label(en="Territory that stands for all", fr="Territoire qui vaut pour tout"),
    "whole_area_name": Label(en="Name of that territory", fr="Nom de ce territoire"),
    "indicator": Label(en="Code of the indicator", fr="Code de l'indicateur"),
    "aspect": Label(en="What differs", fr="Ce qui diffère"),
    "value_en": Label(en="What this publisher says, English", fr="Ce que dit l'éditeur, anglais"),
    "value_fr": Label(en="What this publisher says, French", fr="Ce que dit l'éditeur, français"),
    "table_name": Label(en="Table or view", fr="Table ou vue"),
    "column_name": Label(en="Column", fr="Colonne"),
    "data_type": Label(en="SQL type", fr="Type SQL"),
    "description_en": Label(en="Meaning, English", fr="Sens, anglais"),
    "description_fr": Label(en="Meaning, French", fr="Sens, français"),
}

EXAMPLES: dict[str, Label] = {
    "side_by_side": Label(
        en="One indicator, publisher by publisher and year by year",
        fr="Un indicateur, éditeur par éditeur et année par année",
    ),
    "furthest": Label(
        en="The territories furthest from the median of their publisher",
        fr="Les territoires les plus loin de la médiane de leur éditeur",
    ),
    "differing": Label(
        en="Where units or definitions differ", fr="Où unités ou définitions diffèrent"
    ),
}
