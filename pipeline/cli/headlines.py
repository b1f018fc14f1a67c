"""Three headline figures of the release in force, for the end of the demonstration."""

from __future__ import annotations

from pipeline.settings import Settings
from pipeline.steps.asking import ask

HEADLINES = ("ENROLMENT", "PTR", "DISTANCE_READY")

SQL = """
select totals.indicator, totals.time_period, territories.name, totals.obs_value,
    indicators.label_en, indicators.unit_en, indicators.decimals
from totals
inner join indicators on totals.indicator = indicators.indicator
inner join territories on totals.ref_area = territories.id
where totals.obs_status = 'A'
qualify row_number() over (
    partition by totals.indicator order by totals.time_period desc, territories.inhabitants desc
) = 1
"""


def headlines(settings: Settings) -> list[str]:
    """Return one line per headline: the widest wholly covered territory, the latest period."""
    rows = {row["indicator"]: row for row in ask(settings, SQL).table.to_pylist()}
    width = max(len(rows[code]["label_en"]) for code in HEADLINES if code in rows)
    return [
        f"{rows[code]['label_en']:<{width}}  "
        f"{rows[code]['obs_value']:>9,.{rows[code]['decimals']}f} {rows[code]['unit_en']}  "
        f"({rows[code]['name']}, {rows[code]['time_period']})"
        for code in HEADLINES
        if code in rows
    ]
