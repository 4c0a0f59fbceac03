-- Current rows by status or stage, before and after.
with avant as (
    select
        v.{colonne_mesuree} as statut,
        count(*) as lignes
    from {cible} as v
    where v.valide_a is null and v.{colonne_mesuree} is not null
    group by v.{colonne_mesuree}
),

apres as (
    select
        v.{colonne_mesuree} as statut,
        count(*) as lignes
    from {candidat} as v
    where v.valide_a is null and v.{colonne_mesuree} is not null
    group by v.{colonne_mesuree}
)

select
    'statut' as nature,
    coalesce(avant.statut, apres.statut) as nom,
    coalesce(avant.lignes, 0) as avant,
    coalesce(apres.lignes, 0) as apres
from avant
full outer join apres on avant.statut = apres.statut;
