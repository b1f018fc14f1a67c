-- Grain: one row per territory right below one, in each hierarchy.
-- Reads: territories. Zone: published. Source: own.
create macro children(code) as table
select t.hierarchy, t.id, t.name, t.level, t.inhabitants
from territories as t
where t.parent_id = code
order by t.hierarchy, t.id
