-- Every row of a loaded delivery is there: as many versions as it added or changed, and no accepted row without a fate.
with versions as (
    select
        v.id_livraison,
        count(*) as lignes
    from {depot} as v
    group by v.id_livraison
),

comptes as (
    select
        l.id_livraison,
        coalesce(l.lignes_ajoutees, 0) + coalesce(l.lignes_modifiees, 0) as ouvertes,
        l.lignes_acceptees - coalesce(l.lignes_inchangees, 0) as a_ouvrir
    from journal.livraison as l
    where
        l.operateur = {operateur}
        and l.livraison = {livraison}
        and l.statut in ('chargee', 'chargee_partiellement')
)

select
    {objet} as objet,
    c.id_livraison,
    c.a_ouvrir,
    c.ouvertes,
    coalesce(v.lignes, 0) as dans_core
from comptes as c
left join versions as v on c.id_livraison = v.id_livraison
where c.ouvertes <> coalesce(v.lignes, 0) or c.ouvertes <> c.a_ouvrir
