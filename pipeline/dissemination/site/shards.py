"""Which file a territory lies in: groups of identifiers that begin alike, told by a short list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

# Of the level that holds nothing; a profile of any other names all that it holds.
MOST = 50
MOST_ABOVE = 10


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


def shard_of(identifier: str, prefixes: Collection[str]) -> str:
    """Return the longest of the prefixes that the identifier begins with; a set is quickest."""
    lengths = range(len(identifier), -1, -1)
    return next(start for length in lengths if (start := identifier[:length]) in prefixes)


def by_shard(identifiers: Iterable[str], *, most: int = MOST) -> Mapping[str, list[str]]:
    """Return prefix → its identifiers, sorted, at most `most`."""
    known = sorted(identifiers)
    found: dict[str, list[str]] = {prefix: [] for prefix in shard_prefixes(known, most=most)}
    for identifier in known:
        found[shard_of(identifier, found.keys())].append(identifier)
    return found
