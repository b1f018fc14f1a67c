"""Pupils in reach of a connected place: the query against distances worked out one by one."""

from __future__ import annotations

import math
from time import perf_counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.engines import run_query
from tests.sql.cells import PROJECT, Rows, rates, released, value

SQL = PROJECT.counts["pupils_in_reach"]
EARTH_KM = 6371.0088
DEGREE_KM = math.pi * EARTH_KM / 180


def school(code: str, latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"school_code": code, "commune_code": "A", "latitude": latitude, "longitude": longitude}


def place(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude}


def in_reach(schools: Rows, places: Rows, *, reach_km: float) -> dict[str, str]:
    """Return school → code, by giving each school a commune of its own and one pupil."""
    own = [one | {"commune_code": one["school_code"]} for one in schools]
    doubles = pa.schema([("latitude", pa.float64()), ("longitude", pa.float64())])
    given = {
        "schools": pa.Table.from_pylist(
            own,
            schema=pa.schema(
                [("school_code", pa.string()), ("commune_code", pa.string()), *doubles]
            ),
        ),
        "connected_places": pa.Table.from_pylist(places, schema=doubles),
        "pupils": pa.Table.from_pylist([{"school_code": one["school_code"]} for one in schools]),
    }
    bound = {"place_reach_km": reach_km}
    cells = run_query(SQL, given, name="pupils_in_reach", parameters=bound).to_pandas()
    assert (cells["pupils"] == 1).all()
    units = run_query(
        PROJECT.counts["schools_in_reach"], given, name="schools_in_reach", parameters=bound
    ).to_pandas()
    assert (units["schools"] == 1).all()
    told = dict(zip(cells["territory_code"], cells["in_reach"], strict=True))
    # Neither query promises an order of its rows.
    assert dict(zip(units["territory_code"], units["in_reach"], strict=True)) == told
    return told


def km(a: dict[str, object], b: dict[str, object]) -> float:
    """Return the distance of two points on the sphere, by the angle between their vectors."""
    first, second = (
        np.array(
            [
                math.cos(math.radians(lat)) * math.cos(math.radians(lon)),
                math.cos(math.radians(lat)) * math.sin(math.radians(lon)),
                math.sin(math.radians(lat)),
            ]
        )
        for lat, lon in ((float(p["latitude"]), float(p["longitude"])) for p in (a, b))
    )
    return EARTH_KM * math.atan2(
        float(np.linalg.norm(np.cross(first, second))), float(first @ second)
    )


@pytest.mark.parametrize("reach_km", [0.5, 2.0, 30.0])
@pytest.mark.parametrize("latitude", [-89.9, -33.0, 0.0, 48.1, 67.0])
def test_every_school_is_told_as_its_distances_say(reach_km: float, latitude: float) -> None:
    random = np.random.default_rng(int(100 + latitude))
    spread = 3 * reach_km / DEGREE_KM
    around = spread / max(math.cos(math.radians(latitude)), 0.01)

    def near() -> tuple[float, float]:
        lat = max(latitude + random.uniform(-spread, spread), -90.0)
        # Around the antimeridian too: a degree before it is two degrees from a degree after it.
        lon = 180 + random.uniform(-around, around)
        return lat, (lon + 180) % 360 - 180

    schools = [school(f"S{n}", *near()) for n in range(60)]
    places = [place(*near()) for _ in range(12)]
    wanted = {
        str(one["school_code"]): "Y" if min(km(one, p) for p in places) <= reach_km else "N"
        for one in schools
    }
    assert in_reach(schools, places, reach_km=reach_km) == wanted
    # At the pole longitudes tell next to nothing, so that all may be near.
    assert set(wanted.values()) == {"Y", "N"} or latitude < -89


def test_a_place_just_within_the_reach_counts_and_one_just_beyond_does_not() -> None:
    for direction in (1, -1):
        within, beyond = (48 + direction * share * 2 / DEGREE_KM for share in (0.9999, 1.0001))
        schools = [school("S", 48.0, -1.7)]
        assert in_reach(schools, [place(within, -1.7)], reach_km=2) == {"S": "Y"}
        assert in_reach(schools, [place(beyond, -1.7)], reach_km=2) == {"S": "N"}


def test_a_school_without_coordinates_is_not_known_and_without_places_none_is_in_reach() -> None:
    schools = [school("S", 48.0, None), school("T", None, None), school("U", 48.0, -1.7)]
    assert in_reach(schools, [place(None, -1.7)], reach_km=2) == {"S": "_U", "T": "_U", "U": "N"}


def test_the_share_is_of_the_pupils_whose_school_has_coordinates() -> None:
    given = {
        "schools": [school("S", 48.0, -1.7), school("T", 49.0, -1.7), school("U", None, None)],
        "connected_places": [place(48.0, -1.7), place(48.001, -1.7)],
        "pupils": [{"school_code": code} for code in "SSSTUU"],
    }
    cells = released("pupils_in_reach", given)
    assert value(cells, "pupils", in_reach="_T") == 6
    assert value(rates("PUPILS_IN_REACH", {"pupils_in_reach": cells})) == 75.0


def test_a_whole_nation_is_told_in_seconds() -> None:
    """60,000 schools and 30,000 places, spread over France; every pair would be 1.8 billion."""
    random = np.random.default_rng(7)
    count, places = 60_000, 30_000
    codes = [f"S{n}" for n in range(count)]
    given = {
        "schools": pa.table(
            {
                "school_code": codes,
                "commune_code": random.integers(0, 35_000, count).astype(str),
                "latitude": random.uniform(42.5, 51.0, count),
                "longitude": random.uniform(-4.5, 8.0, count),
            }
        ),
        "connected_places": pa.table(
            {
                "latitude": random.uniform(42.5, 51.0, places),
                "longitude": random.uniform(-4.5, 8.0, places),
            }
        ),
        "pupils": pa.table({"school_code": codes}),
    }
    start = perf_counter()
    cells = run_query(SQL, given, name="pupils_in_reach", parameters={"place_reach_km": 2.0})
    assert perf_counter() - start < 30
    assert pd.Series(cells["pupils"].to_pylist()).sum() == count
