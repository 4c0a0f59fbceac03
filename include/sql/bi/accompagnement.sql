-- bi.accompagnement: one row for each current company and scheme of Bpifrance.
create table magasin_candidat.accompagnement as
select
    a.id_accompagnement,
    e.cle_territoire,
    e.phase,
    e.id_ti,
    e.libelle_territoire,
    a.siret,
    left(a.siret, 9) as siren,
    a.raison_sociale,
    a.dispositif,
    e.type_engagement,
    a.promotion,
    a.statut,
    e.statut as statut_commun,
    e.compte_comme_engage,
    a.montant_eur::numeric(16, 2) as montant_eur,
    a.date_debut,
    e.annee,
    a.date_fin,
    a.nb_recrutements_ecoles_ingenieurs,
    a.nb_recrutements_ecoles_commerce,
    e.recrutements as nb_recrutements,
    e.modifie_le,
    e.premiere_version_le,
    e.nb_versions,
    e.id_livraison,
    e.ligne,
    e.nom_fichier
from core.bpifrance_accompagnements as a
inner join magasin_candidat.engagement as e on e.operateur = 'bpifrance' and a.id_accompagnement = e.id_engagement
where a.valide_a is null;

alter table magasin_candidat.accompagnement add primary key (id_accompagnement);
create index on magasin_candidat.accompagnement (cle_territoire);

comment on table magasin_candidat.accompagnement is
'Accompagnements de Bpifrance dans leur état courant : une ligne par entreprise et par dispositif.';
comment on column magasin_candidat.accompagnement.id_accompagnement is
'Numéro donné à l''accompagnement par Bpifrance ; il ne change pas.';
comment on column magasin_candidat.accompagnement.cle_territoire is
'Territoire, clé de bi.territoire ; « inconnu » si la liste en vigueur à date_debut ne l''a pas.';
comment on column magasin_candidat.accompagnement.phase is
'Phase du programme où se lit id_ti, d''après date_debut : 1 (2018-2023), 2 (2023-2027) ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.accompagnement.id_ti is
'Identifiant du territoire tel que l''opérateur l''a transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.accompagnement.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.accompagnement.siret is
'Établissement accompagné (SIRET, 14 chiffres).';
comment on column magasin_candidat.accompagnement.siren is
'Entreprise à laquelle appartient l''établissement (SIREN, 9 chiffres).';
comment on column magasin_candidat.accompagnement.raison_sociale is
'Nom de l''entreprise, s''il est transmis.';
comment on column magasin_candidat.accompagnement.dispositif is
'Dispositif : accelerateur_pme, accelerateur_eti, accelerateur_industrie, diagnostic, pret, pret_vert, garantie, vte.';
comment on column magasin_candidat.accompagnement.type_engagement is
'Nature commune, comme dans bi.engagement : financement, accompagnement, recrutement.';
comment on column magasin_candidat.accompagnement.promotion is
'Promotion de l''accélérateur ; vide pour les autres dispositifs.';
comment on column magasin_candidat.accompagnement.statut is
'Étape dans les mots de Bpifrance.';
comment on column magasin_candidat.accompagnement.statut_commun is
'Étape commune, comme dans bi.engagement : identifie, en_cours, realise, abandonne.';
comment on column magasin_candidat.accompagnement.compte_comme_engage is
'Vrai pour les étapes communes en_cours et realise.';
comment on column magasin_candidat.accompagnement.montant_eur is
'Montant accordé, prêté ou garanti, en euros ; vide si le dispositif n''en a pas.';
comment on column magasin_candidat.accompagnement.date_debut is
'Début de l''accompagnement.';
comment on column magasin_candidat.accompagnement.annee is
'Année du début.';
comment on column magasin_candidat.accompagnement.date_fin is
'Fin de l''accompagnement ; vide si elle n''est pas connue.';
comment on column magasin_candidat.accompagnement.nb_recrutements_ecoles_ingenieurs is
'Diplômés d''écoles d''ingénieurs recrutés ; vide s''ils n''ont pas été comptés.';
comment on column magasin_candidat.accompagnement.nb_recrutements_ecoles_commerce is
'Diplômés d''écoles de commerce recrutés ; vide s''ils n''ont pas été comptés.';
comment on column magasin_candidat.accompagnement.nb_recrutements is
'Total des deux ; vide si aucun n''a été compté.';
comment on column magasin_candidat.accompagnement.modifie_le is
'Dernier changement : chargement de la version courante.';
comment on column magasin_candidat.accompagnement.premiere_version_le is
'Chargement de la première version.';
comment on column magasin_candidat.accompagnement.nb_versions is
'Nombre de versions depuis la première transmission, la courante comprise.';
comment on column magasin_candidat.accompagnement.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.accompagnement.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.accompagnement.nom_fichier is
'Nom du fichier transmis.';
