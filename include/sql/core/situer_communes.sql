-- Where each commune asked for is at each day asked for; the codes of one day are answered together.
with demande as (
    select
        d.jour,
        array_agg(distinct d.code) as codes
    from unnest(%(codes)s::text[], %(jours)s::date[]) as d (code, jour)
    group by d.jour
)

select s.*
from demande as d
cross join lateral core.situer_communes(d.jour, d.codes) as s
