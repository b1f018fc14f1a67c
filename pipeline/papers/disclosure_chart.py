"""Draw how uncertain hidden figures stay, as SVG that asks nothing of any network."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd
import vl_convert

from pipeline.errors import Language
from pipeline.papers.disclosure_page import BAND

_HEIGHT, _WIDTH, _ACCENT, _QUIET, _RULE = 190, 420, "#2f86a3", "#6b7782", "#9aa5ae"


def ranges_chart(ranges: Mapping[int, int], *, names: tuple[str, str], language: Language) -> str:
    """Return a histogram as SVG.

    Args:
        ranges: range in persons → figures that have it; from `BAND` on they are one bar.
        names: of the two axes, ranges first.
        language: of the numbers.
    """
    told = {min(width, BAND) for width in ranges}
    labels = [f"{width}+" if width == BAND else str(width) for width in sorted(told)]
    counts = [
        sum(cells for width, cells in ranges.items() if min(width, BAND) == each)
        for each in sorted(told)
    ]
    locale = {"thousands": "\N{NARROW NO-BREAK SPACE}" if language == "fr" else ","}
    frame = pd.DataFrame(
        {
            "range": labels,
            "figures": counts,
            "said": [f"{count:,}".replace(",", locale["thousands"]) for count in counts],
        }
    )
    bars = alt.Chart(frame).encode(
        x=alt.X("range:N", sort=None, title=names[0], axis=alt.Axis(labelAngle=0)),
        y=alt.Y("figures:Q", title=names[1], axis=alt.Axis(tickCount=4, format="~s")),
    )
    chart = (
        (
            bars.mark_bar(color=_ACCENT, cornerRadiusTopLeft=3, cornerRadiusTopRight=3, size=26)
            + bars.mark_text(dy=-7, color=_QUIET, fontSize=12).encode(text="said:N")
        )
        .properties(width=_WIDTH, height=_HEIGHT, background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(
            labelColor=_QUIET,
            titleColor=_QUIET,
            gridColor=_RULE,
            gridOpacity=0.35,
            domainColor=_RULE,
            tickColor=_RULE,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
    )
    svg: str = vl_convert.vegalite_to_svg(chart.to_json())
    return svg
