"""Say of each figure since which release it stands, and let stand what cannot change yet.

The mark is made of public figures alone. A figure that bears it did not change, or too few persons
behind it did: which of both, nobody outside can tell.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, Contracts
from pipeline.steps.already_public import Public

STANDS_FROM = "stands_from"
_SAID = ["obs_value", "obs_low", "obs_high", "obs_status", "conf_status", "coverage"]


def let_stand(
    observations: pd.DataFrame, public: Sequence[Public], contracts: Contracts
) -> pd.DataFrame:
    """Return the observations with `stands_from`: the release since which the figure is the same.

    What is hidden now, and what the last release shows, stands as it was: a count of persons, and a
    rate that is made of such counts. A rate stands whole, also where one of its counts is newly
    shown: made of counts of two releases it would be of neither.

    Args:
        observations: of the new release.
        public: all releases that are public, the last one first.
        contracts: the rules.
    """
    keys = list(observations.columns[: observations.columns.get_loc("obs_value")])
    if not public or "ref_area" not in public[0].observations:
        return observations
    said = [name for name in _SAID if name in observations]
    # A release from before there were bands has none to let stand.
    columns = [*keys, *said, STANDS_FROM]
    last = with_dimensions(public[0].observations, keys).reindex(columns=columns)
    then = observations[keys].merge(last, on=keys, how="left", validate="1:1")
    found = observations.reset_index(drop=True)
    is_shown = then["obs_value"].notna()
    held = is_shown & found["conf_status"].eq("C") & found["indicator"].isin(_of_persons(contracts))
    for name in said:
        found[name] = found[name].mask(held, then[name])
    is_same = is_shown & found["obs_value"].eq(then["obs_value"])
    since = then[STANDS_FROM].where(then[STANDS_FROM].notna(), public[0].release_id)
    found[STANDS_FROM] = since.where(is_same, None)
    return found


def with_dimensions(observations: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the observations of an earlier release with the dimensions that came since.

    What it shows had none of them: `_Z`.
    """
    new = [name for name in keys if name not in observations]
    return observations.assign(**dict.fromkeys(new, NOT_APPLICABLE))


def _of_persons(contracts: Contracts) -> set[str]:
    """Return the indicators that count persons, or are made of such counts and of no amounts."""
    found = set()
    for indicator in contracts.indicators.indicators:
        tables = [contracts.tables[name] for name in indicator.tables]
        if any(one.counts == "persons" for one in tables) and not any(o.amounts for o in tables):
            found.add(indicator.code)
    return found
