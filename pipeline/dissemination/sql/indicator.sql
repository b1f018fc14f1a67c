-- Grain: one row per territory and period, the totals of one indicator.
-- Reads: totals, indicators, territories. Zone: published. Units: unit_measure. Source: own.
-- A level has all its territories in each hierarchy that names it: the first one tells all names.
create macro indicator(code, level := null, period := null) as table
with first_hierarchies as (
    select t.level, min(t.hierarchy) as hierarchy
    from territories as t
    group by t.level
),
names as (
    select t.id, t.name
    from territories as t
    inner join first_hierarchies as f on f.level = t.level and f.hierarchy = t.hierarchy
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
    o.stands_from,
    o.obs_low,
    o.obs_high
from totals as o
inner join indicators as i on i.indicator = o.indicator
left join names as n on n.id = o.ref_area
where
    o.indicator = code
    and (level is null or o.area_level = level)
    and (period is null or o.time_period = period)
