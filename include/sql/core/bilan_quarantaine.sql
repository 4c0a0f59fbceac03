-- Refused rows that wait for their operators, by type of delivery.
select
    l.operateur,
    l.livraison,
    count(*) as ouvertes,
    count(distinct q.id_livraison) as livraisons,
    min(q.cree_le) as depuis
from quarantaine.ligne as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
where q.statut = 'ouverte'
group by l.operateur, l.livraison
order by ouvertes desc, l.operateur asc, l.livraison asc
