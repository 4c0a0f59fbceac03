-- Lineage: the delivery of each fact is in the journal and was loaded; a refused or held one may not show in bi.
with fait as (
    select
        'investissement' as objet,
        i.id_livraison,
        i.ligne
    from magasin_candidat.investissement as i
    union all
    select
        'contrat' as objet,
        c.id_livraison,
        c.ligne
    from magasin_candidat.contrat as c
    union all
    select
        'referent' as objet,
        r.id_livraison,
        r.ligne
    from magasin_candidat.referent as r
)

select
    f.objet,
    f.id_livraison,
    f.ligne,
    l.statut
from fait as f
left join magasin_candidat.livraison as l on f.id_livraison = l.id_livraison
where l.statut is null or l.statut not in ('chargee', 'chargee_partiellement', 'remplacee')
