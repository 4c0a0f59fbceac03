-- Registers by vintage: the code officiel géographique and its movements, departments, regions, populations, employment
-- areas, professional families.

alter table core.registre_version drop constraint registre_version_registre_check;
alter table core.registre_version
add constraint registre_version_registre_check check (
    registre in (
        'territoires', 'epci', 'ept', 'communes', 'mouvements', 'passage', 'departements', 'regions', 'populations',
        'outremer', 'bassins', 'rome', 'fap'
    )
);
comment on column core.registre_version.registre is
'Référentiel : territoires (ANCT), epci (DGCL), ept, communes, mouvements, passage, departements, regions, populations, outremer (INSEE), bassins, rome (France Travail) ou fap (DARES).';
comment on column core.registre_version.millesime is
'Date (territoires), version (rome : v460) ou année (les autres) que décrit le contenu ; vide tant que le fichier n''est pas compris.';
comment on column core.registre_version.lignes is 'Nombre de lignes lues dans le fichier.';
comment on column core.registre_version.lignes_closes is
'Lignes closes (territoires) ou retirées du millésime (les autres).';
comment on column core.registre_en_vigueur.registre is 'Référentiel, par le nom que lui donne core.registre_version.';

create table core.ept (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    siren text collate "C" not null check (siren ~ '^[0-9]{9}$'),
    libelle text not null,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, siren)
);
comment on table core.ept is
'Établissements publics territoriaux du Grand Paris au 1er janvier de chaque millésime (INSEE).';
comment on column core.ept.millesime is 'Année de la liste.';
comment on column core.ept.siren is 'SIREN de l''EPT.';
comment on column core.ept.libelle is 'Nom de l''EPT.';
comment on column core.ept.id_registre is 'Chargement qui a écrit la ligne.';

create table core.ept_commune (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_commune text collate "C" not null,
    siren text collate "C" not null check (siren ~ '^[0-9]{9}$'),
    nom_commune text not null,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_commune)
);
comment on table core.ept_commune is
'Communes de chaque EPT ; chacune est aussi membre de la métropole du Grand Paris (core.epci_commune).';
comment on column core.ept_commune.millesime is 'Année de la liste.';
comment on column core.ept_commune.code_commune is 'Code de la commune, à la géographie du millésime.';
comment on column core.ept_commune.siren is 'SIREN de l''EPT.';
comment on column core.ept_commune.nom_commune is 'Nom de la commune.';
comment on column core.ept_commune.id_registre is 'Chargement qui a écrit la ligne.';
create index ept_commune_siren on core.ept_commune (millesime, siren);

create table core.mouvement_commune (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    date_effet date not null,
    modalite text collate "C" not null,
    type_avant text collate "C" not null,
    code_avant text collate "C" not null,
    libelle_avant text not null,
    type_apres text collate "C" not null,
    code_apres text collate "C" not null,
    libelle_apres text not null,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, date_effet, modalite, type_avant, code_avant, type_apres, code_apres)
);
comment on table core.mouvement_commune is
'Mouvements des communes depuis 1943 (INSEE) : fusions, scissions, changements de code, de nom ou de département. Chaque millésime les redit tous.';
comment on column core.mouvement_commune.millesime is 'Année de la liste.';
comment on column core.mouvement_commune.date_effet is 'Jour où le mouvement prend effet.';
comment on column core.mouvement_commune.modalite is 'Modalité de l''INSEE : 10 nom, 20 création, 21 rétablissement, 30 suppression, 31 fusion simple, 32 commune nouvelle, 33 fusion association, 34 passage d''associée à déléguée, 35 suppression d''associées ou de déléguées, 41 changement de code pour changement de département, 50 changement de code pour transfert de chef-lieu, 70 associée devenue déléguée.';
comment on column core.mouvement_commune.type_avant is 'Type de commune avant : COM, COMA, COMD, ARM.';
comment on column core.mouvement_commune.code_avant is 'Code avant.';
comment on column core.mouvement_commune.libelle_avant is 'Nom avant.';
comment on column core.mouvement_commune.type_apres is 'Type de commune après.';
comment on column core.mouvement_commune.code_apres is 'Code après.';
comment on column core.mouvement_commune.libelle_apres is 'Nom après.';
comment on column core.mouvement_commune.id_registre is 'Chargement qui a écrit la ligne.';

create table core.passage_commune (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_ancien text collate "C" not null,
    code_courant text collate "C" not null,
    annee_de smallint,
    annee_a smallint,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_ancien, code_courant)
);
comment on table core.passage_commune is
'Table de passage annuelle (INSEE) : le code qu''un code ancien a pris dans la géographie du millésime.';
comment on column core.passage_commune.millesime is 'Année de la liste.';
comment on column core.passage_commune.code_ancien is 'Code de commune dune année antérieure, ou du millésime.';
comment on column core.passage_commune.code_courant is 'Code dans la géographie du millésime.';
comment on column core.passage_commune.annee_de is 'Première année où la table connaît le code ancien ; vide si elle ne dit pas d''année.';
comment on column core.passage_commune.annee_a is 'Dernière année où la table le connaît ; vide si elle ne dit pas d''année.';
comment on column core.passage_commune.id_registre is 'Chargement qui a écrit la ligne.';

