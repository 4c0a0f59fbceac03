-- What a delivery settled of each earlier one of its type, and what still waits there: line numbers.
select
    l.id_livraison,
    l.nom_fichier,
    l.recue_le,
    coalesce(array_agg(q.ligne order by q.ligne) filter (where q.corrigee_par = %(id)s), '{}') as corrigees,
    coalesce(
        array_agg(q.ligne order by q.ligne) filter (where q.statut = 'remplacee' and q.remplacee_par = %(id)s), '{}'
    ) as reprises,
    coalesce(array_agg(q.ligne order by q.ligne) filter (where q.statut = 'ouverte'), '{}') as ouvertes
from journal.livraison as l
left join quarantaine.ligne as q on l.id_livraison = q.id_livraison
left join journal.correction as c on c.id_livraison = %(id)s and l.id_livraison = c.id_livraison_corrigee
where
    l.operateur = %(operateur)s
    and l.livraison = %(livraison)s
    and l.id_livraison < %(id)s
    and (c.id_livraison is not null or q.statut = 'ouverte')
group by l.id_livraison
order by l.id_livraison;
