-- The deliveries of a type, in order of arrival. Whoever asks holds the lock of the type.
select l.*
from journal.livraison as l
where l.operateur = %(operateur)s and l.livraison = %(livraison)s
order by l.id_livraison;
