-- The deliveries that one replaced by the name of its file alone: no row says so, the journal does.
select c.id_livraison_corrigee
from journal.correction as c
where c.id_livraison = %(id)s and c.lignes_corrigees = 0 and c.lignes_reprises = 0;
