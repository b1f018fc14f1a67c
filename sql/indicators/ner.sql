-- grain: one row per territory x period x edu_level
-- reads: enrolment_by_age, school_age_population (released cells)
-- zone: published
-- units: percent of the children of the official age
-- source: UIS glossary, net enrolment rate
with

pupils as (
    select ref_area, area_level, time_period, edu_level, pupils, conf_status, coverage
    from enrolment_by_age
    where is_official_age = 'Y' and official_age in ('_T', '_Z')
),

-- Children are known where those of every age group are.
population as (
    select
        ref_area,
        time_period,
        edu_level,
        case
            when age_groups_known = age_groups_wanted then children
            else null
        end as children,
        coalesce(age_groups_known / nullif(age_groups_wanted, 0), 0) as known_share,
        coverage
    from school_age_population
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        pupils.edu_level,
        100 * pupils.pupils / nullif(population.children, 0) as rate_pct,
        pupils.conf_status = 'C' as is_hidden,
        least(pupils.coverage, population.coverage * population.known_share) as coverage
    from pupils
    inner join population
        on pupils.ref_area = population.ref_area
        and pupils.time_period = population.time_period
        and pupils.edu_level = population.edu_level
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(edu_level as varchar) as edu_level,
    cast(rate_pct as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
