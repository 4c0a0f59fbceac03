-- The loop of corrections: what a file mends of earlier ones, and how each refused row ended.

alter table journal.livraison add complement boolean not null default false;
comment on column journal.livraison.complement is
'Vrai si le fichier ne contient que des lignes refusées que nous avions rendues : il complète une livraison, il ne donne pas d''état complet.';

create table journal.correction (
    id_livraison bigint not null references journal.livraison (id_livraison),
    id_livraison_corrigee bigint not null references journal.livraison (id_livraison),
    lignes_corrigees integer not null check (lignes_corrigees >= 0),
    lignes_reprises integer not null check (lignes_reprises >= 0),
    reconnue_par text collate "C" not null check (reconnue_par in ('reference', 'cle', 'nom', 'contenu')),
    primary key (id_livraison, id_livraison_corrigee),
    check (id_livraison_corrigee < id_livraison)
);
comment on table journal.correction is
'Livraison qui en corrige une autre, plus ancienne ; un même fichier peut en corriger plusieurs.';
comment on column journal.correction.lignes_corrigees is 'Lignes refusées de l''ancienne que la nouvelle a chargées.';
comment on column journal.correction.lignes_reprises is
'Lignes refusées de l''ancienne qui sont encore refusées dans la nouvelle, où elles attendent désormais.';
comment on column journal.correction.reconnue_par is
'Ce qui a fait reconnaître la correction : notre référence dans le fichier, la clé métier, le nom du fichier, les autres cellules de la ligne.';
create index correction_corrigee on journal.correction (id_livraison_corrigee);

alter table quarantaine.ligne
add remplacee_par bigint references journal.livraison (id_livraison),
add reconnue_par text collate "C" check (reconnue_par in ('reference', 'cle', 'nom', 'contenu')),
add levee_par text,
add levee_motif text,
add levee_run text;
comment on column quarantaine.ligne.statut is
'ouverte : attend sa correction ; corrigee : une livraison l''a chargée ; remplacee : refusée de nouveau, elle attend dans une livraison plus récente ; levee : un ingénieur y a renoncé, avec un motif ; expiree : un état complet plus récent l''a rendue sans objet, ou le délai est passé.';
comment on column quarantaine.ligne.corrigee_par is 'Livraison qui a chargé la ligne corrigée.';
comment on column quarantaine.ligne.remplacee_par is
'Livraison plus récente où la ligne est encore refusée (remplacee), ou dont l''état complet l''a rendue sans objet (expiree).';
comment on column quarantaine.ligne.reconnue_par is
'Ce qui a fait reconnaître la suite donnée à la ligne : reference, cle, nom ou contenu.';
comment on column quarantaine.ligne.levee_par is 'Ingénieur qui a levé la ligne.';
comment on column quarantaine.ligne.levee_motif is 'Pourquoi il l''a levée.';
comment on column quarantaine.ligne.levee_run is 'Exécution qui l''a levée : une reprise ne lève rien deux fois.';

-- Before this migration an engineer lifted rows by hand, and nothing said who or why.
update quarantaine.ligne
set levee_par = 'inconnu', levee_motif = 'levée à la main avant que le motif soit demandé'
where statut = 'levee';

alter table quarantaine.ligne
drop constraint ligne_statut_check,
add constraint ligne_statut_check check (statut in ('ouverte', 'corrigee', 'remplacee', 'levee', 'expiree')),
add constraint ligne_close_check check ((statut = 'ouverte') = (close_le is null)),
add constraint ligne_corrigee_check check (statut <> 'corrigee' or corrigee_par is not null),
add constraint ligne_remplacee_check check (statut <> 'remplacee' or remplacee_par is not null),
add constraint ligne_levee_check check (statut <> 'levee' or (levee_par is not null and levee_motif is not null));
create index ligne_remplacee_par on quarantaine.ligne (remplacee_par);
create index ligne_ouverte_livraison on quarantaine.ligne (id_livraison) where statut = 'ouverte';

-- A held delivery is decided by a person within its contract's delay, or rejected by itself.
alter table journal.livraison
add en_attente_depuis timestamptz,
add a_decider_avant timestamptz;
comment on column journal.livraison.en_attente_depuis is 'Quand un plafond a mis la livraison en attente, la dernière fois.';
comment on column journal.livraison.a_decider_avant is
'Terme de l''attente : sans décision d''un ingénieur, la livraison est alors rejetée d''elle-même (delai_decision).';
comment on column journal.livraison.decision_par is
'Ingénieur qui a décidé ; vide si personne ne l''a fait dans le délai.';
update journal.livraison
set en_attente_depuis = coalesce(repondue_le, recue_le), a_decider_avant = now() + interval '7 days'
where statut = 'en_attente';
