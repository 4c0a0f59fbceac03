-- What an engineer lifted, or time ended, in a delivery stays so where the row is refused once more.
update core_candidat.ligne as c
set
    statut = q.statut,
    close_le = q.close_le,
    levee_par = q.levee_par,
    levee_motif = q.levee_motif,
    levee_run = q.levee_run
from quarantaine.ligne as q
where
    c.id_livraison = %(id)s
    and c.statut = 'ouverte'
    and c.id_livraison = q.id_livraison
    and c.ligne = q.ligne
    and (q.statut = 'levee' or (q.statut = 'expiree' and q.remplacee_par is null));
