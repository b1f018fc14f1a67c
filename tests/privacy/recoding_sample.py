"""A country of birth in two steps of detail, added to the contracts of a dataset."""

from __future__ import annotations

from pathlib import Path

ORIGIN = """
  - name: origin
    label: {en: Country of birth, fr: Pays de naissance}
    type: code
    codelist: origin
    role: quasi_identifier
    privacy: {rule: keep}
"""
LISTS = """
origin:
  label: {en: Country of birth, fr: Pays de naissance}
  source: Own
  items:
    - {code: FR, label: {en: a, fr: a}, broader: {origin_group: EU}}
    - {code: DE, label: {en: b, fr: b}, broader: {origin_group: EU}}
    - {code: SN, label: {en: c, fr: c}, broader: {origin_group: AF}}
origin_group:
  label: {en: Part of the world, fr: Partie du monde}
  source: Own
  items:
    - {code: EU, label: {en: a, fr: a}}
    - {code: AF, label: {en: b, fr: b}}
"""


def add_origin(project: Path, dataset: str, *, more: str = "") -> None:
    """Let a dataset keep a country of birth.

    Args:
        project: its contracts are written to.
        dataset: gets the column.
        more: further columns, as the contract writes them.
    """
    for name, text in ((f"datasets/{dataset}.yml", ORIGIN + more), ("codelists.yml", LISTS)):
        with (project / "contracts" / name).open("a", encoding="utf-8") as file:
            file.write(text)
