-- grain: one row per territory x period x sex x urbanisation
-- reads: home_connectivity (released cells)
-- zone: published
-- units: percent of the pupils whose answer on internet is known
-- source: contracts/indicators.yml, DISTANCE_READY
with

numerator as (
    select
        ref_area, area_level, time_period, sex, urbanisation, pupils, conf_status, coverage
    from home_connectivity
    where home_internet = 'Y' and home_device = 'Y'
),

known_yes as (
    select ref_area, time_period, sex, urbanisation, pupils, conf_status
    from home_connectivity
    where home_internet = 'Y' and home_device = '_T'
),

known_no as (
    select ref_area, time_period, sex, urbanisation, pupils, conf_status
    from home_connectivity
    where home_internet = 'N' and home_device = '_T'
),

paired as (
    select
        numerator.ref_area,
        numerator.area_level,
        numerator.time_period,
        numerator.sex,
        numerator.urbanisation,
        100 * numerator.pupils / nullif(known_yes.pupils + known_no.pupils, 0) as share_pct,
        numerator.conf_status = 'C'
        or known_yes.conf_status = 'C'
        or known_no.conf_status = 'C' as is_hidden,
        numerator.coverage
    from numerator
    inner join known_yes
        on numerator.ref_area = known_yes.ref_area
        and numerator.time_period = known_yes.time_period
        and numerator.sex = known_yes.sex
        and numerator.urbanisation = known_yes.urbanisation
    inner join known_no
        on numerator.ref_area = known_no.ref_area
        and numerator.time_period = known_no.time_period
        and numerator.sex = known_no.sex
        and numerator.urbanisation = known_no.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(sex as varchar) as sex,
    cast(urbanisation as varchar) as urbanisation,
    cast(share_pct as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
