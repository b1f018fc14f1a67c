-- grain: one row per territory x period x urbanisation
-- reads: connected_places, enrolment (released cells)
-- zone: published
-- units: places per 1,000 pupils
-- source: contracts/indicators.yml, CONNECTED_PLACES_PER_1000
with

places as (
    select ref_area, area_level, time_period, urbanisation, places, coverage
    from connected_places
    where place_type = '_T'
),

pupils as (
    select ref_area, time_period, urbanisation, pupils, conf_status, coverage
    from enrolment
    where sex = '_T' and edu_level = '_T' and sector = '_T'
),

paired as (
    select
        places.ref_area,
        places.area_level,
        places.time_period,
        places.urbanisation,
        1000 * places.places / nullif(pupils.pupils, 0) as places_per_1000,
        pupils.conf_status = 'C' as is_hidden,
        least(places.coverage, pupils.coverage) as coverage
    from places
    inner join pupils
        on places.ref_area = pupils.ref_area
        and places.time_period = pupils.time_period
        and places.urbanisation = pupils.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(urbanisation as varchar) as urbanisation,
    cast(places_per_1000 as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
