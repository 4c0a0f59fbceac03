-- Whether a later delivery of this type is loaded already.
select count(*) > 0 as suivie
from {journal} as l
where
    l.operateur || '/' || l.livraison = %(nom)s
    and l.id_livraison > %(id)s
    and l.statut in ('chargee', 'chargee_partiellement');
