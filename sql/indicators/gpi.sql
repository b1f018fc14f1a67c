-- grain: one row per territory x period x edu_level x sector x urbanisation
-- reads: enrolment (released cells)
-- zone: published
-- units: girls per boy (1 = parity)
-- source: SDG 4.5.1, parity index, on head counts
with

girls as (
    select
        ref_area, area_level, time_period, edu_level, sector, urbanisation,
        pupils, conf_status, coverage
    from enrolment
    where sex = 'F'
),

boys as (
    select ref_area, time_period, edu_level, sector, urbanisation, pupils, conf_status
    from enrolment
    where sex = 'M'
),

paired as (
    select
        girls.ref_area,
        girls.area_level,
        girls.time_period,
        girls.edu_level,
        girls.sector,
        girls.urbanisation,
        girls.pupils / nullif(boys.pupils, 0) as gpi,
        girls.conf_status = 'C' or boys.conf_status = 'C' as is_hidden,
        girls.coverage
    from girls
    inner join boys
        on girls.ref_area = boys.ref_area
        and girls.time_period = boys.time_period
        and girls.edu_level = boys.edu_level
        and girls.sector = boys.sector
        and girls.urbanisation = boys.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(edu_level as varchar) as edu_level,
    cast(sector as varchar) as sector,
    cast(urbanisation as varchar) as urbanisation,
    cast(gpi as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
