-- Refused rows of a delivery that later ones have already answered: nothing is to be done about them any more.
select q.ligne
from quarantaine.ligne as q
where q.id_livraison = %(id)s and q.statut in ('corrigee', 'remplacee');
