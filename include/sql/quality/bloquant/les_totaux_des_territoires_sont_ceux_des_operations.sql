-- The « inconnu » member included, bi.territoire adds up to bi.investissement: no operation is lost on the way.
with par_territoire as (
    select
        coalesce(sum(t.nb_investissements), 0) as nb_investissements,
        coalesce(sum(t.engage_eur), 0) as engage_eur,
        coalesce(sum(t.decaisse_eur), 0) as decaisse_eur
    from magasin_candidat.territoire as t
),

par_operation as (
    select
        count(*) as nb_investissements,
        coalesce(sum(i.montant_engage_eur) filter (where i.compte_comme_engage), 0) as engage_eur,
        coalesce(sum(i.montant_decaisse_eur) filter (where i.compte_comme_engage), 0) as decaisse_eur
    from magasin_candidat.investissement as i
)

select
    t.nb_investissements as nb_par_territoire,
    o.nb_investissements as nb_par_operation,
    t.engage_eur as engage_par_territoire,
    o.engage_eur as engage_par_operation
from par_territoire as t
cross join par_operation as o
where
    t.nb_investissements is distinct from o.nb_investissements
    or t.engage_eur is distinct from o.engage_eur
    or t.decaisse_eur is distinct from o.decaisse_eur
