"""The message catalogue: each code has what happened and what to do, in English and French.

Placeholders are names, numbers and addresses. None is ever filled with a value read from a
delivery. Codes are `kind.what`; the kind is the first word of the section.
"""

from __future__ import annotations

from typing import Literal

MESSAGES: dict[str, dict[Literal["en", "fr"], tuple[str, str]]] = {
    # --- contract ------------------------------------------------------------------------
    # --- delivery ------------------------------------------------------------------------
    # --- quality -------------------------------------------------------------------------
    # --- privacy -------------------------------------------------------------------------
    # --- disclosure ----------------------------------------------------------------------
    # --- approval ------------------------------------------------------------------------
    # --- storage -------------------------------------------------------------------------
    # --- query ---------------------------------------------------------------------------
}
