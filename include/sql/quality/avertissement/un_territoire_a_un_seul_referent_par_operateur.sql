-- Each operator names one single contact for a territory; two in force at a time is for the operator to settle.
select
    r.operateur,
    r.phase,
    r.id_ti,
    count(*) as referents_en_fonction
from magasin_candidat.referent as r
group by r.operateur, r.phase, r.id_ti
having count(*) > 1
