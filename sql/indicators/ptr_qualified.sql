-- grain: one row per territory x period x urbanisation
-- reads: enrolment, teacher_qualification (released cells)
-- zone: published
-- units: pupils per qualified teacher
-- source: SDG 4.c.4, pupil-qualified teacher ratio
with

pupils as (
    select ref_area, area_level, time_period, urbanisation, pupils, conf_status, coverage
    from enrolment
    where sex = '_T' and edu_level = '_T' and sector = '_T'
),

staff as (
    select ref_area, time_period, urbanisation, teachers, conf_status, coverage
    from teacher_qualification
    where is_qualified = 'Y'
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        pupils.urbanisation,
        pupils.pupils / nullif(staff.teachers, 0) as pupils_per_teacher,
        pupils.conf_status = 'C' or staff.conf_status = 'C' as is_hidden,
        least(pupils.coverage, staff.coverage) as coverage
    from pupils
    inner join staff
        on pupils.ref_area = staff.ref_area
        and pupils.time_period = staff.time_period
        and pupils.urbanisation = staff.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(urbanisation as varchar) as urbanisation,
    cast(pupils_per_teacher as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
