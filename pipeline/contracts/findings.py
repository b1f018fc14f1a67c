"""A broken rule of the contracts, with its address."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import Fact

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: which contract, where in it, which message."""

    contract: str
    path: Path
    code: str
    facts: tuple[tuple[str, Fact], ...] = ()


def unknown(contract: str, path: Path, kind: str, name: str) -> Finding:
    """Return the finding that a contract names what is declared nowhere."""
    return Finding(contract, path, "contract.unknown_name", (("kind", kind), ("name", name)))
