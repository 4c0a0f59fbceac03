-- A row of one of our files of refused rows says itself which row it corrects, even if its key was wrong.
with arrivee as (
    select d.ligne
    from depot as d
    union all
    select n.ligne
    from {quarantaine} as n
    where n.id_livraison = %(id)s
)

insert into rapprochement (id_ligne, ligne, par)
select
    q.id_ligne,
    r.ligne,
    'reference'
from renvoi as r
inner join arrivee as a on r.ligne = a.ligne
inner join {quarantaine} as q on r.id_livraison = q.id_livraison and r.ligne_origine = q.ligne
inner join journal.livraison as l on q.id_livraison = l.id_livraison
where
    q.statut = 'ouverte'
    and l.operateur || '/' || l.livraison = %(nom)s
    and q.id_livraison < %(id)s;
