-- What the operators and the contracts do for training is in bi.adequation_formation once, whatever its territory or year.
with adequation as (
    select
        sum(a.nb_investissements_formation) as investissements,
        sum(a.formation_engage_eur) as formation_eur,
        sum(a.nb_actions_recrutement) as actions,
        sum(a.nb_embauches) as embauches,
        sum(a.nb_recrutements_ecoles_ingenieurs + a.nb_recrutements_ecoles_commerce) as diplomes,
        sum(a.nb_fiches_recruter) as fiches,
        sum(a.budget_fiches_recruter_eur) as budget_eur
    from magasin_candidat.adequation_formation as a
),

investissement as (
    select
        count(*) as nb,
        sum(i.montant_engage_eur) as engage_eur
    from magasin_candidat.investissement as i
    where i.domaine = 'formation' and i.compte_comme_engage
),

action_recrutement as (
    select
        count(*) as nb,
        sum(r.nb_embauches) as embauches
    from magasin_candidat.action_recrutement as r
),

accompagnement as (
    select coalesce(sum(a.nb_recrutements), 0) as diplomes
    from magasin_candidat.accompagnement as a
),

fiche as (
    select
        count(*) as nb,
        sum(f.budget_eur) as budget_eur
    from magasin_candidat.fiche_action as f
    where f.axe = 'recruter'
)

select
    m.mesure,
    m.dans_les_faits,
    m.dans_l_adequation
from adequation as a
cross join investissement as i
cross join action_recrutement as r
cross join accompagnement as d
cross join fiche as f
cross join
    lateral (
        values
        ('investissements', i.nb, a.investissements),
        ('formation_eur', i.engage_eur, a.formation_eur),
        ('actions', r.nb, a.actions),
        ('embauches', r.embauches, a.embauches),
        ('diplomes', d.diplomes, a.diplomes),
        ('fiches', f.nb, a.fiches),
        ('budget_eur', f.budget_eur, a.budget_eur)
    ) as m (mesure, dans_les_faits, dans_l_adequation)
where coalesce(m.dans_les_faits, 0) <> coalesce(m.dans_l_adequation, 0)
