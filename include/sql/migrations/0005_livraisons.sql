-- The versioned tables of the eight contracts that joined the first three, as they stood at version 1.0.0; written by
-- territoires.contracts.ddl, then frozen: a later change of contract is a later migration.

create table core.bpifrance_accompagnements (
    id_version bigint generated always as identity primary key,
    id_accompagnement text collate "C" not null,
    id_ti text collate "C" not null,
    siret text collate "C" not null,
    raison_sociale text collate "C",
    dispositif text collate "C" not null,
    cohorte text collate "C",
    montant_eur numeric(16, 2),
    date_debut date not null,
    date_fin date,
    nb_recrutements_ecoles_ingenieurs bigint,
    nb_recrutements_ecoles_commerce bigint,
    statut text collate "C" not null,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index bpifrance_accompagnements_courant
on core.bpifrance_accompagnements (id_accompagnement)
where valide_a is null;
create index bpifrance_accompagnements_livraison
on core.bpifrance_accompagnements (id_livraison);
comment on table core.bpifrance_accompagnements is
'Accompagnements de Bpifrance. Une ligne par entreprise et par dispositif. Un accompagnement déjà transmis est mis à jour quand il est transmis de nouveau.';
comment on column core.bpifrance_accompagnements.id_version is
'Numéro de la version de la ligne.';
comment on column core.bpifrance_accompagnements.id_accompagnement is
'Identifiant de l''accompagnement. Numéro attribué par Bpifrance à l''ouverture du dossier : « BPI- », l''année, puis un numéro d''ordre à cinq chiffres. Il ne change plus ensuite et ne sert jamais deux fois.';
comment on column core.bpifrance_accompagnements.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de début.';
comment on column core.bpifrance_accompagnements.siret is
'SIRET de l''établissement. Numéro SIRET (quatorze chiffres) de l''établissement accompagné, situé dans le territoire ; celui du siège si l''accompagnement ne vise aucun établissement en particulier.';
comment on column core.bpifrance_accompagnements.raison_sociale is
'Raison sociale. Nom de l''entreprise tel qu''il est immatriculé ; le SIRET fait foi en cas d''écart.';
comment on column core.bpifrance_accompagnements.dispositif is
'Dispositif. Dispositif de Bpifrance : accelerateur_pme, accelerateur_eti, diagnostic, pret, garantie, vte (volontariat territorial en entreprise). Un dossier par dispositif, même pour une seule entreprise.';
comment on column core.bpifrance_accompagnements.cohorte is
'Cohorte. Nom de la cohorte de l''accélérateur ; vide pour les autres dispositifs.';
comment on column core.bpifrance_accompagnements.montant_eur is
'Montant (€). Montant apporté ou garanti par Bpifrance, ou coût pris en charge pour un accélérateur, un diagnostic ou un volontariat, en euros et non en milliers d''euros. À laisser vide tant qu''il n''est pas décidé.';
comment on column core.bpifrance_accompagnements.date_debut is
'Date de début. Premier jour de l''accompagnement, ou date prévue tant que le dossier est instruit. Le programme a été annoncé le 22 novembre 2018 : aucun accompagnement ne peut lui être antérieur.';
comment on column core.bpifrance_accompagnements.date_fin is
'Date de fin. Dernier jour de l''accompagnement, ou date prévue tant qu''il dure ; pour un prêt, la dernière échéance.';
comment on column core.bpifrance_accompagnements.nb_recrutements_ecoles_ingenieurs is
'Recrutements, écoles d''ingénieurs. Nombre de jeunes diplômés d''une école d''ingénieurs que l''entreprise a recrutés grâce à l''accompagnement, depuis son début.';
comment on column core.bpifrance_accompagnements.nb_recrutements_ecoles_commerce is
'Recrutements, écoles de commerce. Nombre de jeunes diplômés d''une école de commerce que l''entreprise a recrutés grâce à l''accompagnement, depuis son début.';
comment on column core.bpifrance_accompagnements.statut is
'Statut de l''accompagnement. Étape atteinte : instruit (à l''étude), en_cours (décidé et commencé), termine, abandonne (par l''entreprise ou par Bpifrance).';
comment on column core.bpifrance_accompagnements.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.bpifrance_accompagnements.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.bpifrance_accompagnements.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.bpifrance_accompagnements.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.bpifrance_accompagnements.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.bpifrance_accompagnements.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.bpifrance_referents (
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
create unique index bpifrance_referents_courant
on core.bpifrance_referents (id_ti, date_debut)
where valide_a is null;
create index bpifrance_referents_livraison
on core.bpifrance_referents (id_livraison);
comment on table core.bpifrance_referents is
'Référents de Bpifrance. Une ligne par territoire et par période. Le fichier donne à chaque envoi la liste entière : un référent qui n''y figure plus est considéré comme retiré.';
comment on column core.bpifrance_referents.id_version is
'Numéro de la version de la ligne.';
comment on column core.bpifrance_referents.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de début.';
comment on column core.bpifrance_referents.nom is
'Nom. Nom de famille du référent. Donnée personnelle : contact professionnel.';
comment on column core.bpifrance_referents.prenom is
'Prénom. Prénom du référent. Donnée personnelle : contact professionnel.';
comment on column core.bpifrance_referents.fonction is
'Fonction. Fonction du référent au sein de l''opérateur. Donnée personnelle : contact professionnel.';
comment on column core.bpifrance_referents.email_professionnel is
'Adresse électronique professionnelle. Adresse électronique professionnelle du référent, jamais une adresse privée. Donnée personnelle : contact professionnel.';
comment on column core.bpifrance_referents.telephone_professionnel is
'Téléphone professionnel. Numéro de téléphone professionnel du référent, à dix chiffres ou précédé de l''indicatif international. Colonne facultative. Donnée personnelle : contact professionnel.';
comment on column core.bpifrance_referents.date_debut is
'Date de début. Premier jour où cette personne est le référent du territoire.';
comment on column core.bpifrance_referents.date_fin is
'Date de fin. Dernier jour où cette personne est le référent du territoire ; vide tant qu''elle l''est encore.';
comment on column core.bpifrance_referents.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.bpifrance_referents.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.bpifrance_referents.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.bpifrance_referents.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.bpifrance_referents.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.bpifrance_referents.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.business_france_projets_attractivite (
    id_version bigint generated always as identity primary key,
    id_projet text collate "C" not null,
    id_ti text collate "C" not null,
    pays_origine text collate "C" not null,
    secteur_naf text collate "C",
    type_projet text collate "C" not null,
    investissement_eur numeric(16, 2),
    emplois_prevus bigint,
    etape text collate "C" not null,
    date_etape date not null,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index business_france_projets_attractivite_courant
on core.business_france_projets_attractivite (id_projet)
where valide_a is null;
create index business_france_projets_attractivite_livraison
on core.business_france_projets_attractivite (id_livraison);
comment on table core.business_france_projets_attractivite is
'Projets d''attractivité de Business France. Une ligne par projet et par territoire pressenti. Un projet déjà transmis est mis à jour quand il est transmis de nouveau, à chaque étape.';
comment on column core.business_france_projets_attractivite.id_version is
'Numéro de la version de la ligne.';
comment on column core.business_france_projets_attractivite.id_projet is
'Identifiant du projet. Numéro attribué par Business France au premier contact : « BF- », l''année, puis un numéro d''ordre à cinq chiffres. Un projet proposé à deux territoires a deux numéros.';
comment on column core.business_france_projets_attractivite.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de l''étape.';
comment on column core.business_france_projets_attractivite.pays_origine is
'Pays d''origine. Pays de la société mère, par son code à deux lettres de la norme ISO 3166-1 (DE pour l''Allemagne, GB pour le Royaume-Uni, US pour les États-Unis).';
comment on column core.business_france_projets_attractivite.secteur_naf is
'Secteur d''activité (NAF). Activité principale du projet, par sa sous-classe de la nomenclature d''activités française (NAF rév. 2), avec ou sans point.';
comment on column core.business_france_projets_attractivite.type_projet is
'Type de projet. creation (nouveau site), extension (d''un site existant), reprise (d''un site ou d''une entreprise en difficulté).';
comment on column core.business_france_projets_attractivite.investissement_eur is
'Investissement prévu (€). Investissement annoncé par l''entreprise sur le site, en euros et non en millions d''euros. À laisser vide tant qu''il n''est pas connu.';
comment on column core.business_france_projets_attractivite.emplois_prevus is
'Emplois prévus. Emplois créés ou maintenus que l''entreprise annonce, à trois ans ; à laisser vide tant qu''ils ne sont pas connus.';
comment on column core.business_france_projets_attractivite.etape is
'Étape. Étape atteinte par le projet : prospect (premier contact), visite (du territoire), decision (l''entreprise a choisi le territoire), installe (le site est ouvert), perdu (abandonné, ou parti ailleurs).';
comment on column core.business_france_projets_attractivite.date_etape is
'Date de l''étape. Jour où le projet a atteint l''étape. Le programme a été annoncé le 22 novembre 2018 : aucune étape ne peut lui être antérieure.';
comment on column core.business_france_projets_attractivite.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.business_france_projets_attractivite.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.business_france_projets_attractivite.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.business_france_projets_attractivite.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.business_france_projets_attractivite.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.business_france_projets_attractivite.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.business_france_referents (
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
create unique index business_france_referents_courant
on core.business_france_referents (id_ti, date_debut)
where valide_a is null;
create index business_france_referents_livraison
on core.business_france_referents (id_livraison);
comment on table core.business_france_referents is
'Référents de Business France. Une ligne par territoire et par période. Le fichier donne à chaque envoi la liste entière : un référent qui n''y figure plus est considéré comme retiré.';
comment on column core.business_france_referents.id_version is
'Numéro de la version de la ligne.';
comment on column core.business_france_referents.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de début.';
comment on column core.business_france_referents.nom is
'Nom. Nom de famille du référent. Donnée personnelle : contact professionnel.';
comment on column core.business_france_referents.prenom is
'Prénom. Prénom du référent. Donnée personnelle : contact professionnel.';
comment on column core.business_france_referents.fonction is
'Fonction. Fonction du référent au sein de l''opérateur. Donnée personnelle : contact professionnel.';
comment on column core.business_france_referents.email_professionnel is
'Adresse électronique professionnelle. Adresse électronique professionnelle du référent, jamais une adresse privée. Donnée personnelle : contact professionnel.';
comment on column core.business_france_referents.telephone_professionnel is
'Téléphone professionnel. Numéro de téléphone professionnel du référent, à dix chiffres ou précédé de l''indicatif international. Colonne facultative. Donnée personnelle : contact professionnel.';
comment on column core.business_france_referents.date_debut is
'Date de début. Premier jour où cette personne est le référent du territoire.';
comment on column core.business_france_referents.date_fin is
'Date de fin. Dernier jour où cette personne est le référent du territoire ; vide tant qu''elle l''est encore.';
comment on column core.business_france_referents.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.business_france_referents.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.business_france_referents.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.business_france_referents.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.business_france_referents.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.business_france_referents.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.pole_emploi_actions_recrutement (
    id_version bigint generated always as identity primary key,
    id_action text collate "C" not null,
    id_ti text collate "C" not null,
    type_action text collate "C" not null,
    code_rome text collate "C",
    date_action date not null,
    code_commune text collate "C",
    nb_participants bigint,
    nb_embauches bigint,
    partenaires text collate "C",
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index pole_emploi_actions_recrutement_courant
on core.pole_emploi_actions_recrutement (id_action)
where valide_a is null;
create index pole_emploi_actions_recrutement_livraison
on core.pole_emploi_actions_recrutement (id_livraison);
comment on table core.pole_emploi_actions_recrutement is
'Actions de recrutement de Pôle emploi. Une ligne par action. Une action déjà transmise est mise à jour quand elle est transmise de nouveau, par exemple une fois les embauches connues.';
comment on column core.pole_emploi_actions_recrutement.id_version is
'Numéro de la version de la ligne.';
comment on column core.pole_emploi_actions_recrutement.id_action is
'Identifiant de l''action. Numéro attribué par Pôle emploi à la programmation de l''action : « PE- », l''année, puis un numéro d''ordre à cinq chiffres. Il garde cette forme pour les actions de France Travail, à partir de 2024.';
comment on column core.pole_emploi_actions_recrutement.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de l''action.';
comment on column core.pole_emploi_actions_recrutement.type_action is
'Type d''action. forum, immersion (PMSMP), mrs (méthode de recrutement par simulation), poei et poec (préparation opérationnelle à l''emploi, individuelle ou collective), visite_entreprise, semaine_industrie (événement de la Semaine de l''industrie).';
comment on column core.pole_emploi_actions_recrutement.code_rome is
'Code ROME. Métier visé, par son code du répertoire opérationnel des métiers (une lettre et quatre chiffres). À laisser vide si l''action vise plusieurs métiers ou l''industrie en général.';
comment on column core.pole_emploi_actions_recrutement.date_action is
'Date de l''action. Jour de l''action, ou premier jour si elle en dure plusieurs. Le programme a été annoncé le 22 novembre 2018 : aucune action ne peut lui être antérieure.';
comment on column core.pole_emploi_actions_recrutement.code_commune is
'Code de la commune. Code officiel géographique (INSEE, cinq caractères) de la commune où se tient l''action, en vigueur à la date de l''action ; un arrondissement de Paris, Lyon ou Marseille convient. Ce n''est pas le code postal. À laisser vide pour une action à distance.';
comment on column core.pole_emploi_actions_recrutement.nb_participants is
'Nombre de participants. Demandeurs d''emploi présents ; à laisser vide tant que l''action n''a pas eu lieu.';
comment on column core.pole_emploi_actions_recrutement.nb_embauches is
'Nombre d''embauches. Participants embauchés à la suite de l''action, connus à la date de l''envoi ; à laisser vide tant que rien n''est connu, zéro s''il n''y en a pas eu.';
comment on column core.pole_emploi_actions_recrutement.partenaires is
'Partenaires. Organismes associés à l''action (UIMM, chambres consulaires, écoles…), séparés par une barre verticale ; des organismes et non des personnes.';
comment on column core.pole_emploi_actions_recrutement.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.pole_emploi_actions_recrutement.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.pole_emploi_actions_recrutement.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.pole_emploi_actions_recrutement.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.pole_emploi_actions_recrutement.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.pole_emploi_actions_recrutement.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.pole_emploi_referents (
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
create unique index pole_emploi_referents_courant
on core.pole_emploi_referents (id_ti, date_debut)
where valide_a is null;
create index pole_emploi_referents_livraison
on core.pole_emploi_referents (id_livraison);
comment on table core.pole_emploi_referents is
'Référents de Pôle emploi. Une ligne par territoire et par période. Le fichier donne à chaque envoi la liste entière : un référent qui n''y figure plus est considéré comme retiré.';
comment on column core.pole_emploi_referents.id_version is
'Numéro de la version de la ligne.';
comment on column core.pole_emploi_referents.id_ti is
'Identifiant du territoire. Identifiant du Territoire d''industrie dans la liste publiée par l''ANCT. Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027) : il se lit dans la liste en vigueur à la date de début.';
comment on column core.pole_emploi_referents.nom is
'Nom. Nom de famille du référent. Donnée personnelle : contact professionnel.';
comment on column core.pole_emploi_referents.prenom is
'Prénom. Prénom du référent. Donnée personnelle : contact professionnel.';
comment on column core.pole_emploi_referents.fonction is
'Fonction. Fonction du référent au sein de l''opérateur. Donnée personnelle : contact professionnel.';
comment on column core.pole_emploi_referents.email_professionnel is
'Adresse électronique professionnelle. Adresse électronique professionnelle du référent, jamais une adresse privée. Donnée personnelle : contact professionnel.';
comment on column core.pole_emploi_referents.telephone_professionnel is
'Téléphone professionnel. Numéro de téléphone professionnel du référent, à dix chiffres ou précédé de l''indicatif international. Colonne facultative. Donnée personnelle : contact professionnel.';
comment on column core.pole_emploi_referents.date_debut is
'Date de début. Premier jour où cette personne est le référent du territoire.';
comment on column core.pole_emploi_referents.date_fin is
'Date de fin. Dernier jour où cette personne est le référent du territoire ; vide tant qu''elle l''est encore.';
comment on column core.pole_emploi_referents.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.pole_emploi_referents.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.pole_emploi_referents.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.pole_emploi_referents.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.pole_emploi_referents.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.pole_emploi_referents.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.programme_conventions (
    id_version bigint generated always as identity primary key,
    operateur text collate "C" not null,
    date_signature date not null,
    indicateur text collate "C" not null,
    unite text collate "C" not null,
    cible numeric(16, 2) not null,
    annee_debut bigint not null,
    annee_fin bigint not null,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index programme_conventions_courant
on core.programme_conventions (operateur, indicateur, annee_debut)
where valide_a is null;
create index programme_conventions_livraison
on core.programme_conventions (id_livraison);
comment on table core.programme_conventions is
'Objectifs des conventions nationales. Une ligne par objectif d''une convention et par période. Le fichier donne à chaque envoi tous les objectifs ; un objectif qui n''y figure plus n''est plus poursuivi.';
comment on column core.programme_conventions.id_version is
'Numéro de la version de la ligne.';
comment on column core.programme_conventions.operateur is
'Opérateur. Opérateur qui s''engage, par son nom de dossier.';
comment on column core.programme_conventions.date_signature is
'Date de signature. Date de signature de la convention, ou de l''avenant qui fixe l''objectif.';
comment on column core.programme_conventions.indicateur is
'Indicateur. Ce qui est mesuré, dans les mots de la convention ; le même libellé d''un envoi à l''autre.';
comment on column core.programme_conventions.unite is
'Unité. Unité de la cible ; eur pour un montant en euros, et non en millions d''euros.';
comment on column core.programme_conventions.cible is
'Cible. Valeur à atteindre entre l''année de début et l''année de fin, comprises, en tout et non par an.';
comment on column core.programme_conventions.annee_debut is
'Année de début. Première année sur laquelle porte l''objectif.';
comment on column core.programme_conventions.annee_fin is
'Année de fin. Dernière année sur laquelle porte l''objectif, comprise.';
comment on column core.programme_conventions.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.programme_conventions.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.programme_conventions.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.programme_conventions.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.programme_conventions.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.programme_conventions.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

create table core.programme_fiches_actions (
    id_version bigint generated always as identity primary key,
    id_fiche text collate "C" not null,
    id_contrat text collate "C" not null,
    axe text collate "C" not null,
    intitule text collate "C" not null,
    maitre_ouvrage text collate "C",
    partenaires text collate "C",
    budget_eur numeric(16, 2),
    financeurs text collate "C",
    echeance date,
    statut text collate "C" not null,
    valide_de timestamptz not null,
    valide_a timestamptz,
    id_livraison bigint not null,
    ligne integer not null,
    id_livraison_fin bigint references journal.livraison (id_livraison),
    confirmee_par bigint,
    check (valide_a > valide_de)
);
create unique index programme_fiches_actions_courant
on core.programme_fiches_actions (id_fiche)
where valide_a is null;
create index programme_fiches_actions_livraison
on core.programme_fiches_actions (id_livraison);
comment on table core.programme_fiches_actions is
'Fiches-actions des contrats. Une ligne par fiche-action. Une fiche déjà transmise est mise à jour quand elle est transmise de nouveau.';
comment on column core.programme_fiches_actions.id_version is
'Numéro de la version de la ligne.';
comment on column core.programme_fiches_actions.id_fiche is
'Identifiant de la fiche. Numéro donné à la fiche par l''administration du programme : « FA- », puis un numéro d''ordre à cinq chiffres. Il ne change pas si la fiche passe d''un contrat à un autre.';
comment on column core.programme_fiches_actions.id_contrat is
'Identifiant du contrat. Numéro du contrat auquel la fiche appartient, tel que la livraison « contrats » le donne.';
comment on column core.programme_fiches_actions.axe is
'Axe du programme. Axe du programme Territoires d''industrie auquel la fiche contribue le plus.';
comment on column core.programme_fiches_actions.intitule is
'Intitulé de l''action. Intitulé court et public de l''action, tel qu''il peut figurer dans un tableau de bord.';
comment on column core.programme_fiches_actions.maitre_ouvrage is
'Maître d''ouvrage. Organisme qui porte l''action ; un organisme et non une personne.';
comment on column core.programme_fiches_actions.partenaires is
'Partenaires. Organismes associés, séparés par une barre verticale ; des organismes et non des personnes.';
comment on column core.programme_fiches_actions.budget_eur is
'Budget (€). Budget prévisionnel total de l''action, tous financeurs réunis, en euros et non en milliers d''euros. À laisser vide tant qu''il n''est pas estimé.';
comment on column core.programme_fiches_actions.financeurs is
'Financeurs. Organismes qui financent l''action, séparés par une barre verticale ; des organismes et non des personnes.';
comment on column core.programme_fiches_actions.echeance is
'Échéance. Date à laquelle l''action doit être achevée, selon la dernière prévision connue.';
comment on column core.programme_fiches_actions.statut is
'Statut de la fiche. Étape atteinte par l''action, prevue (au contrat), en_cours (commencée), realisee (achevée) ou abandonnee.';
comment on column core.programme_fiches_actions.valide_de is
'Instant à partir duquel la version est la version courante de sa clé.';
comment on column core.programme_fiches_actions.valide_a is
'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.programme_fiches_actions.id_livraison is
'Livraison qui a apporté la version.';
comment on column core.programme_fiches_actions.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column core.programme_fiches_actions.id_livraison_fin is
'Livraison qui a clos la version.';
comment on column core.programme_fiches_actions.confirmee_par is
'Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n''est pas encore chargée : celle-ci ne doit pas l''emporter.';

comment on column core.banque_des_territoires_referents.fonction is
'Fonction. Fonction du référent au sein de l''opérateur. Donnée personnelle : contact professionnel.';
