-- Grain: one row per table, per column and per code of a column, with its words.
-- Reads: tables, columns, dimensions, indicators. Zone: published. Source: the contracts.
select
    t.table_schema,
    t.table_name,
    null as column_name,
    null as code,
    t.kind,
    null as data_type,
    null as unit,
    null as label_en,
    null as label_fr,
    t.description_en,
    t.description_fr,
    null as source
from tables as t
union all
select
    c.table_schema,
    c.table_name,
    c.column_name,
    null,
    'column',
    c.data_type,
    c.unit,
    null,
    null,
    c.description_en,
    c.description_fr,
    null
from columns as c
union all
select
    c.table_schema,
    c.table_name,
    c.column_name,
    d.code,
    'code',
    c.data_type,
    null,
    d.label_en,
    d.label_fr,
    null,
    null,
    d.source
from columns as c
inner join dimensions as d on d.dimension = c.codelist
union all
select
    c.table_schema,
    c.table_name,
    c.column_name,
    i.indicator,
    'code',
    c.data_type,
    i.unit_measure,
    i.label_en,
    i.label_fr,
    i.definition_en,
    i.definition_fr,
    i.source
from columns as c
inner join indicators as i on c.codelist = 'indicator'
