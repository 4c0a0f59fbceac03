-- Registers fetched by the pipeline: territories of the programme, EPCI and their communes, communes of the COG.

create table core.registre_version (
    id_registre bigint generated always as identity primary key,
    registre text collate "C" not null check (registre in ('territoires', 'epci', 'communes')),
    phase smallint check (phase between 1 and 9),
    millesime text collate "C" check (millesime ~ '^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$'),
    source_url text collate "C" not null,
    nom_fichier text,
    sha256 text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
    taille_octets bigint check (taille_octets >= 0),
    etag text,
    last_modified text,
    recue_le timestamptz not null default clock_timestamp(),
    statut text collate "C" not null check (statut in ('recu', 'charge', 'inchange', 'refuse', 'echec')),
    message text,
    lignes integer,
    perimetres integer,
    lignes_ajoutees integer,
    lignes_modifiees integer,
    lignes_closes integer,
    regles jsonb not null default '[]',
    courant boolean not null default false,
    chargee_le timestamptz,
    check (statut <> 'charge' or (sha256 is not null and millesime is not null and lignes is not null)),
    check (not courant or statut = 'charge'),
    check (phase is null or registre = 'territoires')
);
comment on table core.registre_version is
'Journal des téléchargements des référentiels : une ligne par consultation d''une source, chargée ou non.';
comment on column core.registre_version.id_registre is 'Numéro de la consultation.';
comment on column core.registre_version.registre is 'Référentiel : territoires (ANCT), epci (DGCL) ou communes (COG de l''INSEE).';
comment on column core.registre_version.phase is 'Phase du programme (1 : 2018-2023, 2 : 2023-2027), pour les territoires seulement.';
comment on column core.registre_version.millesime is
'Date (territoires) ou année (EPCI, communes) que décrit le contenu ; vide tant que le fichier n''est pas compris.';
comment on column core.registre_version.source_url is 'Adresse configurée de la source.';
comment on column core.registre_version.nom_fichier is 'Nom du fichier à l''adresse finale, après redirections.';
comment on column core.registre_version.sha256 is 'Empreinte du contenu ; c''est aussi sa place dans les archives.';
comment on column core.registre_version.taille_octets is 'Taille du contenu, en octets.';
comment on column core.registre_version.etag is 'En-tête ETag de la réponse, renvoyé à la consultation suivante.';
comment on column core.registre_version.last_modified is 'En-tête Last-Modified de la réponse, renvoyé à la consultation suivante.';
comment on column core.registre_version.recue_le is 'Instant de la consultation.';
comment on column core.registre_version.statut is
'recu : archivé, pas encore chargé ; charge ; inchange ; refuse : incompris ou non valide ; echec : source injoignable.';
comment on column core.registre_version.message is 'Motif du refus ou de l''échec, avertissements d''un chargement.';
comment on column core.registre_version.lignes is 'Nombre de lignes lues : territoires, communes membres ou communes.';
comment on column core.registre_version.perimetres is
'Nombre de lignes de périmètre lues ; vide si la liste publiée ne décrit pas les périmètres.';
comment on column core.registre_version.lignes_ajoutees is 'Lignes ajoutées dans les tables du référentiel.';
comment on column core.registre_version.lignes_modifiees is 'Lignes dont le contenu a changé.';
comment on column core.registre_version.lignes_closes is 'Lignes closes (territoires) ou retirées du millésime (EPCI, communes).';
comment on column core.registre_version.regles is 'Résultat de chaque règle de contrôle, en nombre de lignes.';
comment on column core.registre_version.courant is
'Vrai pour le chargement qui fait foi pour ce référentiel, cette phase et ce millésime.';
comment on column core.registre_version.chargee_le is 'Instant du chargement.';
create unique index registre_version_courant
on core.registre_version (registre, coalesce(phase, 0::smallint), millesime) where courant;
create index registre_version_source on core.registre_version (registre, source_url, id_registre);

create view core.registre_en_vigueur as
select distinct on (registre, phase)
    registre,
    phase,
    millesime,
    id_registre,
    source_url,
    sha256,
    chargee_le,
    lignes
