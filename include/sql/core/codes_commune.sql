-- Codes of communes and municipal arrondissements and the days on which each is one. A commune is one in its periods
-- (core.commune_periode), an arrondissement in the vintages of the COG that have it: the vintage of a day is the last one
-- loaded up to its year, or else the first one loaded. A code that is no commune today comes with the one that it became.
with vigueur as (
    select
        m.millesime,
        daterange(case when not m.premier then m.debut end, lead(m.debut) over (order by m.debut)) as jours
    from core.cog_millesime as m
),

jour as (
    select
        p.code_commune as code,
        -- The first day of the movements is that from which nothing else is known.
        daterange(nullif(p.valide_de, '1943-01-01'), p.valide_a) as jours
    from core.commune_periode as p
    union all
    select
        c.code_commune as code,
        v.jours
    from core.commune as c
    inner join vigueur as v on c.millesime = v.millesime
    where c.type_commune = 'ARM'
),

periode as (
    select
        j.code,
        unnest(range_agg(j.jours)) as jours
    from jour as j
    group by j.code
)

select
    p.code,
    lower(p.jours) as debut,
    upper(p.jours) as fin,
    case when p.code <> a.code_commune and not exists (
        select 1 from core.commune as c
        where p.code = c.code_commune and c.type_commune = 'ARM'
    ) then a.code_commune end as code_parent
from periode as p
left join core.communes_a_la_date(current_date) as a on p.code = a.code;
