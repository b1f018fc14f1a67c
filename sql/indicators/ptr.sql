-- grain: one row per territory x period x edu_level x urbanisation
-- reads: enrolment, teaching_staff (released cells)
-- zone: published
-- units: pupils per teacher
-- source: UIS glossary, pupil-teacher ratio (head count)
with

pupils as (
    select ref_area, area_level, time_period, edu_level, urbanisation, pupils, conf_status, coverage
    from enrolment
    where sex = '_T' and sector = '_T'
),

staff as (
    select ref_area, time_period, edu_level, urbanisation, teachers, conf_status, coverage
    from teaching_staff
    where sex = '_T' and has_digital_training = '_T'
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        pupils.edu_level,
        pupils.urbanisation,
        pupils.pupils / nullif(staff.teachers, 0) as ptr,
        pupils.conf_status = 'C' or staff.conf_status = 'C' as is_hidden,
        least(pupils.coverage, staff.coverage) as coverage
    from pupils
    inner join staff
        on pupils.ref_area = staff.ref_area
        and pupils.time_period = staff.time_period
        and pupils.edu_level = staff.edu_level
        and pupils.urbanisation = staff.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(edu_level as varchar) as edu_level,
    cast(urbanisation as varchar) as urbanisation,
    cast(ptr as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
