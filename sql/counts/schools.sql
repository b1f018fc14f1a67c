-- grain: one row per base territory x sector
-- reads: schools (protected rows of one period)
-- zone: review
-- units: schools
-- source: contracts/tables/schools.yml
with

opened as (
    select commune_code, sector
    from schools
),

counted as (
    select commune_code, sector, count(*) as schools
    from opened
    group by commune_code, sector
)

select
    cast(commune_code as varchar) as territory_code,
    cast(sector as varchar) as sector,
    cast(schools as bigint) as schools
from counted
