-- The register of occupations (ROME, France Travail): one more register, whose vintage is a version (v460).

alter table core.registre_version drop constraint registre_version_registre_check;
alter table core.registre_version
add constraint registre_version_registre_check check (registre in ('territoires', 'epci', 'communes', 'rome'));
alter table core.registre_version drop constraint registre_version_millesime_check;
alter table core.registre_version
add constraint registre_version_millesime_check check (millesime ~ '^([0-9]{4}(-[0-9]{2}-[0-9]{2})?|v[0-9]{3})$');
comment on column core.registre_version.registre is
'Référentiel : territoires (ANCT), epci (DGCL), communes (COG de l''INSEE) ou rome (métiers, France Travail).';
comment on column core.registre_version.millesime is
'Date (territoires), année (EPCI, communes) ou version (rome : v460) que décrit le contenu ; vide tant que le fichier n''est pas compris.';
comment on column core.registre_version.lignes is
'Nombre de lignes lues : territoires, communes membres, communes ou métiers.';
comment on column core.registre_version.lignes_closes is
'Lignes closes (territoires) ou retirées du millésime (EPCI, communes, rome).';
comment on column core.registre_en_vigueur.registre is 'Référentiel : territoires, epci, communes ou rome.';

create table core.rome (
    millesime text collate "C" not null check (millesime ~ '^v[0-9]{3}$'),
    code_rome text collate "C" not null check (code_rome ~ '^[A-N][0-9]{4}$'),
    libelle text not null,
    code_parent text collate "C" not null,
    code_fiche_metier text collate "C",
    code_ogr text collate "C",
    transition_ecologique text,
    transition_numerique boolean,
    transition_demographique boolean,
    emploi_reglemente boolean,
    emploi_cadre boolean,
    id_registre bigint not null references core.registre_version (id_registre),
    primary key (millesime, code_rome)
);
comment on table core.rome is
'Métiers du répertoire opérationnel des métiers et des emplois (ROME) de France Travail, par version.';
comment on column core.rome.millesime is 'Version du ROME, telle que le fichier la porte dans son nom (v460 : ROME 4.60).';
comment on column core.rome.code_rome is 'Code du métier : une lettre de A à N et quatre chiffres.';
comment on column core.rome.libelle is 'Nom du métier.';
comment on column core.rome.code_parent is
'Métier du ROME 3 auquel celui-ci se rattache ; lui-même s''il en était un.';
comment on column core.rome.code_fiche_metier is 'Numéro de la fiche métier de France Travail.';
comment on column core.rome.code_ogr is 'Numéro du métier dans l''arborescence du ROME.';
comment on column core.rome.transition_ecologique is
'Emploi vert, blanc, brun ou stratégique pour la transition écologique, dans les mots de France Travail.';
comment on column core.rome.transition_numerique is 'Métier de la transition numérique ; vide : non renseigné.';
comment on column core.rome.transition_demographique is 'Métier de la transition démographique ; vide : non renseigné.';
comment on column core.rome.emploi_reglemente is 'Métier réglementé ; vide : non renseigné.';
comment on column core.rome.emploi_cadre is 'Métier de cadre ; vide : non renseigné.';
comment on column core.rome.id_registre is 'Chargement qui a écrit la ligne.';
