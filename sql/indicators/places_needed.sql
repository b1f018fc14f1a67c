-- grain: one row per territory x period
-- reads: enrolment, connected_places (released cells)
-- zone: published
-- units: connected places missing to reach $connected_places_per_1000
-- source: contracts/indicators.yml, PLACES_NEEDED
with

pupils as (
    select ref_area, area_level, time_period, pupils, conf_status, coverage
    from enrolment
    where
        sex = '_T' and edu_level = '_T' and sector = '_T'
        and urbanisation in ('_T', '_Z')
),

registered as (
    select ref_area, time_period, places, coverage
    from connected_places
    where place_type = '_T' and urbanisation in ('_T', '_Z')
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        case
            when pupils.pupils is not null then greatest(
                ceil(pupils.pupils * $connected_places_per_1000 / 1000) - registered.places, 0
            )
        end as places_needed,
        pupils.conf_status = 'C' as is_hidden,
        least(pupils.coverage, registered.coverage) as coverage
    from pupils
    inner join registered
        on pupils.ref_area = registered.ref_area
        and pupils.time_period = registered.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(places_needed as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
