-- grain: one row per base territory x connection_quality
-- reads: school_survey, schools (protected rows of one period)
-- zone: review
-- units: answers
-- source: contracts/tables/school_connection.yml
with

answered as (
    select school_code, coalesce(connection_quality, '_U') as connection_quality
    from school_survey
),

located as (
    select school_code, commune_code
    from schools
),

counted as (
    select
        located.commune_code,
        answered.connection_quality,
        count(*) as answers
    from answered
    inner join located on answered.school_code = located.school_code
    group by located.commune_code, answered.connection_quality
)

select
    cast(commune_code as varchar) as territory_code,
    cast(connection_quality as varchar) as connection_quality,
    cast(answers as bigint) as answers
from counted
