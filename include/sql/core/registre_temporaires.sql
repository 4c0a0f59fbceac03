-- Where COPY lays the register that is being loaded; gone at the end of the transaction.
create temporary table registre_lot (
    id_registre bigint not null,
    phase smallint,
    millesime text collate "C" not null,
    debut date,
    suivant_territoire date,
    suivant_perimetre date
) on commit drop;

create temporary table registre_bilan (
    ajoutees bigint not null,
    modifiees bigint not null,
    closes bigint not null
) on commit drop;

create temporary table nouveau_territoire (
    id_ti text collate "C", libelle text, pilote boolean, date_entree date
) on commit drop;

create temporary table nouveau_territoire_perimetre (
    id_ti text collate "C", type_maille text collate "C", code text collate "C", libelle text
) on commit drop;

create temporary table nouveau_epci (
    siren text collate "C",
    raison_sociale text,
    nature_juridique text collate "C",
    mode_financement text collate "C",
    code_departement text collate "C",
    nb_membres integer,
    population_totale integer,
    population_municipale integer
) on commit drop;

create temporary table nouveau_epci_commune (
    siren text collate "C",
    code_commune text collate "C",
    siren_commune text collate "C",
    nom_commune text,
    code_departement text collate "C",
    population_totale integer,
    population_municipale integer
) on commit drop;

create temporary table nouveau_commune (
    type_commune text collate "C",
    code_commune text collate "C",
    libelle text,
    code_departement text collate "C",
    code_region text collate "C",
    code_collectivite text collate "C",
    code_arrondissement text collate "C",
    code_canton text collate "C",
    code_parent text collate "C"
) on commit drop;
