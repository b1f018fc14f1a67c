-- grain: one row per base territory x place_type
-- reads: connected_places (protected rows of one period)
-- zone: review
-- units: places
-- source: contracts/tables/connected_places.yml
with

registered as (
    select commune_code, place_type
    from connected_places
),

counted as (
    select commune_code, place_type, count(*) as places
    from registered
    group by commune_code, place_type
)

select
    cast(commune_code as varchar) as territory_code,
    cast(place_type as varchar) as place_type,
    cast(places as bigint) as places
from counted
