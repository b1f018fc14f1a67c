-- grain: one row per territory x period
-- reads: figures of needs, each with the cost of one unit
-- zone: published
-- units: the policy's currency
-- source: contracts/indicators.yml, INVESTMENT_COST; contracts/policy.yml, unit_costs
with

priced as (
    select
        ref_area,
        area_level,
        time_period,
        obs_value * unit_cost as cost,
        is_hidden,
        coverage
    from figures
),

summed as (
    select
        ref_area,
        area_level,
        time_period,
        sum(cost) as cost,
        count(cost) as needs_known,
        count(*) as needs,
        max(case when is_hidden then 1 else 0 end) as hidden_needs,
        min(coverage) as coverage
    from priced
    group by ref_area, area_level, time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(case when needs_known = needs then cost end as double) as obs_value,
    cast(hidden_needs = 1 as boolean) as is_hidden,
    cast(coverage as double) as coverage
from summed
