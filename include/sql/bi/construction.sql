-- bi.construction: which build the reader sees, and of what instant.
create table magasin_candidat.construction as
select
    current_setting('territoires.id_construction')::bigint as id_construction,
    transaction_timestamp() as etat_au,
    (select max(l.recue_le) from journal.livraison as l) as derniere_livraison_recue_le;

alter table magasin_candidat.construction add primary key (id_construction);

comment on table magasin_candidat.construction is
'La construction que lisent toutes les vues de bi (une seule ligne) : l''état du programme à un instant.';
comment on column magasin_candidat.construction.id_construction is
'Numéro de la construction, tel que dans le journal.';
comment on column magasin_candidat.construction.etat_au is
'Instant de l''état : ce qui a été chargé après n''y est pas encore.';
comment on column magasin_candidat.construction.derniere_livraison_recue_le is
'Réception de la livraison la plus récente, tous opérateurs confondus ; vide s''il n''y en a aucune.';
