-- bi.besoin_main_oeuvre_national: the needs of the whole country by occupation, straight from the files.
create table magasin_candidat.besoin_main_oeuvre_national as
select
    b.annee,
    b.code_metier,
    mode() within group (order by b.nom_metier) as nom_metier,
    'FAP ' || b.nomenclature as nomenclature,
    mode() within group (order by b.code_famille) as code_famille,
    mode() within group (order by b.nom_famille) as nom_famille,
    f.code_parent as code_fap_agrege,
    g.libelle as libelle_fap_agrege,
    sum(b.projets_min)::bigint as projets_min,
    sum(b.projets_max)::bigint as projets_max,
    sum(b.difficiles_min)::bigint as difficiles_min,
    sum(b.difficiles_max)::bigint as difficiles_max,
    sum(b.saisonniers_min)::bigint as saisonniers_min,
    sum(b.saisonniers_max)::bigint as saisonniers_max,
    count(*)::integer as nb_bassins,
    sum(b.nb_masquees)::integer as nb_valeurs_masquees
from besoin_borne as b
left join core.fap as f
    on
        b.nomenclature = f.millesime
        and f.niveau = 'metier'
        and b.code_metier = f.code_fap
left join core.fap as g on f.millesime = g.millesime and g.niveau = 'agrege' and f.code_parent = g.code_fap
group by b.annee, b.nomenclature, b.code_metier, f.code_parent, g.libelle;

alter table magasin_candidat.besoin_main_oeuvre_national add primary key (annee, code_metier);

comment on table magasin_candidat.besoin_main_oeuvre_national is
'Besoins en main-d''œuvre (enquête BMO de France Travail) de la France entière, par année et par métier. Une valeur masquée (« * ») est inconnue entre deux bornes, jamais zéro.';
comment on column magasin_candidat.besoin_main_oeuvre_national.annee is
'Année de l''enquête.';
comment on column magasin_candidat.besoin_main_oeuvre_national.code_metier is
'Métier : famille professionnelle de la DARES. Les nomenclatures 2009 et 2021 ne se comparent pas code à code.';
comment on column magasin_candidat.besoin_main_oeuvre_national.nom_metier is
'Nom du métier dans le fichier de l''enquête.';
comment on column magasin_candidat.besoin_main_oeuvre_national.nomenclature is
'FAP 2009 jusqu''en 2023, FAP 2021 depuis 2024.';
comment on column magasin_candidat.besoin_main_oeuvre_national.code_famille is
'Famille de l''enquête, une lettre (I : ouvriers des secteurs de l''industrie).';
comment on column magasin_candidat.besoin_main_oeuvre_national.nom_famille is
'Nom de la famille de l''enquête.';
comment on column magasin_candidat.besoin_main_oeuvre_national.code_fap_agrege is
'Famille professionnelle agrégée de la DARES (A0Z) ; vide si la liste de la DARES n''est pas chargée.';
comment on column magasin_candidat.besoin_main_oeuvre_national.libelle_fap_agrege is
'Nom de la famille professionnelle agrégée.';
comment on column magasin_candidat.besoin_main_oeuvre_national.projets_min is
'Projets de recrutement, borne basse : les valeurs publiées.';
comment on column magasin_candidat.besoin_main_oeuvre_national.projets_max is
'Projets de recrutement, borne haute : chaque valeur masquée vaut au plus le plus petit nombre publié cette année-là, moins un.';
comment on column magasin_candidat.besoin_main_oeuvre_national.difficiles_min is
'Projets jugés difficiles, borne basse.';
comment on column magasin_candidat.besoin_main_oeuvre_national.difficiles_max is
'Projets jugés difficiles, borne haute ; au plus les projets.';
comment on column magasin_candidat.besoin_main_oeuvre_national.saisonniers_min is
'Projets saisonniers, borne basse.';
comment on column magasin_candidat.besoin_main_oeuvre_national.saisonniers_max is
'Projets saisonniers, borne haute ; au plus les projets.';
comment on column magasin_candidat.besoin_main_oeuvre_national.nb_bassins is
'Lignes de l''enquête : bassins, un par département qu''ils touchent.';
comment on column magasin_candidat.besoin_main_oeuvre_national.nb_valeurs_masquees is
'Valeurs masquées, sur trois par ligne.';
