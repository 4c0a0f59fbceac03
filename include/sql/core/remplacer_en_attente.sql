-- Held deliveries that this one, more complete, makes pointless: nobody needs to decide, and their operator is told.
update journal.livraison as l
set
    statut = 'remplacee',
    code_motif = 'remplacee',
    motif = %(motif)s,
    repondue_le = null
where l.id_livraison = any(%(held)s::bigint[]) and l.statut = 'en_attente';
