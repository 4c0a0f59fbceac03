-- What came since an instant, by type of delivery.
select
    operateur,
    livraison,
    count(*) as fichiers,
    count(*) filter (where statut in ('chargee', 'chargee_partiellement')) as chargees,
    count(*) filter (where statut = 'refusee') as refusees,
    coalesce(sum(lignes_acceptees) filter (where chargee_le is not null), 0) as lignes_acceptees,
    coalesce(sum(lignes_refusees), 0) as lignes_refusees
from journal.livraison
where recue_le > %(depuis)s
group by operateur, livraison
order by operateur asc, livraison asc
