"""The outlines of the site: equal areas stay equal, neighbours share their sides, levels join."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, unary_union
from shapely.geometry import shape

from pipeline.dissemination.site.geometry import Outlines, level_shapes, place_outlines
from pipeline.dissemination.site.projection import equal_area
from pipeline.dissemination.site.shards import by_shard, shard_of, shard_prefixes
from pipeline.dissemination.site.topology import build_topology, join, merge, simplify
from pipeline.project import load_project
from tests.browser.sample import ROOT

Shapes = Mapping[str, Any]


def _square(code: str, x: float, y: float, size: float = 1.0, *, left: bool = True) -> Any:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring if left else ring[::-1]]},
    }


def _placed(*features: Any) -> Outlines:
    placed = place_outlines({"features": features}, [one["properties"]["code"] for one in features])
    assert placed is not None
    return placed


def _rings(part: Shapes, territory: str) -> Iterator[list[tuple[int, int]]]:
    """Decode a file as a reader would: steps added up, arcs joined, `~n` walked backwards."""
    arcs = []
    for steps in part["arcs"]:
        line = [(steps[0], steps[1])]
        for dx, dy in zip(steps[2::2], steps[3::2], strict=True):
            line.append((line[-1][0] + dx, line[-1][1] + dy))
        arcs.append(line)
    for ring in part["shapes"][territory]:
        points: list[tuple[int, int]] = []
        for n in ring:
            line = arcs[n] if n >= 0 else arcs[~n][::-1]
            assert not points or points[-1] == line[0]
            points += line[1:] if points else line
        assert points[0] == points[-1]
        yield points


def _polygon(part: Shapes, territory: str) -> Any:
    """Return the area of a territory: holes lie inside another ring."""
    found = Polygon()
    for ring in sorted(_rings(part, territory), key=lambda points: -Polygon(points).area):
        found = found.symmetric_difference(Polygon(ring).buffer(0))
    return found


def test_equal_areas_stay_equal_wherever_they_lie() -> None:
    project = equal_area(-5, 42, 8, 51)
    areas = []
    for lon, lat in ((-4, 43), (0, 46.5), (7, 50)):
        corners = [(lon, lat), (lon + 0.1, lat), (lon + 0.1, lat + 0.1), (lon, lat + 0.1)]
        low, high = math.radians(lat), math.radians(lat + 0.1)
        sphere = math.radians(0.1) * (math.sin(high) - math.sin(low))
        areas.append(Polygon([project(*corner) for corner in corners]).area / sphere)
    assert areas == pytest.approx([1.0] * 3, rel=1e-4)


def test_across_the_equator_the_map_is_a_cylinder_with_north_up() -> None:
    project = equal_area(-1, -1, 1, 1)
    assert project(0, 1)[1] > project(0, -1)[1]
    assert project(1, 0)[0] == pytest.approx(-project(-1, 0)[0])


def test_south_of_the_equator_north_is_up_too() -> None:
    project = equal_area(20, -35, 33, -22)
    assert project(26, -22)[1] > project(26, -35)[1]
    assert project(33, -28)[0] > project(20, -28)[0]


@pytest.mark.parametrize("left", [True, False])
def test_the_side_of_two_neighbours_is_kept_once_and_falls_where_they_join(*, left: bool) -> None:
    placed = _placed(_square("A", 0, 0), _square("B", 1, 0, left=left), _square("C", 2, 0))
    apart = level_shapes(placed, {"A": "A", "B": "B", "C": "C"})["all"]
    assert len(apart["arcs"]) == 6
    joined = level_shapes(placed, {"A": "west", "B": "west", "C": "east"})["all"]
    # The way around each, and the side between them: no corner is left where A and B met.
    assert len(joined["arcs"]) == 3
    west = _polygon(joined, "west")
    assert west.area == pytest.approx(2 * _polygon(joined, "east").area, rel=1e-3)


def test_a_hole_is_a_ring_of_its_own_and_is_no_area() -> None:
    outer = _square("A", 0, 0, 3)
    outer["geometry"]["coordinates"].append(_square("", 1, 1)["geometry"]["coordinates"][0])
    placed = _placed(outer, _square("B", 1, 1))
    part = level_shapes(placed, {"A": "A", "B": "B"})["all"]
    assert _polygon(part, "A").area == pytest.approx(8 * _polygon(part, "B").area, rel=1e-3)
    whole = level_shapes(placed, {"A": "all", "B": "all"})["all"]
    assert len(whole["shapes"]["all"]) == 1


def test_a_territory_outside_the_project_is_not_drawn() -> None:
    placed = place_outlines({"features": [_square("A", 0, 0), _square("Z", 50, 50)]}, ["A"])
    assert placed is not None
    assert list(level_shapes(placed, {"A": "A"})["all"]["shapes"]) == ["A"]
    assert place_outlines({"features": [_square("Z", 50, 50)]}, ["A"]) is None


def test_a_level_can_be_parted_into_files_of_what_holds_its_territories() -> None:
    placed = _placed(_square("A", 0, 0), _square("B", 1, 0), _square("C", 2, 0))
    parts = level_shapes(
        placed, {"A": "A", "B": "B", "C": "C"}, within={"A": "west", "B": "west", "C": "east"}
    )
    assert {part: list(file["shapes"]) for part, file in parts.items()} == {
        "east": ["C"],
        "west": ["A", "B"],
    }
    assert parts["east"]["size"] == parts["west"]["size"]


@cache
def _real() -> tuple[Outlines, dict[str, dict[str, str]], dict[str, Any]]:
    project = load_project(ROOT)
    outlines = project.outlines()
    assert outlines is not None
    placed = place_outlines(outlines, project.geography.parents)
    assert placed is not None
    real = {one["properties"]["code"]: shape(one["geometry"]) for one in outlines["features"]}
    return placed, dict(project.geography.parents), real


def test_each_commune_is_drawn_true_to_its_size() -> None:
    placed, parents, real = _real()
    part = level_shapes(placed, {code: code for code in parents})["all"]
    ratios = [_polygon(part, code).area / real[code].area for code in parents]
    # Half a degree of latitude: a square degree is smaller in the north.
    assert max(ratios) / min(ratios) < 1.08


def test_each_body_is_drawn_where_its_communes_lie() -> None:
    placed, parents, _ = _real()
    communes = level_shapes(placed, {code: code for code in parents})["all"]
    groups = {code: up["epci"] for code, up in parents.items()}
    bodies = level_shapes(placed, groups)["all"]
    for body in set(groups.values()):
        own = [_polygon(communes, code) for code, group in groups.items() if group == body]
        # What is simplified is less than a pixel wide.
        assert _polygon(bodies, body).symmetric_difference(unary_union(own)).area < 5e-3 * sum(
            one.area for one in own
        )


def test_where_communes_meet_is_no_corner_of_the_body_that_holds_them() -> None:
    placed, parents, _ = _real()
    groups = {code: up["epci"] for code, up in parents.items()}
    bodies = level_shapes(placed, groups)["all"]
    # Bodies meet at few places: three of them, or two and the edge.
    assert len(bodies["arcs"]) < 6 * len(set(groups.values()))
    joined = join(placed.topology, groups)
    whole = merge(joined, {body: body for body in set(groups.values())})
    assert {body: {frozenset(ring) for ring in rings} for body, rings in whole.items()} == {
        body: {frozenset(ring) for ring in rings} for body, rings in joined.rings.items()
    }


def test_simplified_neighbours_still_meet_and_cover_what_they_covered() -> None:
    placed, parents, _ = _real()
    coarse = simplify(placed.topology, 4_000.0)
    kept = sum(len(arc) for arc in coarse.arcs)
    assert kept < 0.8 * sum(len(arc) for arc in placed.topology.arcs)
    for before, after in zip(placed.topology.arcs, coarse.arcs, strict=True):
        assert (before[0], before[-1]) == (after[0], after[-1])
        assert set(after) <= set(before)
    whole = merge(coarse, dict.fromkeys(parents, "all"))
    assert list(whole) == ["all"]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=20))
def test_squares_of_any_pattern_join_to_their_union(cells: list[tuple[int, int]]) -> None:
    outlines = {f"{x} {y}": [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]] for x, y in cells}
    joined = merge(build_topology(outlines), dict.fromkeys(outlines, "all"))
    topology = build_topology(outlines)
    sides = 0
    for ring in joined["all"]:
        points = [
            node
            for n in ring
            for node in (topology.arcs[n] if n >= 0 else topology.arcs[~n][::-1])[:-1]
        ]
        sides += sum(abs(a - c) + abs(b - d) for (a, b), (c, d) in pairwise([*points, points[0]]))
    whole = unary_union([Polygon(rings[0]) for rings in outlines.values()])
    assert sides == pytest.approx(whole.length)


@given(st.sets(st.text("AB-01", min_size=1, max_size=6), min_size=1), st.integers(1, 8))
def test_no_group_of_identifiers_is_larger_than_asked_and_each_finds_its_own(
    identifiers: set[str], most: int
) -> None:
    prefixes = shard_prefixes(identifiers, most=most)
    groups: dict[str, int] = {}
    for one in identifiers:
        prefix = shard_of(one, prefixes)
        groups[prefix] = groups.get(prefix, 0) + 1
    assert set(groups) == set(prefixes)
    assert max(groups.values()) <= most
    assert sum(len(members) for members in by_shard(identifiers).values()) == len(identifiers)
