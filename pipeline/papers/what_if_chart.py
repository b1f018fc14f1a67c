"""Draw risk against utility, as SVG that asks nothing of any network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

# Told apart by whoever does not see all colours (Okabe and Ito), and by shape.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
_SHAPES = ("circle", "square", "triangle-up", "diamond")
_ABOVE = 13
_HEIGHT, _WIDTH, _QUIET, _RULE = 320, 560, "#6b7782", "#9aa5ae"


def risk_utility_chart(
    rows: Sequence[Mapping[str, Any]], *, methods: Sequence[str], names: tuple[str, str, str]
) -> str:
    """Return a plot as SVG: one point per trial, named by its threshold.

    Args:
        rows: method (in words), threshold, near_pct and read_pct.
        methods: all there are, in words: each has one colour and shape in every plot.
        names: of the two axes, utility first, and of the colours.
    """
    present = list(dict.fromkeys(row["method"] for row in rows))
    least = 10 * floor(min(row["near_pct"] for row in rows) / 10.5)
    most = max(5.0, *(row["read_pct"] for row in rows))
    points = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("near_pct:Q", title=names[0], scale=alt.Scale(domain=[least, 100])),
        y=alt.Y("read_pct:Q", title=names[1], scale=alt.Scale(domain=[0, most], nice=True)),
        color=alt.Color("method:N", title=names[2], scale=_scale(methods, _COLOURS, present)),
        shape=alt.Shape("method:N", title=names[2], scale=_scale(methods, _SHAPES, present)),
    )
    # Of each method at a height of its own: methods that do alike would cover each other's.
    names_of_points = [
        points.transform_filter(alt.datum.method == method)
        .mark_text(dy=-_ABOVE * (place + 1), fontSize=12)
        .encode(text="threshold:N")
        for place, method in enumerate(present)
    ]
    marks = alt.layer(points.mark_point(size=110, filled=True, opacity=0.9), *names_of_points)
    chart = (
        marks.properties(width=_WIDTH, height=_HEIGHT, background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(
            labelColor=_QUIET, titleColor=_QUIET, gridColor=_RULE, gridOpacity=0.35,
            domainColor=_RULE, tickColor=_RULE, titleFontWeight="normal",
        )
        .configure_legend(labelColor=_QUIET, titleColor=_QUIET, orient="bottom", labelLimit=280)
    )  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(chart.to_json())
    return svg


def _scale(methods: Sequence[str], marks: Sequence[str], present: Sequence[str]) -> alt.Scale:
    of = dict(zip(methods, marks, strict=True))
    return alt.Scale(domain=list(present), range=[of[name] for name in present])
