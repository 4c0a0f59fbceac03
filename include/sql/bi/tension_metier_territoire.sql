-- bi.tension_metier_territoire: how hard each occupation is to fill in each territory, from France Travail's indicators.
-- A part of a territory takes the indicator of its bassin where France Travail gives one, else that of its department;
-- ranks and rates are averaged by population, numbers of people and offers are spread by it.
create temporary table derniere on commit drop as
with valeur as (
    select
        i.type_territoire,
        i.code_territoire,
        i.code_activite as code_rome,
        left(i.code_periode, 4)::integer as annee,
        i.code_periode,
        case i.indicateur when 'perspective' then i.code_nomenclature else i.indicateur end as mesure,
        i.nombre,
        i.valeur_decimale,
        i.maj_le
    from core.indicateur_marche as i
    where
        i.type_activite = 'ROME'
        and i.type_territoire in ('BASSIN', 'DEP')
        and i.type_caract = ''
        and i.code_periode ~ '^[0-9]{4}'
        and not coalesce(i.masque, false)
        and coalesce(i.nombre, i.valeur_decimale) is not null
        and (
            i.indicateur = 'perspective'
            or (i.indicateur = 'demandeurs' and i.code_nomenclature = 'ABC')
            or (i.indicateur = 'offres' and i.code_nomenclature = 'PE')
        )
)

-- The last period of each year: numbers of people are given each quarter.
select distinct on (v.type_territoire, v.code_territoire, v.code_rome, v.annee, v.mesure) v.*
from valeur as v
order by v.type_territoire asc, v.code_territoire asc, v.code_rome asc, v.annee asc, v.mesure asc, v.code_periode desc;

-- Without it the planner takes this for a handful of rows, and joins them to the territories one by one.
analyze derniere;

create table magasin_candidat.tension_metier_territoire as
-- Each part of a territory, and the whole of what it is a part of.
with partie as (
    select
        c.annee,
        c.cle_territoire,
        c.code_bassin,
        c.code_departement,
        c.population,
        sum(c.population) over (partition by c.annee, c.code_bassin) as population_bassin,
        sum(c.population) over (partition by c.annee, c.code_departement) as population_departement
    from commun as c
),

demande as (
    select distinct
        d.annee,
        d.code_rome,
        d.mesure
    from derniere as d
),

retenue as (
    select
        p.annee,
        p.cle_territoire,
        d.code_rome,
        d.mesure,
        p.population,
        b.annee is null as du_departement,
        coalesce(b.nombre, e.nombre) as nombre,
        coalesce(b.valeur_decimale, e.valeur_decimale) as valeur_decimale,
        coalesce(b.code_periode, e.code_periode) as code_periode,
        coalesce(b.maj_le, e.maj_le) as maj_le,
        p.population::numeric
        / nullif(case when b.annee is null then p.population_departement else p.population_bassin end, 0) as part
    from partie as p
    inner join demande as d on p.annee = d.annee
    left join derniere as b
        on
            b.type_territoire = 'BASSIN'
            and p.code_bassin = b.code_territoire
            and d.annee = b.annee
            and d.code_rome = b.code_rome
            and d.mesure = b.mesure
    left join derniere as e
        on
            e.type_territoire = 'DEP'
            and p.code_departement = e.code_territoire
            and d.annee = e.annee
            and d.code_rome = e.code_rome
            and d.mesure = e.mesure
    where p.cle_territoire not in ('hors', 'inconnu') and (b.annee is not null or e.annee is not null)
),

habitants as (
    select
        p.annee,
        p.cle_territoire,
        sum(p.population) as population
    from core.perimetre_annuel as p
    group by p.annee, p.cle_territoire
),

moyenne as (
    select
        r.annee,
        r.cle_territoire,
        r.code_rome,
        r.mesure,
        sum(r.nombre::numeric * r.population)
        / nullif(sum(r.population) filter (where r.nombre is not null), 0) as rang,
        min(r.nombre) as rang_min,
        max(r.nombre) as rang_max,
        sum(r.valeur_decimale * r.population)
        / nullif(sum(r.population) filter (where r.valeur_decimale is not null), 0) as indicateur,
        sum(r.nombre * r.part) as nombre,
        sum(r.population) as population,
        sum(r.population) filter (where r.du_departement) as population_departement,
        max(r.code_periode) as code_periode,
        max(r.maj_le) as maj_le
    from retenue as r
    group by r.annee, r.cle_territoire, r.code_rome, r.mesure
)

