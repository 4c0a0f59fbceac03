-- The national needs of each year equal those of core at the instant of the build; each suppressed value widens the
-- bounds, none is a zero.
with construit as (
    select
        n.annee,
        sum(n.projets_min) as projets,
        sum(n.difficiles_min) as difficiles,
        sum(n.saisonniers_min) as saisonniers,
        sum(n.nb_valeurs_masquees) as masquees,
        sum(n.projets_max - n.projets_min) as ecart
    from magasin_candidat.besoin_main_oeuvre_national as n
    group by n.annee
),

mesure as (
    select
        c.annee::text || '.' || m.mesure as mesure,
        m.valeur
    from construit as c
    cross join
        lateral (
            values
            ('projets', c.projets),
            ('difficiles', c.difficiles),
            ('saisonniers', c.saisonniers)
        ) as m (mesure, valeur)
),

temoin as (
    select
        t.mesure,
        t.valeur
    from journal.temoin as t
    where
        t.id_construction = current_setting('territoires.id_construction')::bigint
        and t.objet = 'besoin_main_oeuvre'
),

masque as (
    select
        left(t.mesure, 4) as annee,
        sum(t.valeur) filter (where t.mesure like '%_masques') as masquees,
        sum(t.valeur) filter (where t.mesure like '%.projets_masques') as projets_masques
    from temoin as t
    group by left(t.mesure, 4)
)

select
    coalesce(t.mesure, m.mesure) as mesure,
    t.valeur as dans_core,
    m.valeur as dans_le_candidat
from (
    select
        t.mesure,
        t.valeur
    from temoin as t
    where t.mesure not like '%_masques'
) as t
full outer join mesure as m on t.mesure = m.mesure
where t.valeur is distinct from m.valeur
union all
select
    s.annee || '.masques' as mesure,
    s.masquees as dans_core,
    c.masquees as dans_le_candidat
from masque as s
left join construit as c on s.annee = c.annee::text
where s.masquees is distinct from c.masquees or c.ecart < s.projets_masques
