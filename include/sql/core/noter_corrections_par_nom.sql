-- Writes that this delivery takes the place of earlier ones of which nothing is loaded, known by the name of their file.
insert into journal.correction (id_livraison, id_livraison_corrigee, lignes_corrigees, lignes_reprises, reconnue_par)
select
    %(id)s,
    f.id_livraison,
    0,
    0,
    'nom'
from unnest(%(former)s::bigint[]) as f (id_livraison)
on conflict do nothing;
