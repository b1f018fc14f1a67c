"""How a step tells how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Listens to a step."""

    def stage(self, words: str, total: int | None = None) -> None:
        """Begin a stage of `total` units, or of unknown length."""

    def advance(self, amount: int = 1) -> None:
        """Count units of the current stage as done."""


class Silent:
    """Listens and says nothing."""

    def stage(self, words: str, total: int | None = None) -> None:
        """Hear the stage."""

    def advance(self, amount: int = 1) -> None:
        """Hear the advance."""


SILENT = Silent()

_WHOLE = 100


def share_told(progress: Progress, words: str) -> Callable[[int, int], None]:
    """Begin a stage whose length moves, and return what tells of it: units done, and all of them.

    The stage goes by hundredths, and never back.
    """
    progress.stage(words, total=_WHOLE)
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        share = _WHOLE * done // max(total, 1)
        if share > told:
            progress.advance(share - told)
            told = share

    return tell
