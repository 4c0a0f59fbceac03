-- Rows that have waited too long expire; returns how many of each delivery.
with expiree as (
    update quarantaine.ligne as q
    set statut = 'expiree', close_le = %(now)s
    where q.statut = 'ouverte' and q.cree_le < %(before)s
    returning q.id_livraison
)

select
    expiree.id_livraison,
    count(*) as lignes
from expiree
group by expiree.id_livraison
order by expiree.id_livraison;
