-- A professional contact leaves core by bi.referent alone: no other table has a column that could hold a person.
select
    c.relname as objet,
    a.attname as colonne
from pg_catalog.pg_class as c
inner join pg_catalog.pg_attribute as a on c.oid = a.attrelid
where
    c.relnamespace = 'magasin_candidat'::regnamespace
    and c.relkind = 'r'
    and c.relname <> 'referent'
    and a.attnum > 0
    and not a.attisdropped
    and a.attname ~ '^(nom|prenom|fonction|email.*|telephone.*|adresse.*|date_naissance)$'
