"""Draw risk against utility, as SVG that asks nothing of any network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

_HEIGHT, _WIDTH, _QUIET, _RULE = 320, 560, "#6b7782", "#9aa5ae"


def risk_utility_chart(rows: Sequence[Mapping[str, Any]], *, names: tuple[str, str, str]) -> str:
    """Return a plot as SVG: one point per trial, named by its threshold.

    Args:
        rows: method (in words), threshold, near_pct and read_pct.
        names: of the two axes, utility first, and of the colours.
    """
    points = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("near_pct:Q", title=names[0], scale=alt.Scale(domain=[0, 100])),
        y=alt.Y("read_pct:Q", title=names[1], scale=alt.Scale(domainMin=0)),
        color=alt.Color("method:N", title=names[2], sort=None),
    )
    marks = points.mark_point(size=90, filled=True) + points.mark_text(
        dx=12, dy=-8, fontSize=12
    ).encode(text="threshold:N")
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
