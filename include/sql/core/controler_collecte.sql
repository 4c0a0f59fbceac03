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

reponse as (
    select
        a.indicateur,
        a.type_territoire,
        a.code_territoire,
        bool_and(a.statut not in ('a_poser', 'echec')) as repondu,
        bool_or(a.statut = 'donnees') as avec_donnees,
        count(*) as questions,
        count(*) filter (where a.statut = 'refuse') as refusees
    from journal.appel_marche as a
    where a.id_collecte = %(id_collecte)s
    group by a.indicateur, a.type_territoire, a.code_territoire
)

-- What an answer without new values does not say is in order.
select
    r.repondu,
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
