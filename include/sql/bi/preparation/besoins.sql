-- Recruitment needs of the current BMO files, a suppressed value as its bounds, and the key by which those of a bassin
-- are spread over territories.

-- « * » stands for a number too small to be published: below the smallest that the vintage publishes.
create temporary table seuil_bmo on commit drop as
select
    b.annee,
    coalesce(min(least(b.projets, b.projets_difficiles, b.projets_saisonniers)), 5) - 1 as plafond
from core.pole_emploi_besoins_main_oeuvre as b
where b.valide_a is null
group by b.annee;

create temporary table besoin_borne on commit drop as
select
    b.annee::integer as annee,
    b.code_bassin,
    b.code_departement,
    b.code_metier,
    case when b.annee <= 2023 then '2009' else '2021' end as nomenclature,
    b.nom_metier,
    b.code_famille,
    b.nom_famille,
    coalesce(b.projets, 0) as projets_min,
    coalesce(b.projets, s.plafond) as projets_max,
    coalesce(b.projets_difficiles, 0) as difficiles_min,
    -- A part of the projects is no more than the projects.
    coalesce(b.projets_difficiles, least(s.plafond, coalesce(b.projets, s.plafond))) as difficiles_max,
    coalesce(b.projets_saisonniers, 0) as saisonniers_min,
    coalesce(b.projets_saisonniers, least(s.plafond, coalesce(b.projets, s.plafond))) as saisonniers_max,
    num_nulls(b.projets, b.projets_difficiles, b.projets_saisonniers) as nb_masquees
from core.pole_emploi_besoins_main_oeuvre as b
inner join seuil_bmo as s on b.annee = s.annee
where b.valide_a is null;

analyze besoin_borne;

create temporary table annee_suivie on commit drop as
select distinct b.annee
from besoin_borne as b
union
select distinct left(i.code_periode, 4)::integer as annee
from core.indicateur_marche as i
where i.code_periode ~ '^[0-9]{4}';

-- The perimeters of a year stay as they were made until a register is loaded. Whichever is, in whatever order, the sum of
-- the versions in use grows: a version gives way to one with a higher number, or comes beside the others.
create temporary table registres_en_vigueur on commit drop as
select coalesce(sum(r.id_registre), 0)::bigint as empreinte
from core.registre_version as r
where r.courant;

delete from core.perimetre_annuel as p
using registres_en_vigueur as d
where
    p.empreinte <> d.empreinte
    or not exists (
        select 1 from annee_suivie as a
        where p.annee = a.annee
    );

-- A list that describes no perimeter does not say that a commune is outside.
with annee as (
    select
        a.annee,
        make_date(a.annee, 12, 31) as fin,
        bool_or(p.id_ti is not null) as decrite
    from annee_suivie as a
    left join phase_en_vigueur as v on make_date(a.annee, 12, 31) >= v.debut and make_date(a.annee, 12, 31) < v.fin
    left join core.territoire_perimetre as p on v.phase = p.phase
    where a.annee not in (select q.annee from core.perimetre_annuel as q)
    group by a.annee
)

insert into core.perimetre_annuel (
    annee,
    code_commune,
    code_departement,
    code_bassin,
    cle_territoire,
    population,
    empreinte
)
select
    a.annee,
    c.code_commune,
    c.code_departement,
    c.code_bassin,
    case
        when c.id_ti is not null then c.phase::text || '/' || c.id_ti
        when a.decrite then 'hors'
        else 'inconnu'
    end as cle_territoire,
    c.population_municipale,
    d.empreinte
from annee as a
cross join registres_en_vigueur as d
cross join lateral core.communes_au(a.fin) as c;

analyze core.perimetre_annuel;

-- Population that each territory has in each bassin and department, year by year.
create temporary table commun on commit drop as
select
    p.annee,
    p.code_bassin,
    p.code_departement,
    p.cle_territoire,
    coalesce(sum(p.population), 0) as population,
    count(*) as nb_communes
from core.perimetre_annuel as p
where p.code_bassin is not null
group by p.annee, p.code_bassin, p.code_departement, p.cle_territoire;

analyze commun;
