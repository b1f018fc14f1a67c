-- grain: one row per base territory x edu_level
-- reads: school_age_population, schools (protected rows of one period)
-- zone: review
-- units: age groups of a commune; children
-- source: contracts/tables/school_age_population.yml
with

delivered as (
    select commune_code, edu_level, children
    from school_age_population
),

levels as (
    select distinct edu_level
    from delivered
),

-- A commune with a school has children, though nobody told of them.
taught as (
    select distinct schools.commune_code, levels.edu_level
    from schools
    cross join levels
),

told as (
    select commune_code, edu_level, 1 as is_delivered, children
    from delivered
    union all
    select
        taught.commune_code,
        taught.edu_level,
        0 as is_delivered,
        cast(null as bigint) as children
    from taught
    left join delivered
        on taught.commune_code = delivered.commune_code
        and taught.edu_level = delivered.edu_level
    where delivered.commune_code is null
),

counted as (
    select
        commune_code,
        edu_level,
        sum(is_delivered) as age_groups,
        count(children) as age_groups_known,
        count(*) as age_groups_wanted,
        coalesce(sum(children), 0) as children
    from told
    group by commune_code, edu_level
)

select
    cast(commune_code as varchar) as territory_code,
    cast(edu_level as varchar) as edu_level,
    cast(age_groups as bigint) as age_groups,
    cast(age_groups_known as bigint) as age_groups_known,
    cast(age_groups_wanted as bigint) as age_groups_wanted,
    cast(children as bigint) as children
from counted
