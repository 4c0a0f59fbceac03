-- Makes the candidate of a replay: the table as it stood when the first delivery was loaded that is folded anew, less
-- the versions that were over by then, which stay; and copies of what a load reads and writes beside it.
create table {candidat} (like {cible} including defaults including constraints including indexes);
-- Numbers come from the sequence of the table itself: what the candidate opens can stand beside what stays.
alter table {candidat} alter column id_version set default nextval(pg_get_serial_sequence({nom_cible}, 'id_version'));
insert into {candidat}
select v.*
from {cible} as v
where v.valide_de < {depuis} and (v.valide_a is null or v.valide_a >= {depuis});
update {candidat}
set
    valide_a = case when valide_a < {depuis} then valide_a end,
    id_livraison_fin = case when valide_a < {depuis} then id_livraison_fin end,
    confirmee_par = case when confirmee_par = any({suivantes}) then null else confirmee_par end
where valide_a is not null or confirmee_par is not null;

create table core_candidat.ligne (like quarantaine.ligne including defaults including constraints including indexes);
alter table core_candidat.ligne
alter column id_ligne set default nextval(pg_get_serial_sequence('quarantaine.ligne', 'id_ligne'));
insert into core_candidat.ligne
select q.*
from quarantaine.ligne as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
where l.operateur = {operateur} and l.livraison = {livraison} and q.id_livraison <> all({suivantes});
-- What a delivery to come had ended is open again.
update core_candidat.ligne
set statut = 'ouverte', corrigee_par = null, remplacee_par = null, reconnue_par = null, close_le = null
where statut in ('corrigee', 'remplacee', 'expiree') and coalesce(corrigee_par, remplacee_par) = any({suivantes});

create table core_candidat.signalement (like quarantaine.signalement including indexes);
create table core_candidat.resultat_regle (like journal.resultat_regle including indexes);

create table core_candidat.livraison as
select l.*
from journal.livraison as l
where l.operateur = {operateur} and l.livraison = {livraison};
alter table core_candidat.livraison add primary key (id_livraison);
update core_candidat.livraison
set statut = 'recue'
where id_livraison = any({suivantes});
