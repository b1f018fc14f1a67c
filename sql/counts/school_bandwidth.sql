-- grain: one row per base territory x sector
-- reads: equipment, schools (protected rows of one period)
-- zone: review
-- units: Mbit/s; schools counted, schools with an amount, and the three largest amounts
-- source: contracts/tables/school_bandwidth.yml
with

reported as (
    select school_code, bandwidth_mbps
    from equipment
),

located as (
    select school_code, commune_code, sector
    from schools
),

ranked as (
    select
        located.commune_code,
        located.sector,
        reported.bandwidth_mbps,
        count(*) over (
            partition by located.commune_code, located.sector
            order by coalesce(reported.bandwidth_mbps, -1) desc, located.school_code
            rows between unbounded preceding and current row
        ) as place
    from reported
    inner join located on reported.school_code = located.school_code
),

counted as (
    select
        commune_code,
        sector,
        coalesce(sum(bandwidth_mbps), 0) as bandwidth_mbps,
        count(*) as units,
        count(bandwidth_mbps) as contributors,
        coalesce(max(bandwidth_mbps) filter (where place = 1), 0) as largest_1,
        coalesce(max(bandwidth_mbps) filter (where place = 2), 0) as largest_2,
        coalesce(max(bandwidth_mbps) filter (where place = 3), 0) as largest_3
    from ranked
    group by commune_code, sector
)

select
    cast(commune_code as varchar) as territory_code,
    cast(sector as varchar) as sector,
    cast(bandwidth_mbps as bigint) as bandwidth_mbps,
    cast(units as bigint) as units,
    cast(contributors as bigint) as contributors,
    cast(largest_1 as bigint) as largest_1,
    cast(largest_2 as bigint) as largest_2,
    cast(largest_3 as bigint) as largest_3
from counted
