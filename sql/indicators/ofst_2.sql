-- grain: one row per territory x period
-- reads: enrolment_by_age, school_age_population (released cells)
-- zone: published
-- units: children
-- source: UIS glossary, out-of-school adolescents of lower secondary school age
with

own as (
    select ref_area, area_level, time_period, pupils, conf_status, coverage
    from enrolment_by_age
    where edu_level = 'L2' and is_official_age = 'Y' and official_age = '_T'
),

other as (
    select ref_area, time_period, pupils, conf_status
    from enrolment_by_age
    where edu_level = 'L1' and is_official_age = '_T' and official_age = 'OLDER'
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
    where edu_level = 'L2'
),

-- Pupils of a school that did not deliver would read as out of school: then nothing is said.
paired as (
    select
        own.ref_area,
        own.area_level,
        own.time_period,
        case
            when own.coverage >= population.coverage
                then population.children - own.pupils - other.pupils
            else null
        end as children_out,
        own.conf_status = 'C' or other.conf_status = 'C' as is_hidden,
        least(own.coverage, population.coverage * population.known_share) as coverage
    from own
    inner join other
        on own.ref_area = other.ref_area
        and own.time_period = other.time_period
    inner join population
        on own.ref_area = population.ref_area
        and own.time_period = population.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(children_out as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
