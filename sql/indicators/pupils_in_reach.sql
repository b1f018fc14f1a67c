-- grain: one row per territory x period x urbanisation
-- reads: pupils_in_reach (released cells)
-- zone: published
-- units: percent of the pupils whose school has coordinates
-- source: contracts/indicators.yml, PUPILS_IN_REACH
with

numerator as (
    select
        ref_area, area_level, time_period, urbanisation, pupils, conf_status, coverage
    from pupils_in_reach
    where in_reach = 'Y'
),

known_no as (
    select ref_area, time_period, urbanisation, pupils, conf_status
    from pupils_in_reach
    where in_reach = 'N'
),

paired as (
    select
        numerator.ref_area,
        numerator.area_level,
        numerator.time_period,
        numerator.urbanisation,
        100 * numerator.pupils
        / nullif(numerator.pupils + known_no.pupils, 0) as share_pct,
        numerator.conf_status = 'C' or known_no.conf_status = 'C' as is_hidden,
        numerator.coverage
    from numerator
    inner join known_no
        on numerator.ref_area = known_no.ref_area
        and numerator.time_period = known_no.time_period
        and numerator.urbanisation = known_no.urbanisation
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(urbanisation as varchar) as urbanisation,
    cast(share_pct as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
