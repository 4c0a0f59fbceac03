-- What the journal says of one delivery of a replay, before and after.
with ouvertes as (
    select
        (
            select count(*)
            from quarantaine.ligne as q
            where q.id_livraison = %(id)s and q.statut = 'ouverte'
        ) as avant,
        (
            select count(*)
            from core_candidat.ligne as q
            where q.id_livraison = %(id)s and q.statut = 'ouverte'
        ) as apres
)

insert into journal.rejeu_livraison (
    id_rejeu, id_livraison, rang, choisie, instant, plafonds_depasses, version_avant, version_apres, statut_avant,
    statut_apres, acceptees_avant, acceptees_apres, refusees_avant, refusees_apres, ouvertes_avant, ouvertes_apres
)
values (
    %(rejeu)s,
    %(id)s,
    %(rang)s,
    %(choisie)s,
    %(instant)s,
    %(plafonds)s,
    %(version_avant)s,
    %(version_apres)s,
    %(statut_avant)s,
    %(statut_apres)s,
    %(acceptees_avant)s,
    %(acceptees_apres)s,
    %(refusees_avant)s,
    %(refusees_apres)s,
    (select o.avant from ouvertes as o),
    (select o.apres from ouvertes as o)
);
