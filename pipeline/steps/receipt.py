"""What a step returns: ids, counts and hashes, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The outcome of one step.

    Attributes:
        step: name of the step.
        changed: False when everything was already done; running the step again changes nothing.
        ids: what it made or found (delivery, batch, candidate, release).
        counts: rows, cells, expectations.
        hashes: of content.
        warnings: findings that did not stop the step.
    """

    step: str
    changed: bool
    ids: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain types, ready for JSON and XCom."""
        return {
            "step": self.step,
            "changed": self.changed,
            "ids": dict(self.ids),
            "counts": dict(self.counts),
            "hashes": dict(self.hashes),
            "warnings": list(self.warnings),
        }
