-- A ceiling holds a delivery until an engineer decides, or until its contract's delay has passed.
update journal.livraison
set
    statut = 'en_attente',
    code_motif = %(code)s,
    motif = %(motif)s,
    en_attente_depuis = clock_timestamp(),
    a_decider_avant = clock_timestamp() + make_interval(days => %(jours)s)
where id_livraison = %(id)s;
