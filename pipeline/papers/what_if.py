"""The page that sets ways of protecting a table side by side, with a plot of risk and utility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.contracts import Label
from pipeline.errors import Language
from pipeline.papers.page import drawing, render_page
from pipeline.papers.words import WORDS

METHOD_WORDS: Mapping[str, Label] = {
    "suppress": Label(en="suppression", fr="suppression"),
    "cell_key": Label(en="cell keys", fr="clés de cellule"),
    "rounding": Label(en="rounding", fr="arrondi"),
    "dp": Label(en="differential privacy", fr="confidentialité différentielle"),
}


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
    from pipeline.papers.what_if_chart import risk_utility_chart  # noqa: PLC0415 - takes a second to load

    named = [{**row, "method": METHOD_WORDS[row["method"]].words(language)} for row in rows]
    words = (WORDS["what_if_near_axis"], WORDS["what_if_read_axis"], WORDS["what_if_method"])
    names = (words[0].words(language), words[1].words(language), words[2].words(language))
    methods = [label.words(language) for label in METHOD_WORDS.values()]
    chart = risk_utility_chart([_drawn(row) for row in named], methods=methods, names=names)
    return render_page(
        "what_if.html.j2",
        language,
        table=table,
        period=period,
        rows=rows,
        methods=METHOD_WORDS,
        chart=drawing(chart),
    )


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("method", "threshold", "near_pct", "read_pct")}
