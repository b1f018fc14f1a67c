"""What an examination found, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipeline.cli.console import verbatim
from pipeline.contracts import Label
from pipeline.errors import Language
from pipeline.steps.health import Finding, Level, Part

PARTS = {
    Part.SOFTWARE: Label(en="Software", fr="Logiciels"),
    Part.SETTINGS: Label(en="Settings", fr="Réglages"),
    Part.RULES: Label(en="Rules", fr="Règles"),
    Part.KEYS: Label(en="Keys", fr="Clés"),
    Part.PLACES: Label(en="Places", fr="Emplacements"),
    Part.CLOCK: Label(en="Clock", fr="Horloge"),
    Part.POLICY: Label(en="Policy", fr="Politique"),
    Part.LEDGER: Label(en="Ledger", fr="Journal"),
    Part.REACH: Label(en="Within reach", fr="À portée"),
    Part.NEXT: Label(en="Next", fr="À venir"),
}
LEVELS = {
    Level.OK: Label(en="well", fr="bien"),
    Level.NOTE: Label(en="note", fr="à noter"),
    Level.WARNING: Label(en="warning", fr="attention"),
    Level.FAULT: Label(en="FAULT", fr="DÉFAUT"),
}


def show_findings(findings: Sequence[Finding], language: Language) -> None:
    """Print findings by part: how much each matters, what, where, and what to do."""
    width = max(len(label.words(language)) for label in LEVELS.values())
    for part, group in groupby(findings, key=lambda each: each.part):
        print(PARTS[part].words(language))
        for each in group:
            told = each.as_dict(language)
            where = f" ({told['where']})" if told["where"] else ""
            level = LEVELS[each.level].words(language)
            print(verbatim(f"  {level:<{width}}  {told['what']}{where}").plain)
            if told["remedy"]:
                print(verbatim(f"  {'':<{width}}  → {told['remedy']}").plain)
