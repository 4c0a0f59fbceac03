-- Held deliveries of an operator that nobody has decided within their contract's delay.
select
    l.id_livraison,
    l.operateur,
    l.en_attente_depuis,
    l.a_decider_avant
from journal.livraison as l
where l.operateur = %(operateur)s and l.statut = 'en_attente' and l.a_decider_avant <= %(maintenant)s
order by l.id_livraison;
