-- An engineer gives up rows of one delivery; those that the same run lifted before are returned too.
with levee as (
    update quarantaine.ligne as q
    set
        statut = 'levee',
        levee_par = %(who)s,
        levee_motif = %(reason)s,
        levee_run = %(run_id)s,
        close_le = clock_timestamp()
    where
        q.id_livraison = %(delivery_id)s
        and q.statut = 'ouverte'
        and (%(lines)s::integer[] is null or q.ligne = any(%(lines)s::integer[]))
    returning q.ligne
)

select levee.ligne
from levee
union
select q.ligne
from quarantaine.ligne as q
where
    q.id_livraison = %(delivery_id)s
    and q.levee_run = %(run_id)s
    and (%(lines)s::integer[] is null or q.ligne = any(%(lines)s::integer[]));
