"""How a step tells how far it is, without knowing who listens."""

from __future__ import annotations

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
