-- Where this delivery is loaded after later ones: a refused row whose key waits in one of them waits there only.
update {quarantaine} as q
set statut = 'remplacee', remplacee_par = n.id_livraison, reconnue_par = 'cle', close_le = %(instant)s
from {quarantaine} as n
inner join journal.livraison as l on n.id_livraison = l.id_livraison
where
    q.id_livraison = %(id)s
    and q.statut = 'ouverte'
    and n.statut = 'ouverte'
    and n.cle = q.cle
    and n.id_livraison > %(id)s
    and l.operateur || '/' || l.livraison = %(nom)s;
