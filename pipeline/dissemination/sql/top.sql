-- Grain: one row per territory, those with the greatest totals of one indicator at one level.
-- Reads: totals, territories. Zone: published. Units: unit_measure. Source: own.
-- A level has all its territories in each hierarchy that names it: the first one tells all names.
-- A hidden figure has no rank. Without a period, the last one; equals share a rank.
create macro top(code, level, n := 10, period := null) as table
with ranked as (
    select
        o.ref_area,
        o.time_period,
        o.obs_value,
        o.obs_status,
        o.coverage,
        o.obs_low,
        o.obs_high,
        rank() over (order by o.obs_value desc) as rank
    from totals as o
    where
        o.indicator = code
        and o.area_level = level
        and o.obs_value is not null
        and o.time_period = coalesce(
            period, (select max(l.time_period) from totals as l where l.indicator = code)
        )
),
first_ones as (
    select
        r.rank,
        r.ref_area,
        r.time_period,
        r.obs_value,
        r.obs_status,
        r.coverage,
        r.obs_low,
        r.obs_high
    from ranked as r
    where r.rank <= n
),
first_hierarchies as (
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
    f.rank,
    f.ref_area,
    n.name,
    f.time_period,
    f.obs_value,
    f.obs_status,
    f.coverage,
    f.obs_low,
    f.obs_high
from first_ones as f
left join names as n on n.id = f.ref_area
order by f.rank, f.ref_area
