-- Needs whose bassin is in no list, or which fall in a year whose perimeters are not published, belong to no territory:
-- more than one in a hundred. Load the list of bassins of that year, or the list of territories with its perimeters.
with besoin as (
    select
        b.annee,
        sum(b.projets_max) as projets,
        sum(b.projets_max) filter (where b.cle_territoire = 'inconnu') as projets_non_situes
    from magasin_candidat.besoin_main_oeuvre_territoire as b
    group by b.annee
)

select
    b.annee,
    b.projets,
    b.projets_non_situes
from besoin as b
where b.projets_non_situes > 0.01 * b.projets
