-- grain: one row per base territory x edu_level x is_official_age x official_age
-- reads: pupils, schools (protected rows of one period)
-- zone: review
-- units: pupils
-- source: contracts/tables/enrolment_by_age.yml
with

enrolled as (
    select
        school_code,
        edu_level,
        case when school_age = edu_level then 'Y' else 'N' end as is_official_age,
        case
            when school_age = edu_level then 'OFFICIAL'
            when edu_level = 'L2' and school_age = 'L1' then 'YOUNGER'
            when edu_level = 'L1' and school_age = 'L2' then 'OLDER'
            else 'OTHER'
        end as official_age
    from pupils
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        enrolled.edu_level,
        enrolled.is_official_age,
        enrolled.official_age,
        count(*) as pupils
    from enrolled
    inner join located on enrolled.school_code = located.school_code
    group by
        located.commune_code, enrolled.edu_level, enrolled.is_official_age, enrolled.official_age
)

select
    cast(commune_code as varchar) as territory_code,
    cast(edu_level as varchar) as edu_level,
    cast(is_official_age as varchar) as is_official_age,
    cast(official_age as varchar) as official_age,
    cast(pupils as bigint) as pupils
from counted
