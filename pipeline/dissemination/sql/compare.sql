-- Grain: one row per indicator, the totals of two territories side by side.
-- Reads: totals, indicators. Zone: published. Units: unit_measure. Source: own.
-- Without a period, the last one in which either of them has the indicator.
-- Each side is read on its own: an equality is sought in few blocks, a list in all.
create macro compare(a, b, period := null) as table
with first_side as (
    select o.indicator, o.time_period, o.obs_value, o.obs_status, o.obs_low, o.obs_high
    from totals as o
    where o.ref_area = a and (period is null or o.time_period = period)
),
second_side as (
    select o.indicator, o.time_period, o.obs_value, o.obs_status, o.obs_low, o.obs_high
    from totals as o
    where o.ref_area = b and (period is null or o.time_period = period)
),
sides as (
    select
        coalesce(f.indicator, s.indicator) as indicator,
        coalesce(f.time_period, s.time_period) as time_period,
        f.obs_value as value_a,
        f.obs_status as status_a,
        f.obs_low as low_a,
        f.obs_high as high_a,
        s.obs_value as value_b,
        s.obs_status as status_b,
        s.obs_low as low_b,
        s.obs_high as high_b
    from first_side as f
    full outer join second_side as s
        on s.indicator = f.indicator and s.time_period = f.time_period
    qualify row_number() over (
        partition by coalesce(f.indicator, s.indicator)
        order by coalesce(f.time_period, s.time_period) desc
    ) = 1
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
    i.better,
    s.low_a,
    s.high_a,
    s.low_b,
    s.high_b
from sides as s
inner join indicators as i on i.indicator = s.indicator
order by i.theme, s.indicator
