-- What is late on a day.
select
    operateur,
    livraison,
    libelle,
    attendue_le,
    statut,
    jours_de_retard
from journal.calendrier_au(%(jour)s)
where jours_de_retard is not null and statut in ('en_retard', 'recue_refusee')
order by jours_de_retard desc, operateur asc, livraison asc
