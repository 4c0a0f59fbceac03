-- Cut along the municipal populations, the needs of the bassins add up again: territories, the rest of France and what
-- cannot be placed make the national figure of each year and occupation, both bounds, exactly.
with territoire as (
    select
        b.annee,
        b.code_metier,
        sum(b.projets_min) as projets_min,
        sum(b.projets_max) as projets_max,
        sum(b.difficiles_min) as difficiles_min,
        sum(b.difficiles_max) as difficiles_max,
        sum(b.saisonniers_min) as saisonniers_min,
        sum(b.saisonniers_max) as saisonniers_max
    from magasin_candidat.besoin_main_oeuvre_territoire as b
    group by b.annee, b.code_metier
)

select
    coalesce(n.annee, t.annee) as annee,
    coalesce(n.code_metier, t.code_metier) as code_metier,
    n.projets_min as projets_nationaux,
    t.projets_min as projets_repartis
from magasin_candidat.besoin_main_oeuvre_national as n
full outer join territoire as t on n.annee = t.annee and n.code_metier = t.code_metier
where
    row(n.projets_min, n.projets_max, n.difficiles_min, n.difficiles_max, n.saisonniers_min, n.saisonniers_max)
    is distinct from
    row(t.projets_min, t.projets_max, t.difficiles_min, t.difficiles_max, t.saisonniers_min, t.saisonniers_max)
