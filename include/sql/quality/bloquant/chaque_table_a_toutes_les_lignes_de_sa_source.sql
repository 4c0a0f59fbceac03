-- Each current row of core, and each delivery of the journal, is in bi once: none lost in a join, none twice.
select
    {objet} as objet,
    t.valeur as a_la_source,
    c.lignes as dans_le_candidat
from (select count(*)::numeric as lignes from {table}) as c
inner join journal.temoin as t
    on
        t.id_construction = current_setting('territoires.id_construction')::bigint
        and t.objet = {objet}
        and t.mesure = 'lignes_core'
where t.valeur <> c.lignes
