-- Notes that this delivery restates a current version, where an earlier delivery of the type is still to be loaded (it
-- failed, or waits for a decision): its values are older than this confirmation.
update {cible} as v
set confirmee_par = %(id)s
from depot as d
where
    v.valide_a is null
    and {meme_cle}
    and greatest(v.id_livraison, v.confirmee_par) < %(id)s
    and exists (
        select 1
        from {journal} as l
        where
            l.operateur || '/' || l.livraison = %(nom)s
            and l.id_livraison < %(id)s
            and l.statut in ('recue', 'en_lecture', 'en_attente')
    );
