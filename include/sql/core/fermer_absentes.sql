-- Closes the current rows that a whole-state delivery no longer has; what a later complement brought stays, and so does
-- what is no part of that state (another year).
update {cible} as v
set valide_a = %(instant)s, id_livraison_fin = %(id)s
where
    v.valide_a is null
    and {du_perimetre}
    and greatest(v.id_livraison, v.confirmee_par) < %(id)s
    and not exists (
        select 1
        from depot as d
        where {meme_cle}
    )
    and not exists (
        select 1
        from presente as d
        where {meme_cle}
    );
