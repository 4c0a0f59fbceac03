-- The sum of one measure over the current rows, before and after.
with avant as (
    select coalesce(sum(v.{colonne_mesuree}), 0) as somme
    from {cible} as v
    where v.valide_a is null
),

apres as (
    select coalesce(sum(v.{colonne_mesuree}), 0) as somme
    from {candidat} as v
    where v.valide_a is null
)

select
    'mesure' as nature,
    {nom_mesure} as nom,
    avant.somme as avant,
    apres.somme as apres
from avant
cross join apres;
