-- Opens a version for each row that is left: its key is new, or its former version was just closed.
insert into {cible} ({colonnes}, valide_de, id_livraison, ligne)
select
    {valeurs_depot},
    %(instant)s,
    %(id)s,
    d.ligne
from depot as d;
