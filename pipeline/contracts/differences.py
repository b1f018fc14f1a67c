"""What differs between two versions of the rules, each difference with its address.

Both are plain types, as they were signed: a version that no type of today reads is compared too.
Nothing is judged here, and nothing is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Address = tuple[str, ...]


class Absent(Enum):
    """Stands for what one of the two versions does not have."""

    ABSENT = "-"


ABSENT = Absent.ABSENT

# What names an item of a list, in the order in which it is looked for.
_NAMES = ("name", "code", "level", "dataset", "title")
# Parts that are named by whoever wrote them: what stands empty under a name is there.
_NAMING = frozenset({"levels"})
# Told as a whole: its parts mean nothing alone.
_WHOLE = frozenset({"privacy", "kwargs", "expected"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs.

    Attributes:
        address: names of the parts around it, then its own.
        before: plain types, or ABSENT.
        after: plain types, or ABSENT.
        is_reordered: the same items stand in another order.
    """

    address: Address
    before: Any
    after: Any
    is_reordered: bool = False

    @property
    def is_added(self) -> bool:
        """Whether the earlier version lacks it."""
        return self.before is ABSENT

    @property
    def is_removed(self) -> bool:
        """Whether the later version lacks it."""
        return self.after is ABSENT


def differences(before: Any, after: Any, *, address: Address = ()) -> Iterator[Difference]:
    """Yield every part that differs, in the order of addresses.

    Items of a list are told apart by their name, code or level: another order of those that stay
    is a difference of the list as a whole, told beside those that came or went. What is not there
    and what is left empty are the same, but under a name: a level of a table without dimensions
    is a level.
    """
    is_named = len(address) > 1 and address[-2] in _NAMING
    if not is_named and _is_nothing(before) and _is_nothing(after):
        return
    if before == after and type(before) is type(after):
        return
    old, new = parts(before, address), parts(after, address)
    if old is None or new is None:
        yield Difference(address, before, after)
        return
    if old == new or _is_reordered(before, old, new):
        yield Difference(address, before, after, is_reordered=True)
    for name in sorted(old.keys() | new.keys()):
        yield from differences(
            old.get(name, ABSENT), new.get(name, ABSENT), address=(*address, name)
        )


def fits(pattern: str, address: Address) -> bool:
    """Tell whether an address is of a form, such as `policy thresholds * value`."""
    names = pattern.split()
    return len(names) == len(address) and all(
        name in {"*", part} for name, part in zip(names, address, strict=True)
    )


def _is_nothing(content: Any) -> bool:
    return content is ABSENT or content is None or content in ([], {})


def _is_reordered(before: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether the items that a list keeps stand in another order."""
    stays = [name for name in old if name in new]
    return not isinstance(before, Mapping) and stays != [name for name in new if name in old]


def parts(content: Any, address: Address) -> dict[str, Any] | None:
    """Return the named parts of a content; None where it is told as a whole."""
    if address and address[-1] in _WHOLE:
        return None
    if isinstance(content, Mapping):
        return None if content.keys() == {"en", "fr"} else dict(content)
    if isinstance(content, Sequence) and not isinstance(content, str):
        return _items(content)
    return None


def _items(content: Sequence[Any]) -> dict[str, Any]:
    for name in _NAMES:
        if content and all(isinstance(item, Mapping) and name in item for item in content):
            named = {str(item[name]): item for item in content}
            if len(named) == len(content):
                return named
    found: dict[str, Any] = {}
    for item in content:
        name = base = _name_of(item)
        repeat = 1
        while name in found:
            repeat += 1
            name = f"{base} ({repeat})"
        found[name] = item
    return found


def _name_of(item: Any) -> str:
    """Return what tells an unnamed item from the others: its words, its type and column, itself."""
    if isinstance(item, Mapping):
        words = item.get("words", item)
        if isinstance(words, Mapping) and words.keys() == {"en", "fr"}:
            return str(words["en"])
        if "type" in item and isinstance(item.get("kwargs"), Mapping):
            columns = [str(v) for k, v in sorted(item["kwargs"].items()) if k.startswith("column")]
            return " ".join([str(item["type"]), *(c for c in columns if not c.startswith("{"))])
    return item if isinstance(item, str) else json.dumps(item, sort_keys=True, default=str)
