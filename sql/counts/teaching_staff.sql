-- grain: one row per base territory x sex x edu_level x has_digital_training
-- reads: teachers, schools (protected rows of one period)
-- zone: review
-- units: teachers
-- source: contracts/tables/teaching_staff.yml
with

posted as (
    select school_code, sex, edu_level, has_digital_training
    from teachers
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        posted.sex,
        posted.edu_level,
        posted.has_digital_training,
        count(*) as teachers
    from posted
    inner join located on posted.school_code = located.school_code
    group by located.commune_code, posted.sex, posted.edu_level, posted.has_digital_training
)

select
    cast(commune_code as varchar) as territory_code,
    cast(sex as varchar) as sex,
    cast(edu_level as varchar) as edu_level,
    cast(has_digital_training as varchar) as has_digital_training,
    cast(teachers as bigint) as teachers
from counted
