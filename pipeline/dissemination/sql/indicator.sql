-- Grain: one row per territory and period, the totals of one indicator.
-- Reads: totals, territories. Zone: published. Units: unit_measure. Source: own.
create macro indicator(code, level := null, period := null) as table
with names as (
    select distinct t.id, t.name
    from territories as t
)
select
    o.ref_area,
    n.name,
    o.area_level,
    o.time_period,
    o.obs_value,
    o.obs_status,
    o.conf_status,
    o.coverage,
    i.unit_measure,
    o.stands_from
from totals as o
inner join indicators as i on i.indicator = o.indicator
left join names as n on n.id = o.ref_area
where
    o.indicator = code
    and (level is null or o.area_level = level)
    and (period is null or o.time_period = period)
