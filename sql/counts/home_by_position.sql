-- grain: one row per base territory x social_quintile x home_internet
-- reads: pupils, schools (protected rows of one period)
-- zone: review
-- units: pupils
-- source: contracts/tables/home_by_position.yml; bottom and top quintile, SDG metadata 4.5.1
with

answered as (
    select school_code, home_internet
    from pupils
),

located as (
    select school_code, commune_code, social_position_index
    from schools
),

-- Schools of one index lie together, so that no order among them decides.
at_index as (
    select social_position_index, count(*) as schools
    from located
    where social_position_index is not null
    group by social_position_index
),

ordered as (
    select
        social_position_index,
        schools,
        sum(schools) over (
            order by social_position_index
            rows between unbounded preceding and current row
        ) as so_far,
        sum(schools) over (
            order by social_position_index
            rows between unbounded preceding and unbounded following
        ) as all_schools
    from at_index
),

-- The middle of those of an index decides: 2 x middle = 2 x so_far - schools.
fifths as (
    select
        social_position_index,
        case
            when 5 * (2 * so_far - schools) <= 2 * all_schools then 'Q1'
            when 5 * (2 * so_far - schools) <= 4 * all_schools then 'Q2'
            when 5 * (2 * so_far - schools) <= 6 * all_schools then 'Q3'
            when 5 * (2 * so_far - schools) <= 8 * all_schools then 'Q4'
            else 'Q5'
        end as social_quintile
    from ordered
),

counted as (
    select
        located.commune_code,
        coalesce(fifths.social_quintile, '_U') as social_quintile,
        answered.home_internet,
        count(*) as pupils
    from answered
    inner join located on answered.school_code = located.school_code
    left join fifths on located.social_position_index = fifths.social_position_index
    group by
        located.commune_code,
        coalesce(fifths.social_quintile, '_U'),
        answered.home_internet
)

select
    cast(commune_code as varchar) as territory_code,
    cast(social_quintile as varchar) as social_quintile,
    cast(home_internet as varchar) as home_internet,
    cast(pupils as bigint) as pupils
from counted
