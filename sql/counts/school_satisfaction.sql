-- grain: one row per base territory x satisfaction
-- reads: school_survey, schools (protected rows of one period)
-- zone: review
-- units: answers
-- source: contracts/tables/school_satisfaction.yml
with

answered as (
    select school_code, coalesce(satisfaction, '_U') as satisfaction
    from school_survey
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        answered.satisfaction,
        count(*) as answers
    from answered
    inner join located on answered.school_code = located.school_code
    group by located.commune_code, answered.satisfaction
)

select
    cast(commune_code as varchar) as territory_code,
    cast(satisfaction as varchar) as satisfaction,
    cast(answers as bigint) as answers
from counted
