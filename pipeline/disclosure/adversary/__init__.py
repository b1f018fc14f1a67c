"""An adversary of what is published: independent code that sees only what everybody sees.

It shares no step with the protection. For every hidden figure it asks whether it can be known, by
methods that share nothing: bounds by linear programs and elimination modulo a prime (all figures at
once), whole tables in integers (each figure is seen to move, or bounded), and exact intervals by
linear programs. What it finds ends in a verdict: pass, review or refuse.
"""

from pipeline.disclosure.adversary.attack import Plan, Report, attack
from pipeline.disclosure.adversary.derived import unread_figures
from pipeline.disclosure.adversary.knowledge import (
    Derived,
    Former,
    Formula,
    Part,
    Published,
    Rates,
    Table,
    Territories,
)
from pipeline.disclosure.adversary.verdict import Reason, Verdict, judge

__all__ = [
    "Derived",
    "Former",
    "Formula",
    "Part",
    "Plan",
    "Published",
    "Rates",
    "Reason",
    "Report",
    "Table",
    "Territories",
    "Verdict",
    "attack",
    "judge",
    "unread_figures",
]
