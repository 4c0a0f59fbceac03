-- Less than half of what the last published build had: a whole state may have been delivered truncated.
with precedente as (
    select max(k.id_construction) as id_construction
    from journal.construction as k
    where k.statut = 'publiee'
)

select
    avant.objet,
    avant.valeur as lignes_avant,
    coalesce(apres.valeur, 0) as lignes_maintenant
from precedente as p
inner join journal.temoin as avant on p.id_construction = avant.id_construction and avant.mesure = 'lignes'
left join journal.temoin as apres
    on
        apres.id_construction = current_setting('territoires.id_construction')::bigint
        and avant.objet = apres.objet
        and apres.mesure = 'lignes'
where coalesce(apres.valeur, 0) < avant.valeur / 2
