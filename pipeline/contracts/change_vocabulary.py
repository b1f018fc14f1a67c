"""What fields, zones, limits and fixed values of the rules are called where a change is told."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.contracts.base import Label

NOTHING = Label(en="none", fr="néant")
SEE_FILE = Label(en="(see the file)", fr="(voir le fichier)")
YES_NO: Mapping[bool, Label] = {True: Label(en="yes", fr="oui"), False: Label(en="no", fr="non")}

TOPS: Mapping[str, Label] = {
    "policy": Label(en="the whole policy", fr="la politique entière"),
    "jurisdiction": Label(en="the project's jurisdiction", fr="la juridiction du projet"),
    "law": Label(en="the law of the profile", fr="le droit du profil"),
    "territories": Label(en="the territories", fr="les territoires"),
}

ZONES: Mapping[str, Label] = {
    "deliveries": Label(en="deliveries as received", fr="livraisons telles que reçues"),
    "quarantine": Label(en="refused rows (quarantine)", fr="lignes refusées (quarantaine)"),
    "protected": Label(en="pseudonymised rows", fr="lignes pseudonymisées"),
    "review": Label(en="exact counts under review", fr="effectifs exacts en revue"),
    "proofs": Label(
        en="proofs of what releases hide", fr="preuves de ce que masquent les publications"
    ),
    "registers": Label(
        en="registers of requests, breaches and erasures",
        fr="registres des demandes, violations et effacements",
    ),
}

CORRECTIONS: Mapping[str, Label] = {
    "kept_pct": Label(
        en="least share of a sender's rows that a correction leaves (%)",
        fr="part minimale des lignes d'un expéditeur que laisse une correction (%)",
    ),
    "lost_rows": Label(
        en="rows of a sender that a correction may take away",
        fr="lignes d'un expéditeur qu'une correction peut retirer",
    ),
}

AMOUNTS: Mapping[str, Label] = {
    "contributors": Label(
        en="fewest units behind an amount", fr="unités au moins derrière un montant"
    ),
    "p_pct": Label(
        en="how closely one unit's amount may be worked out (p %)",
        fr="précision à laquelle le montant d'une unité peut être retrouvé (p %)",
    ),
    "dominance_n": Label(
        en="largest units that may not dominate (n)",
        fr="plus grandes unités qui ne doivent pas dominer (n)",
    ),
    "dominance_k_pct": Label(
        en="most that the largest units may hold (k %)",
        fr="part maximale des plus grandes unités (k %)",
    ),
}

LIMITS: Mapping[str, Label] = {
    "k": Label(en="fewest persons who are alike (k)", fr="personnes semblables au moins (k)"),
    "distinct_l": Label(
        en="fewest different sensitive values among persons who are alike (l)",
        fr="valeurs sensibles différentes au moins entre personnes semblables (l)",
    ),
    "entropy_l": Label(
        en="least evenness of sensitive values among persons who are alike (entropy l)",
        fr="équilibre minimal des valeurs sensibles entre personnes semblables (l d'entropie)",
    ),
    "t": Label(
        en="furthest that sensitive values of persons who are alike lie from those of all (t)",
        fr="écart maximal des valeurs sensibles de personnes semblables à celles de tous (t)",
    ),
    "record_risk": Label(
        en="greatest chance of naming the right person",
        fr="plus grande chance de nommer la bonne personne",
    ),
}

METHODS: Mapping[str, Label] = {
    "cell_key": Label(en="cell keys", fr="clés de cellule"),
    "dp": Label(en="differential privacy", fr="confidentialité différentielle"),
    "rounding": Label(en="rounding", fr="arrondi"),
}

NOISE: Mapping[str, Label] = {
    "base": Label(en="base of rounded counts", fr="base des effectifs arrondis"),
    "budget": Label(
        en="privacy loss of all drawings of a table and period (rho)",
        fr="perte de confidentialité de tous les tirages d'un tableau et d'une période (rho)",
    ),
    "rho": Label(
        en="privacy loss of one drawing (rho)", fr="perte de confidentialité d'un tirage (rho)"
    ),
    "variance": Label(en="variance of the noise", fr="variance du bruit"),
    "maximum": Label(en="largest noise", fr="bruit le plus grand"),
    "smallest": Label(
        en="smallest positive count that may result", fr="plus petit effectif positif possible"
    ),
}

SECONDARY: Mapping[str, Label] = {
    "fewest": Label(en="what is hidden least", fr="ce qui est masqué le moins"),
    "totals": Label(en="totals", fr="totaux"),
    "pattern": Label(en="what the period before hides", fr="ce que masque la période précédente"),
}

SPELLINGS: Mapping[str, Label] = {
    "unicode": Label(en="forms of a character", fr="formes d'un caractère"),
    "case": Label(en="capitals and small letters", fr="capitales et minuscules"),
    "apostrophes": Label(en="apostrophes", fr="apostrophes"),
    "hyphens": Label(en="hyphens", fr="traits d'union"),
    "invisible": Label(en="characters that nobody sees", fr="caractères invisibles"),
    "space": Label(en="spaces", fr="espaces"),
    "leading_zeros": Label(en="zeros at the front", fr="zéros de tête"),
    "version": Label(en="version of the rules", fr="version des règles"),
}

VALUES: Mapping[tuple[str, str], Label] = {
    ("linkable", "period"): Label(en="within one period only", fr="dans une seule période"),
    ("linkable", "years"): Label(en="over the years", fr="d'une année à l'autre"),
    ("counts_persons", "persons"): YES_NO[True],
    ("counts_persons", "units"): YES_NO[False],
    ("zeros", "published"): Label(en="all are published", fr="tous sont publiés"),
    ("zeros", "protected"): Label(
        en="they may be hidden as other counts", fr="ils peuvent être masqués comme d'autres"
    ),
    ("secondary", "cells"): Label(en="cells", fr="cellules"),
    ("secondary", "persons"): Label(en="persons", fr="personnes"),
    ("secondary", "kept"): Label(en="kept", fr="conservé"),
    ("secondary", "free"): Label(en="free", fr="libre"),
    ("severity", "critical"): Label(en="critical (stops the step)", fr="critique (arrête l'étape)"),
    ("severity", "warning"): Label(en="warning (only told)", fr="avertissement (seulement dit)"),
    ("method", "suppression"): Label(
        en="suppression (small counts are hidden, and what would give them away)",
        fr="suppression (les petits effectifs sont masqués, et ce qui les trahirait)",
    ),
    ("method", "cell_key"): Label(
        en="cell keys (every count is moved a little)",
        fr="clés de cellule (chaque effectif est un peu décalé)",
    ),
    ("method", "dp"): Label(
        en="differential privacy (every count has noise)",
        fr="confidentialité différentielle (chaque effectif porte un bruit)",
    ),
    ("method", "rounding"): Label(
        en="rounding (every count is a multiple of a base)",
        fr="arrondi (chaque effectif est un multiple d'une base)",
    ),
    ("method", "none"): Label(en="none (nothing is hidden)", fr="aucune (rien n'est masqué)"),
    ("recoding", "suppress"): Label(en="not kept at all", fr="pas gardée du tout"),
}

# Parts that hold others, and are not told between the names of these.
CONTAINERS = frozenset(
    {"policy", "thresholds", "retention", "microdata", "targets", "domains", "recipients"}
    | {"identifier_patterns", "datasets", "columns", "tables", "levels", "dimensions", "measures"}
    | {"codelists", "items", "indicators", "territories", "typologies", "classes", "recodings"}
    | {"jurisdiction", "law", "expectations", "units", "canonical", "meta", "licence", "files"}
    | {"replacement", "spelled", "format", "hierarchies", "protection_width", "key"}
    | {"zeros", "extremes", "amounts", "secondary", "unit_costs", "costs"}
)
# Fields that the sentence itself tells of.
SILENT = frozenset(
    {"value", "linkable", "pattern", "privacy", "role", "minimum", "maximum", "codelist"}
    | {"references", "max_refused_pct", "counts_persons", "sensitivity", "method", "severity"}
    | {"counts", "amounts", "below", "broader", "purpose", "legal_basis", "controller", "kwargs"}
)

# A field that changed by itself; one of `SILENT` is told by the sentence.
FIELDS: Mapping[str, Label] = {
    name: Label(en=en, fr=fr)
    for name, en, fr in (
        ("against", "group held against", "groupe de comparaison"),
        ("about", "what it is about", "ce dont il s'agit"),
        ("apostrophes", "apostrophes", "apostrophes"),
        ("authority", "supervisory authority", "autorité de contrôle"),
        ("base", "file of the smallest territories", "fichier des plus petits territoires"),
        ("better", "which way is better", "sens favorable"),
        ("by", "date by which it is expected", "date à laquelle elle est attendue"),
        ("caveat", "caveat", "mise en garde"),
        ("changes", "file of changed territories", "fichier des changements de territoires"),
        ("classes", "classes", "classes"),
        ("code", "code", "code"),
        ("column", "column", "colonne"),
        ("columns", "columns", "colonnes"),
        ("contact", "contact", "contact"),
        ("contrast", "groups held against each other", "groupes comparés"),
        ("controller_contact", "contact of the controller", "contact du responsable du traitement"),
        ("country", "country", "pays"),
        ("currency", "currency", "devise"),
        ("dataset", "dataset", "jeu"),
        ("decimal", "decimal mark", "séparateur décimal"),
        ("decimals", "decimals", "décimales"),
        ("definition", "definition", "définition"),
        ("delimiter", "delimiter", "délimiteur"),
        ("demonstration", "notice of the demonstration", "mention de la démonstration"),
        ("denominator", "denominator", "dénominateur"),
        ("description", "description", "description"),
        ("dimension", "dimension", "dimension"),
        ("dimensions", "dimensions", "dimensions"),
        (
            "dpo",
            "contact of the data protection officer",
            "contact du délégué à la protection des données",
        ),
        ("double_enrolment", "which enrolment counts", "inscription qui compte"),
        ("each", "senders", "expéditeurs"),
        ("encoding", "encoding", "encodage"),
        ("expectations", "expectations", "attentes"),
        ("expected", "who is expected to deliver by when", "qui est attendu, et pour quand"),
        ("filed", "formality that was done", "formalité accomplie"),
        ("formality", "formality", "formalité"),
        (
            "floor_pct",
            "least share that an inequality must cover (%)",
            "part minimale que couvre une inégalité (%)",
        ),
        ("format", "format", "format"),
        ("formula", "formula", "formule"),
        ("id", "identifier", "identifiant"),
        ("indicator", "indicator", "indicateur"),
        ("information", "notice to persons", "information des personnes"),
        ("inhabitants", "inhabitants", "habitants"),
        ("items", "codes", "codes"),
        ("joint_controllers", "joint controllers", "responsables conjoints"),
        ("kind", "kind", "nature"),
        ("known_elsewhere", "what others publish of it", "ce que d'autres en publient"),
        ("label", "label", "libellé"),
        ("level", "level", "niveau"),
        ("levels", "levels", "niveaux"),
        ("licence", "licence", "licence"),
        ("max_value", "at most", "au plus"),
        ("measure", "measure", "mesure"),
        ("measures", "measures", "mesures"),
        ("min_value", "at least", "au moins"),
        ("mode", "full or delta", "entière ou différentielle"),
        ("mostly", "share that must hold", "part qui doit l'être"),
        ("name", "name", "nom"),
        ("nothing_without", "without which amounts are 0", "sans quoi les montants sont nuls"),
        ("numerator", "numerator", "numérateur"),
        ("of", "what it is of", "ce dont il s'agit"),
        ("outlines", "file of outlines", "fichier des contours"),
        ("over", "what is divided", "ce qui est divisé"),
        ("per", "of how many the target speaks", "à combien la cible se rapporte"),
        ("policy", "name of the policy", "nom de la politique"),
        ("population", "population", "population"),
        ("prefix", "prefix", "préfixe"),
        ("processors", "processors", "sous-traitants"),
        ("profile", "profile of the law", "profil du droit"),
        ("publisher", "publisher", "éditeur"),
        ("query", "query that makes it", "requête qui le fait"),
        ("quote", "quotation mark", "guillemet"),
        ("reason", "reason", "motif"),
        ("recipients", "recipients", "destinataires"),
        ("reference_vintage", "reference vintage", "millésime de référence"),
        ("representative", "representative", "représentant"),
        ("required", "whether it must be filled", "remplissage obligatoire"),
        ("retention", "retention", "conservation"),
        ("schedule", "schedule", "calendrier"),
        ("security", "security measures", "mesures de sécurité"),
        ("short", "short name", "sigle"),
        ("since", "in force since", "en vigueur depuis"),
        ("source", "source", "source"),
        ("source_fr", "source in French", "source en français"),
        ("reason_fr", "reason in French", "motif en français"),
        ("controller_fr", "controller in French", "responsable du traitement en français"),
        ("spelled", "spellings", "graphies"),
        ("starts", "month of the start", "mois de début"),
        ("storage_groups", "files that a period is stored in", "fichiers d'une période"),
        ("synthetic", "notice on synthetic persons", "mention des personnes synthétiques"),
        ("table", "table", "tableau"),
        ("tables", "tables", "tableaux"),
        ("target", "target", "cible"),
        ("targets", "targets", "cibles"),
        ("territory", "territory that it tells", "territoire indiqué"),
        ("territory_of", "whose territory counts", "territoire qui compte"),
        ("texts", "texts of the law", "textes de droit"),
        ("theme", "theme", "thème"),
        ("thresholds", "thresholds", "seuils"),
        ("times", "factor", "facteur"),
        ("title", "title", "titre"),
        ("transfer_rules", "rules on transfers", "règles sur les transferts"),
        ("transfers", "transfers", "transferts"),
        ("type", "type", "type"),
        ("under", "what divides it", "ce qui le divise"),
        ("unit", "unit", "unité"),
        ("units", "units", "unités"),
        ("url", "web address", "adresse web"),
        ("verified", "whether it was verified", "vérification faite"),
        ("version", "version", "version"),
        ("why", "reason", "motif"),
        ("words", "words", "texte"),
    )
}
