"""The form of the catalogue: code → language → what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Catalogue = Mapping[str, Mapping[Literal["en", "fr"], tuple[str, str]]]
