"""Codes of closed lists, as people type them."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.errors import PrivacyError


def check_choice(what: str, code: str, known: Collection[str]) -> None:
    """Refuse a code that is not on its list; it is not repeated, for it may be a name.

    Raises:
        PrivacyError: naming what is on the list.
    """
    if code not in known:
        raise PrivacyError("subjects.not_on_list", what=what, known=", ".join(known))
