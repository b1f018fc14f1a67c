"""What the privacy rules of a dataset are applied with, beside its contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.contracts import Canonical, CodeList
from pipeline.errors import PrivacyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Lists, keys and territories of one dataset and period. It shows no key.

    Attributes:
        codelists: code list by name.
        period: the first year of the school year, such as `2021`.
        keys: the 32-byte pseudonym keys of each domain, one per epoch from the first on.
        canonical: how identifiers are spelled first, by domain.
        territories: (level, other level) → code → code of the other level in which it lies.
        identifiers: name in both languages → form (RE2) of an identifier that no kept text may
            hold, beside those that the contract declares.
        closed: columns that refer to a closed column of another dataset; a value of theirs may
            be somebody's name by chance.
    """

    codelists: Mapping[str, CodeList]
    period: str
    keys: Mapping[str, Sequence[bytes]] = field(default_factory=dict, repr=False)
    canonical: Mapping[str, Canonical] = field(default_factory=dict)
    territories: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    identifiers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()

    def codelist(self, name: str | None) -> CodeList:
        """Return a code list.

        Raises:
            PrivacyError: it is not known.
        """
        if name is None or name not in self.codelists:
            raise PrivacyError("privacy.no_codelist")
        return self.codelists[name]
