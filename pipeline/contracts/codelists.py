"""Code lists: the only values that a coded column or a dimension may take."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, RootModel

from pipeline.contracts.base import Code, Frozen, Label, Name, Sourced


class CodeListItem(Frozen):
    """One code, its label, how senders spell it, and its code in coarser lists."""

    code: Code
    label: Label
    spelled: tuple[str, ...] = Field(
        default=(), description="Values in deliveries that mean this code; the code itself if none."
    )
    broader: Mapping[Name, Code] = Field(
        default_factory=dict, description="Its code in a coarser code list, by list."
    )

    @property
    def spellings(self) -> tuple[str, ...]:
        """The delivered values that mean this code."""
        return self.spelled or (self.code,)


class CodeList(Sourced):
    """One classification: ordered, closed, with a source."""

    label: Label
    items: tuple[CodeListItem, ...] = Field(min_length=1)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in their declared order, totals not among them."""
        return tuple(item.code for item in self.items)

    @property
    def spellings(self) -> dict[str, str]:
        """Delivered spelling → code."""
        return {spelled: item.code for item in self.items for spelled in item.spellings}

    def broader(self, target: str) -> dict[str, str]:
        """Return code → code in the coarser list `target`; codes that lack one are absent."""
        return {item.code: item.broader[target] for item in self.items if target in item.broader}


class CodeLists(RootModel[dict[Name, CodeList]]):
    """The file `contracts/codelists.yml`."""
