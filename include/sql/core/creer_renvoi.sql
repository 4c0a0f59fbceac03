-- References that rows of this delivery carry: the line of which earlier delivery each one corrects.
create temporary table renvoi (
    ligne integer not null,
    id_livraison bigint not null,
    ligne_origine integer not null
) on commit drop;
