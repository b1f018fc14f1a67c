-- grain: one row per base territory x programme_theme
-- reads: programmes (protected rows of one period)
-- zone: review
-- units: programmes
-- source: contracts/tables/programmes.yml
with

running as (
    select commune_code, theme
    from programmes
),

counted as (
    select commune_code, theme, count(*) as programmes
    from running
    group by commune_code, theme
)

select
    cast(commune_code as varchar) as territory_code,
    cast(theme as varchar) as programme_theme,
    cast(programmes as bigint) as programmes
from counted
