-- Deliveries that have waited for their receipt for more than an hour.
select
    id_livraison,
    operateur,
    livraison,
    statut,
    recue_le
from journal.livraison
where repondue_le is null and recue_le < clock_timestamp() - interval '1 hour'
order by id_livraison asc
