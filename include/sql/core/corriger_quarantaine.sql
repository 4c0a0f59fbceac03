-- A refused row is mended when a later delivery of the same type loads its key.
update quarantaine.ligne as q
set statut = 'corrigee', corrigee_par = %(id)s, close_le = %(instant)s
from journal.livraison as l, depot as d
where
    q.statut = 'ouverte'
    and q.id_livraison = l.id_livraison
    and l.operateur || '/' || l.livraison = %(nom)s
    and q.id_livraison < %(id)s
    and q.cle = {cle_depot};
