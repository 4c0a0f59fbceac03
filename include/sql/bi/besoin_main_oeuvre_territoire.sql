-- bi.besoin_main_oeuvre_territoire: what each territory needs by occupation and year. Each figure of a bassin is cut along
-- bi.repartition_bassin, so that territories, the rest of France and what cannot be placed add up to the national figure.
create table magasin_candidat.besoin_main_oeuvre_territoire as
with morceau as (
    select
        r.cle_territoire,
        b.annee,
        b.code_metier,
        b.nb_masquees,
        r.estimee,
        round(b.projets_min * r.part_apres, 4) - round(b.projets_min * r.part_avant, 4) as projets_min,
        round(b.projets_max * r.part_apres, 4) - round(b.projets_max * r.part_avant, 4) as projets_max,
        round(b.difficiles_min * r.part_apres, 4) - round(b.difficiles_min * r.part_avant, 4) as difficiles_min,
        round(b.difficiles_max * r.part_apres, 4) - round(b.difficiles_max * r.part_avant, 4) as difficiles_max,
        round(b.saisonniers_min * r.part_apres, 4) - round(b.saisonniers_min * r.part_avant, 4) as saisonniers_min,
        round(b.saisonniers_max * r.part_apres, 4) - round(b.saisonniers_max * r.part_avant, 4) as saisonniers_max
    from besoin_borne as b
    inner join magasin_candidat.repartition_bassin as r
        on b.annee = r.annee and b.code_bassin = r.code_bassin and b.code_departement = r.code_departement
),

besoin as (
    select
        m.cle_territoire,
        m.annee,
        m.code_metier,
        count(*)::integer as nb_bassins,
        sum(m.nb_masquees)::integer as nb_valeurs_masquees,
        sum(m.projets_min) as projets_min,
        sum(m.projets_max) as projets_max,
        sum(m.projets_max) filter (where m.estimee) as projets_estimes,
        sum(m.difficiles_min) as difficiles_min,
        sum(m.difficiles_max) as difficiles_max,
        sum(m.difficiles_max) filter (where m.estimee) as difficiles_estimes,
        sum(m.saisonniers_min) as saisonniers_min,
        sum(m.saisonniers_max) as saisonniers_max,
        sum(m.saisonniers_max) filter (where m.estimee) as saisonniers_estimes
    from morceau as m
    group by m.cle_territoire, m.annee, m.code_metier
),

enquete as (
    select distinct
        b.annee,
        b.code_bassin
    from besoin_borne as b
),

-- How much of the territory lies in bassins that the survey of the year has.
couverture as (
    select
        p.annee,
        p.cle_territoire,
        round(
            sum(p.population) filter (where e.code_bassin is not null)::numeric / nullif(sum(p.population), 0), 4
        ) as part
    from core.perimetre_annuel as p
    left join enquete as e
        on p.annee = e.annee and p.code_bassin = e.code_bassin
    group by p.annee, p.cle_territoire
)

select
    b.cle_territoire,
    coalesce(t.phase, 0::smallint) as phase,
    coalesce(t.libelle, m.libelle) as libelle_territoire,
    b.annee,
    b.code_metier,
    n.nom_metier,
    n.nomenclature,
    n.code_famille,
    n.nom_famille,
    n.code_fap_agrege,
    n.libelle_fap_agrege,
    b.projets_min,
    b.projets_max,
    round(coalesce(b.projets_estimes, 0) / nullif(b.projets_max, 0), 4) as projets_part_estimee,
    b.difficiles_min,
    b.difficiles_max,
    round(coalesce(b.difficiles_estimes, 0) / nullif(b.difficiles_max, 0), 4) as difficiles_part_estimee,
    b.saisonniers_min,
    b.saisonniers_max,
    round(coalesce(b.saisonniers_estimes, 0) / nullif(b.saisonniers_max, 0), 4) as saisonniers_part_estimee,
    coalesce(c.part, 0) as couverture,
    b.nb_bassins,
    b.nb_valeurs_masquees
from besoin as b
inner join magasin_candidat.besoin_main_oeuvre_national as n on b.annee = n.annee and b.code_metier = n.code_metier
left join territoire_connu as t on b.cle_territoire = t.cle_territoire
left join membre_hors_liste as m on b.cle_territoire = m.cle_territoire
left join couverture as c on b.annee = c.annee and b.cle_territoire = c.cle_territoire;

alter table magasin_candidat.besoin_main_oeuvre_territoire add primary key (cle_territoire, annee, code_metier);
create index on magasin_candidat.besoin_main_oeuvre_territoire (annee, code_metier);

comment on table magasin_candidat.besoin_main_oeuvre_territoire is
'Besoins en main-d''œuvre (enquête BMO) par territoire, année et métier, avec deux bornes. Les besoins d''un bassin partagé sont répartis selon la population (bi.repartition_bassin) ; avec « hors » et « inconnu », les sommes sont celles de la France.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.cle_territoire is
'Territoire, clé de bi.territoire, au périmètre du 31 décembre de l''année ; « hors » : reste de la France ; « inconnu » : ne peut être situé.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.phase is
'Phase du programme en vigueur au 31 décembre de l''année ; 0 hors des territoires.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.libelle_territoire is
'Nom du territoire.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.annee is
'Année de l''enquête.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.code_metier is
'Métier : famille professionnelle de la DARES, dans la nomenclature de la ligne.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.nom_metier is
'Nom du métier.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.nomenclature is
'FAP 2009 jusqu''en 2023, FAP 2021 depuis 2024 : les codes des deux ne se comparent pas.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.code_famille is
'Famille de l''enquête, une lettre (I : ouvriers des secteurs de l''industrie).';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.nom_famille is
'Nom de la famille de l''enquête.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.code_fap_agrege is
'Famille professionnelle agrégée de la DARES ; vide si sa liste n''est pas chargée.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.libelle_fap_agrege is
'Nom de la famille professionnelle agrégée.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.projets_min is
'Projets de recrutement, borne basse : valeurs publiées, réparties.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.projets_max is
'Projets de recrutement, borne haute : une valeur masquée vaut au plus le plus petit nombre publié cette année-là, moins un.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.projets_part_estimee is
'Part de projets_max qui vient de bassins partagés, donc répartis selon la population ; 0 : rien n''est estimé.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.difficiles_min is
'Projets jugés difficiles, borne basse.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.difficiles_max is
'Projets jugés difficiles, borne haute.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.difficiles_part_estimee is
'Part de difficiles_max qui vient de bassins partagés.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.saisonniers_min is
'Projets saisonniers, borne basse.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.saisonniers_max is
'Projets saisonniers, borne haute.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.saisonniers_part_estimee is
'Part de saisonniers_max qui vient de bassins partagés.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.couverture is
'Part de la population du territoire qui vit dans des bassins présents dans l''enquête de l''année ; 1 : tout le territoire est couvert.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.nb_bassins is
'Bassins (un par département qu''ils touchent) dont la ligne tire ses chiffres.';
comment on column magasin_candidat.besoin_main_oeuvre_territoire.nb_valeurs_masquees is
'Valeurs masquées parmi eux, sur trois par bassin.';
