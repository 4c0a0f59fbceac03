-- No orphan: the territory of each fact is a member of bi.territoire, if only « inconnu ».
with fait as (
    select
        'investissement' as objet,
        i.id_operation as cle,
        i.cle_territoire
    from magasin_candidat.investissement as i
    union all
    select
        'contrat' as objet,
        c.id_contrat as cle,
        c.cle_territoire
    from magasin_candidat.contrat as c
    union all
    select
        'referent' as objet,
        r.id_ti || ' ' || r.date_debut::text as cle,
        r.cle_territoire
    from magasin_candidat.referent as r
)

select
    f.objet,
    f.cle,
    f.cle_territoire
from fait as f
left join magasin_candidat.territoire as t on f.cle_territoire = t.cle_territoire
where t.cle_territoire is null
