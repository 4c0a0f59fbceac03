-- The contract refuses such rows today; one loaded under an older rule would still show here.
select
    i.id_operation,
    i.montant_engage_eur,
    i.montant_decaisse_eur,
    i.id_livraison,
    i.ligne
from magasin_candidat.investissement as i
where i.montant_decaisse_eur > i.montant_engage_eur
