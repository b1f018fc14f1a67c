"""Whose releases a network compares: publishers, each known by its pinned key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from pipeline.contracts.base import Frozen, Label, Name, Text
from pipeline.contracts.policy import Licence


class Publisher(Frozen):
    """One city or country whose figures may be compared.

    Attributes:
        label: its name, for people.
        fingerprint: SHA-256 of its public key in hex, as it told you itself.
        licence: of its figures; needed where its release does not say it.
        withdrawn: names of releases that it took back: they are refused.
    """

    label: Label
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    licence: Licence | None = None
    withdrawn: tuple[Text, ...] = ()


class Network(Frozen):
    """The file that names the publishers of a network; its order is that of the pages."""

    title: Label
    publishers: Mapping[Name, Publisher] = Field(min_length=2)
