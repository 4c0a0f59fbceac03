-- Deliveries of one type whose refused rows still wait long after their receipt, and that were not reminded yet.
with ancienne as (
    select *
    from journal.livraison
    where
        operateur = %(operateur)s
        and livraison = %(livraison)s
        and repondue_le <= clock_timestamp() - make_interval(days => %(jours)s)
)

select
    l.id_livraison,
    l.nom_fichier,
    l.recue_le,
    l.repondue_le,
    l.statut,
    l.recu,
    count(*) as ouvertes,
    -- Rows that a replay refused after the answer: its receipt says nothing of them.
    max(q.cree_le) filter (where q.cree_le > l.repondue_le) as relue_le
from ancienne as l
inner join quarantaine.ligne as q on l.id_livraison = q.id_livraison and q.statut = 'ouverte'
where
    not exists (
        select 1
        from journal.courrier as c
        where c.id_livraison = l.id_livraison and c.motif = 'relance'
    )
group by l.id_livraison, l.nom_fichier, l.recue_le, l.repondue_le, l.statut, l.recu
order by l.id_livraison
