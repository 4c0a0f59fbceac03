-- Whether rows of earlier deliveries of this type wait for their correction.
select count(*) > 0 as attend
from {quarantaine} as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
where
    q.statut = 'ouverte'
    and l.operateur || '/' || l.livraison = %(nom)s
    and q.id_livraison < %(id)s;
