-- Totals of core at the instant of the build, straight from the tables of the operators rather than from the view that
-- unites them: the checks hold what was built against them. They are kept because core may move between the build and
-- its checks.
with investissement as (
    select
        count(*) as lignes,
        sum(i.montant_engage_eur) as montant_engage_eur,
        sum(i.montant_decaisse_eur) as montant_decaisse_eur,
        sum(i.montant_engage_eur) filter (
            where i.statut not in ('identifie', 'instruit', 'abandonne')
        ) as engage_eur,
        sum(i.montant_decaisse_eur) filter (
            where i.statut not in ('identifie', 'instruit', 'abandonne')
        ) as decaisse_eur
    from core.banque_des_territoires_investissements as i
    where i.valide_a is null
),

accompagnement as (
    select
        count(*) as lignes,
        sum(a.montant_eur) as montant_eur,
        sum(a.nb_recrutements_ecoles_ingenieurs) as ingenieurs,
        sum(a.nb_recrutements_ecoles_commerce) as commerce
    from core.bpifrance_accompagnements as a
    where a.valide_a is null
),

action_recrutement as (
    select
        count(*) as lignes,
        sum(r.nb_embauches) as embauches,
        sum(r.nb_participants) as participants
    from core.pole_emploi_actions_recrutement as r
    where r.valide_a is null
),

projet_attractivite as (
    select
        count(*) as lignes,
        sum(p.investissement_eur) as investissement_eur,
        sum(p.emplois_prevus) as emplois_prevus
    from core.business_france_projets_attractivite as p
    where p.valide_a is null
),

-- One line for each year, straight from the file: a suppressed value counts for nothing in the lower bound.
besoin as (
    select
        b.annee,
        sum(b.projets) as projets,
        sum(b.projets_difficiles) as difficiles,
        sum(b.projets_saisonniers) as saisonniers,
        count(*) filter (where b.projets is null) as projets_masques,
        count(*) filter (where b.projets_difficiles is null) as difficiles_masques,
        count(*) filter (where b.projets_saisonniers is null) as saisonniers_masques
    from core.pole_emploi_besoins_main_oeuvre as b
    where b.valide_a is null
    group by b.annee
),

temoin as (
    select
        'besoin_main_oeuvre' as objet,
        b.annee::text || '.' || t.mesure as mesure,
        t.valeur
    from besoin as b
    cross join
        lateral (
            values
            ('projets', b.projets),
            ('difficiles', b.difficiles),
            ('saisonniers', b.saisonniers),
            ('projets_masques', b.projets_masques),
            ('difficiles_masques', b.difficiles_masques),
            ('saisonniers_masques', b.saisonniers_masques)
        ) as t (mesure, valeur)
    union all
    select
        'investissement' as objet,
        t.mesure,
        t.valeur
    from investissement as i
    cross join
        lateral (
            values
            ('lignes_core', i.lignes),
            ('montant_core_eur', i.montant_engage_eur),
            ('engage_core_eur', i.engage_eur),
            ('decaisse_core_eur', i.decaisse_eur)
        ) as t (mesure, valeur)
    union all
    select
        'engagement' as objet,
        'banque_des_territoires.' || t.mesure as mesure,
        t.valeur
    from investissement as i
    cross join
        lateral (
            values
            ('lignes', i.lignes),
            ('montant_engage_eur', i.montant_engage_eur),
            ('montant_decaisse_eur', i.montant_decaisse_eur)
        ) as t (mesure, valeur)
    union all
    select
        'engagement' as objet,
        'bpifrance.' || t.mesure as mesure,
        t.valeur
    from accompagnement as a
    cross join
        lateral (
            values
            ('lignes', a.lignes),
            ('montant_engage_eur', a.montant_eur),
            ('recrutements', coalesce(a.ingenieurs, 0) + coalesce(a.commerce, 0))
        ) as t (mesure, valeur)
    union all
    select
        'engagement' as objet,
        'pole_emploi.' || t.mesure as mesure,
        t.valeur
    from action_recrutement as r
    cross join
        lateral (
            values
            ('lignes', r.lignes),
            ('recrutements', r.embauches),
            ('participants', r.participants)
        ) as t (mesure, valeur)
    union all
    select
        'engagement' as objet,
        'business_france.' || t.mesure as mesure,
        t.valeur
    from projet_attractivite as p
    cross join
        lateral (
            values
            ('lignes', p.lignes),
            ('investissement_attendu_eur', p.investissement_eur),
            ('emplois_prevus', p.emplois_prevus)
        ) as t (mesure, valeur)
    union all
    select
        t.objet,
        'lignes_core' as mesure,
        t.lignes as valeur
    from (
        select
            'accompagnement' as objet,
            a.lignes
        from accompagnement as a
        union all
        select
            'action_recrutement' as objet,
            r.lignes
        from action_recrutement as r
        union all
        select
            'projet_attractivite' as objet,
            p.lignes
        from projet_attractivite as p
        union all
        select
            'contrat' as objet,
            count(*) as lignes
        from core.programme_contrats as c
        where c.valide_a is null
        union all
        select
            'fiche_action' as objet,
            count(*) as lignes
        from core.programme_fiches_actions as f
        where f.valide_a is null
        union all
        select
            'convention' as objet,
            count(*) as lignes
        from core.programme_conventions as o
        where o.valide_a is null
        union all
        select
            'livraison' as objet,
            count(*) as lignes
        from journal.livraison
    ) as t
)

insert into journal.temoin (id_construction, objet, mesure, valeur)
select
    current_setting('territoires.id_construction')::bigint,
    t.objet,
    t.mesure,
    coalesce(t.valeur, 0)
from temoin as t;