from core.registre_version
where courant
order by registre asc, phase asc, millesime desc;
comment on view core.registre_en_vigueur is 'Le millésime le plus récent de chaque référentiel (et de chaque phase).';
comment on column core.registre_en_vigueur.registre is 'Référentiel : territoires, epci ou communes.';
comment on column core.registre_en_vigueur.phase is 'Phase du programme, pour les territoires seulement.';
comment on column core.registre_en_vigueur.millesime is 'Millésime le plus récent.';
comment on column core.registre_en_vigueur.id_registre is 'Chargement qui fait foi.';
comment on column core.registre_en_vigueur.source_url is 'Adresse de la source.';
comment on column core.registre_en_vigueur.sha256 is 'Empreinte du fichier dans les archives.';
comment on column core.registre_en_vigueur.chargee_le is 'Instant du chargement.';
comment on column core.registre_en_vigueur.lignes is 'Nombre de lignes lues dans le fichier.';

create table core.territoire (
    phase smallint not null check (phase between 1 and 9),
    id_ti text collate "C" not null,
    libelle text not null,
    pilote boolean,
    date_entree date,
    valide_de date not null,
    valide_a date check (valide_a > valide_de),
    id_registre bigint not null references core.registre_version (id_registre),
    id_registre_fin bigint references core.registre_version (id_registre),
    primary key (phase, id_ti, valide_de)
);
comment on table core.territoire is
'Territoires d''industrie, historisés par date de publication. La clé est (phase, id_ti) : les codes sont réemployés.';
comment on column core.territoire.phase is 'Phase du programme : 1 (2018-2023) ou 2 (2023-2027).';
comment on column core.territoire.id_ti is 'Code du territoire dans la phase, tel que publié par l''ANCT (ti-0101).';
comment on column core.territoire.libelle is 'Nom du territoire.';
comment on column core.territoire.pilote is 'Territoire pilote ; vide : la liste publiée ne le dit pas.';
comment on column core.territoire.date_entree is 'Date d''entrée dans le programme ; vide : la liste publiée ne la dit pas.';
comment on column core.territoire.valide_de is 'Date de la première publication qui donne cet état.';
comment on column core.territoire.valide_a is 'Date (exclue) de la publication qui le remplace ; vide : état courant.';
comment on column core.territoire.id_registre is 'Publication dont l''état provient.';
comment on column core.territoire.id_registre_fin is 'Publication qui a mis fin à cet état.';
create unique index territoire_courant on core.territoire (phase, id_ti) where valide_a is null;

create table core.territoire_perimetre (
    phase smallint not null check (phase between 1 and 9),
    id_ti text collate "C" not null,
    type_maille text collate "C" not null check (type_maille in ('epci', 'commune')),
    code text collate "C" not null,
    libelle text not null,
    valide_de date not null,
    valide_a date check (valide_a > valide_de),
    id_registre bigint not null references core.registre_version (id_registre),
    id_registre_fin bigint references core.registre_version (id_registre),
    primary key (phase, id_ti, type_maille, code, valide_de)
);
comment on table core.territoire_perimetre is
'Intercommunalités ou communes dont chaque territoire est formé, historisées par date de publication.';
comment on column core.territoire_perimetre.phase is 'Phase du programme.';
comment on column core.territoire_perimetre.id_ti is 'Code du territoire dans la phase.';
comment on column core.territoire_perimetre.type_maille is 'epci (SIREN d''un EPCI ou d''un EPT du Grand Paris) ou commune (code COG).';
comment on column core.territoire_perimetre.code is 'SIREN à 9 chiffres ou code de commune à 5 caractères.';
comment on column core.territoire_perimetre.libelle is 'Nom tel que la liste le donne.';
comment on column core.territoire_perimetre.valide_de is 'Date de la première publication qui donne cet état.';
comment on column core.territoire_perimetre.valide_a is 'Date (exclue) de la publication qui y met fin ; vide : périmètre courant.';
comment on column core.territoire_perimetre.id_registre is 'Publication dont l''état provient.';
comment on column core.territoire_perimetre.id_registre_fin is 'Publication qui a mis fin à cet état.';
create unique index territoire_perimetre_courant
on core.territoire_perimetre (phase, id_ti, type_maille, code) where valide_a is null;

