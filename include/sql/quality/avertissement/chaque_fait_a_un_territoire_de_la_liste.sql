-- Facts kept under « inconnu »: the list in force at their date does not have their id_ti. Mend the row or the list.
select
    'investissement' as objet,
    i.id_operation as cle,
    i.id_ti
from magasin_candidat.investissement as i
where i.cle_territoire = 'inconnu'
union all
select
    'contrat' as objet,
    c.id_contrat as cle,
    c.id_ti
from magasin_candidat.contrat as c
where c.cle_territoire = 'inconnu'
union all
select
    'referent' as objet,
    r.date_debut::text as cle,
    r.id_ti
from magasin_candidat.referent as r
where r.cle_territoire = 'inconnu'
