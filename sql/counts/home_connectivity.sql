-- grain: one row per base territory x sex x home_internet x home_device
-- reads: pupils, schools (protected rows of one period)
-- zone: review
-- units: pupils
-- source: contracts/tables/home_connectivity.yml
with

answered as (
    select school_code, sex, home_internet, home_device
    from pupils
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        answered.sex,
        answered.home_internet,
        answered.home_device,
        count(*) as pupils
    from answered
    inner join located on answered.school_code = located.school_code
    group by located.commune_code, answered.sex, answered.home_internet, answered.home_device
)

select
    cast(commune_code as varchar) as territory_code,
    cast(sex as varchar) as sex,
    cast(home_internet as varchar) as home_internet,
    cast(home_device as varchar) as home_device,
    cast(pupils as bigint) as pupils
from counted
