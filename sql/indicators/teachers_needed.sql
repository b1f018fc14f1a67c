-- grain: one row per territory x period
-- reads: enrolment, teaching_staff (released cells)
-- zone: published
-- units: teachers missing to reach $pupils_per_teacher
-- source: contracts/indicators.yml, TEACHERS_NEEDED
with

pupils as (
    select ref_area, area_level, time_period, pupils, conf_status, coverage
    from enrolment
    where
        sex = '_T' and edu_level = '_T' and sector = '_T'
        and urbanisation in ('_T', '_Z')
),

staff as (
    select ref_area, time_period, teachers, conf_status, coverage
    from teaching_staff
    where
        sex = '_T' and edu_level = '_T' and has_digital_training = '_T'
        and urbanisation in ('_T', '_Z')
),

paired as (
    select
        pupils.ref_area,
        pupils.area_level,
        pupils.time_period,
        case
            when pupils.pupils is not null and staff.teachers is not null then greatest(
                ceil(pupils.pupils / $pupils_per_teacher) - staff.teachers, 0
            )
        end as teachers_needed,
        pupils.conf_status = 'C' or staff.conf_status = 'C' as is_hidden,
        least(pupils.coverage, staff.coverage) as coverage
    from pupils
    inner join staff
        on pupils.ref_area = staff.ref_area
        and pupils.time_period = staff.time_period
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(teachers_needed as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
