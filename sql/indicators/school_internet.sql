-- grain: one row per territory x period x sector x urbanisation
-- reads: school_equipment (released cells)
-- zone: published
-- units: percent of the schools that reported
-- source: SDG 4.a.1 (b), internet for pedagogical purposes
with

reported as (
    select
        ref_area, area_level, time_period, sector, urbanisation,
        schools_with_internet, schools_reporting, coverage
    from school_equipment
),

rated as (
    select
        ref_area,
        area_level,
        time_period,
        sector,
        urbanisation,
        100 * schools_with_internet / nullif(schools_reporting, 0) as share_pct,
        coverage
    from reported
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(sector as varchar) as sector,
    cast(urbanisation as varchar) as urbanisation,
    cast(share_pct as double) as obs_value,
    cast(false as boolean) as is_hidden,
    cast(coverage as double) as coverage
from rated
