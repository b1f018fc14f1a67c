"""The charts as Vega-Lite, compiled to Vega when a site is built; the browser brings the data.

Colours and fonts come from the page when it draws, so that a chart fits light, dark and print.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import vl_convert

_VEGA_LITE = "6.4"
_COLUMNS = {"expr": "width > 520 ? 4 : 1"}
# On a telephone the bars give way: two labels cut alike could not be told apart.
_LABELS = {"expr": "width > 520 ? 260 : width > 360 ? 190 : 160"}
_LEGEND = alt.Legend(title=None, orient="top", columns=_COLUMNS)
_SERIES = alt.Color("series:N", sort=None, legend=_LEGEND)
Chart = alt.TopLevelMixin


def compiled_charts() -> dict[str, dict[str, Any]]:
    """Return name → Vega of each chart; its data is named `rows` and comes empty.

    `trend`: rows of `period`, `value`, `series`, `told`. `bars`: rows of `name`, `value`, `series`,
    `told`, in the order given. `told` is the figure in words, for the tip.
    """
    charts = {"trend": _trend(), "bars": _bars(), "groups": _groups()}
    return {name: _compiled(chart) for name, chart in charts.items()}


def _trend() -> Chart:
    place = alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0, grid=False))
    height = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False, nice=True, padding=8))
    base = alt.Chart(alt.NamedData(name="rows")).encode(x=place, y=height, color=_SERIES)
    return alt.layer(
        base.mark_line(strokeWidth=2.5, aria=False),
        base.mark_point(filled=True, size=55, opacity=1, aria=False).encode(tooltip=_tip("told:N")),
    ).properties(width="container", height=260)


def _bars() -> Chart:
    row = alt.Y(
        "name:N",
        title=None,
        sort=None,
        axis=alt.Axis(labelLimit=_LABELS, ticks=False, domain=False),
    )
    base = alt.Chart(alt.NamedData(name="rows")).encode(
        y=row,
        # Room for the figures, which stand right of the bars.
        x=alt.X(
            "value:Q",
            title=None,
            axis=alt.Axis(tickCount=5),
            scale=alt.Scale(range=[0, {"expr": "max(60, width - 64)"}]),
        ),
        tooltip=_tip("told:N"),
    )
    return alt.layer(
        base.mark_bar(height={"band": 0.72}, aria=False).encode(
            color=alt.Color("series:N", sort=None, legend=None)
        ),
        base.mark_text(align="left", dx=5, aria=False).encode(text="short:N"),
    ).properties(width="container", height=alt.Step(24))


def _groups() -> Chart:
    bars: alt.Chart = (
        alt.Chart(alt.NamedData(name="rows"))
        .mark_bar(aria=False)
        .encode(
            x=alt.X("name:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelLimit=120)),
            xOffset=alt.XOffset("series:N", sort=None),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=5)),
            color=_SERIES,
            tooltip=_tip("told:N"),
        )
        .properties(width="container", height=240)
    )
    return bars


def _tip(field: str) -> alt.Tooltip:
    return alt.Tooltip(field)


def _compiled(chart: Chart) -> dict[str, Any]:
    written = chart.to_dict(validate=True)
    written.pop("config", None)
    vega: dict[str, Any] = vl_convert.vegalite_to_vega(written, vl_version=_VEGA_LITE)
    vega.pop("config", None)
    # The page's own ground shows through.
    vega.pop("background", None)
    return vega
