-- grain: one row per territory x period x social_quintile
-- reads: home_by_position (released cells)
-- zone: published
-- units: percent of the pupils whose answer is known
-- source: contracts/indicators.yml, HOME_INTERNET_QUINTILE
with

with_internet as (
    select ref_area, area_level, time_period, social_quintile, pupils, conf_status, coverage
    from home_by_position
    where home_internet = 'Y'
),

without_internet as (
    select ref_area, time_period, social_quintile, pupils, conf_status
    from home_by_position
    where home_internet = 'N'
),

paired as (
    select
        with_internet.ref_area,
        with_internet.area_level,
        with_internet.time_period,
        with_internet.social_quintile,
        100 * with_internet.pupils
        / nullif(with_internet.pupils + without_internet.pupils, 0) as share_pct,
        with_internet.conf_status = 'C' or without_internet.conf_status = 'C' as is_hidden,
        with_internet.coverage
    from with_internet
    inner join without_internet
        on with_internet.ref_area = without_internet.ref_area
        and with_internet.time_period = without_internet.time_period
        and with_internet.social_quintile = without_internet.social_quintile
)

select
    cast(ref_area as varchar) as ref_area,
    cast(area_level as varchar) as area_level,
    cast(time_period as varchar) as time_period,
    cast(social_quintile as varchar) as social_quintile,
    cast(share_pct as double) as obs_value,
    cast(is_hidden as boolean) as is_hidden,
    cast(coverage as double) as coverage
from paired
