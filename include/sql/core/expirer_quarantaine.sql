-- A whole state takes the place of the earlier ones of the same parts: their refused rows no longer wait for a correction.
update {quarantaine} as q
set statut = 'expiree', remplacee_par = %(id)s, close_le = %(instant)s
from journal.livraison as l
where
    q.statut = 'ouverte'
    and q.id_livraison = l.id_livraison
    and l.operateur || '/' || l.livraison = %(nom)s
    and q.id_livraison < %(id)s
    and (%(perimetre)s::text[] is null or l.perimetre <@ %(perimetre)s);
