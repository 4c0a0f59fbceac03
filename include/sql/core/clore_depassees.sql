-- Where this delivery is loaded after later ones: a refused row whose key one of them brought is corrected already.
update {quarantaine} as q
set statut = 'corrigee', corrigee_par = v.apporte_par, reconnue_par = 'cle', close_le = %(instant)s
from (
    select
        {cle_version} as cle,
        greatest(v.id_livraison, v.confirmee_par) as apporte_par
    from {cible} as v
    where v.valide_a is null
) as v
where
    q.id_livraison = %(id)s
    and q.statut = 'ouverte'
    and q.cle = v.cle
    and v.apporte_par > %(id)s;
