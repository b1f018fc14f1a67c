-- Grain: one row per territory above one, in each hierarchy, the nearest first.
-- Reads: territories. Zone: published. Source: own.
create macro parents(code) as table
with recursive upward as (
    select t.id, t.name, t.level, t.parent_id, t.hierarchy, t.inhabitants, 0 as distance
    from territories as t
    where t.id = code
    union all
    select t.id, t.name, t.level, t.parent_id, t.hierarchy, t.inhabitants, u.distance + 1
    from upward as u
    inner join territories as t on t.id = u.parent_id and t.hierarchy = u.hierarchy
)
select u.hierarchy, u.distance, u.id, u.name, u.level, u.inhabitants
from upward as u
where u.distance > 0
order by u.hierarchy, u.distance
