-- What bi.contrat says of its action sheets, in all and axis by axis, adds up bi.fiche_action.
with fiche as (
    select
        f.id_contrat,
        count(*) as nb_fiches,
        sum(f.budget_eur) as budget_eur
    from magasin_candidat.fiche_action as f
    where f.contrat_connu
    group by f.id_contrat
)

select
    c.id_contrat,
    f.nb_fiches as nb_fiches_transmises,
    c.nb_fiches,
    f.budget_eur as budget_des_fiches,
    c.budget_fiches_eur
from magasin_candidat.contrat as c
left join fiche as f on c.id_contrat = f.id_contrat
where
    c.nb_fiches <> coalesce(f.nb_fiches, 0)
    or c.budget_fiches_eur is distinct from f.budget_eur
    or c.nb_fiches <> c.nb_fiches_recruter + c.nb_fiches_innover + c.nb_fiches_attirer + c.nb_fiches_simplifier
    or coalesce(c.budget_fiches_eur, 0) <> coalesce(c.budget_recruter_eur, 0) + coalesce(c.budget_innover_eur, 0)
    + coalesce(c.budget_attirer_eur, 0) + coalesce(c.budget_simplifier_eur, 0)
