-- grain: one row per base territory x in_reach
-- reads: schools, connected_places (protected rows of one period)
-- zone: review
-- units: schools; $place_reach_km in km, degrees of WGS 84 on a sphere of radius 6,371.0088 km
-- source: contracts/tables/schools_in_reach.yml; haversine formula, Sinnott (1984), Sky & Telescope 68
with

located as (
    select school_code, commune_code, longitude, latitude
    from schools
),

-- Strips of latitude a bit higher than the reach: what is in reach lies in the same or the next.
placed as (
    select
        latitude,
        longitude,
        cast(floor((latitude + 90) * 111.19 / $place_reach_km) as bigint) as strip
    from connected_places
    where latitude is not null and longitude is not null
),

at_home as (
    select
        school_code,
        latitude,
        longitude,
        cast(floor((latitude + 90) * 111.19 / $place_reach_km) as bigint) as strip
    from located
    where latitude is not null and longitude is not null
),

around as (
    select school_code, latitude, longitude, strip
    from at_home
    union all
    select school_code, latitude, longitude, strip - 1 as strip
    from at_home
    union all
    select school_code, latitude, longitude, strip + 1 as strip
    from at_home
),

-- The square of the sine of half the angle between both: no root and no arc is needed.
apart as (
    select
        around.school_code,
        sin((placed.latitude - around.latitude) * 0.008726646259971648)
        * sin((placed.latitude - around.latitude) * 0.008726646259971648)
        + cos(around.latitude * 0.017453292519943295)
        * cos(placed.latitude * 0.017453292519943295)
        * sin((placed.longitude - around.longitude) * 0.008726646259971648)
        * sin((placed.longitude - around.longitude) * 0.008726646259971648) as half_sine_squared
    from around
    inner join placed on around.strip = placed.strip
),

nearest as (
    select school_code, min(half_sine_squared) as half_sine_squared
    from apart
    group by school_code
),

told as (
    select
        located.school_code,
        located.commune_code,
        case
            when located.latitude is null or located.longitude is null then '_U'
            when nearest.half_sine_squared <= sin($place_reach_km / 12742.0176)
                * sin($place_reach_km / 12742.0176) then 'Y'
            else 'N'
        end as in_reach
    from located
    left join nearest on located.school_code = nearest.school_code
),

counted as (
    select commune_code, in_reach, count(*) as schools
    from told
    group by commune_code, in_reach
)

select
    cast(commune_code as varchar) as territory_code,
    cast(in_reach as varchar) as in_reach,
    cast(schools as bigint) as schools
from counted
