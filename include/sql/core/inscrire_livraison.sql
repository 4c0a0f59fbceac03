-- A delivery enters the journal once, by the key of its deposit; a content already known makes it a duplicate.
with connue as (
    select l.*
    from journal.livraison as l
    where l.cle_depot = %(key)s
),

identique as (
    select l.id_livraison
    from journal.livraison as l
    where
        l.operateur = %(operator)s
        and l.livraison = %(delivery)s
        and l.sha256 = %(sha256)s
        and l.statut not in ('refusee', 'doublon', 'remplacee')
    order by l.id_livraison
    limit 1
),

nouvelle as (
    insert into journal.livraison (
        cle_depot, operateur, livraison, nom_fichier, taille_octets, sha256, modifie_le, statut, doublon_de
    )
    select
        %(key)s,
        %(operator)s,
        %(delivery)s,
        %(name)s,
        %(size)s,
        %(sha256)s,
        %(modified_at)s,
        case when exists (select 1 from identique) then 'doublon' else 'recue' end,
        (select identique.id_livraison from identique)
    where not exists (select 1 from connue)
    returning *
)

select connue.*
from connue
union all
select nouvelle.*
from nouvelle;
