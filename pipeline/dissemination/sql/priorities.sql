-- Grain: one row per need, territory and period, ranked within its level.
-- Reads: totals, indicators, territories. Zone: published. Units: unit_measure. Source: own.
-- A level has all its territories in each hierarchy that names it: the first one tells all names.
-- A need that is hidden, not told or nought has no rank; equals share one.
with ranked as (
    select
        o.indicator,
        o.ref_area,
        o.area_level,
        o.time_period,
        o.obs_value,
        o.obs_status,
        o.coverage,
        o.obs_low,
        o.obs_high,
        rank() over (
            partition by o.indicator, o.area_level, o.time_period
            order by o.obs_value desc nulls last
        ) as place
    from totals as o
    where o.indicator in (select i.indicator from indicators as i where i.kind = 'need')
),
served as (
    select o.ref_area, o.time_period, o.obs_value as pupils, o.obs_status as pupils_status
    from totals as o
    where o.indicator = 'ENROLMENT'
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
    r.indicator,
    r.ref_area,
    n.name,
    r.area_level,
    r.time_period,
    case when r.obs_value > 0 then r.place end as rank,
    r.obs_value as need,
    i.unit_measure,
    r.obs_status,
    r.coverage,
    s.pupils,
    s.pupils_status,
    1000 * r.obs_value / nullif(s.pupils, 0) as need_per_1000_pupils,
    r.obs_low,
    r.obs_high
from ranked as r
inner join indicators as i on i.indicator = r.indicator
left join served as s on s.ref_area = r.ref_area and s.time_period = r.time_period
left join names as n on n.id = r.ref_area
