"""The charts' runtime, as a site carries it, under a policy that forbids `eval`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from pipeline.dissemination.site.vendored import VEGA, vendored
from tests.browser.served import served

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><meta charset="utf-8"><title>Chart</title><link rel="icon" href="data:,">
<div id="chart"></div><script type="module" src="chart.js"></script>"""
SCRIPT = """
import { View, parse, expressionInterpreter } from "./vega.js";
const spec = await (await fetch("spec.json")).json();
const view = new View(parse(spec, null, { ast: true }), {
  expr: expressionInterpreter, renderer: "svg", container: "#chart", hover: true,
});
await view.runAsync();
document.body.dataset.drawn = "yes";
"""
ROWS = [
    {"year": year, "place": place, "value": year % 9} for year in (2019, 2020) for place in "ab"
]
OUTLINE = {
    "type": "Feature",
    "properties": {"value": 3},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]},
}
CHARTS: dict[str, dict[str, Any]] = {
    "bars with a computed label": {
        "data": {"values": ROWS},
        "transform": [
            {"calculate": "datum.place + ' ' + format(datum.value, '.1f')", "as": "told"}
        ],
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "y": {"field": "told", "type": "nominal"},
            "x": {"field": "value", "aggregate": "sum", "type": "quantitative"},
        },
    },
    "lines with the nearest point told": {
        "data": {"values": ROWS},
        "params": [
            {"name": "near", "select": {"type": "point", "nearest": True, "on": "pointerover"}}
        ],
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "year", "type": "ordinal"},
            "y": {"field": "value", "type": "quantitative"},
            "color": {"field": "place", "type": "nominal"},
            "opacity": {"condition": {"param": "near", "value": 1}, "value": 0.4},
        },
    },
    "map": {
        "data": {"values": [OUTLINE]},
        "projection": {"type": "mercator"},
        "mark": {"type": "geoshape", "tooltip": True},
        "encoding": {"color": {"field": "properties.value", "type": "quantitative"}},
    },
}


@pytest.fixture(params=sorted(CHARTS))
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Serve a page with one of the charts."""
    (tmp_path / VEGA).write_bytes(vendored(VEGA))
    (tmp_path / "chart.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    spec = vl_convert.vegalite_to_vega(CHARTS[request.param])
    (tmp_path / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    with served(tmp_path) as root:
        yield root


def test_a_compiled_chart_is_drawn_without_eval(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(address + "index.html")
    page.wait_for_selector("body[data-drawn=yes]", timeout=10_000)
    marks = page.locator("#chart svg path, #chart svg text").count()
    page.locator("#chart svg").hover()
    context.close()
    assert marks > 1
    assert told == []
