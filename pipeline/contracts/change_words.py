"""What the parts of the rules are called, and what stands in them, in words of both languages.

Names are the labels that the contracts themselves give, before a change or after it: a lawyer
reads “Date of birth” (Pupils), never an address. What has no label is called by its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from pipeline.contracts.base import Label
from pipeline.contracts.change_vocabulary import (
    AMOUNTS,
    CONTAINERS,
    CORRECTIONS,
    FIELDS,
    LIMITS,
    METHODS,
    NOISE,
    NOTHING,
    SECONDARY,
    SEE_FILE,
    SILENT,
    SPELLINGS,
    TOPS,
    VALUES,
    YES_NO,
    ZONES,
)
from pipeline.contracts.datasets import ROLE_WORDS
from pipeline.contracts.differences import ABSENT, Address, Difference, fits, parts
from pipeline.contracts.numbers import number
from pipeline.contracts.orders import rule_words
from pipeline.contracts.spelling_words import SPELLING_RULES

# A longer text is cut; a whole purpose is not.
_SHOWN = 600
# What is told by those of its parameters that differ.
_LISTED = frozenset({"expectation_altered", "form"})
# Years and small numbers are written without a mark at the thousands.
_GROUPED_FROM = 10_000


# Parts of the policy that hold one rule for each sensitivity, told by the tables it rules.
_BY_SENSITIVITY = ("thresholds", "zeros", "extremes")
# Address → what parts of that kind are called.
_CALLED: tuple[tuple[str, Mapping[str, Label]], ...] = (
    ("policy *", METHODS),
    ("policy cell_key *", NOISE),
    ("policy dp *", NOISE),
    ("policy amounts * *", AMOUNTS),
    ("policy rounding *", NOISE),
    ("policy secondary *", SECONDARY),
    ("policy microdata *", LIMITS),
    ("policy retention *", ZONES),
    ("policy replacement *", CORRECTIONS),
    ("policy domains * canonical *", SPELLINGS),
)
# Address → where the label of such a part stands, first that has one; a number is a part of it.
_STANDS: tuple[tuple[str, tuple[tuple[str | int, ...], ...]], ...] = (
    ("tables * levels *", (("territories", "levels", 3),)),
    ("tables * levels * *", (("codelists", 4), ("territories", "typologies", 4))),
    ("tables * dimensions *", (("codelists", 3), ("territories", "typologies", 3))),
    ("datasets * key *", (("datasets", 1, "columns", 3),)),
    ("recodings *", (("datasets", 1),)),
    ("recodings * * columns *", (("datasets", 1, "columns", 4),)),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for what differs between two versions of a project.

    Attributes:
        versions: the later snapshot first: whose labels count.
    """

    versions: tuple[Mapping[str, Any], Mapping[str, Any]]

    def name(self, address: Address) -> Label:
        """Return what a part is called, and in parentheses what it is a part of."""
        called = list(self._called(address))
        if not called:
            return TOPS.get(address[0], _same(address[-1]))
        *outer, inner = called
        # A field is called by a common noun, all else by the name that somebody gave it.
        is_field = address[-1] in FIELDS and inner is FIELDS[address[-1]]
        return _within(inner if is_field else _quoted(inner), outer)

    def name_in_file(self, address: Address) -> Label:
        """Return what a query, a suite or an expectation is called, by its file and address."""
        file, *inside = address
        stem = file.rpartition("/")[2].partition(".")[0]
        about = self._label_of("tables", stem) or self._label_of("datasets", stem)
        match inside:
            case ["expectations", item, *_]:
                why = self._content(("suites", file, "expectations", item, "meta", "why"))
                inner = _label(why) if is_label(why) else _same(item)
                return _within(_quoted(inner), [about or _same(file)])
            case _:
                return _within(_quoted(about), [_same(file)]) if about else _same(file)

    def values(self, difference: Difference, code: str) -> tuple[Label, Label]:
        """Return what stood in a part, and what stands in it."""
        before, after = difference.before, difference.after
        if code in _LISTED and isinstance(before, Mapping) and isinstance(after, Mapping):
            return _parameters(before, after)
        old, new = (self._value(one, code, difference.address) for one in (before, after))
        if not (is_label(before) and is_label(after)):
            return old, new
        # Words that changed in one language are told to the readers of the other too.
        return (
            Label(
                en=old.en if old.en != new.en else f"{old.en} (in French: {old.fr})",
                fr=old.fr if old.fr != new.fr else f"{old.fr} (en anglais : {old.en})",
            ),
            Label(
                en=new.en if old.en != new.en else f"{new.en} (in French: {new.fr})",
                fr=new.fr if old.fr != new.fr else f"{new.fr} (en anglais : {new.en})",
            ),
        )

    def _value(self, content: Any, code: str, address: Address) -> Label:
        """Return what stands in a part, in words."""
        if content is ABSENT or content is None:
            return NOTHING
        if code in {"rule", "column"}:
            return self._rule(content if code == "rule" else content["privacy"])
        return self._known(content, code, address) or _plain(content)

    def _called(self, address: Address) -> Iterator[Label]:
        """Yield what the parts of an address are called, the whole before its part."""
        _, *inside = address
        for position, part in enumerate(inside):
            is_last = position == len(inside) - 1
            if label := self._label_at(address[: position + 2]):
                yield label
            elif part in FIELDS and (is_last or part not in CONTAINERS | SILENT):
                yield FIELDS[part]
            elif part not in CONTAINERS | SILENT:
                yield _same(part)

    def _known(self, content: Any, code: str, address: Address) -> Label | None:
        """Return the words for a value that only certain parts can hold; None when it has none."""
        match code:
            case "role":
                return ROLE_WORDS.get(content)
            case "canonical":
                return SPELLING_RULES.get((address[-1], str(content)))
            case "sensitivity":
                return self._sensitivity(str(content))
            case "closed":
                listed = self._label_of("codelists", str(content))
                return _quoted(listed) if listed else None
            case _:
                return VALUES.get((code, content)) if isinstance(content, str) else None

    def _label_at(self, address: Address) -> Label | None:
        """Return the label of a part; None when it has none."""
        if any(fits(f"policy {part} *", address) for part in _BY_SENSITIVITY):
            return self._tables_of(address[-1])
        content = self._content(("contracts", *address))
        if is_label(content):
            # An item of a list of labels bears its English words as its name.
            return _label(content) if content["en"] == address[-1] else None
        for pattern, names in _CALLED:
            if fits(pattern, address):
                return names.get(address[-1])
        return self._label_elsewhere(address) or self._label_of(*address)

    def _label_elsewhere(self, address: Address) -> Label | None:
        """Return the label that stands at another place of the rules; None when there is none."""
        if fits("policy targets *", address):
            unit = self._content(("contracts", "indicators", "units", address[-1]))
            return _label(unit) if is_label(unit) else None
        for pattern, places in _STANDS:
            if fits(pattern, address):
                found = (
                    self._label_of(*(address[p] if isinstance(p, int) else p for p in place))
                    for place in places
                )
                return next((label for label in found if label), None)
        return None

    def _label_of(self, *address: str) -> Label | None:
        content = self._content(("contracts", *address))
        if not isinstance(content, Mapping):
            return None
        label = content.get("label") or content.get("words")
        return _label(label) if is_label(label) else None

    def _content(self, address: Address) -> Any:
        """Return what stands at an address, in the later version if it is there."""
        for version in self.versions:
            content: Any = version
            for end, part in enumerate(address):
                found = parts(content, address[:end])
                content = ABSENT if found is None else found.get(part, ABSENT)
            if content is not ABSENT:
                return content
        return ABSENT

    def _tables_of(self, sensitivity: str) -> Label | None:
        """Return the labels of the tables that a threshold rules."""
        tables = self._content(("contracts", "tables"))
        labels = [
            _label(table["label"])
            for table in (tables.values() if isinstance(tables, Mapping) else ())
            if table.get("sensitivity") == sensitivity and is_label(table.get("label"))
        ]
        if not labels:
            return None
        return Label(en=", ".join(one.en for one in labels), fr=", ".join(o.fr for o in labels))

    def _sensitivity(self, name: str) -> Label:
        threshold = self._content(("contracts", "policy", "thresholds", name, "value"))
        k = "1" if threshold is ABSENT else str(threshold)
        return Label(en=f"{name} (threshold {k})", fr=f"{name} (seuil {k})")

    def _rule(self, kept: Any) -> Label:
        """Return what a rule keeps, lists and domains by their labels."""
        words = rule_words(kept)
        for name, place in (("to", ("codelists",)), ("domain", ("policy", "domains"))):
            code = str(kept.get(name, ""))
            if label := self._label_of(*place, code):
                quoted = _quoted(label)
                words = Label(
                    en=words.en.replace(code, quoted.en), fr=words.fr.replace(code, quoted.fr)
                )
        return words


