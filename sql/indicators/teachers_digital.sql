-- grain: one row per territory x period x sex x edu_level x urbanisation
-- reads: teaching_staff (released cells)
-- zone: published
-- units: percent of the teachers
-- source: contracts/indicators.yml, TEACHERS_DIGITAL
with

numerator as (
    select
        ref_area, area_level, time_period, sex, edu_level, urbanisation,
        teachers, conf_status, coverage
    from teaching_staff
    where has_digital_training = 'Y'
),

known_no as (
    select ref_area, time_period, sex, edu_level, urbanisation, teachers, conf_status
    from teaching_staff
    where has_digital_training = 'N'
),

paired as (
    select
        numerator.ref_area,
        numerator.area_level,
        numerator.time_period,
        numerator.sex,
        numerator.edu_level,
        numerator.urbanisation,
        100 * numerator.teachers
        / nullif(numerator.teachers + known_no.teachers, 0) as share_pct,
        numerator.conf_status = 'C' or known_no.conf_status = 'C' as is_hidden,
        numerator.coverage
    from numerator
    inner join known_no
        on numerator.ref_area = known_no.ref_area
        and numerator.time_period = known_no.time_period
        and numerator.sex = known_no.sex
        and numerator.edu_level = known_no.edu_level
        and numerator.urbanisation = known_no.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(sex as varchar) as sex,
    cast(edu_level as varchar) as edu_level,
    cast(urbanisation as varchar) as urbanisation,
    cast(share_pct as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
