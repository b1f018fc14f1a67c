-- grain: one row per base territory x sector
-- reads: equipment, schools (protected rows of one period)
-- zone: review
-- units: schools that reported, schools with internet, computers for pupils
-- source: contracts/tables/school_equipment.yml
with

reported as (
    select school_code, has_internet, pupil_computers
    from equipment
),

located as (
    select school_code, commune_code, sector
    from schools
),

counted as (
    select
        located.commune_code,
        located.sector,
        count(*) as schools_reporting,
        count(*) filter (where reported.has_internet = 'Y') as schools_with_internet,
        sum(reported.pupil_computers) as pupil_computers
    from reported
    inner join located on reported.school_code = located.school_code
    group by located.commune_code, located.sector
)

select
    cast(commune_code as varchar) as territory_code,
    cast(sector as varchar) as sector,
    cast(schools_reporting as bigint) as schools_reporting,
    cast(schools_with_internet as bigint) as schools_with_internet,
    cast(pupil_computers as bigint) as pupil_computers
from counted
