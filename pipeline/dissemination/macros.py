"""The table macros of the published database: questions that everyone asks, by name.

Each is one statement of the folder `sql`. A macro reads the database in use: that of an earlier
release is asked after `use`, never by the name of its catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from pipeline.contracts import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMacro:
    """A table macro: how it is called and what it answers."""

    name: str
    signature: str
    description: Label

    @property
    def statement(self) -> str:
        """The statement that makes it."""
        return statement(self.name)


def statement(name: str) -> str:
    """Return the text of one query of the published database."""
    return files("pipeline.dissemination").joinpath("sql", f"{name}.sql").read_text("utf-8")


MACROS = (
    PublishedMacro(
        name="indicator",
        signature="indicator(code, level := null, period := null)",
        description=Label(
            en="Totals of one indicator, with the names of territories; null level or period: all",
            fr="Ensembles d'un indicateur, avec le nom des territoires ; niveau ou période vide : "
            "tous",
        ),
    ),
    PublishedMacro(
        name="compare",
        signature="compare(a, b, period := null)",
        description=Label(
            en="Two territories side by side over all indicators, with gap (a less b), ratio and "
            "the band of each figure if it has one; null where a side is hidden; null period: the "
            "last of each indicator",
            fr="Deux territoires côte à côte sur tous les indicateurs, avec l'écart (a moins b), "
            "le rapport et l'intervalle de chaque chiffre s'il en a un ; vides si un côté est "
            "masqué ; période vide : la dernière de chacun",
        ),
    ),
    PublishedMacro(
        name="parents",
        signature="parents(code)",
        description=Label(
            en="The territories that hold one, nearest first, in each hierarchy",
            fr="Les territoires qui en contiennent un, du plus proche au plus lointain, dans "
            "chaque hiérarchie",
        ),
    ),
    PublishedMacro(
        name="children",
        signature="children(code)",
        description=Label(
            en="The territories right below one, in each hierarchy",
            fr="Les territoires juste sous un autre, dans chaque hiérarchie",
        ),
    ),
    PublishedMacro(
        name="top",
        signature="top(code, level, n := 10, period := null)",
        description=Label(
            en="The territories of a level with the greatest totals of an indicator; hidden ones "
            "have no rank; null period: the last",
            fr="Les territoires d'un niveau aux plus grandes valeurs d'un indicateur ; ceux qui "
            "sont masqués n'ont pas de rang ; période vide : la dernière",
        ),
    ),
)
MACRO_NAMES = frozenset(macro.name for macro in MACROS)
