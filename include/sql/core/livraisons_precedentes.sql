-- Earlier deliveries of the same type that came within some days before this one, the newest first.
select
    l.id_livraison,
    l.nom_fichier,
    l.statut
from journal.livraison as l
where
    l.operateur = %(operateur)s
    and l.livraison = %(livraison)s
    and l.id_livraison < %(id_livraison)s
    and l.recue_le > %(recue_le)s - make_interval(days => %(jours)s)
order by l.id_livraison desc;
