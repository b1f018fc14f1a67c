"""How a step tells how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
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
    return shares_told(progress, words, parts=1)[0]


def shares_told(
    progress: Progress, words: str, *, parts: int
) -> tuple[Callable[[int, int], None], ...]:
    """Begin one stage of several parts that go on at the same time; see `share_told`.

    Args:
        progress: told of the stage.
        words: what the stage is called.
        parts: how many there are; what tells of each comes back, for one thread each.
    """
    progress.stage(words, total=_WHOLE)
    lock = Lock()
    units = [(0, 0)] * parts
    told = 0

    def tell(part: int, done: int, total: int) -> None:
        nonlocal told
        with lock:
            units[part] = done, total
            share = _WHOLE * sum(d for d, _ in units) // max(sum(t for _, t in units), 1)
            if share > told:
                progress.advance(share - told)
                told = share

    return tuple(partial(tell, part) for part in range(parts))
