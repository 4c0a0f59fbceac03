-- Lineage: the delivery of each fact is in the journal and was loaded; a refused or held one may not show in bi.
select
    {objet} as objet,
    f.id_livraison,
    l.statut,
    count(*) as lignes
from {fait} as f
left join magasin_candidat.livraison as l on f.id_livraison = l.id_livraison
where
    f.ligne is null
    or l.statut is null
    or l.statut not in ('chargee', 'chargee_partiellement', 'remplacee')
group by f.id_livraison, l.statut
