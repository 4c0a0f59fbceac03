-- Ends the wait of the rows that this delivery answers, each as its surest clue says: corrected if a row that it accepts
-- answers, else taken over by the row that it refuses. Returns how many are corrected.
with reponse as (
    select distinct on (r.id_ligne)
        r.id_ligne,
        n.id_ligne is null as acceptee,
        r.par
    from rapprochement as r
    left join {quarantaine} as n on n.id_livraison = %(id)s and r.ligne = n.ligne
    order by
        r.id_ligne,
        array_position(array['reference', 'cle', 'nom', 'contenu'], r.par),
        n.id_ligne is not null
),

close as (
    update {quarantaine} as q
    set
        statut = case when r.acceptee then 'corrigee' else 'remplacee' end,
        corrigee_par = case when r.acceptee then %(id)s::bigint end,
        remplacee_par = case when not r.acceptee then %(id)s::bigint end,
        reconnue_par = r.par,
        close_le = %(instant)s
    from reponse as r
    where q.id_ligne = r.id_ligne and q.statut = 'ouverte'
    returning q.statut
)

select count(*) filter (where close.statut = 'corrigee') as corrigees
from close;
