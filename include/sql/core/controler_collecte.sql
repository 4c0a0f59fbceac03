-- Facts on a campaign of the labour market API for its suite: one row for each indicator and territory that was asked.
with valeur as (
    select
        i.indicateur,
        i.type_territoire,
        i.code_territoire,
        bool_and(left(i.code_periode, 4)::integer <= %(annee)s) as periode_passee,
        bool_and(left(i.code_periode, 4)::integer >= %(annee)s - %(anciennete)s) as periode_recente,
        bool_and(
            not i.masque
            or num_nonnulls(i.nombre, i.pourcentage, i.valeur_decimale, i.taux, i.montant, i.rang) = 0
        ) as masque_tenu,
        bool_and(i.indicateur <> 'perspective' or coalesce(i.nombre between 1 and 5, true)) as rang_de_1_a_5,
        bool_and(i.indicateur = 'perspective' or mod(coalesce(i.nombre, 0), 10) = 0) as arrondi,
        bool_and(
            i.masque
            or i.type_caract <> ''
            or num_nonnulls(i.nombre, i.valeur_decimale, i.taux, i.montant, i.rang) > 0
        ) as total_connu
    from core.indicateur_marche as i
    where i.id_collecte = %(id_collecte)s
    group by i.indicateur, i.type_territoire, i.code_territoire
),

precedente as (
    select max(c.id_collecte) as id_collecte
    from journal.collecte_marche as c
    where c.statut = 'terminee' and c.id_collecte < %(id_collecte)s
),

reponse as (
    select
        a.indicateur,
        a.type_territoire,
        a.code_territoire,
        bool_and(a.statut <> 'a_poser') as posees,
        count(*) filter (where a.statut = 'echec') as echecs,
        count(*) filter (where a.statut = 'sans_donnees' and a.forme in ('400', '404')) as ecartees,
        count(*) filter (where b.statut = 'donnees') as connues,
        count(*) filter (
            where b.statut = 'donnees' and a.statut = 'sans_donnees' and a.forme in ('400', '404')
        ) as perdues,
        bool_or(a.statut = 'donnees') as avec_donnees,
        count(*) as questions,
        count(*) filter (where a.statut = 'refuse') as refusees
    from journal.appel_marche as a
    left join journal.appel_marche as b
        on
            b.id_collecte = (select p.id_collecte from precedente as p)
            and a.indicateur = b.indicateur
            and a.type_territoire = b.type_territoire
            and a.code_territoire = b.code_territoire
            and a.code_activite = b.code_activite
    where a.id_collecte = %(id_collecte)s
    group by a.indicateur, a.type_territoire, a.code_territoire
)

-- What an answer without new values does not say is in order.
select
    r.posees and (
        sum(r.echecs) over () <= %(echecs_toleres)s
        or sum(r.echecs) over () <= %(part_echec)s * sum(r.questions) over ()
    ) as repondu,
    r.echecs = 0 as sans_echec,
    sum(r.perdues) over () <= %(pertes_tolerees)s
    or sum(r.perdues) over () <= %(part_perdue)s * sum(r.connues) over () as conserve,
    sum(r.ecartees) over indicateur <= %(part_ecartee)s * sum(r.questions) over indicateur as entendu,
    r.avec_donnees,
    sum(r.refusees) over indicateur <= %(refus_toleres)s
    or sum(r.refusees) over indicateur <= %(part_refusee)s * sum(r.questions) over indicateur as forme_connue,
    coalesce(v.periode_passee, true) as periode_passee,
    coalesce(v.periode_recente, true) as periode_recente,
    coalesce(v.masque_tenu, true) as masque_tenu,
    coalesce(v.rang_de_1_a_5, true) as rang_de_1_a_5,
    coalesce(v.arrondi, true) as arrondi,
    coalesce(v.total_connu, true) as total_connu
from reponse as r
left join valeur as v
    on
        r.indicateur = v.indicateur
        and r.type_territoire = v.type_territoire
        and r.code_territoire = v.code_territoire
window indicateur as (partition by r.indicateur);
