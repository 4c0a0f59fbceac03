-- Open rows of earlier deliveries that no key can answer, the newest first.
select
    q.id_ligne,
    q.ligne,
    q.contenu,
    q.motifs,
    l.nom_fichier
from {quarantaine} as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
where
    q.statut = 'ouverte'
    and q.cle is null
    and l.operateur = %(operateur)s
    and l.livraison = %(livraison)s
    and q.id_livraison < %(id_livraison)s
order by q.id_ligne desc
limit %(limite)s;
