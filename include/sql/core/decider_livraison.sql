-- An engineer's decision on a held delivery: approved, it goes the whole way again; rejected, it is refused and said so.
update journal.livraison
set
    decision = %(decision)s,
    decision_motif = %(motif)s,
    decision_par = %(par)s,
    decidee_le = clock_timestamp(),
    repondue_le = null,
    statut = case when %(decision)s = 'approuvee' then 'recue' else 'refusee' end,
    code_motif = case when %(decision)s = 'approuvee' then null else 'rejet_ingenieur' end,
    motif = case when %(decision)s = 'approuvee' then null else %(motif)s end
where id_livraison = %(id)s and statut = 'en_attente';
