-- A row whose key waits in quarantine answers what waits under that key, whether it is accepted or refused once more.
with arrivee as (
    select
        {cle_depot} as cle,
        d.ligne
    from depot as d
    union all
    select
        n.cle,
        n.ligne
    from {quarantaine} as n
    where n.id_livraison = %(id)s and n.cle is not null
)

insert into rapprochement (id_ligne, ligne, par)
select
    q.id_ligne,
    a.ligne,
    'cle'
from {quarantaine} as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
inner join arrivee as a on q.cle = a.cle
where
    q.statut = 'ouverte'
    and l.operateur || '/' || l.livraison = %(nom)s
    and q.id_livraison < %(id)s;
