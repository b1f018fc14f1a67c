-- grain: one row per territory x period x sector x urbanisation
-- reads: enrolment, school_equipment (released cells)
-- zone: published
-- units: pupils per computer
-- source: UIS glossary, learners-to-computer ratio
with

pupils as (
    select ref_area, area_level, time_period, sector, urbanisation, pupils, conf_status, coverage
    from enrolment
    where sex = '_T' and edu_level = '_T'
),

computers as (
    select ref_area, time_period, sector, urbanisation, pupil_computers, coverage
    from school_equipment
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        pupils.sector,
        pupils.urbanisation,
        pupils.pupils / nullif(computers.pupil_computers, 0) as pupils_per_computer,
        pupils.conf_status = 'C' as is_hidden,
        least(pupils.coverage, computers.coverage) as coverage
    from pupils
    inner join computers
        on pupils.ref_area = computers.ref_area
        and pupils.time_period = computers.time_period
        and pupils.sector = computers.sector
        and pupils.urbanisation = computers.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(sector as varchar) as sector,
    cast(urbanisation as varchar) as urbanisation,
    cast(pupils_per_computer as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
