-- grain: one row per territory x period x urbanisation
-- reads: school_satisfaction (released cells)
-- zone: published
-- units: percent of the answers to the question; hidden where one of its answers is
-- source: contracts/indicators.yml, SCHOOLS_SATISFIED
with

answers as (
    select ref_area, area_level, time_period, urbanisation, satisfaction, answers, conf_status, coverage
    from school_satisfaction
    where satisfaction in ('VERY', 'RATHER', 'LITTLE', 'NOT')
),

added as (
    select
        ref_area,
        area_level,
        time_period,
        urbanisation,
        sum(answers) filter (where satisfaction in ('VERY', 'RATHER')) as saying_so,
        sum(answers) as answering,
        count(*) filter (where conf_status = 'C') > 0 as is_hidden,
        count(answers) = 4 as is_whole,
        min(coverage) as coverage
    from answers
    group by ref_area, area_level, time_period, urbanisation
),

rated as (
    select
        ref_area,
        area_level,
        time_period,
        urbanisation,
        case when is_whole then 100 * saying_so / nullif(answering, 0) end as share_pct,
        is_hidden,
        coverage
    from added
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(urbanisation as varchar) as urbanisation,
    cast(share_pct as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from rated
