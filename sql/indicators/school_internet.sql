-- grain: one row per territory x period x edu_level x sector x urbanisation
-- reads: school_facilities (released cells)
-- zone: published
-- units: percent of the schools whose answer is known; a school counts at each level it teaches
-- source: SDG 4.a.1 (b), internet for pedagogical purposes
with

levels as (
    select '_T' as edu_level
    union all select 'L02' as edu_level
    union all select 'L1' as edu_level
    union all select 'L2' as edu_level
),

reported as (
    select
        ref_area, area_level, time_period, levels_taught, sector, urbanisation,
        schools, internet_yes, internet_known, coverage
    from school_facilities
),

by_level as (
    select
        reported.ref_area,
        reported.area_level,
        reported.time_period,
        levels.edu_level,
        reported.sector,
        reported.urbanisation,
        sum(reported.schools) as schools,
        sum(reported.internet_yes) as schools_with,
        sum(reported.internet_known) as schools_known,
        min(reported.coverage) as coverage
    from reported
    inner join levels
        on levels.edu_level = reported.levels_taught
        or (levels.edu_level in ('L02', 'L1') and reported.levels_taught = 'L02_L1')
        or (levels.edu_level in ('L1', 'L2') and reported.levels_taught = 'L1_L2')
        or (levels.edu_level in ('L02', 'L1', 'L2') and reported.levels_taught = 'L02_L1_L2')
    group by
        reported.ref_area, reported.area_level, reported.time_period,
        levels.edu_level, reported.sector, reported.urbanisation
),

rated as (
    select
        ref_area,
        area_level,
        time_period,
        edu_level,
        sector,
        urbanisation,
        100 * schools_with / nullif(schools_known, 0) as share_pct,
        coverage * coalesce(schools_known / nullif(schools, 0), 1) as coverage
    from by_level
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(edu_level as varchar) as edu_level,
    cast(sector as varchar) as sector,
    cast(urbanisation as varchar) as urbanisation,
    cast(share_pct as double) as obs_value,
    cast(false as boolean) as is_hidden,
    cast(coverage as double) as coverage
from rated
