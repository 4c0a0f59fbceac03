-- No orphan: the territory of each fact is a member of bi.territoire, if only « inconnu ».
select
    {objet} as objet,
    f.cle_territoire,
    count(*) as lignes
from {fait_situe} as f
left join magasin_candidat.territoire as t on f.cle_territoire = t.cle_territoire
where t.cle_territoire is null
group by f.cle_territoire
