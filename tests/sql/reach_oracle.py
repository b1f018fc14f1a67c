"""Pupils in reach of a connected place, every distance worked out, from the definition alone."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from tests.sql.indicator_oracle import Oracle, crossed, located, share, total
from tests.sql.small_nation import Nation

EARTH_KM = 6371.0088


def on_sphere(points: pd.DataFrame) -> np.ndarray:
    """Return the unit vector of each point."""
    latitude, longitude = np.radians(points["latitude"]), np.radians(points["longitude"])
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


def nearest_km(schools: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """Return how far the nearest place is from each school: the angle between vectors."""
    chords = np.linalg.norm(on_sphere(schools)[:, None] - on_sphere(places)[None], axis=2)
    return pd.Series(2 * EARTH_KM * np.arcsin(chords.min(axis=1) / 2), index=schools.index)


def pupils_in_reach(nation: Nation) -> pd.Series:
    """Share of pupils whose school lies in reach, among those whose school has coordinates."""
    own = crossed(nation, ["pupils_in_reach"], ["urbanisation"])
    own = {
        level: names
        for level, names in own.items()
        if level in nation.contracts.tables["pupils_in_reach"].levels
    }
    reach = float(nation.contracts.policy.targets["place_reach_km"].value)
    schools, places = nation.rows["schools"], nation.rows["connected_places"]
    told = []
    for period, open_schools in schools.groupby("time_period"):
        distance = nearest_km(open_schools, places[places["time_period"] == period])
        assert not np.isclose(distance, reach, rtol=1e-6).any(), "too near to tell"
        assert not math.isclose(distance.min(), distance.max())
        told.append(open_schools.assign(is_in_reach=distance <= reach))
    keys = ["time_period", "school_code"]
    pupils = located(nation, "pupils").merge(pd.concat(told)[[*keys, "is_in_reach"]], on=keys)
    order = ["urbanisation"]
    near = total(nation, pupils[pupils["is_in_reach"]], None, own, order)
    return share(near, total(nation, pupils, None, own, order), times=100)


REACH_ORACLES: dict[str, Oracle] = {"PUPILS_IN_REACH": pupils_in_reach}
