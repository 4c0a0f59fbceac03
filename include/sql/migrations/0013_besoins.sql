-- Recruitment needs (BMO): the versioned table of the contract at version 1.0.0, written by territoires.contracts.ddl,
-- then frozen; whole states of a part of a table (a year); files that the platform fetches by itself.

create table core.pole_emploi_besoins_main_oeuvre (
    id_version bigint generated always as identity primary key,
    annee bigint not null,
    code_metier text collate "C" not null,
    nom_metier text collate "C",
    code_famille text collate "C" not null,
    nom_famille text collate "C",
    code_bassin text collate "C" not null,
    nom_bassin text collate "C",
    code_departement text collate "C" not null,
    nom_departement text collate "C",
    code_region text collate "C" not null,
    nom_region text collate "C",
    projets bigint,
    projets_difficiles bigint,
    projets_saisonniers bigint,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index pole_emploi_besoins_main_oeuvre_courant
on core.pole_emploi_besoins_main_oeuvre (annee, code_bassin, code_departement, code_metier)
where valide_a is null;
create index pole_emploi_besoins_main_oeuvre_livraison
on core.pole_emploi_besoins_main_oeuvre (id_livraison);
comment on table core.pole_emploi_besoins_main_oeuvre is
'Besoins en main-d''œuvre (BMO). Une ligne par année, bassin d''emploi, département et métier. Un bassin à cheval sur deux départements a une ligne dans chacun. Les métiers suivent la nomenclature FAP 2009 jusqu''à 2023, la FAP 2021 à partir de 2024 ; elles ne se comparent pas code à code.';
comment on column core.pole_emploi_besoins_main_oeuvre.id_version is
'Numéro de la version de la ligne.';
comment on column core.pole_emploi_besoins_main_oeuvre.annee is
'Année. Année de l''enquête, celle des recrutements envisagés.';
comment on column core.pole_emploi_besoins_main_oeuvre.code_metier is
'Code métier. Code de la famille professionnelle (FAP) de la DARES : FAP 2009 au niveau détaillé jusqu''à 2023, FAP 2021 à partir de 2024.';
comment on column core.pole_emploi_besoins_main_oeuvre.nom_metier is
'Nom du métier. Libellé du métier dans l''enquête ; le code fait foi en cas d''écart.';
comment on column core.pole_emploi_besoins_main_oeuvre.code_famille is
'Code de la famille de métiers. Lettre de la famille de métiers de l''enquête (A, C, I, O, S, T, V ou Z), propre à BMO ; un code de trois signes (M2Z, famille agrégée de la FAP 2009) est admis aussi.';
comment on column core.pole_emploi_besoins_main_oeuvre.nom_famille is
'Nom de la famille de métiers. Libellé de la famille de métiers.';
comment on column core.pole_emploi_besoins_main_oeuvre.code_bassin is
'Code du bassin d''emploi. Code du bassin d''emploi dans le découpage de France Travail de l''année, quatre chiffres. Le fichier le publie comme un nombre : les zéros de tête sont rétablis (101 est 0101).';
comment on column core.pole_emploi_besoins_main_oeuvre.nom_bassin is
'Nom du bassin d''emploi. Libellé du bassin d''emploi l''année de l''enquête.';
comment on column core.pole_emploi_besoins_main_oeuvre.code_departement is
'Code du département. Code du département (INSEE) de la part du bassin que décrit la ligne. Les zéros de tête sont rétablis.';
comment on column core.pole_emploi_besoins_main_oeuvre.nom_departement is
'Nom du département. Libellé du département.';
comment on column core.pole_emploi_besoins_main_oeuvre.code_region is
'Code de la région. Code de la région (INSEE) de l''année de l''enquête. Les zéros de tête sont rétablis.';
comment on column core.pole_emploi_besoins_main_oeuvre.nom_region is
'Nom de la région. Libellé de la région.';
comment on column core.pole_emploi_besoins_main_oeuvre.projets is
'Projets de recrutement. Nombre de projets de recrutement. « * » cache un nombre trop petit pour être publié : de 0 à 4 dans les fichiers connus, où le plus petit nombre publié est 5.';
comment on column core.pole_emploi_besoins_main_oeuvre.projets_difficiles is
'Projets jugés difficiles. Nombre de projets que l''employeur juge difficiles à pourvoir ; « * » cache un nombre trop petit pour être publié.';
comment on column core.pole_emploi_besoins_main_oeuvre.projets_saisonniers is
'Projets saisonniers. Nombre de projets liés à une activité saisonnière ; « * » cache un nombre trop petit pour être publié.';
comment on column core.pole_emploi_besoins_main_oeuvre.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.pole_emploi_besoins_main_oeuvre.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.pole_emploi_besoins_main_oeuvre.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.pole_emploi_besoins_main_oeuvre.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.pole_emploi_besoins_main_oeuvre.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.pole_emploi_besoins_main_oeuvre.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

alter table journal.livraison add perimetre text[];
comment on column journal.livraison.perimetre is
'Parties de la table dont parle le fichier (années), pour un type dont un fichier est l''état complet d''une partie ; vide pour les autres.';
create index livraison_perimetre on journal.livraison using gin (perimetre);

create table journal.telechargement (
    operateur text collate "C" not null,
    livraison text collate "C" not null,
    adresse text collate "C" not null,
    consultee_le timestamptz not null,
    statut text collate "C" not null check (statut in ('nouveau', 'inchange', 'erreur')),
    motif text,
    sha256 text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
    etag text,
    last_modified text,
    id_livraison bigint references journal.livraison (id_livraison),
    primary key (operateur, livraison, adresse)
);
comment on table journal.telechargement is
'Adresses publiques que la plateforme consulte pour un type de livraison, et ce que la dernière consultation a donné.';
comment on column journal.telechargement.operateur is 'Opérateur du contrat.';
comment on column journal.telechargement.livraison is 'Type de livraison.';
comment on column journal.telechargement.adresse is 'Adresse, telle que le réglage la donne.';
comment on column journal.telechargement.consultee_le is 'Dernière consultation.';
comment on column journal.telechargement.statut is
'Ce qu''elle a donné : nouveau (un contenu, devenu une livraison), inchange, erreur.';
comment on column journal.telechargement.motif is 'Cause de l''erreur.';
comment on column journal.telechargement.sha256 is 'Dernier contenu reçu, aux archives sous ce nom.';
comment on column journal.telechargement.etag is 'ETag de ce contenu, pour ne redemander que ce qui change.';
comment on column journal.telechargement.last_modified is 'Last-Modified de ce contenu.';
comment on column journal.telechargement.id_livraison is 'Dernière livraison qui en est née.';
