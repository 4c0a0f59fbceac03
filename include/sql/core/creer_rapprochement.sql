-- Which rows of this delivery answer which open rows of earlier ones, and what tells so; gone with the transaction.
create temporary table rapprochement (
    id_ligne bigint not null,
    ligne integer not null,
    par text collate "C" not null
) on commit drop;
