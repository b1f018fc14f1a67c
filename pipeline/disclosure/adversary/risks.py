"""Singling out, linkability and inference: the three risks by name, with figures behind each.

Source: Article 29 Working Party, Opinion 05/2014 on anonymisation techniques (WP 216).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.adversary.attack import Report
from pipeline.disclosure.adversary.knowledge import Indices, Published, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Risks:
    """What a release tells of single persons, of records in several places, and of groups.

    Args:
        ones_known: singling out: hidden cells that are known to count one person.
        ones_shown: singling out: shown cells that count one person.
        known: singling out: hidden cells with one value.
        shared: linkability: hidden figures that cells of more than one table would show.
        crossed: linkability: cells that one of two releases of the same rows shows.
        changed: linkability: hidden cells that an earlier release shows, of rows that changed.
        narrow: inference: hidden cells that are bounded more closely than the width.
        uniform: inference: shown groups that answered alike, or nearly, on what is sensitive.
        telling: inference: shown rates of which a part is hidden.
    """

    ones_known: int
    ones_shown: int
    known: int
    shared: int
    crossed: int
    changed: int
    narrow: int
    uniform: int
    telling: int

    def by_name(self) -> dict[str, dict[str, int]]:
        """Return the figures under the names that the opinion gives to the risks."""
        return {
            "singling_out": {
                "ones_known": self.ones_known,
                "ones_shown": self.ones_shown,
                "known_cells": self.known,
            },
            "linkability": {
                "shared": self.shared,
                "crossed": self.crossed,
                "changed_rows": self.changed,
            },
            "inference": {
                "narrow": self.narrow,
                "uniform": self.uniform,
                "telling": self.telling,
            },
        }


def risks(published: Published, report: Report) -> Risks:
    """Return the figures behind the three risks."""
    puzzles = report.puzzles.values()
    return Risks(
        ones_known=sum(len(one.figure.cells) for one in report.known if one.low == 1),
        ones_shown=sum(int(np.count_nonzero(table.shown == 1)) for table in published.persons),
        known=sum(len(one.figure.cells) for one in report.known),
        shared=sum(len({cell.table for cell in one.figure.cells}) > 1 for one in report.findings),
        crossed=sum(len(puzzle.crossed) for puzzle in puzzles),
        changed=sum(len(puzzle.changed) for puzzle in puzzles),
        narrow=sum(len(one.figure.cells) for one in report.narrow),
        uniform=sum(len(uniform(table)) for table in published.persons),
        telling=sum(len(puzzle.telling) for puzzle in puzzles),
    )


def uniform(table: Table) -> Indices:
    """Return one cell of each shown group that answered alike, or nearly, on what is sensitive.

    A group is an area and codes of all other dimensions; who did not answer is left out of it.
    """
    found: list[int] = []
    for name, codes in table.sensitive.items():
        others = [own for other, own in table.code.items() if other != name]
        answered = np.flatnonzero(np.isin(table.code[name], codes))
        columns = [table.period, table.area, *others]
        keys = np.array([column[answered] for column in columns])
        group = np.unique(keys, axis=1, return_inverse=True)[1].ravel()
        shown = table.shown[answered]
        whole = np.bincount(group, np.nan_to_num(shown, nan=np.inf))
        share = 100 * shown / np.where(np.isfinite(whole) & (whole > 0), whole, np.inf)[group]
        found += answered[share >= table.extreme_pct].tolist()
    return np.array(found, dtype=np.int64)
