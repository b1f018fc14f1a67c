"""The code lists of the dimensions that derived figures alone have."""

from __future__ import annotations

from pipeline.contracts.base import Label
from pipeline.contracts.codelists import CodeList, CodeListItem
from pipeline.contracts.territories import Territories

PARENT_LEVEL = "parent_level"
"""The level of the territory that a gap is to: a commune has a parent in each hierarchy."""
SPLIT_BY = "split_by"
"""By what the territories inside one are grouped: a level between, or a typology."""
DERIVED = (PARENT_LEVEL, SPLIT_BY)


def derived_lists(territories: Territories) -> dict[str, CodeList]:
    """Return dimension → its code list, made of the levels and typologies of a project."""
    levels = tuple(CodeListItem(code=one.level, label=one.label) for one in territories.levels)
    classed = tuple(
        CodeListItem(code=name, label=one.label) for name, one in territories.typologies.items()
    )
    parent = Label(en="Level of the parent territory", fr="Niveau du territoire englobant")
    groups = Label(en="Groups of the territories inside", fr="Groupes des territoires inclus")
    source = territories.source
    return {
        PARENT_LEVEL: CodeList(label=parent, source=source, items=levels),
        SPLIT_BY: CodeList(label=groups, source=source, items=(*levels, *classed)),
    }
