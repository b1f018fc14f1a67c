-- grain: one row per base territory x is_qualified
-- reads: teachers, schools (protected rows of one period)
-- zone: review
-- units: teachers
-- source: contracts/tables/teacher_qualification.yml
with

posted as (
    select school_code, is_qualified
    from teachers
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        posted.is_qualified,
        count(*) as teachers
    from posted
    inner join located on posted.school_code = located.school_code
    group by located.commune_code, posted.is_qualified
)

select
    cast(commune_code as varchar) as territory_code,
    cast(is_qualified as varchar) as is_qualified,
    cast(teachers as bigint) as teachers
from counted
