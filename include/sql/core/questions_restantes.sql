-- Questions of a campaign without answer: those never asked first, in order, then those that failed. « connue » says that
-- the question had data in the last good campaign.
with connue as (
    select distinct
        b.indicateur,
        b.type_territoire,
        b.code_territoire,
        b.code_activite
    from journal.appel_marche as b
    where
        b.statut = 'donnees'
        and b.id_collecte = (
            select max(c.id_collecte)
            from journal.collecte_marche as c
            where c.statut = 'terminee' and c.id_collecte < %(id_collecte)s
        )
)

select
    a.rang,
    a.indicateur,
    a.type_territoire,
    a.code_territoire,
    a.code_activite,
    a.details,
    a.statut = 'echec' as reposee,
    k.indicateur is not null as connue
from journal.appel_marche as a
left join connue as k
    on
        a.indicateur = k.indicateur
        and a.type_territoire = k.type_territoire
        and a.code_territoire = k.code_territoire
        and a.code_activite = k.code_activite
where a.id_collecte = %(id_collecte)s and a.statut in ('a_poser', 'echec')
order by a.statut = 'echec', a.rang;
