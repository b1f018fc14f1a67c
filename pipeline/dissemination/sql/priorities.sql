-- Grain: one row per need, territory and period, ranked within its level.
-- Reads: totals, indicators, territories. Zone: published. Units: unit_measure. Source: own.
-- A need that is hidden or not told has no rank; equals share one.
with needs as (
    select
        o.indicator,
        o.ref_area,
        o.area_level,
        o.time_period,
        o.obs_value,
        o.obs_status,
        o.coverage,
        i.unit_measure
    from totals as o
    inner join indicators as i on i.indicator = o.indicator
    where i.kind = 'need'
),
served as (
    select o.ref_area, o.time_period, o.obs_value as pupils, o.obs_status as pupils_status
    from totals as o
    where o.indicator = 'ENROLMENT'
),
names as (
    select distinct t.id, t.name
    from territories as t
)
select
    n.indicator,
    n.ref_area,
    a.name,
    n.area_level,
    n.time_period,
    case
        when n.obs_value is not null then rank() over (
            partition by n.indicator, n.area_level, n.time_period
            order by n.obs_value desc nulls last
        )
    end as rank,
    n.obs_value as need,
    n.unit_measure,
    n.obs_status,
    n.coverage,
    s.pupils,
    s.pupils_status,
    1000 * n.obs_value / nullif(s.pupils, 0) as need_per_1000_pupils
from needs as n
left join served as s on s.ref_area = n.ref_area and s.time_period = n.time_period
left join names as a on a.id = n.ref_area
