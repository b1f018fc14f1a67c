-- grain: one row per territory x period
-- reads: school_equipment (released cells)
-- zone: published
-- units: schools to connect to reach $schools_connected_pct
-- source: contracts/indicators.yml, CONNECTIONS_NEEDED
with

reported as (
    select
        ref_area, area_level, time_period, schools_reporting, schools_with_internet, coverage
    from school_equipment
    where sector = '_T' and urbanisation in ('_T', '_Z')
),

compared as (
    select
        ref_area,
        area_level,
        time_period,
        case
            when schools_reporting is not null then greatest(
                ceil(schools_reporting * $schools_connected_pct / 100) - schools_with_internet, 0
            )
        end as connections_needed,
        coverage
    from reported
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(connections_needed as double) as obs_value,
    cast(false as boolean) as is_hidden,
    cast(coverage as double) as coverage
from compared
