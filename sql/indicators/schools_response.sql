-- grain: one row per territory x period x urbanisation
-- reads: school_connection, schools (released cells)
-- zone: published
-- units: percent of the schools
-- coverage: that of the schools open; who did not answer is in the rate, and lowers no coverage
-- source: contracts/indicators.yml, SCHOOLS_RESPONSE
with

answers as (
    select ref_area, area_level, time_period, urbanisation, answers, conf_status, coverage
    from school_connection
    where connection_quality = '_T'
),

asked as (
    select ref_area, time_period, urbanisation, schools, coverage
    from schools
    where sector = '_T'
),

paired as (
    select
        answers.ref_area,
        answers.area_level,
        answers.time_period,
        answers.urbanisation,
        100 * answers.answers / nullif(asked.schools, 0) as answers_per_100,
        answers.conf_status = 'C' as is_hidden,
        if(answers.coverage = 0, 0, asked.coverage) as coverage
    from answers
    inner join asked
        on answers.ref_area = asked.ref_area
        and answers.time_period = asked.time_period
        and answers.urbanisation = asked.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(urbanisation as varchar) as urbanisation,
    cast(answers_per_100 as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
