-- Freshness: the slowest contract is quarterly, so nothing loaded for 100 days means figures that no longer move.
select
    l.operateur,
    l.livraison,
    max(l.chargee_le) as derniere_chargee_le
from magasin_candidat.livraison as l
group by l.operateur, l.livraison
having coalesce(max(l.chargee_le), '-infinity'::timestamptz) < current_timestamp - interval '100 days'
