"""The words of the disclosure report, in English and French."""

from __future__ import annotations

DISCLOSURE: dict[str, tuple[str, str]] = {
    "disclosure.title": ("Disclosure report", "Rapport sur le secret statistique"),
    "disclosure.secret": (
        (
            "For the data protection officer and the controller's delegate alone: it tells counts"
            " that are small apart from counts hidden to protect them, which gives bounds away."
            " Do not publish it; the release brings a version of its own."
        ),
        (
            "Réservé au délégué à la protection des données et au délégataire : il distingue les"
            " effectifs petits de ceux masqués pour les protéger, ce qui révèle des bornes. Ne pas"
            " le publier ; la publication apporte sa propre version."
        ),
    ),
    "disclosure.lead_public": (
        "How the persons behind these figures are protected, and what that cost.",
        "Comment sont protégées les personnes derrière ces chiffres, et à quel prix.",
    ),
    "disclosure.safe": (
        "Every hidden figure stays uncertain, and that is proven.",
        "Chaque chiffre masqué reste incertain, et cela est prouvé.",
    ),
    "disclosure.unsafe": (
        "Not every hidden figure is proven to stay uncertain.",
        "Tous les chiffres masqués ne sont pas prouvés incertains.",
    ),
    "disclosure.said_safe": (
        (
            "For each of the {hidden} hidden figures there are two whole worlds that agree with"
            " everything published and differ in it by at least {width} persons."
        ),
        (
            "Pour chacun des {hidden} chiffres masqués, il existe deux mondes complets qui"
            " s'accordent avec tout ce qui est publié et y diffèrent d'au moins {width} personnes."
        ),
    ),
    "disclosure.said_unsafe": (
        "Only {proven} of {hidden} hidden figures are proven to vary by {width} persons.",
        "Seuls {proven} des {hidden} chiffres masqués sont prouvés variables de {width} personnes.",
    ),
    "disclosure.nothing": (
        "Nothing is hidden in this release.",
        "Rien n'est masqué dans cette publication.",
    ),
    "disclosure.amounts": ("Amounts.", "Montants."),
    "disclosure.said_amounts": (
        (
            "{hidden} sums over units, such as the bandwidth of schools, are hidden as well;"
            " {proven} are proven to vary."
        ),
        (
            "{hidden} sommes sur des unités, comme le débit des écoles, sont aussi masquées ;"
            " {proven} sont prouvées variables."
        ),
    ),
    "disclosure.hidden_of": ("figures hidden, of {cells}", "chiffres masqués, sur {cells}"),
    "disclosure.hidden_share": ("of all figures are hidden", "de tous les chiffres sont masqués"),
    "disclosure.primary": ("hidden by a rule", "masqués par une règle"),
    "disclosure.secondary": ("hidden to protect these", "masqués pour les protéger"),
    "disclosure.bound": ("of the latter cannot be avoided", "de ces derniers sont inévitables"),
    "disclosure.newly_hidden": ("newly hidden", "nouvellement masqués"),
    "disclosure.newly_shown": ("newly shown", "nouvellement montrés"),
    "disclosure.width": ("persons, least uncertainty", "personnes, incertitude minimale"),
    "disclosure.rules": ("Rules in force", "Règles en vigueur"),
    "disclosure.rule": ("Rule", "Règle"),
    "disclosure.value": ("Value", "Valeur"),
    "disclosure.reason": ("Reason", "Raison"),
    "rule.threshold": (
        "Smallest count shown; smaller ones are hidden",
        "Plus petit effectif montré ; les plus petits sont masqués",
    ),
    "rule.extreme": (
        "Share from which a group counts as all alike",
        "Part à partir de laquelle un groupe est tenu pour unanime",
    ),
    "rule.zeros_published": (
        "Zeros are all shown: a hidden count is at least 1",
        "Les zéros sont tous montrés : un effectif masqué vaut au moins 1",
    ),
    "rule.zeros_protected": (
        "Zeros may be hidden: a hidden count may be 0",
        "Les zéros peuvent être masqués : un effectif masqué peut valoir 0",
    ),
    "rule.elsewhere": (
        "Published by others: known, so never hidden here",
        "Publié par d'autres : connu, donc jamais masqué ici",
    ),
    "rule.total": ("total", "total"),
    "rule.width": (
        "Least uncertainty of any hidden count",
        "Incertitude minimale de tout effectif masqué",
    ),
    "rule.units": (
        "Counts no persons: nothing is hidden",
        "Ne compte pas de personnes : rien n'est masqué",
    ),
    "disclosure.persons": ("persons", "personnes"),
    "rule.all_tables": ("All tables of persons", "Tous les tableaux de personnes"),
    "disclosure.levels": ("What is hidden", "Ce qui est masqué"),
    "disclosure.levels_note": (
        (
            "Figures (cells) of all periods. Tables of one population are protected together, over"
            " all their levels and crossings, with what earlier releases show."
        ),
        (
            "Chiffres (cellules) de toutes les périodes. Les tableaux d'une même population sont"
            " protégés ensemble, à tous leurs niveaux et croisements, avec ce que montrent les"
            " publications précédentes."
        ),
    ),
    "disclosure.shown_all": ("Nothing is hidden of:", "Rien n'est masqué de :"),
    "disclosure.moved": (
        "Figures that are moved instead of hidden",
        "Chiffres déplacés au lieu d'être masqués",
    ),
    "disclosure.method": ("Method", "Méthode"),
    "disclosure.mean_error": ("Mean error, persons", "Erreur moyenne, personnes"),
    "disclosure.by_rule": ("By a rule", "Par une règle"),
    "disclosure.by_others": ("To protect", "Pour protéger"),
    "disclosure.persons_shown": ("Shown, of what is counted", "Montré, de ce qui est compté"),
    "disclosure.cost": ("How close to the least possible", "À quelle distance du minimum"),
    "disclosure.cost_note": (
        (
            "No safe pattern hides fewer figures beside those that a rule hides than the lower"
            " bound; the least may lie above it."
        ),
        (
            "Aucun masquage sûr ne masque moins de chiffres, outre ceux qu'une règle masque, que"
            " la borne inférieure ; le minimum peut lui être supérieur."
        ),
    ),
    "disclosure.population": ("Population", "Population"),
    "disclosure.period": ("Period", "Période"),
    "disclosure.lower_bound": ("Lower bound", "Borne inférieure"),
    "disclosure.reached": ("Reached", "Atteint"),
    "disclosure.ranges": ("How uncertain hidden figures stay", "Incertitude des chiffres masqués"),
    "disclosure.ranges_note": (
        (
            "Range of each hidden figure over the whole worlds that were found: what a reader"
            " cannot narrow it to. The true range is at least as wide. Worlds are sought until the"
            " policy's width is reached, so that most figures stand there."
        ),
        (
            "Écart de chaque chiffre masqué sur les mondes complets trouvés : ce en deçà de quoi un"
            " lecteur ne peut le cerner. L'écart véritable est au moins aussi large. Les mondes"
            " sont cherchés jusqu'à la largeur de la politique, où se trouvent donc la plupart."
        ),
    ),
    "disclosure.range": ("Range in persons", "Écart en personnes"),
    "disclosure.figures_n": ("Number", "Nombre"),
    "disclosure.figures_by_range": (
        "Hidden figures by range, in persons",
        "Chiffres masqués par écart, en personnes",
    ),
    "disclosure.figures": ("Hidden figures", "Chiffres masqués"),
    "disclosure.proofs_note": (
        (
            "Proven: replayed when this candidate was made, over {worlds} worlds, by code that only"
            " adds whole numbers and shares nothing with what chose the pattern. The command"
            " cartable audit proofs replays them again."
        ),
        (
            "Prouvés : rejoués à la préparation de ce candidat, sur {worlds} mondes, par un code"
            " qui ne fait qu'additionner des nombres entiers et ne partage rien avec le choix du"
            " masquage. La commande cartable audit proofs les rejoue."
        ),
    ),
    "disclosure.proven": ("Proven", "Prouvés"),
    "disclosure.narrowest": ("Narrowest range", "Écart minimal"),
    "adversary": ("What an adversary finds", "Ce que trouve un adversaire"),
    "adversary.note": (
        (
            "Code that shares nothing with what chose the pattern, and reads only what everybody"
            " would read: all tables, rates, territories and public releases. It bounds every"
            " hidden figure by arithmetic and whole tables, and {asked} of {figures} exactly, by"
            " programs (cells that count the same persons are one figure). Nothing is published"
            " unless it fails, or what it could not decide is judged in writing. Risks by the"
            " names of the Article 29 Working Party, opinion 05/2014."
        ),
        (
            "Un code qui ne partage rien avec le choix du masquage et ne lit que ce que chacun"
            " lirait : tous les tableaux, taux, territoires et publications. Il borne chaque"
            " chiffre masqué par l'arithmétique et des tableaux complets, et {asked} sur {figures}"
            " exactement, par programmes (les cellules qui comptent les mêmes personnes sont un"
            " seul chiffre). Rien n'est publié s'il n'échoue, ou si ce qu'il n'a pu"
            " trancher n'est jugé par écrit. Risques nommés selon le groupe de l'article 29, avis"
            " 05/2014."
        ),
    ),
    "adversary.pass": ("The adversary fails.", "L'adversaire échoue."),
    "adversary.said_pass": (
        "It finds nothing that this release must hide.",
        "Il ne trouve rien de ce que cette publication doit masquer.",
    ),
    "adversary.fail": ("The adversary does not fail.", "L'adversaire n'échoue pas."),
    "adversary.said_fail": (
        "Nothing can be published of this candidate; see below what it found.",
        "Rien ne peut être publié de ce candidat ; voir plus bas ce qu'il a trouvé.",
    ),
    "adversary.review": ("The adversary could not decide.", "L'adversaire n'a pu trancher."),
    "adversary.said_review": (
        "Nothing can be published of this candidate unless the officer judges what is in doubt.",
        "Rien ne peut être publié de ce candidat sans avis du délégué à la protection des données.",
    ),
    "adversary.said_judged": (
        "The officer judged what is in doubt; see below. The delegate decides.",
        "Le délégué à la protection a jugé ce qui est en doute (plus bas). Le délégataire décide.",
    ),
    "adversary.opinion": ("The officer's opinion", "L'avis du délégué à la protection des données"),
    "opinion.favourable": ("Favourable", "Favorable"),
    "opinion.with_reservations": ("With reservations", "Avec réserves"),
    "opinion.unfavourable": ("Unfavourable", "Défavorable"),
    "adversary.risk": ("Risk", "Risque"),
    "adversary.found": ("What", "Quoi"),
    "adversary.exact": (
        "What the adversary can narrow them to",
        "Ce à quoi l'adversaire peut les cerner",
    ),
    "adversary.exact_note": (
        (
            "What linear programs leave to {asked} hidden figures, exactly. They allow for parts of"
            " a person: whole persons may leave less."
        ),
        (
            "Ce que des programmes linéaires laissent à {asked} chiffres masqués, exactement. Ils"
            " permettent des parts de personne : des personnes entières peuvent laisser moins."
        ),
    ),
    "adversary.singling_out": ("Singling out", "Individualisation"),
    "adversary.linkability": ("Linkability", "Corrélation"),
    "adversary.inference": ("Inference", "Inférence"),
    "adversary.ones_known": (
        "hidden figures known to count one person",
        "chiffres masqués dont on sait qu'ils comptent une personne",
    ),
    "adversary.ones_shown": (
        "shown figures that count one person",
        "chiffres montrés qui comptent une personne",
    ),
    "adversary.known_cells": ("hidden figures that are known", "chiffres masqués connus"),
    "adversary.shared": (
        "secrets that several tables would show",
        "secrets que plusieurs tableaux montreraient",
    ),
    "adversary.crossed": (
        "hidden here, shown by another release of the same rows",
        "masqués ici, montrés par une autre publication des mêmes lignes",
    ),
    "adversary.changed_rows": (
        "hidden here, shown before a correction: tells nothing exact",
        "masqués ici, montrés avant une correction : ne dit rien d'exact",
    ),
    "adversary.narrow": (
        "hidden figures bounded too closely",
        "chiffres masqués trop étroitement encadrés",
    ),
    "adversary.uniform": (
        "shown groups that answered alike",
        "groupes montrés qui ont répondu de même",
    ),
    "adversary.telling": (
        "shown rates of which a part is hidden",
        "taux montrés dont une part est masquée",
    ),
    "disclosure.changes": ("Since the last release", "Depuis la dernière publication"),
    "disclosure.changes_none": (
        "No release was in force: there is nothing to compare with.",
        "Aucune publication n'était en vigueur : rien à comparer.",
    ),
    "disclosure.changes_same": (
        "Figures that both hold are hidden in both or shown in both.",
        "Les chiffres communs sont masqués dans les deux ou montrés dans les deux.",
    ),
    "disclosure.changes_note": (
        "Compared with {release}, figures that both hold.",
        "Comparé à {release}, chiffres communs aux deux.",
    ),
    "disclosure.candidate": ("Candidate", "Candidat"),
    "disclosure.release": ("Release", "Publication"),
    "disclosure.content": ("Content (SHA-256)", "Contenu (SHA-256)"),
    "disclosure.policy": ("Policy", "Politique"),
    "disclosure.periods": ("Periods", "Périodes"),
    "disclosure.how": ("How it is done", "Comment"),
    "disclosure.how_public": (
        (
            "Small counts are hidden, and with them as many others as it takes that nobody can work"
            " them out from all tables, levels, rates and earlier releases together. Both bear the"
            " same symbol: which is which would tell something. Before publication it was shown,"
            " by whole numbers alone, that no hidden figure can be narrowed further than stated."
        ),
        (
            "Les petits effectifs sont masqués, et avec eux autant d'autres qu'il en faut pour que"
            " personne ne puisse les calculer à partir de tous les tableaux, niveaux, taux et"
            " publications précédentes réunis. Tous portent le même signe : les distinguer"
            " révélerait quelque chose. Avant publication il a été montré, par des nombres entiers"
            " seulement, qu'aucun chiffre masqué ne peut être cerné de plus près qu'indiqué."
        ),
    ),
}