create table core.departement (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_departement text collate "C" not null,
    code_region text collate "C" not null,
    chef_lieu text collate "C",
    libelle text not null,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_departement)
);
comment on table core.departement is
'Départements du code officiel géographique (INSEE).';
comment on column core.departement.millesime is 'Année de la liste.';
comment on column core.departement.code_departement is 'Code du département (01, 2A, 971).';
comment on column core.departement.code_region is 'Code de sa région.';
comment on column core.departement.chef_lieu is 'Commune chef-lieu.';
comment on column core.departement.libelle is 'Nom, article compris.';
comment on column core.departement.id_registre is 'Chargement qui a écrit la ligne.';

create table core.region (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_region text collate "C" not null,
    chef_lieu text collate "C",
    libelle text not null,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_region)
);
comment on table core.region is
'Régions du code officiel géographique (INSEE).';
comment on column core.region.millesime is 'Année de la liste.';
comment on column core.region.code_region is 'Code de la région.';
comment on column core.region.chef_lieu is 'Commune chef-lieu.';
comment on column core.region.libelle is 'Nom, article compris.';
comment on column core.region.id_registre is 'Chargement qui a écrit la ligne.';

create table core.population_commune (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_commune text collate "C" not null,
    municipale integer not null check (municipale >= 0),
    comptee_a_part integer,
    totale integer,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_commune)
);
comment on table core.population_commune is
'Populations de référence des communes, par année d''entrée en vigueur (INSEE) : celles de 2022 viennent du recensement de milieu 2019.';
comment on column core.population_commune.millesime is 'Année de la liste.';
comment on column core.population_commune.code_commune is 'Code de la commune.';
comment on column core.population_commune.municipale is 'Population municipale, en habitants.';
comment on column core.population_commune.comptee_a_part is 'Population comptée à part, en habitants.';
comment on column core.population_commune.totale is 'Population totale, en habitants.';
comment on column core.population_commune.id_registre is 'Chargement qui a écrit la ligne.';

create table core.commune_outremer (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_commune text collate "C" not null,
    libelle text not null,
    code_collectivite text collate "C" not null,
    libelle_collectivite text not null,
    code_postal text collate "C",
    population integer,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_commune)
);
comment on table core.commune_outremer is
'Communes et circonscriptions des collectivités d''outre-mer, qui ne sont dans aucun département (INSEE).';
comment on column core.commune_outremer.millesime is 'Année de la liste.';
comment on column core.commune_outremer.code_commune is 'Code à 5 caractères (97701).';
comment on column core.commune_outremer.libelle is 'Nom.';
comment on column core.commune_outremer.code_collectivite is 'Collectivité (975, 977, 978, 986, 987, 988…).';
comment on column core.commune_outremer.libelle_collectivite is 'Nom de la collectivité.';
comment on column core.commune_outremer.code_postal is 'Code postal ; vide si la liste ne le dit pas.';
comment on column core.commune_outremer.population is 'Population, en habitants ; vide si la liste ne la dit pas.';
comment on column core.commune_outremer.id_registre is 'Chargement qui a écrit la ligne.';

create table core.bassin (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_bassin text collate "C" not null check (code_bassin ~ '^[0-9]{4}$'),
    libelle text not null,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_bassin)
);
comment on table core.bassin is
'Bassins d''emploi de France Travail.';
comment on column core.bassin.millesime is 'Année de la liste.';
comment on column core.bassin.code_bassin is 'Code à quatre chiffres.';
comment on column core.bassin.libelle is 'Nom, tel que la liste le donne.';
comment on column core.bassin.id_registre is 'Chargement qui a écrit la ligne.';

create table core.bassin_commune (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    code_commune text collate "C" not null,
    code_bassin text collate "C" not null check (code_bassin ~ '^[0-9]{4}$'),
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_commune)
);
comment on table core.bassin_commune is
'Communes de chaque bassin d''emploi ; une liste peut citer aussi des communes disparues et des arrondissements municipaux.';
comment on column core.bassin_commune.millesime is 'Année de la liste.';
comment on column core.bassin_commune.code_commune is 'Code de la commune.';
comment on column core.bassin_commune.code_bassin is 'Bassin.';
comment on column core.bassin_commune.id_registre is 'Chargement qui a écrit la ligne.';
create index bassin_commune_bassin on core.bassin_commune (millesime, code_bassin);

create table core.fap (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    niveau text collate "C" not null check (niveau in ('domaine', 'agrege', 'metier', 'detaille')),
    code_fap text collate "C" not null,
    libelle text not null,
    code_parent text collate "C",
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, niveau, code_fap)
);
comment on table core.fap is
'Familles professionnelles de la DARES ; le millésime est la nomenclature : 2009 (BMO jusqu''en 2023) ou 2021 (depuis 2024).';
comment on column core.fap.millesime is 'Année de la liste.';
comment on column core.fap.niveau is 'domaine (22), agrege (86 ou 87), metier (225 en 2009, 228 en 2021), detaille (341, en 2021 seulement).';
comment on column core.fap.code_fap is 'Code : A, A0Z, A0Z40 ; en 2021 aussi A0X41a.';
comment on column core.fap.libelle is 'Nom.';
comment on column core.fap.code_parent is 'Code du niveau au-dessus ; vide pour un domaine.';
comment on column core.fap.id_registre is 'Chargement qui a écrit la ligne.';
