"""Pseudonymisation domains: who can be linked with whom, and how identifiers are spelled first."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Frozen, Label, Text

Handling = Literal["unified", "kept"]


class Canonical(Frozen):
    """One spelling per identifier: what does not tell persons apart is taken out before the key.

    Its digest is part of the derivation of the domain's keys, so that another rule is another
    key and never a silent re-mapping.

    Source: Unicode Standard Annex 15 (NFKC).
    """

    version: Annotated[int, Field(ge=1)] = Field(
        description="Raise it to take new keys under the same rules."
    )
    unicode: Literal["nfkc", "kept"] = Field(description="Compatibility forms made one, or kept.")
    case: Literal["upper", "fold", "kept"] = Field(
        description="Upper: capitals. Fold: small letters. Neither tells persons apart then."
    )
    apostrophes: Handling = Field(description="Unified: every form of apostrophe is `'`.")
    hyphens: Handling = Field(description="Unified: every hyphen and dash is `-`.")
    invisible: Literal["removed", "kept"] = Field(description="Characters that nobody sees.")
    space: Literal["collapsed", "trimmed", "kept"] = Field(
        description="Trimmed: none at the ends. Collapsed: also one space between words."
    )
    leading_zeros: Literal["kept", "stripped"] = Field(
        description="Stripped: 00123 is 123; only where senders drop them."
    )

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of the rules in a fixed spelling."""
        rules = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(rules.encode()).hexdigest()


class Domain(Frozen):
    """Within a domain the same person has the same pseudonym; across domains nobody is linked.

    Source: EDPB Guidelines 01/2025 on pseudonymisation, pseudonymisation domain.
    """

    label: Label
    canonical: Canonical
    linkable: Literal["years", "period"] = Field(
        description="Years: cohorts can be followed. Period: other pseudonyms each school year."
    )
    reason: Text
    reason_fr: Text | None = Field(default=None, description="The reason in French.")

    def reason_in(self, language: str) -> str:
        """Return the reason in French for `fr` if it has one, else as it is."""
        return (self.reason_fr if language == "fr" else None) or self.reason

    def scope(self, period: str) -> tuple[str, ...]:
        """Return what the domain's keys are derived from, beside its name and the epoch.

        Args:
            period: the first year of the school year, such as `2021`.
        """
        digest = self.canonical.digest
        return (digest,) if self.linkable == "years" else (digest, period)
