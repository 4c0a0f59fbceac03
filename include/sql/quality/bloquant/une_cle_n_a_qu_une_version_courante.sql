-- Two current versions of a key would count it twice.
select
    'investissement' as objet,
    i.id_operation as cle,
    count(*) as versions_courantes
from core.banque_des_territoires_investissements as i
where i.valide_a is null
group by i.id_operation
having count(*) > 1
union all
select
    'contrat' as objet,
    c.id_contrat as cle,
    count(*) as versions_courantes
from core.programme_contrats as c
where c.valide_a is null
group by c.id_contrat
having count(*) > 1
union all
select
    'referent' as objet,
    r.id_ti || ' ' || r.date_debut::text as cle,
    count(*) as versions_courantes
from core.banque_des_territoires_referents as r
where r.valide_a is null
group by r.id_ti, r.date_debut
having count(*) > 1
union all
select
    'territoire' as objet,
    t.phase::text || '/' || t.id_ti as cle,
    count(*) as versions_courantes
from core.territoire as t
where t.valide_a is null
group by t.phase, t.id_ti
having count(*) > 1