create table core.epci (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    siren text collate "C" not null check (siren ~ '^[0-9]{9}$'),
    raison_sociale text not null,
    nature_juridique text collate "C",
    mode_financement text collate "C",
    code_departement text collate "C",
    nb_membres integer not null,
    population_totale integer,
    population_municipale integer,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, siren)
);
comment on table core.epci is 'EPCI à fiscalité propre au 1er janvier de chaque millésime (DGCL) ; les EPT du Grand Paris n''y sont pas.';
comment on column core.epci.millesime is 'Année de la liste.';
comment on column core.epci.siren is 'SIREN de l''EPCI.';
comment on column core.epci.raison_sociale is 'Nom de l''EPCI.';
comment on column core.epci.nature_juridique is 'CC, CA, CU, METRO (métropole) ou MET69 (métropole de Lyon).';
comment on column core.epci.mode_financement is 'Mode de financement (FPU : fiscalité professionnelle unique ; FA : fiscalité additionnelle).';
comment on column core.epci.code_departement is 'Département du siège.';
comment on column core.epci.nb_membres is 'Nombre de communes membres annoncé.';
comment on column core.epci.population_totale is 'Population totale, en habitants.';
comment on column core.epci.population_municipale is 'Population municipale, en habitants.';
comment on column core.epci.id_registre is 'Chargement qui a écrit la ligne.';

create table core.epci_commune (
    millesime text collate "C" not null,
    siren text collate "C" not null,
    code_commune text collate "C" not null,
    siren_commune text collate "C",
    nom_commune text not null,
    code_departement text collate "C",
    population_totale integer,
    population_municipale integer,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_commune),
    -- Deferred: an EPCI may go before its communes are moved, within one load.
    foreign key (millesime, siren) references core.epci (millesime, siren) deferrable initially deferred
);
comment on table core.epci_commune is 'Communes membres de chaque EPCI à fiscalité propre, par millésime (DGCL).';
comment on column core.epci_commune.millesime is 'Année de la liste.';
comment on column core.epci_commune.siren is 'SIREN de l''EPCI.';
comment on column core.epci_commune.code_commune is 'Code de la commune au COG de l''année.';
comment on column core.epci_commune.siren_commune is 'SIREN de la commune.';
comment on column core.epci_commune.nom_commune is 'Nom de la commune.';
comment on column core.epci_commune.code_departement is 'Département de la commune.';
comment on column core.epci_commune.population_totale is 'Population totale, en habitants.';
comment on column core.epci_commune.population_municipale is 'Population municipale, en habitants.';
comment on column core.epci_commune.id_registre is 'Chargement qui a écrit la ligne.';
create index epci_commune_siren on core.epci_commune (millesime, siren);

create table core.commune (
    millesime text collate "C" not null check (millesime ~ '^[0-9]{4}$'),
    type_commune text collate "C" not null check (type_commune in ('COM', 'ARM', 'COMD', 'COMA')),
    code_commune text collate "C" not null,
    libelle text not null,
    code_departement text collate "C",
    code_region text collate "C",
    code_collectivite text collate "C",
    code_arrondissement text collate "C",
    code_canton text collate "C",
    code_parent text collate "C",
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, type_commune, code_commune)
);
comment on table core.commune is 'Communes du code officiel géographique de l''INSEE au 1er janvier de chaque millésime.';
comment on column core.commune.millesime is 'Année du COG.';
comment on column core.commune.type_commune is 'COM : commune ; ARM : arrondissement municipal ; COMD : commune déléguée ; COMA : commune associée.';
comment on column core.commune.code_commune is 'Code à 5 caractères ; unique avec le type (une commune nouvelle partage le sien).';
comment on column core.commune.libelle is 'Nom de la commune, article compris.';
comment on column core.commune.code_departement is 'Département ; vide, comme à la source, pour COMD et COMA.';
comment on column core.commune.code_region is 'Région ; vide, comme à la source, pour COMD et COMA.';
comment on column core.commune.code_collectivite is 'Collectivité territoriale aux compétences départementales (CTCD).';
comment on column core.commune.code_arrondissement is 'Arrondissement.';
comment on column core.commune.code_canton is 'Canton.';
comment on column core.commune.code_parent is 'Commune dont dépendent un arrondissement municipal, une commune déléguée ou associée.';
comment on column core.commune.id_registre is 'Chargement qui a écrit la ligne.';
