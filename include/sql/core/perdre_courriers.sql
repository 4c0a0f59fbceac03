-- Materialized: the lock must be asked for claimed mails alone, each once.
with pris as materialized (
    select c.id_courrier
    from journal.courrier as c
    where c.statut = 'en_cours'
),

perdu as materialized (
    select p.id_courrier
    from pris as p
    where pg_try_advisory_xact_lock(%(verrou)s, p.id_courrier::integer)
)

update journal.courrier as k
set statut = 'incertain', code_erreur = 'Interrompu'
from perdu
where k.id_courrier = perdu.id_courrier and k.statut = 'en_cours'
returning k.id_courrier
