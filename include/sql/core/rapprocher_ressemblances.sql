-- A row alike answers a row without key only if it is new or refused: one that was there before corrects nothing. One
-- set of lines, hashed once: an "exists" for each table walked through depot again for every row alike (40 CPU s for a
-- correction of a million rows).
insert into rapprochement (id_ligne, ligne, par)
select
    s.id_ligne,
    s.ligne,
    s.par
from
    unnest(%(attendues)s::bigint[], %(lignes)s::integer[], %(indices)s::text[]) as s (id_ligne, ligne, par)
where s.ligne in (
    select d.ligne
    from depot as d
    union all
    select n.ligne
    from {quarantaine} as n
    where n.id_livraison = %(id)s
);
