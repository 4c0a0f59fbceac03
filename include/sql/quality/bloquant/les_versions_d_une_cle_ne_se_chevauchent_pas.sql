-- At any instant a key has one state at most; a version never ends before it begins.
select
    {objet} as objet,
    concat_ws(' ', {cle}) as cle,
    valide_de as debut,
    valide_a as fin,
    debut_suivant
from (
    select
        v.*,
        lead(v.valide_de) over (partition by {cle} order by v.valide_de asc, v.valide_a asc nulls last) as debut_suivant
    from {version} as v
) as suite
where
    valide_a < valide_de
    or debut_suivant < coalesce(valide_a, 'infinity')