select
    m.cle_territoire,
    t.phase,
    t.libelle as libelle_territoire,
    m.annee,
    m.code_rome,
    o.libelle as metier,
    round(max(m.rang) filter (where m.mesure = 'PERSPECTIVE'), 2) as tension,
    (max(m.rang_min) filter (where m.mesure = 'PERSPECTIVE'))::integer as tension_min,
    (max(m.rang_max) filter (where m.mesure = 'PERSPECTIVE'))::integer as tension_max,
    round(max(m.indicateur) filter (where m.mesure = 'PERSPECTIVE'), 4) as indicateur_tension,
    round(max(m.rang) filter (where m.mesure = 'INT_EMB'), 2) as intensite_embauche,
    round(max(m.rang) filter (where m.mesure = 'MAIN_OEUVRE'), 2) as manque_main_oeuvre,
    round(max(m.rang) filter (where m.mesure = 'SPECIF_FORM_EMPL'), 2) as lien_formation_metier,
    round(max(m.rang) filter (where m.mesure = 'COND_TRAVAIL'), 2) as conditions_travail,
    round(max(m.rang) filter (where m.mesure = 'DUR_EMPL'), 2) as durabilite_emploi,
    round(max(m.rang) filter (where m.mesure = 'MISMATCH_GEO'), 2) as inadequation_geographique,
    round(max(m.rang) filter (where m.mesure = 'ATTR_SALARIALE'), 2) as attractivite_salariale,
    round(max(m.nombre) filter (where m.mesure = 'demandeurs'), 1) as nb_demandeurs,
    round(max(m.nombre) filter (where m.mesure = 'offres'), 1) as nb_offres,
    max(m.code_periode) filter (where m.mesure in ('demandeurs', 'offres')) as trimestre,
    round(
        coalesce(sum(m.population_departement), 0)::numeric / nullif(sum(m.population), 0), 4
    ) as part_departement,
    round(max(m.population)::numeric / nullif(h.population, 0), 4) as couverture,
    max(m.maj_le) as mis_a_jour_le
from moyenne as m
inner join territoire_connu as t on m.cle_territoire = t.cle_territoire
inner join habitants as h on m.annee = h.annee and m.cle_territoire = h.cle_territoire
left join metier_connu as o on m.code_rome = o.code_rome
group by m.cle_territoire, t.phase, t.libelle, m.annee, m.code_rome, o.libelle, h.population;

alter table magasin_candidat.tension_metier_territoire add primary key (cle_territoire, annee, code_rome);
create index on magasin_candidat.tension_metier_territoire (annee, code_rome);

comment on table magasin_candidat.tension_metier_territoire is
'Tension de recrutement par territoire, année et métier, d''après les indicateurs de France Travail : ceux du bassin d''emploi, à défaut du département, pondérés par la population municipale.';
comment on column magasin_candidat.tension_metier_territoire.cle_territoire is
'Territoire, clé de bi.territoire, au périmètre du 31 décembre de l''année.';
comment on column magasin_candidat.tension_metier_territoire.phase is
'Phase du programme.';
comment on column magasin_candidat.tension_metier_territoire.libelle_territoire is
'Nom du territoire.';
comment on column magasin_candidat.tension_metier_territoire.annee is
'Année des indicateurs.';
comment on column magasin_candidat.tension_metier_territoire.code_rome is
'Métier du répertoire ROME.';
comment on column magasin_candidat.tension_metier_territoire.metier is
'Nom du métier ; vide si le répertoire chargé ne l''a pas.';
comment on column magasin_candidat.tension_metier_territoire.tension is
'Rang de tension, de 1 (faible) à 5 (forte), moyenne pondérée par la population.';
comment on column magasin_candidat.tension_metier_territoire.tension_min is
'Plus petit rang parmi les bassins et départements du territoire.';
comment on column magasin_candidat.tension_metier_territoire.tension_max is
'Plus grand rang parmi eux.';
comment on column magasin_candidat.tension_metier_territoire.indicateur_tension is
'Indicateur principal de tension, centré et réduit par France Travail, moyenne pondérée.';
comment on column magasin_candidat.tension_metier_territoire.intensite_embauche is
'Rang de 1 à 5 : les employeurs embauchent beaucoup au regard de l''emploi moyen.';
comment on column magasin_candidat.tension_metier_territoire.manque_main_oeuvre is
'Rang de 1 à 5 : peu de demandeurs d''emploi disponibles.';
comment on column magasin_candidat.tension_metier_territoire.lien_formation_metier is
'Rang de 1 à 5 : le métier demande une formation particulière.';
comment on column magasin_candidat.tension_metier_territoire.conditions_travail is
'Rang de 1 à 5 : conditions de travail contraignantes.';
comment on column magasin_candidat.tension_metier_territoire.durabilite_emploi is
'Rang de 1 à 5 : emplois durables.';
comment on column magasin_candidat.tension_metier_territoire.inadequation_geographique is
'Rang de 1 à 5 : les demandeurs ne sont pas là où sont les emplois.';
comment on column magasin_candidat.tension_metier_territoire.attractivite_salariale is
'Rang de 1 à 5 : attractivité salariale.';
comment on column magasin_candidat.tension_metier_territoire.nb_demandeurs is
'Demandeurs d''emploi des catégories A, B et C au dernier trimestre connu de l''année, répartis selon la population ; publiés à la dizaine.';
comment on column magasin_candidat.tension_metier_territoire.nb_offres is
'Offres confiées à France Travail au même trimestre, réparties de même.';
comment on column magasin_candidat.tension_metier_territoire.trimestre is
'Trimestre de nb_demandeurs et de nb_offres (2025T4).';
comment on column magasin_candidat.tension_metier_territoire.part_departement is
'Part des indicateurs, en population, qui vient du département faute d''indicateur du bassin.';
comment on column magasin_candidat.tension_metier_territoire.couverture is
'Part de la population du territoire pour laquelle un indicateur est connu.';
comment on column magasin_candidat.tension_metier_territoire.mis_a_jour_le is
'Dernière mise à jour par France Travail.';
