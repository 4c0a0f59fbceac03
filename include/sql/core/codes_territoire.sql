-- Ids of territories and the days on which each is one. A list is in force from its first publication to that of the
-- next phase (see bi/preparation/registres.sql); the first list loaded stands for what came before. An id that a
-- later list of its phase withdrew is none from then on.
with phase as (
    select
        t.phase,
        case when t.phase > min(t.phase) over () then min(t.valide_de) end as debut,
        lead(min(t.valide_de)) over (order by t.phase) as fin
    from core.territoire as t
    group by t.phase
)

select
    t.id_ti as code,
    p.debut,
    case when bool_and(t.valide_a is not null) then least(max(t.valide_a), p.fin) else p.fin end as fin
from core.territoire as t
inner join phase as p on t.phase = p.phase
group by t.phase, t.id_ti, p.debut, p.fin;
