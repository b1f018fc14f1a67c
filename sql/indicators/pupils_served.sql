-- grain: one row per territory x period
-- reads: figures of one need, parts (pupils over units that are there already)
-- zone: published
-- units: pupils
-- source: contracts/indicators.yml, the pupils that a need would serve
with

needs as (
    select ref_area, area_level, time_period, obs_value as units_needed, is_hidden, coverage
    from figures
),

there as (
    select ref_area, time_period, over_sum as pupils, under_sum as units, is_hidden, coverage
    from parts
),

served as (
    select
        needs.ref_area,
        needs.area_level,
        needs.time_period,
        case
            when needs.units_needed = 0 then 0 * there.pupils
            else there.pupils * needs.units_needed / (needs.units_needed + there.units)
        end as pupils_served,
        needs.is_hidden or there.is_hidden as is_hidden,
        least(needs.coverage, there.coverage) as coverage
    from needs
    inner join there
        on needs.ref_area = there.ref_area
        and needs.time_period = there.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(pupils_served as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from served
