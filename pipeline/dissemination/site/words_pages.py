"""The words of the pages: navigation, titles, leads."""

from __future__ import annotations

from pipeline.contracts import Label


def _w(en: str, fr: str) -> Label:
    return Label(en=en, fr=fr)


PAGE_WORDS: dict[str, Label] = {
    "site": _w("Education by territory", "L'éducation par territoire"),
    "menu": _w("Menu", "Menu"),
    "nav.main": _w("Main pages", "Pages principales"),
    "nav.more": _w("More pages", "Autres pages"),
    "nav.index": _w("Overview", "Vue d'ensemble"),
    "nav.indicators": _w("Indicators", "Indicateurs"),
    "nav.territory": _w("Territories", "Territoires"),
    "nav.compare": _w("Compare", "Comparer"),
    "nav.priorities": _w("Priorities", "Priorités"),
    "nav.programmes": _w("Programmes", "Programmes"),
    "nav.query": _w("Query", "Interroger"),
    "nav.codebook": _w("Codebook", "Dictionnaire"),
    "nav.about": _w("Coverage and sources", "Couverture et sources"),
    "nav.releases": _w("Releases", "Publications"),
    "other_language": _w("Français", "English"),
    "search": _w("Find a territory or an indicator", "Trouver un territoire ou un indicateur"),
    "search.hint": _w("Commune, indicator…", "Commune, indicateur…"),
    "needs_script": _w(
        "Maps, charts and search need JavaScript, from this site alone. Key figures and tables on"
        " this page, and all files, do without.",
        "Cartes, graphiques et recherche demandent JavaScript, de ce site seul. Les chiffres clés "
        "et tableaux de cette page, et tous les fichiers, s'en passent.",
    ),
    "choose_language": _w("Choose a language", "Choisir une langue"),
    "home.map": _w("On the map", "Sur la carte"),
    "home.map_lead": _w(
        "Choose an indicator, a level and a year. Point at a territory to read its figure, choose "
        "it for its profile.",
        "Choisissez un indicateur, un niveau et une année. Survolez un territoire pour lire son "
        "chiffre, choisissez-le pour son profil.",
    ),
    "home.changed": _w("What changed in this release", "Ce qui change dans cette publication"),
    "home.counted": _w(
        "{count} figures, {hidden} of them hidden to protect persons; {standing} stand as in an "
        "earlier release.",
        "{count} chiffres, dont {hidden} masqués pour protéger les personnes ; {standing} restent "
        "ceux d'une publication antérieure.",
    ),
    "home.first_release": _w(
        "This is the first release: every figure is new.",
        "C'est la première publication : chaque chiffre est nouveau.",
    ),
    "home.earlier": _w("Earlier releases that are public", "Publications antérieures publiques"),
    "home.all_releases": _w("All releases", "Toutes les publications"),
    "home.explore": _w("Go further", "Aller plus loin"),
    "home.all_indicators": _w("All indicators", "Tous les indicateurs"),
    "changes.since": _w(
        "Key figures of the latest school year, and their change since the first.",
        "Chiffres clés de la dernière année scolaire, et leur évolution depuis la première.",
    ),
    "indicators.lead": _w(
        "Every indicator of this release, by theme. Each has a page: map, ranking, trend, "
        "breakdowns, table, definition and the files to reuse.",
        "Chaque indicateur de cette publication, par thème. Chacun a sa page : carte, classement, "
        "évolution, croisements, tableau, définition et fichiers à réutiliser.",
    ),
    "indicator.latest": _w("Latest figure", "Dernier chiffre"),
    "indicator.ranking": _w("Ranking", "Classement"),
    "indicator.trend": _w("Over the years", "Au fil des ans"),
    "indicator.breakdowns": _w("Breakdowns", "Croisements"),
    "indicator.table": _w("All figures", "Tous les chiffres"),
    "indicator.method": _w("Definition and method", "Définition et méthode"),
    "indicator.definition": _w("Definition", "Définition"),
    "indicator.formula": _w("Formula", "Formule"),
    "indicator.numerator": _w("Numerator", "Numérateur"),
    "indicator.denominator": _w("Denominator", "Dénominateur"),
    "indicator.unit": _w("Unit", "Unité"),
    "indicator.source": _w("Source of the definition", "Source de la définition"),
    "indicator.tables": _w("Made of the tables", "Fait des tableaux"),
    "indicator.where": _w("Territory", "Territoire"),
    "indicator.where_school": _w("that of the school", "celui de l'école"),
    "indicator.where_residence": _w("that of the residence", "celui de la résidence"),
    "indicator.where_place": _w("that of the place", "celui du lieu"),
    "indicator.better": _w("Reading", "Lecture"),
    "better.higher": _w("higher is better", "plus haut est mieux"),
    "better.lower": _w("lower is better", "plus bas est mieux"),
    "better.neither": _w("neither way is better", "aucun sens n'est meilleur"),
    "indicator.target": _w("Target of the policy", "Cible de la politique"),
    "indicator.caveats": _w("Caveats", "Réserves"),
    "indicator.same": _w("The same by query", "Le même par requête"),
    "indicator.same_lead": _w(
        "The database of this release gives exactly these figures.",
        "La base de cette publication donne exactement ces chiffres.",
    ),
    "indicator.no_trend": _w(
        "Only one school year so far: no trend.",
        "Une seule année scolaire à ce jour : pas d'évolution.",
    ),
    "territory.title": _w("Territories", "Territoires"),
    "territory.lead": _w(
        "The profile of a territory against what holds it and against its peers. Find one by name, "
        "or go down from the widest.",
        "Le profil d'un territoire face à celui qui le contient et à ses pairs. Trouvez-en un par "
        "son nom, ou descendez depuis le plus large.",
    ),
    "compare.title": _w("Compare territories", "Comparer des territoires"),
    "compare.lead": _w(
        "Up to six territories of any level, side by side. The address keeps your choice: send it "
        "to show the same.",
        "Jusqu'à six territoires de tout niveau, côte à côte. L'adresse garde votre choix : "
        "envoyez-la pour montrer la même chose.",
    ),
    "priorities.title": _w("Investment priorities", "Priorités d'investissement"),
    "priorities.lead": _w(
        "What is missing against the targets that the policy signs, and where.",
        "Ce qui manque au regard des cibles que la politique signe, et où.",
    ),
    "priorities.none": _w(
        "This release has no indicator of need.",
        "Cette publication n'a pas d'indicateur de besoin.",
    ),
    "priorities.ranked": _w("Where the need is greatest", "Où le besoin est le plus grand"),
    "priorities.ranked_lead": _w(
        "Sort by the need itself, or per 1,000 pupils to compare territories of any size. A hidden "
        "figure has no rank.",
        "Triez selon le besoin lui-même, ou pour 1 000 élèves afin de comparer des territoires de "
        "toute taille. Un chiffre masqué n'a pas de rang.",
    ),
    "programmes.title": _w("Programmes", "Programmes"),
    "programmes.lead": _w(
        "Who carries digital education programmes, and on what: a way to find those to learn from.",
        "Qui porte des programmes d'éducation au numérique, et sur quoi : de quoi trouver auprès "
        "de qui apprendre.",
    ),
    "programmes.none": _w(
        "This release has no figure on programmes.",
        "Cette publication n'a pas de chiffre sur les programmes.",
    ),
    "programmes.by_theme": _w("By theme", "Par thème"),
    "programmes.where": _w("Who carries them", "Qui les porte"),
    "protection.verdict": _w("The adversary's verdict", "Le verdict de l'adversaire"),
    "protection.verdict_text": _w(
        "Before it was published, a program that shares nothing with the protection tried to find "
        "each hidden figure, from everything public, earlier releases too. Nothing is published "
        "unless it fails, or the data protection officer judged what it could not decide.",
        "Avant la publication, un programme qui ne partage rien avec la protection a cherché "
        "chaque chiffre masqué, d'après tout ce qui est public, publications antérieures "
        "comprises. Rien n'est publié s'il n'échoue pas, ou si le délégué à la protection des "
        "données n'a pas jugé ce qu'il n'a pu trancher.",
    ),
    "protection.proven": _w("Proven.", "Prouvé."),
    "protection.proven_text": _w(
        "For each of the {count} hidden figures on persons there are two whole worlds that agree "
        "with everything published and differ in it by at least {width} persons. The adversary "
        "failed.",
        "Pour chacun des {count} chiffres masqués sur des personnes, il existe deux mondes "
        "complets qui s'accordent avec tout ce qui est publié et y diffèrent d'au moins {width} "
        "personnes. L'adversaire a échoué.",
    ),
    "protection.report": _w("The disclosure report", "Le rapport de confidentialité"),
    "protection.reason": _w("Reason", "Raison"),
    "protection.rules": _w("The signed numbers", "Les nombres signés"),
    "protection.rules_lead": _w(
        "Taken from the policy that the controller's delegate signed, with the opinion of the data "
        "protection officer. No number stands in the code.",
        "Pris de la politique signée par le délégué du responsable de traitement, avec l'avis du "
        "délégué à la protection des données. Aucun nombre n'est écrit dans le code.",
    ),
    "protection.rule": _w("Rule", "Règle"),
    "protection.value": _w("Value", "Valeur"),
    "protection.shares": _w("How much is hidden", "Ce qui est masqué"),
    "rule.threshold": _w("Smallest count shown", "Plus petit effectif montré"),
    "rule.extreme": _w("Share at which all answered alike", "Part où tous ont répondu de même"),
    "rule.width": _w("Least uncertainty of a hidden count", "Incertitude minimale d'un effectif"),
    "rule.contributors": _w(
        "Least contributors to an amount", "Contributeurs minimaux d'un montant"
    ),
    "rule.retention": _w("Kept for", "Conservation"),
    "zone.deliveries": _w("Files as received", "Fichiers tels que reçus"),
    "zone.quarantine": _w("Refused rows", "Lignes refusées"),
    "zone.protected": _w("Rows under pseudonyms", "Lignes sous pseudonymes"),
    "zone.review": _w("Exact counts of a candidate", "Effectifs exacts d'un candidat"),
    "zone.proofs": _w("Proofs of protection", "Preuves de protection"),
    "zone.registers": _w("Registers of requests", "Registres des demandes"),
    "about.lead": _w(
        "What these figures cover, where they come from, and on what ground they are made.",
        "Ce que couvrent ces chiffres, d'où ils viennent, et à quel titre ils sont faits.",
    ),
    "about.caveats": _w("Caveats", "Réserves"),
    "data.lead": _w(
        "Everything here comes from the files of this release. They are open, signed, and say the "
        "same thing in each format.",
        "Tout ce qui figure ici vient des fichiers de cette publication. Ils sont ouverts, signés, "
        "et disent la même chose dans chaque format.",
    ),
    "data.files": _w("All files of this release", "Tous les fichiers de cette publication"),
    "data.files_lead": _w(
        "Open a folder to see its files, with the hash that each must have.",
        "Ouvrez un dossier pour en voir les fichiers, avec l'empreinte que chacun doit avoir.",
    ),
    "data.top": _w("Beside the folders", "À côté des dossiers"),
    "data.count": _w("files", "fichiers"),
    "data.count_one": _w("file", "fichier"),
    "data.file": _w("File", "Fichier"),
    "data.format": _w("Format", "Format"),
    "data.size": _w("Size", "Taille"),
    "data.verify": _w("Check that a copy is genuine", "Vérifier qu'une copie est authentique"),
    "data.verify_text": _w(
        "The manifest lists every file with its size and SHA-256 hash, and is signed (Ed25519). "
        "This checks a whole copy without a network; ask the publisher for the fingerprint of its "
        "key by another way than this site.",
        "Le manifeste énumère chaque fichier avec sa taille et son empreinte SHA-256, et il est "
        "signé (Ed25519). Ceci vérifie une copie entière sans réseau ; demandez l'empreinte de la "
        "clé à l'éditeur par une autre voie que ce site.",
    ),
    "data.json": _w("The JSON files of this site", "Les fichiers JSON de ce site"),
    "data.json_text": _w(
        "What the pages read can be read by any program: the territories, the values of each "
        "indicator at each level, profiles and outlines.",
        "Ce que lisent les pages, tout programme peut le lire : territoires, valeurs de chaque "
        "indicateur à chaque niveau, profils et contours.",
    ),
    "codebook.lead": _w(
        "What each table, column and code of the database means.",
        "Ce que veut dire chaque table, colonne et code de la base.",
    ),
    "codebook.tables": _w("Tables and columns", "Tables et colonnes"),
    "codebook.codes": _w("Codes", "Codes"),
    "codebook.column": _w("Column", "Colonne"),
    "codebook.type": _w("Type", "Type"),
    "codebook.meaning": _w("Meaning", "Sens"),
    "codebook.code": _w("Code", "Code"),
    "codebook.label": _w("Label", "Libellé"),
    "releases.lead": _w(
        "What was published, when, under which version of the policy.",
        "Ce qui a été publié, quand, sous quelle version de la politique.",
    ),
    "releases.periods": _w("School years", "Années scolaires"),
    "releases.created": _w("Made on", "Faite le"),
    "releases.policy": _w("Policy", "Politique"),
    "releases.this": _w("this release", "cette publication"),
}
