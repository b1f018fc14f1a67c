-- grain: one row per territory x period
-- reads: enrolment, school_equipment (released cells)
-- zone: published
-- units: computers missing to reach $pupils_per_computer
-- source: contracts/indicators.yml, DEVICES_NEEDED
with

pupils as (
    select ref_area, area_level, time_period, pupils, conf_status, coverage
    from enrolment
    where
        sex = '_T' and edu_level = '_T' and sector = '_T'
        and urbanisation in ('_T', '_Z')
),

computers as (
    select ref_area, time_period, pupil_computers, coverage
    from school_equipment
    where sector = '_T' and urbanisation in ('_T', '_Z')
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        case
            when pupils.pupils is not null then greatest(
                ceil(pupils.pupils / $pupils_per_computer) - computers.pupil_computers, 0
            )
        end as devices_needed,
        pupils.conf_status = 'C' as is_hidden,
        least(pupils.coverage, computers.coverage) as coverage
    from pupils
    inner join computers
        on pupils.ref_area = computers.ref_area
        and pupils.time_period = computers.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(devices_needed as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
