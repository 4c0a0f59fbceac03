-- Writes what this delivery answered of each earlier one, once its load has closed their rows.
insert into journal.correction (id_livraison, id_livraison_corrigee, lignes_corrigees, lignes_reprises, reconnue_par)
select
    %(id)s,
    q.id_livraison,
    count(*) filter (where q.statut = 'corrigee'),
    count(*) filter (where q.statut = 'remplacee'),
    (array_agg(q.reconnue_par order by array_position(array['reference', 'cle', 'nom', 'contenu'], q.reconnue_par)))[1]
from quarantaine.ligne as q
where
    q.id_livraison < %(id)s
    and ((q.statut = 'corrigee' and q.corrigee_par = %(id)s) or (q.statut = 'remplacee' and q.remplacee_par = %(id)s))
group by q.id_livraison;
