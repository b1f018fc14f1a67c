-- Grain: one row per indicator, the totals of two territories side by side.
-- Reads: totals, indicators. Zone: published. Units: unit_measure. Source: own.
-- Without a period, the last one in which either of them has the indicator.
create macro compare(a, b, period := null) as table
with told as (
    select o.indicator, o.ref_area, o.time_period, o.obs_value, o.obs_status
    from totals as o
    where o.ref_area in (a, b) and (period is null or o.time_period = period)
    qualify o.time_period = max(o.time_period) over (partition by o.indicator)
),
sides as (
    select
        t.indicator,
        t.time_period,
        max(t.obs_value) filter (t.ref_area = a) as value_a,
        max(t.obs_status) filter (t.ref_area = a) as status_a,
        max(t.obs_value) filter (t.ref_area = b) as value_b,
        max(t.obs_status) filter (t.ref_area = b) as status_b
    from told as t
    group by t.indicator, t.time_period
)
select
    s.indicator,
    i.label_en,
    i.label_fr,
    i.unit_measure,
    s.time_period,
    s.value_a,
    s.status_a,
    s.value_b,
    s.status_b,
    round(s.value_a - s.value_b, 6) as gap,
    round(s.value_a / nullif(s.value_b, 0), 6) as ratio,
    i.better
from sides as s
inner join indicators as i on i.indicator = s.indicator
order by i.theme, s.indicator
