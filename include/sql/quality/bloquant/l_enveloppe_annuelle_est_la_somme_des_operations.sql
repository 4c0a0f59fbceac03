-- Each year of bi.enveloppe_annuelle adds up its operations, and the last cumulated amount adds up all years.
with operation as (
    select
        i.operateur,
        extract(year from i.date_engagement)::smallint as annee,
        sum(i.montant_engage_eur) as engage_eur,
        coalesce(sum(i.montant_decaisse_eur), 0) as decaisse_eur
    from magasin_candidat.investissement as i
    where i.statut in ('engage', 'decaisse', 'solde')
    group by i.operateur, extract(year from i.date_engagement)
),

total as (
    select
        o.operateur,
        sum(o.engage_eur) as engage_eur,
        sum(o.decaisse_eur) as decaisse_eur
    from operation as o
    group by o.operateur
),

dernier_cumul as (
    select distinct on (e.operateur)
        e.operateur,
        e.engage_cumule_eur,
        e.decaisse_cumule_eur
    from magasin_candidat.enveloppe_annuelle as e
    order by e.operateur asc, e.annee desc
)

select
    coalesce(o.operateur, e.operateur) as operateur,
    coalesce(o.annee, e.annee) as annee,
    o.engage_eur as somme_engagee,
    e.engage_eur as enveloppe_engagee
from operation as o
full join magasin_candidat.enveloppe_annuelle as e on o.operateur = e.operateur and o.annee = e.annee
where
    coalesce(o.engage_eur, 0) is distinct from e.engage_eur
    or coalesce(o.decaisse_eur, 0) is distinct from e.decaisse_eur
union all
select
    t.operateur,
    null as annee,
    t.engage_eur as somme_engagee,
    d.engage_cumule_eur as enveloppe_engagee
from total as t
left join dernier_cumul as d on t.operateur = d.operateur
where
    t.engage_eur is distinct from d.engage_cumule_eur
    or t.decaisse_eur is distinct from d.decaisse_cumule_eur
