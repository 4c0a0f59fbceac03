-- The versioned tables of the three contracts as they stood at version 1.0.0; written by territoires.contracts.ddl,
-- then frozen: a later change of contract is a later migration.

create table core.banque_des_territoires_investissements (
    id_version bigint generated always as identity primary key,
    id_operation text collate "C" not null,
    id_ti text collate "C" not null,
    siren_beneficiaire text collate "C",
    libelle text collate "C" not null,
    axe text collate "C" not null,
    domaine text collate "C" not null,
    nature text collate "C" not null,
    montant_engage_eur numeric(16, 2) not null,
    montant_decaisse_eur numeric(16, 2),
    date_engagement date not null,
    date_fin_prevue date,
    statut text collate "C" not null,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index banque_des_territoires_investissements_courant
on core.banque_des_territoires_investissements (id_operation)
where valide_a is null;
create index banque_des_territoires_investissements_livraison
on core.banque_des_territoires_investissements (id_livraison);
comment on table core.banque_des_territoires_investissements is
'Investissements de la Banque des Territoires. Une ligne par opération. Une opération déjà transmise est mise à jour quand elle est transmise de nouveau.';
comment on column core.banque_des_territoires_investissements.id_version is
'Numéro de la version de la ligne.';
comment on column core.banque_des_territoires_investissements.id_operation is
'Identifiant de l''opération. Numéro attribué par la Banque des Territoires lors de l''identification de l''opération ; il ne change plus ensuite et ne sert jamais deux fois.';
comment on column core.banque_des_territoires_investissements.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date d''engagement.';
comment on column core.banque_des_territoires_investissements.siren_beneficiaire is
'SIREN du bénéficiaire. Numéro SIREN (neuf chiffres) de l''entreprise, de la collectivité ou de la société de projet qui reçoit les fonds. À laisser vide tant que la société de projet n''est pas immatriculée.';
comment on column core.banque_des_territoires_investissements.libelle is
'Libellé de l''opération. Intitulé court et public de l''opération, tel qu''il peut figurer dans un tableau de bord.';
comment on column core.banque_des_territoires_investissements.axe is
'Axe du programme. Axe du programme Territoires d''industrie auquel l''opération contribue le plus.';
comment on column core.banque_des_territoires_investissements.domaine is
'Domaine d''intervention. Domaine auquel se rattache l''objet principal de l''opération.';
comment on column core.banque_des_territoires_investissements.nature is
'Nature du concours. Forme sous laquelle la Banque des Territoires intervient.';
comment on column core.banque_des_territoires_investissements.montant_engage_eur is
'Montant engagé (€). Montant que la Banque des Territoires s''est engagée à apporter à l''opération, en euros et non en milliers d''euros, sans la part des cofinanceurs. Zéro tant que l''opération n''est qu''identifiée ou instruite.';
comment on column core.banque_des_territoires_investissements.montant_decaisse_eur is
'Montant décaissé (€). Somme versée depuis le début de l''opération, en euros. À laisser vide tant que rien n''a été versé ; à renseigner dès que l''opération est décaissée ou soldée.';
comment on column core.banque_des_territoires_investissements.date_engagement is
'Date d''engagement. Date de la décision du comité d''engagement, ou date prévue de cette décision tant que l''opération n''est pas engagée. Le programme a été annoncé le 22 novembre 2018 : aucune opération ne peut être antérieure.';
comment on column core.banque_des_territoires_investissements.date_fin_prevue is
'Date de fin prévue. Date à laquelle l''opération doit être achevée, selon la dernière prévision connue.';
comment on column core.banque_des_territoires_investissements.statut is
'Statut de l''opération. Étape atteinte par l''opération : identifie (repérée), instruit (à l''étude), engage (décision prise), decaisse (au moins un versement), solde (terminée et entièrement versée), abandonne.';
comment on column core.banque_des_territoires_investissements.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.banque_des_territoires_investissements.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.banque_des_territoires_investissements.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.banque_des_territoires_investissements.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.banque_des_territoires_investissements.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.banque_des_territoires_investissements.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.banque_des_territoires_referents (
    id_version bigint generated always as identity primary key,
    id_ti text collate "C" not null,
    nom text collate "C" not null,
    prenom text collate "C" not null,
    fonction text collate "C",
    email_professionnel text collate "C" not null,
    telephone_professionnel text collate "C",
    date_debut date not null,
    date_fin date,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index banque_des_territoires_referents_courant
on core.banque_des_territoires_referents (id_ti, date_debut)
where valide_a is null;
create index banque_des_territoires_referents_livraison
on core.banque_des_territoires_referents (id_livraison);
comment on table core.banque_des_territoires_referents is
'Référents de la Banque des Territoires. Une ligne par territoire et par période. Le fichier donne à chaque envoi la liste entière : un référent qui n''y figure plus est considéré comme retiré.';
comment on column core.banque_des_territoires_referents.id_version is
'Numéro de la version de la ligne.';
comment on column core.banque_des_territoires_referents.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de début.';
comment on column core.banque_des_territoires_referents.nom is
'Nom. Nom de famille du référent. Donnée personnelle : contact professionnel.';
comment on column core.banque_des_territoires_referents.prenom is
'Prénom. Prénom du référent. Donnée personnelle : contact professionnel.';
comment on column core.banque_des_territoires_referents.fonction is
'Fonction. Fonction du référent au sein de la Banque des Territoires. Donnée personnelle : contact professionnel.';
comment on column core.banque_des_territoires_referents.email_professionnel is
'Adresse électronique professionnelle. Adresse électronique professionnelle du référent, jamais une adresse privée. Donnée personnelle : contact professionnel.';
comment on column core.banque_des_territoires_referents.telephone_professionnel is
'Téléphone professionnel. Numéro de téléphone professionnel du référent, à dix chiffres ou précédé de l''indicatif international. Colonne facultative. Donnée personnelle : contact professionnel.';
comment on column core.banque_des_territoires_referents.date_debut is
'Date de début. Premier jour où cette personne est le référent du territoire.';
comment on column core.banque_des_territoires_referents.date_fin is
'Date de fin. Dernier jour où cette personne est le référent du territoire ; vide tant qu''elle l''est encore.';
comment on column core.banque_des_territoires_referents.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.banque_des_territoires_referents.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.banque_des_territoires_referents.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.banque_des_territoires_referents.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.banque_des_territoires_referents.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.banque_des_territoires_referents.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.programme_contrats (
    id_version bigint generated always as identity primary key,
    id_contrat text collate "C" not null,
    id_ti text collate "C" not null,
    pilote boolean not null,
    statut text collate "C" not null,
    date_protocole date,
    date_signature date,
    signataires text collate "C",
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index programme_contrats_courant
on core.programme_contrats (id_contrat)
where valide_a is null;
create index programme_contrats_livraison
on core.programme_contrats (id_livraison);
comment on table core.programme_contrats is
'Contrats de Territoire d''industrie. Une ligne par contrat. Un contrat déjà transmis est mis à jour quand il est transmis de nouveau.';
comment on column core.programme_contrats.id_version is
'Numéro de la version de la ligne.';
comment on column core.programme_contrats.id_contrat is
'Identifiant du contrat. Numéro donné au contrat à l''ouverture de sa préparation : « CTR- », l''année, puis un numéro d''ordre à quatre chiffres. Un avenant garde le numéro du contrat qu''il modifie.';
comment on column core.programme_contrats.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la signature.';
comment on column core.programme_contrats.pilote is
'Territoire pilote. « oui » si le territoire est l''un des 29 territoires pilotes appelés à signer les premiers contrats, « non » sinon.';
comment on column core.programme_contrats.statut is
'Statut du contrat. Étape atteinte par le contrat : projet (en préparation), protocole (protocole d''accord signé), signe (contrat signé), avenant (contrat modifié par avenant), clos (contrat achevé).';
comment on column core.programme_contrats.date_protocole is
'Date du protocole. Date de signature du protocole d''accord qui précède le contrat ; vide s''il n''y en a pas eu.';
comment on column core.programme_contrats.date_signature is
'Date de signature. Date de signature du contrat par l''État et le territoire ; elle ne change pas lors d''un avenant.';
comment on column core.programme_contrats.signataires is
'Signataires. Organismes signataires, séparés par une barre verticale ; des organismes et non des personnes.';
comment on column core.programme_contrats.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.programme_contrats.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.programme_contrats.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.programme_contrats.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.programme_contrats.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.programme_contrats.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';
