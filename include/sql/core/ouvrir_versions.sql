-- Opens a version for each key that has no current one: it is new, or its version was just closed.
insert into {cible} ({colonnes}, valide_de, id_livraison, ligne)
select
    {valeurs_depot},
    %(instant)s,
    %(id)s,
    d.ligne
from depot as d
where not exists (
    select 1
    from {cible} as v
    where v.valide_a is null and {meme_cle}
);
