-- Codes of communes and municipal arrondissements and the days on which each is one: the vintage of a day is the last
-- one loaded up to its year, or else the first one loaded. A part of a commune (COMD, COMA) is none itself, and comes with
-- the commune that took it in; before the first vintage loaded nothing says that it was not one yet.
with millesime as (
    select
        m.millesime,
        case
            when m.millesime > min(m.millesime) over () then make_date(m.millesime::integer, 1, 1)
        end as debut,
        make_date((lead(m.millesime) over (order by m.millesime))::integer, 1, 1) as fin
    from (select distinct c.millesime from core.commune as c) as m
),

periode as (
    select
        c.code_commune as code,
        unnest(range_agg(daterange(m.debut, m.fin))) as jours
    from core.commune as c
    inner join millesime as m on c.millesime = m.millesime
    where c.type_commune in ('COM', 'ARM')
    group by c.code_commune
),

ancienne as (
    select distinct on (c.code_commune)
        c.code_commune as code,
        c.code_parent
    from core.commune as c
    where
        c.type_commune in ('COMD', 'COMA')
        and not exists (
            select 1 from core.commune as m
            where m.millesime = c.millesime and m.code_commune = c.code_commune and m.type_commune in ('COM', 'ARM')
        )
    order by c.code_commune asc, c.millesime desc
)

select
    coalesce(periode.code, ancienne.code) as code,
    lower(periode.jours) as debut,
    case
        when periode.code is not null then upper(periode.jours)
        else (select make_date(min(m.millesime)::integer, 1, 1) from millesime as m)
    end as fin,
    ancienne.code_parent
from periode
full outer join ancienne on periode.code = ancienne.code;
