-- grain: one row per base territory x sex x edu_level x sector
-- reads: pupils, schools (protected rows of one period)
-- zone: review
-- units: pupils
-- source: contracts/tables/enrolment.yml
with

enrolled as (
    select school_code, sex, edu_level
    from pupils
),

located as (
    select school_code, commune_code, sector
    from schools
),

counted as (
    select
        located.commune_code,
        enrolled.sex,
        enrolled.edu_level,
        located.sector,
        count(*) as pupils
    from enrolled
    inner join located on enrolled.school_code = located.school_code
    group by located.commune_code, enrolled.sex, enrolled.edu_level, located.sector
)

select
    cast(commune_code as varchar) as territory_code,
    cast(sex as varchar) as sex,
    cast(edu_level as varchar) as edu_level,
    cast(sector as varchar) as sector,
    cast(pupils as bigint) as pupils
from counted
