-- The contract refuses such rows today; one loaded under an older rule would still show here.
select
    e.operateur,
    e.id_engagement,
    e.montant_engage_eur,
    e.montant_decaisse_eur,
    e.id_livraison,
    e.ligne
from magasin_candidat.engagement as e
where e.montant_decaisse_eur > e.montant_engage_eur
