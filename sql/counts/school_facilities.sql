-- grain: one row per base territory x levels_taught x sector
-- reads: equipment, schools (protected rows of one period)
-- zone: review
-- units: schools; for each facility, those that have it and those whose answer is known
-- source: contracts/tables/school_facilities.yml
with

reported as (
    select
        school_code,
        has_electricity,
        has_internet,
        pupil_computers,
        has_adapted_infrastructure,
        has_drinking_water,
        has_single_sex_sanitation,
        has_handwashing
    from equipment
),

located as (
    select school_code, commune_code, sector, levels_taught
    from schools
),

counted as (
    select
        located.commune_code,
        located.levels_taught,
        located.sector,
        count(*) as schools,
        count(*) filter (where reported.has_electricity = 'Y') as electricity_yes,
        count(*) filter (where reported.has_electricity in ('Y', 'N')) as electricity_known,
        count(*) filter (where reported.has_internet = 'Y') as internet_yes,
        count(*) filter (where reported.has_internet in ('Y', 'N')) as internet_known,
        count(*) filter (where reported.pupil_computers > 0) as computers_yes,
        count(reported.pupil_computers) as computers_known,
        count(*) filter (where reported.has_adapted_infrastructure = 'Y') as adapted_yes,
        count(*) filter (where reported.has_adapted_infrastructure in ('Y', 'N')) as adapted_known,
        count(*) filter (where reported.has_drinking_water = 'Y') as water_yes,
        count(*) filter (where reported.has_drinking_water in ('Y', 'N')) as water_known,
        count(*) filter (where reported.has_single_sex_sanitation = 'Y') as sanitation_yes,
        count(*) filter (where reported.has_single_sex_sanitation in ('Y', 'N')) as sanitation_known,
        count(*) filter (where reported.has_handwashing = 'Y') as handwashing_yes,
        count(*) filter (where reported.has_handwashing in ('Y', 'N')) as handwashing_known
    from reported
    inner join located on reported.school_code = located.school_code
    group by located.commune_code, located.levels_taught, located.sector
)

select
    cast(commune_code as varchar) as territory_code,
    cast(levels_taught as varchar) as levels_taught,
    cast(sector as varchar) as sector,
    cast(schools as bigint) as schools,
    cast(electricity_yes as bigint) as electricity_yes,
    cast(electricity_known as bigint) as electricity_known,
    cast(internet_yes as bigint) as internet_yes,
    cast(internet_known as bigint) as internet_known,
    cast(computers_yes as bigint) as computers_yes,
    cast(computers_known as bigint) as computers_known,
    cast(adapted_yes as bigint) as adapted_yes,
    cast(adapted_known as bigint) as adapted_known,
    cast(water_yes as bigint) as water_yes,
    cast(water_known as bigint) as water_known,
    cast(sanitation_yes as bigint) as sanitation_yes,
    cast(sanitation_known as bigint) as sanitation_known,
    cast(handwashing_yes as bigint) as handwashing_yes,
    cast(handwashing_known as bigint) as handwashing_known
from counted
