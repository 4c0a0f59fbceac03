-- The decision on a held delivery: approved, it goes the whole way again; rejected, it is refused and said so. Nobody
-- (decision_par is null) may only reject what waits longer than its contract's delay.
update journal.livraison
set
    decision = %(decision)s,
    decision_motif = %(reason)s,
    decision_par = %(who)s,
    decision_run = %(run_id)s,
    decidee_le = clock_timestamp(),
    repondue_le = null,
    statut = case when %(decision)s = 'approuvee' then 'recue' else 'refusee' end,
    plafonds_leves = case
        when %(decision)s = 'approuvee' then array_append(plafonds_leves, code_motif) else plafonds_leves
    end,
    lignes_acceptees = case when %(decision)s = 'approuvee' then lignes_acceptees else 0 end,
    code_motif = case
        when %(decision)s = 'approuvee' then null
        when %(who)s::text is null then 'delai_decision'
        else 'rejet_ingenieur'
    end,
    motif = case when %(decision)s = 'approuvee' then null else %(reason)s end
where id_livraison = %(delivery_id)s and operateur = %(operator)s and statut = 'en_attente';
