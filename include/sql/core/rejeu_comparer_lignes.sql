-- Current rows and versions, before and after.
with avant as (
    select
        count(*) as versions,
        count(*) filter (where v.valide_a is null) as courantes,
        count(*) filter (where v.valide_a < {depuis}) as gardees
    from {cible} as v
),

apres as (
    select
        count(*) as versions,
        count(*) filter (where v.valide_a is null) as courantes
    from {candidat} as v
)

select
    'lignes' as nature,
    'en vigueur' as nom,
    avant.courantes as avant,
    apres.courantes as apres
from avant
cross join apres
union all
select
    'lignes' as nature,
    'versions, en vigueur ou passées' as nom,
    avant.versions as avant,
    avant.gardees + apres.versions as apres
from avant
cross join apres;
