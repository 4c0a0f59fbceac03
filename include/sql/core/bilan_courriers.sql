-- Mails that ask for a look: cut off (until somebody settles them), refused this week, put off for long.
select
    statut,
    motif,
    operateur,
    id_courrier,
    code_erreur,
    cree_le
from journal.courrier
where
    statut = 'incertain'
    or (statut = 'echoue' and cree_le > clock_timestamp() - interval '7 days')
    or (statut = 'a_envoyer' and cree_le < clock_timestamp() - interval '1 hour')
order by id_courrier
