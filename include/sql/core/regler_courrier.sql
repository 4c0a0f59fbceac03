update journal.courrier as k
set
    statut = %(statut)s,
    servis = coalesce(%(servis)s::text[], k.servis),
    code_erreur = %(code_erreur)s,
    message_id = coalesce(%(message_id)s, k.message_id),
    chemin = %(chemin)s,
    pas_avant = clock_timestamp() + make_interval(secs => %(pas_avant)s),
    envoye_le = case when %(statut)s in ('envoye', 'ecrit') then clock_timestamp() end
where k.id_courrier = %(id)s and k.statut = 'en_cours'
