-- Why the rows of one delivery that still wait were refused: by column and rule, the commonest first, in words.
with attend as (
    select
        ligne,
        motifs
    from quarantaine.ligne
    where id_livraison = %(id)s and statut = 'ouverte'
),

raison as (
    select
        a.ligne,
        r.motif ->> 'column' as colonne,
        r.motif ->> 'rule' as regle,
        r.motif ->> 'message' as message,
        r.motif ->> 'remedy' as remede
    from attend as a
    cross join lateral jsonb_array_elements(a.motifs) as r (motif)
    where r.motif ->> 'severity' = 'error'
)

select
    colonne,
    regle,
    (array_agg(message order by ligne))[1] as message,
    (array_agg(remede order by ligne))[1] as remede,
    count(distinct message) > 1 or count(distinct remede) > 1 as variee,
    array_agg(ligne order by ligne) as lignes
from raison
group by colonne, regle
order by count(*) desc, min(ligne) asc
