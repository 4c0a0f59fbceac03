-- Types of delivery of which rows have waited too long, always in the same order.
select distinct l.operateur || '/' || l.livraison as nom
from quarantaine.ligne as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
where q.statut = 'ouverte' and q.cree_le < %(before)s
order by nom;
