"""The page that sets ways of protecting a table side by side, with a plot of risk and utility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.contracts import Label
from pipeline.errors import Language
from pipeline.papers.page import render_page

WIDTH, HEIGHT, MARGIN = 640, 360, 56
METHOD_WORDS: Mapping[str, Label] = {
    "suppress": Label(en="suppression", fr="suppression"),
    "cell_key": Label(en="cell keys", fr="clés de cellule"),
    "rounding": Label(en="rounding", fr="arrondi"),
    "dp": Label(en="differential privacy", fr="confidentialité différentielle"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A trial on the plot, in its units, with what is written at it."""

    x: float
    y: float
    words: str


def what_if_page(
    table: Label, period: str, rows: Sequence[Mapping[str, Any]], *, language: Language
) -> str:
    """Return the page.

    Args:
        table: its label.
        period: such as `2021`.
        rows: one per trial: method, threshold, numbers, hidden_pct, kept_pct, mean_error,
            near_pct, read_pct.
        language: of the page.
    """
    most = max([10.0, *(float(row["read_pct"]) for row in rows)])
    points = [
        Point(
            x=MARGIN + float(row["near_pct"]) / 100 * (WIDTH - 2 * MARGIN),
            y=HEIGHT - MARGIN - float(row["read_pct"]) / most * (HEIGHT - 2 * MARGIN),
            words=f"{METHOD_WORDS[row['method']].words(language)} {row['threshold']}",
        )
        for row in rows
    ]
    return render_page(
        "what_if.html.j2",
        language,
        table=table,
        period=period,
        rows=rows,
        methods=METHOD_WORDS,
        points=points,
        most=most,
        plot={"width": WIDTH, "height": HEIGHT, "margin": MARGIN},
    )
