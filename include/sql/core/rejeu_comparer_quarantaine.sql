-- Refused rows of the type by what became of them, before and after.
with avant as (
    select
        q.statut,
        count(*) as lignes
    from quarantaine.ligne as q
    inner join journal.livraison as l on q.id_livraison = l.id_livraison
    where l.operateur = {operateur} and l.livraison = {livraison}
    group by q.statut
),

apres as (
    select
        q.statut,
        count(*) as lignes
    from core_candidat.ligne as q
    group by q.statut
)

select
    'quarantaine' as nature,
    coalesce(avant.statut, apres.statut) as nom,
    coalesce(avant.lignes, 0) as avant,
    coalesce(apres.lignes, 0) as apres
from avant
full outer join apres on avant.statut = apres.statut;
