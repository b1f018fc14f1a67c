"""Why the delegate sends a candidate back: words of a list, for the ledger keeps no free text."""

from __future__ import annotations

WHY = ("figures", "incomplete", "protection", "rules", "not_now")
"""The figures look wrong, deliveries are missing, it hides too little or too much, the rules are
to be changed, or it is not to be published now."""
