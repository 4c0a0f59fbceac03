-- What the registers know, as working tables of one build: they live as long as its transaction.
-- An id_ti alone names nobody: ids are given again from one phase to the next. The contracts say that it is read in the
-- list in force at a date; a list is in force from its first publication, the first phase from the beginning.

create temporary table phase_en_vigueur on commit drop as
select
    debut.phase,
    case when debut.phase = 1 then '-infinity'::date else debut.premiere_publication end as debut,
    coalesce(
        lead(debut.premiere_publication) over (order by debut.phase),
        'infinity'::date
    ) as fin
from (
    select
        t.phase,
        min(t.valide_de) as premiere_publication
    from core.territoire as t
    group by t.phase
) as debut;

create temporary table territoire_connu on commit drop as
select distinct on (t.phase, t.id_ti)
    t.phase,
    t.id_ti,
    t.phase::text || '/' || t.id_ti as cle_territoire,
    t.libelle,
    t.pilote,
    t.date_entree,
    t.valide_de as publie_le,
    t.valide_a is null as dans_la_liste,
    v.debut,
    v.fin
from core.territoire as t
inner join phase_en_vigueur as v on t.phase = v.phase
order by t.phase asc, t.id_ti asc, t.valide_de desc;

analyze territoire_connu;

create temporary table epci_connu on commit drop as
select distinct on (e.siren)
    e.siren,
    e.raison_sociale,
    e.population_municipale
from core.epci as e
order by e.siren asc, e.millesime desc;

analyze epci_connu;

create temporary table commune_connue on commit drop as
select distinct on (c.code_commune)
    c.code_commune,
    c.libelle
from core.commune as c
-- A delegated commune shares the code of the commune it joined: the living one first.
order by c.code_commune asc, c.type_commune in ('COM', 'ARM') desc, c.millesime desc;

analyze commune_connue;

create temporary table metier_connu on commit drop as
select distinct on (m.code_rome)
    m.code_rome,
    m.libelle
from core.rome as m
order by m.code_rome asc, m.millesime desc;

analyze metier_connu;

-- What is in no list: facts that no territory claims, and the rest of France where a figure covers the whole of it.
create temporary table membre_hors_liste (cle_territoire text not null, libelle text not null) on commit drop;
insert into membre_hors_liste (cle_territoire, libelle)
values ('inconnu', 'Territoire inconnu'), ('hors', 'Hors Territoires d''industrie');
