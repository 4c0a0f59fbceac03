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
