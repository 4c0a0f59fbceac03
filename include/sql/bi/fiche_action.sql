-- bi.fiche_action: one row for each current action sheet, at the territory of its contract. A sheet whose contract is
-- not known yet loses no row.
create table magasin_candidat.fiche_action as
select
    f.id_fiche,
    f.id_contrat,
    c.id_contrat is not null as contrat_connu,
    coalesce(c.cle_territoire, 'inconnu') as cle_territoire,
    coalesce(c.phase, 0::smallint) as phase,
    coalesce(c.libelle_territoire, 'Territoire inconnu') as libelle_territoire,
    c.statut as statut_contrat,
    f.axe,
    f.intitule,
    f.maitre_ouvrage,
    f.partenaires,
    f.budget_eur::numeric(16, 2) as budget_eur,
    f.financeurs,
    f.echeance,
    f.statut,
    f.valide_de as modifie_le,
    f.id_livraison,
    f.ligne,
    l.nom_fichier
from core.programme_fiches_actions as f
left join magasin_candidat.contrat as c on f.id_contrat = c.id_contrat
left join journal.livraison as l on f.id_livraison = l.id_livraison
where f.valide_a is null;

alter table magasin_candidat.fiche_action add primary key (id_fiche);
create index on magasin_candidat.fiche_action (cle_territoire);
create index on magasin_candidat.fiche_action (id_contrat);

comment on table magasin_candidat.fiche_action is
'Fiches-actions des contrats de territoire dans leur état courant : une ligne par fiche.';
comment on column magasin_candidat.fiche_action.id_fiche is
'Numéro de la fiche ; il ne change pas.';
comment on column magasin_candidat.fiche_action.id_contrat is
'Contrat dont la fiche fait partie, clé de bi.contrat si contrat_connu.';
comment on column magasin_candidat.fiche_action.contrat_connu is
'Vrai si le contrat a été transmis ; faux : la fiche est rattachée au territoire « inconnu » en attendant.';
comment on column magasin_candidat.fiche_action.cle_territoire is
'Territoire du contrat, clé de bi.territoire ; « inconnu » si le contrat ou son territoire ne sont pas connus.';
comment on column magasin_candidat.fiche_action.phase is
'Phase du programme où se lit le territoire du contrat ; 0 s''il est inconnu.';
comment on column magasin_candidat.fiche_action.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.fiche_action.statut_contrat is
'Étape du contrat : projet, protocole, signe, avenant, clos ; vide si le contrat n''est pas connu.';
comment on column magasin_candidat.fiche_action.axe is
'Axe du programme : recruter, innover, attirer, simplifier.';
comment on column magasin_candidat.fiche_action.intitule is
'Intitulé de l''action.';
comment on column magasin_candidat.fiche_action.maitre_ouvrage is
'Organisme qui mène l''action ; un organisme et non une personne.';
comment on column magasin_candidat.fiche_action.partenaires is
'Organismes partenaires ; des organismes et non des personnes.';
comment on column magasin_candidat.fiche_action.budget_eur is
'Budget de l''action, tous financeurs ensemble, en euros ; vide s''il n''est pas connu.';
comment on column magasin_candidat.fiche_action.financeurs is
'Organismes qui financent l''action.';
comment on column magasin_candidat.fiche_action.echeance is
'Date à laquelle l''action doit être achevée ; vide si elle n''est pas connue.';
comment on column magasin_candidat.fiche_action.statut is
'Étape de l''action : prevue, en_cours, realisee, abandonnee.';
comment on column magasin_candidat.fiche_action.modifie_le is
'Dernier changement : chargement de la version courante.';
comment on column magasin_candidat.fiche_action.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.fiche_action.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.fiche_action.nom_fichier is
'Nom du fichier transmis.';
