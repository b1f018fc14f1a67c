-- grain: one row per territory x level of its parent x period
-- reads: figures of one rate, parents
-- zone: published
-- units: those of the rate; the territory's own less its parent's
-- source: contracts/indicators.yml, the gaps to the parent territory
with

own as (
    select ref_area, area_level, time_period, obs_value, is_hidden, coverage
    from figures
),

-- One key of territory and period: it is in neither of the other two alone, so that no engine first
-- pairs every territory with every other of the period.
above as (
    select
        ref_area || ' ' || time_period as area_and_period, obs_value, is_hidden, coverage
    from figures
),

lying as (
    select ref_area, parent_area, parent_level
    from parents
),

paired as (
    select
        own.ref_area,
        own.area_level,
        own.time_period,
        lying.parent_level,
        own.obs_value - above.obs_value as gap,
        own.is_hidden or above.is_hidden as is_hidden,
        least(own.coverage, above.coverage) as coverage
    from own
    inner join lying on own.ref_area = lying.ref_area
    inner join above on lying.parent_area || ' ' || own.time_period = above.area_and_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(parent_level as varchar) as parent_level,
    cast(gap as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
