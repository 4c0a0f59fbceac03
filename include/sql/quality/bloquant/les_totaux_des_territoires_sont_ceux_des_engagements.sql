-- The « inconnu » member included, bi.territoire adds up to bi.engagement and to bi.fiche_action: nothing is lost on the
-- way.
with par_territoire as (
    select
        sum(t.nb_investissements + t.nb_accompagnements + t.nb_actions_recrutement + t.nb_projets_attractivite) as nb,
        sum(t.engage_eur + t.accompagnements_eur) as engage_eur,
        sum(t.decaisse_eur) as decaisse_eur,
        sum(t.nb_recrutements_ecoles + t.nb_embauches) as recrutements,
        sum(t.nb_participants) as participants,
        sum(t.investissement_attendu_eur) as investissement_attendu_eur,
        sum(t.emplois_prevus) as emplois_prevus,
        sum(t.nb_fiches_action) as nb_fiches,
        sum(t.budget_fiches_eur) as budget_fiches_eur
    from magasin_candidat.territoire as t
),

par_engagement as (
    select
        count(*) as nb,
        coalesce(sum(e.montant_engage_eur) filter (where e.compte_comme_engage), 0) as engage_eur,
        coalesce(sum(e.montant_decaisse_eur) filter (where e.compte_comme_engage), 0) as decaisse_eur,
        coalesce(sum(e.recrutements), 0) as recrutements,
        coalesce(sum(e.participants), 0) as participants,
        coalesce(sum(e.investissement_attendu_eur) filter (where e.compte_comme_engage), 0)
            as investissement_attendu_eur,
        coalesce(sum(e.emplois_prevus) filter (where e.compte_comme_engage), 0) as emplois_prevus
    from magasin_candidat.engagement as e
),

par_fiche as (
    select
        count(*) as nb_fiches,
        coalesce(sum(f.budget_eur), 0) as budget_fiches_eur
    from magasin_candidat.fiche_action as f
)

select
    t.nb as nb_par_territoire,
    e.nb as nb_par_engagement,
    t.engage_eur as engage_par_territoire,
    e.engage_eur as engage_par_engagement
from par_territoire as t
cross join par_engagement as e
cross join par_fiche as f
where
    row(
        t.nb, t.engage_eur, t.decaisse_eur, t.recrutements, t.participants,
        t.investissement_attendu_eur, t.emplois_prevus, t.nb_fiches, t.budget_fiches_eur
    ) is distinct from row(
        e.nb, e.engage_eur, e.decaisse_eur, e.recrutements, e.participants,
        e.investissement_attendu_eur, e.emplois_prevus, f.nb_fiches, f.budget_fiches_eur
    )
