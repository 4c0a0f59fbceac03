-- What BI tools read is documented: the comments of these tables become those of the views.
select
    c.relname as objet,
    a.attname as colonne
from pg_catalog.pg_class as c
inner join pg_catalog.pg_attribute as a on c.oid = a.attrelid
where
    c.relnamespace = 'magasin_candidat'::regnamespace
    and c.relkind = 'r'
    and a.attnum > 0
    and not a.attisdropped
    and coalesce(pg_catalog.col_description(c.oid, a.attnum), '') = ''
union all
select
    c.relname as objet,
    null as colonne
from pg_catalog.pg_class as c
where
    c.relnamespace = 'magasin_candidat'::regnamespace
    and c.relkind = 'r'
    and coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '') = ''