def _parameters(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Label, Label]:
    """Return the parameters that differ, before and after."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    old, new = ([(name, side.get(name)) for name in names] for side in (before, after))
    return _listed(old), _listed(new)


def is_label(content: Any) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a content is words in both languages."""
    return isinstance(content, Mapping) and content.keys() == {"en", "fr"}


def _within(inner: Label, outer: Sequence[Label]) -> Label:
    if not outer:
        return inner
    en, fr = (", ".join(one.words(language) for one in outer) for language in ("en", "fr"))
    return Label(en=f"{inner.en} ({en})", fr=f"{inner.fr} ({fr})")


def _plain(content: Any) -> Label:
    """Return a value that needs no list to be told, or where it can be read."""
    if content is ABSENT or content is None:
        return NOTHING
    if isinstance(content, bool):
        return YES_NO[content]
    if isinstance(content, int | float):
        return _number(content)
    if is_label(content):
        return _label(content)
    if isinstance(content, Mapping) and "value" in content:
        return _plain(content["value"])
    texts = content if isinstance(content, list | tuple) else [content]
    is_text = texts and all(isinstance(one, str) for one in texts)
    return _same(", ".join(texts)) if is_text else SEE_FILE


def _number(content: float) -> Label:
    if abs(content) >= _GROUPED_FROM and content == int(content):
        return Label(en=number(content, 0, "en"), fr=number(content, 0, "fr"))
    text = f"{content:g}"
    return Label(en=text, fr=text.replace(".", ","))


def _listed(pairs: Sequence[tuple[str, Any]]) -> Label:
    told = [(FIELDS.get(name, _same(name)), _plain(content)) for name, content in pairs]
    return Label(
        en=", ".join(f"{name.en} {value.en}" for name, value in told) or NOTHING.en,
        fr=", ".join(f"{name.fr} {value.fr}" for name, value in told) or NOTHING.fr,
    )


def _label(content: Mapping[str, Any]) -> Label:
    return Label(en=_short(str(content["en"])), fr=_short(str(content["fr"])))


def _quoted(label: Label) -> Label:
    return Label(en=f"“{label.en}”", fr=f"« {label.fr} »")


def _same(text: str) -> Label:
    return Label(en=_short(text), fr=_short(text))


def _short(text: str) -> str:
    shown = text.strip() or "-"
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
