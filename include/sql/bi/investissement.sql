-- bi.investissement: one row for each current operation of Banque des Territoires, what bi.engagement says of it beside
-- what is its own. A territory that no list knows loses no row.
create table magasin_candidat.investissement as
select
    e.operateur,
    i.id_operation,
    e.cle_territoire,
    e.phase,
    e.id_ti,
    e.libelle_territoire,
    i.siren_beneficiaire,
    b.raison_sociale as beneficiaire,
    i.libelle,
    i.axe,
    i.domaine,
    i.nature,
    i.statut,
    e.compte_comme_engage,
    i.montant_engage_eur::numeric(16, 2) as montant_engage_eur,
    i.montant_decaisse_eur::numeric(16, 2) as montant_decaisse_eur,
    i.date_engagement,
    e.annee,
    i.date_fin_prevue,
    e.modifie_le as modifiee_le,
    e.premiere_version_le,
    e.nb_versions,
    e.id_livraison,
    e.ligne,
    e.nom_fichier
from core.banque_des_territoires_investissements as i
inner join magasin_candidat.engagement as e
    on e.operateur = 'banque_des_territoires' and i.id_operation = e.id_engagement
left join epci_connu as b on i.siren_beneficiaire = b.siren
where i.valide_a is null;

alter table magasin_candidat.investissement add primary key (operateur, id_operation);
create index on magasin_candidat.investissement (cle_territoire);
create index on magasin_candidat.investissement (annee, statut);

comment on table magasin_candidat.investissement is
'Opérations d''investissement dans leur état courant : une ligne par opération, avec le fichier et la ligne d''où elle vient.';
comment on column magasin_candidat.investissement.operateur is
'Opérateur qui a transmis l''opération.';
comment on column magasin_candidat.investissement.id_operation is
'Numéro donné à l''opération par l''opérateur ; il ne change pas.';
comment on column magasin_candidat.investissement.cle_territoire is
'Territoire de l''opération, clé de bi.territoire ; « inconnu » si la liste en vigueur à la date d''engagement ne l''a pas.';
comment on column magasin_candidat.investissement.phase is
'Phase du programme où se lit id_ti, d''après la date d''engagement : 1 (2018-2023), 2 (2023-2027) ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.investissement.id_ti is
'Identifiant du territoire tel que l''opérateur l''a transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.investissement.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.investissement.siren_beneficiaire is
'SIREN du bénéficiaire ; vide tant que la société de projet n''est pas immatriculée.';
comment on column magasin_candidat.investissement.beneficiaire is
'Nom du bénéficiaire s''il est un EPCI de la liste de la DGCL ; vide pour tout autre bénéficiaire.';
comment on column magasin_candidat.investissement.libelle is
'Intitulé public de l''opération.';
comment on column magasin_candidat.investissement.axe is
'Axe du programme : recruter, innover, attirer, simplifier.';
comment on column magasin_candidat.investissement.domaine is
'Domaine : formation, immobilier, foncier, friches, transports, numerique, energie, ingenierie.';
comment on column magasin_candidat.investissement.nature is
'Forme du concours : fonds_propres, pret, ingenierie, subvention.';
comment on column magasin_candidat.investissement.statut is
'Étape : identifie, instruit, engage, decaisse, solde, abandonne.';
comment on column magasin_candidat.investissement.compte_comme_engage is
'Vrai pour les statuts engage, decaisse et solde : les seuls comptés dans les montants engagés et décaissés des totaux.';
comment on column magasin_candidat.investissement.montant_engage_eur is
'Montant engagé, en euros, part des cofinanceurs exclue. Un total d''engagements ne garde que compte_comme_engage.';
comment on column magasin_candidat.investissement.montant_decaisse_eur is
'Somme versée depuis le début de l''opération, en euros ; vide si l''opérateur n''a rien indiqué.';
comment on column magasin_candidat.investissement.date_engagement is
'Date de la décision d''engagement, ou date prévue tant que l''opération n''est pas engagée.';
comment on column magasin_candidat.investissement.annee is
'Année de la date d''engagement.';
comment on column magasin_candidat.investissement.date_fin_prevue is
'Date d''achèvement prévue ; vide si elle n''est pas connue.';
comment on column magasin_candidat.investissement.modifiee_le is
'Dernier changement : chargement de la version courante de l''opération.';
comment on column magasin_candidat.investissement.premiere_version_le is
'Chargement de la première version de l''opération.';
comment on column magasin_candidat.investissement.nb_versions is
'Nombre de versions de l''opération depuis sa première transmission, la courante comprise.';
comment on column magasin_candidat.investissement.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.investissement.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column magasin_candidat.investissement.nom_fichier is
'Nom du fichier déposé par l''opérateur.';
