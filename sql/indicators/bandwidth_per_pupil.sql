-- grain: one row per territory x period x sector x urbanisation
-- reads: school_bandwidth, enrolment (released cells)
-- zone: published
-- units: kbit/s per pupil
-- source: contracts/indicators.yml, BANDWIDTH_PER_PUPIL
with

bandwidth as (
    select
        ref_area, area_level, time_period, sector, urbanisation,
        bandwidth_mbps, conf_status, coverage
    from school_bandwidth
),

pupils as (
    select ref_area, time_period, sector, urbanisation, pupils, conf_status, coverage
    from enrolment
    where sex = '_T' and edu_level = '_T'
),

paired as (
    select
        bandwidth.ref_area,
        bandwidth.area_level,
        bandwidth.time_period,
        bandwidth.sector,
        bandwidth.urbanisation,
        1000 * bandwidth.bandwidth_mbps / nullif(pupils.pupils, 0) as kbps_per_pupil,
        bandwidth.conf_status = 'C' or pupils.conf_status = 'C' as is_hidden,
        least(bandwidth.coverage, pupils.coverage) as coverage
    from bandwidth
    inner join pupils
        on bandwidth.ref_area = pupils.ref_area
        and bandwidth.time_period = pupils.time_period
        and bandwidth.sector = pupils.sector
        and bandwidth.urbanisation = pupils.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(sector as varchar) as sector,
    cast(urbanisation as varchar) as urbanisation,
    cast(kbps_per_pupil as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
