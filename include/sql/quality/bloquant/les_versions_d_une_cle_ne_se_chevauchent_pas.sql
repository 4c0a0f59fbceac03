-- At any instant a key has one state at most; a version never ends before it begins.
with version_de_cle as (
    select
        'investissement' as objet,
        i.id_operation as cle,
        i.valide_de as debut,
        i.valide_a as fin
    from core.banque_des_territoires_investissements as i
    union all
    select
        'contrat' as objet,
        c.id_contrat as cle,
        c.valide_de as debut,
        c.valide_a as fin
    from core.programme_contrats as c
    union all
    select
        'referent' as objet,
        r.id_ti || ' ' || r.date_debut::text as cle,
        r.valide_de as debut,
        r.valide_a as fin
    from core.banque_des_territoires_referents as r
    union all
    select
        'territoire' as objet,
        t.phase::text || '/' || t.id_ti as cle,
        t.valide_de::timestamptz as debut,
        t.valide_a::timestamptz as fin
    from core.territoire as t
),

suite as (
    select
        v.objet,
        v.cle,
        v.debut,
        v.fin,
        lead(v.debut) over (partition by v.objet, v.cle order by v.debut asc, v.fin asc nulls last) as debut_suivant
    from version_de_cle as v
)

select
    s.objet,
    s.cle,
    s.debut,
    s.fin,
    s.debut_suivant
from suite as s
where
    s.fin < s.debut
    or s.debut_suivant < coalesce(s.fin, 'infinity'::timestamptz)
