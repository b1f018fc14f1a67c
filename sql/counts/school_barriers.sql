-- grain: one row per base territory x main_barrier
-- reads: school_survey, schools (protected rows of one period)
-- zone: review
-- units: answers
-- source: contracts/tables/school_barriers.yml
with

answered as (
    select school_code, coalesce(main_barrier, '_U') as main_barrier
    from school_survey
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        answered.main_barrier,
        count(*) as answers
    from answered
    inner join located on answered.school_code = located.school_code
    group by located.commune_code, answered.main_barrier
)

select
    cast(commune_code as varchar) as territory_code,
    cast(main_barrier as varchar) as main_barrier,
    cast(answers as bigint) as answers
from counted
