-- grain: one row per territory above the base level x how its parts are grouped x period
-- reads: parts (resource over population) of base territories and of the territory, members
-- zone: published
-- units: nats; within and between add up to the Theil index of the territory
-- source: Theil (1967); Conceição and Ferreira (2000), decomposition of T by groups
with

inside as (
    select
        members.ref_area,
        members.split_by,
        members.group_area,
        parts.time_period,
        parts.over_sum,
        parts.under_sum,
        parts.is_hidden
    from members
    inner join parts on members.base_area = parts.ref_area
    where members.split_by <> '_T'
),

hiding as (
    select
        ref_area,
        split_by,
        time_period,
        max(case when is_hidden then 1 else 0 end) as hidden_inside
    from inside
    group by ref_area, split_by, time_period
),

shown as (
    select
        ref_area,
        split_by,
        group_area,
        time_period,
        under_sum as population,
        nullif(greatest(over_sum, 0), 0) as resource
    from inside
    where under_sum > 0
),

grouped as (
    select
        ref_area,
        split_by,
        group_area,
        time_period,
        sum(population) as population,
        sum(resource) as resource,
        sum(resource * ln(resource / population)) as logs
    from shown
    group by ref_area, split_by, group_area, time_period
),

summed as (
    select
        ref_area,
        split_by,
        time_period,
        sum(population) as population,
        sum(resource) as resource,
        sum(logs) as logs,
        sum(resource * ln(resource / population)) as group_logs
    from grouped
    group by ref_area, split_by, time_period
),

whole as (
    select ref_area, area_level, time_period, under_sum, is_hidden, coverage
    from parts
),

weighed as (
    select
        whole.ref_area,
        whole.area_level,
        whole.time_period,
        hiding.split_by,
        summed.group_logs / summed.resource - ln(summed.resource / summed.population) as between_groups,
        case
            when whole.under_sum = 0 then 1
            else least(coalesce(summed.population / nullif(whole.under_sum, 0), 0), 1)
        end as share_shown,
        hiding.hidden_inside,
        whole.is_hidden,
        whole.coverage
    from whole
    inner join hiding
        on whole.ref_area = hiding.ref_area
        and whole.time_period = hiding.time_period
    left join summed
        on hiding.ref_area = summed.ref_area
        and hiding.split_by = summed.split_by
        and hiding.time_period = summed.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(split_by as varchar) as split_by,
    cast(case when share_shown >= $floor_pct / 100 then between_groups end as double) as obs_value,
    cast(
        is_hidden or (hidden_inside = 1 and share_shown < $floor_pct / 100) as boolean
    ) as is_hidden,
    cast(coverage * share_shown as double) as coverage
from weighed
