"""Which file a territory lies in: groups of identifiers that begin alike, told by a short list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MOST = 50


def shard_prefixes(identifiers: Iterable[str], *, most: int = MOST) -> tuple[str, ...]:
    """Return beginnings that part identifiers into groups of at most `most`.

    A reader finds the file of an identifier without a list of all of them: it is the longest of
    these that the identifier begins with. Official codes begin with the code of what holds them,
    so that a group is near to a territory.
    """
    return tuple(sorted(_parted("", sorted(set(identifiers)), most)))


def _parted(prefix: str, members: list[str], most: int) -> list[str]:
    if len(members) <= most:
        return [prefix] if members else []
    longer: dict[str, list[str]] = {}
    own = 0
    for member in members:
        if member == prefix:
            own += 1
        else:
            longer.setdefault(member[: len(prefix) + 1], []).append(member)
    found = [part for start, inside in longer.items() for part in _parted(start, inside, most)]
    return [*([prefix] if own else []), *found]


def shard_of(identifier: str, prefixes: Iterable[str]) -> str:
    """Return the longest of the prefixes that the identifier begins with."""
    return max((one for one in prefixes if identifier.startswith(one)), key=len)


def by_shard(identifiers: Iterable[str]) -> Mapping[str, list[str]]:
    """Return prefix → its identifiers, sorted."""
    known = sorted(identifiers)
    prefixes = shard_prefixes(known)
    found: dict[str, list[str]] = {prefix: [] for prefix in prefixes}
    for identifier in known:
        found[shard_of(identifier, prefixes)].append(identifier)
    return found
