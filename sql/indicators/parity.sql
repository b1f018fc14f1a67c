-- grain: one row per territory x period
-- reads: figures of one rate, by group
-- zone: published
-- units: $code divided by $against (1 = parity)
-- source: SDG 4.5.1, parity index of an indicator
with

told as (
    select ref_area, area_level, time_period, obs_value, is_hidden, coverage
    from figures
    where code = $code
),

other as (
    select ref_area, time_period, obs_value, is_hidden, coverage
    from figures
    where code = $against
),

paired as (
    select
        told.ref_area,
        told.area_level,
        told.time_period,
        told.obs_value / nullif(other.obs_value, 0) as parity,
        told.is_hidden or other.is_hidden as is_hidden,
        least(told.coverage, other.coverage) as coverage
    from told
    inner join other
        on told.ref_area = other.ref_area
        and told.time_period = other.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(parity as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
