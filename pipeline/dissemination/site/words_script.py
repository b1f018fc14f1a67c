"""What the scripts of the pages say. A word in braces is replaced."""

from __future__ import annotations

from pipeline.contracts import Label
from pipeline.contracts.bands import CONFIDENCE_PCT


def _w(en: str, fr: str) -> Label:
    return Label(en=en, fr=fr)


SCRIPT_WORDS: dict[str, Label] = {
    # Why there is no figure.
    "why.Q": _w("Hidden to protect persons", "Masqué pour protéger les personnes"),
    "why.L": _w("Not delivered", "Non transmis"),
    "why.N": _w("No school", "Pas d'école"),
    "why.M": _w("Not applicable", "Sans objet"),
    "short.Q": _w("hidden", "masqué"),
    "short.L": _w("not delivered", "non transmis"),
    "short.N": _w("no school", "pas d'école"),
    "short.M": _w("n/a", "s. o."),
    "partly": _w("{share} covered", "couvert à {share}"),
    "part": _w("part", "partie"),
    "perturbed": _w("perturbed", "perturbé"),
    "band.between": _w("between {low} and {high}", "entre {low} et {high}"),
    "band.least": _w("{low} or more", "{low} ou plus"),
    "band.most": _w("{high} or less", "{high} ou moins"),
    "band.sure": _w(
        f"The exact figure lies there with a chance of {CONFIDENCE_PCT}% or more",
        f"Le chiffre exact s'y trouve avec une probabilité d'au moins {CONFIDENCE_PCT} %",
    ),
    "territory": _w("Territory", "Territoire"),
    "indicator": _w("Indicator", "Indicateur"),
    "level": _w("Level", "Niveau"),
    "year": _w("School year", "Année scolaire"),
    "within": _w("Within", "Dans"),
    "figure": _w("Figure", "Chiffre"),
    "status": _w("Status", "Statut"),
    "coverage": _w("Coverage", "Couverture"),
    "rank": _w("Rank", "Rang"),
    "of": _w("{rank} of {count}", "{rank} sur {count}"),
    "inhabitants": _w("{count} inhabitants", "{count} habitants"),
    "whole": _w("whole of {name}", "ensemble de {name}"),
    "points": _w("points", "points"),
    "since_year": _w("since {year}", "depuis {year}"),
    "none": _w("Nothing found", "Rien trouvé"),
    "found": _w("{count} found", "{count} trouvés"),
    "failed": _w(
        "The data could not be loaded. A site needs a web server, even on your own machine: "
        "`cartable site serve` is one.",
        "Les données n'ont pu être chargées. Un site demande un serveur web, même sur votre "
        "machine : `cartable site serve` en est un.",
    ),
    "loading": _w("Loading…", "Chargement…"),
    "all": _w("All", "Tous"),
    # The map.
    "map.help": _w(
        "Map. Arrow keys go from one territory to the next, Enter opens its profile, plus and "
        "minus zoom, zero shows all.",
        "Carte. Les flèches vont d'un territoire au suivant, Entrée ouvre son profil, plus et "
        "moins agrandissent et réduisent, zéro montre tout.",
    ),
    "map.in": _w("Zoom in", "Agrandir"),
    "map.out": _w("Zoom out", "Réduire"),
    "map.all": _w("Show all", "Tout montrer"),
    "told": _w("{name}: {figure}", "{name}\u00a0: {figure}"),
    "map.open": _w("Open the profile", "Ouvrir le profil"),
    "map.inside": _w("Show inside", "Voir à l'intérieur"),
    "map.up": _w("Back to all", "Revenir à l'ensemble"),
    "map.compare": _w("Compare", "Comparer"),
    "map.classes": _w(
        "Classes hold equal numbers of territories, over all years together.",
        "Classes d'effectifs égaux de territoires, toutes années réunies.",
    ),
    "map.diverging": _w(
        "Two hues part what lies under and over {centre}.",
        "Deux teintes séparent ce qui est sous et au-dessus de {centre}.",
    ),
    "map.symbols": _w(
        "The area of a circle is the number.", "La surface d'un cercle est le nombre."
    ),
    "map.choose_holder": _w(
        "This level has too many territories for one map: choose which part to show.",
        "Ce niveau a trop de territoires pour une carte : choisissez la partie à montrer.",
    ),
    "map.better.higher": _w("higher is better", "plus haut est mieux"),
    "map.better.lower": _w("lower is better", "plus bas est mieux"),
    "below.zero": _w(
        "Below 0: more pupils come to school from elsewhere than leave. Children are counted where "
        "they live, pupils where their school is.",
        "Sous 0 : plus d'élèves viennent d'ailleurs à l'école qu'il n'en part. Les enfants sont "
        "comptés où ils habitent, les élèves où est leur école.",
    ),
    "range": _w("{low} to {high}", "{low} à {high}"),
    "under": _w("under {high}", "moins de {high}"),
    "over": _w("{low} and more", "{low} et plus"),
    # Tables.
    "table.filter": _w("Filter by name", "Filtrer par nom"),
    "table.rows": _w("{from} to {to} of {count}", "{from} à {to} sur {count}"),
    "table.before": _w("Previous rows", "Lignes précédentes"),
    "table.after": _w("Next rows", "Lignes suivantes"),
    "table.download": _w("Download this table (CSV)", "Télécharger ce tableau (CSV)"),
    "table.sort": _w("Sort by {name}", "Trier par {name}"),
    "chart.highest": _w("Highest {count}", "Les {count} plus hauts"),
    "chart.lowest": _w("Lowest {count}", "Les {count} plus bas"),
    "chart.alike": _w(
        "The lowest are all alike: of {count} territories the figure is {value}.",
        "Les plus bas sont tous pareils : pour {count} territoires le chiffre est {value}.",
    ),
    "chart.table": _w("The chart as a table", "Le graphique en tableau"),
    # A territory.
    "place.here": _w("Here", "Ici"),
    "place.change": _w("Change", "Évolution"),
    "place.peers": _w("Middle of peers", "Médiane des pairs"),
    "place.standing": _w("Among peers", "Parmi les pairs"),
    "place.rank": _w("Rank", "Rang"),
    "place.inside": _w("Inside", "À l'intérieur"),
    "place.part": _w(
        "Only {share} of the inhabitants live in the area that this release covers: its figures "
        "are those of that part, never of the whole.",
        "Seuls {share} des habitants vivent dans la zone que couvre cette publication : ses "
        "chiffres sont ceux de cette partie, jamais de l'ensemble.",
    ),
    "place.missing": _w(
        "{missing} of {expected} expected deliveries did not come ({dataset}, {year}): figures "
        "made of them cover {share}.",
        "{missing} des {expected} transmissions attendues ne sont pas venues ({dataset}, {year}) : "
        "les chiffres qui en sont faits couvrent {share}.",
    ),
    "place.peers_class": _w("Peers: {level}, {class}", "Pairs : {level}, {class}"),
    "place.peers_level": _w("Peers: {level}", "Pairs : {level}"),
    "place.strip": _w(
        "from {low} to {high}, middle half {from} to {to}",
        "de {low} à {high}, moitié centrale {from} à {to}",
    ),
    "place.trend": _w("Over the years", "Au fil des ans"),
    "place.breakdowns": _w("Breakdowns", "Croisements"),
    "place.unknown": _w(
        "No territory of this release has this identifier.",
        "Aucun territoire de cette publication n'a cet identifiant.",
    ),
    "place.browse": _w("All territories", "Tous les territoires"),
    "compare.remove": _w("Remove {name}", "Retirer {name}"),
    "compare.add": _w("Add a territory (at most {most})", "Ajouter un territoire ({most} au plus)"),
    "compare.few": _w("Choose at least two territories.", "Choisissez au moins deux territoires."),
    "compare.against": _w(
        "difference to {name}, the last one chosen", "écart à {name}, le dernier choisi"
    ),
    "priorities.need": _w("What is missing", "Ce qui manque"),
    "priorities.per": _w("Per 1,000 pupils", "Pour 1 000 élèves"),
    "needs.sums": _w(
        "A need is that of the totals of a territory: inside it, what one school has to spare "
        "counts for another. Added up, the needs of its parts can therefore exceed its own, for "
        "what one part has to spare helps no other.",
        "Un besoin est celui des totaux d'un territoire : ce qu'une école y a de trop compte pour "
        "une autre. La somme des besoins de ses parties peut donc dépasser le sien, car ce qu'une "
        "partie a de trop n'aide aucune autre.",
    ),
    "place.peers_name": _w("Middle of peers", "Médiane des pairs"),
}
