-- The lock is taken before the claim is committed: nobody can see the one without the other.
with pris as materialized (
    select
        c.id_courrier,
        pg_advisory_lock(%(verrou)s, c.id_courrier::integer) as verrou
    from (
        select x.id_courrier
        from journal.courrier as x
        where x.statut = 'a_envoyer' and x.pas_avant <= clock_timestamp()
        order by x.id_courrier
        limit 1
        for update skip locked
    ) as c
)

update journal.courrier as k
set statut = 'en_cours', tentatives = k.tentatives + 1
from pris
where k.id_courrier = pris.id_courrier
returning k.*, clock_timestamp() - k.cree_le as age
