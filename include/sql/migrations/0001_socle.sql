-- Journal of deliveries and of each step, quarantine of refused rows, and the schema of the versioned tables.

create schema journal;
comment on schema journal is 'Livraisons reçues, étapes de leur traitement, résultats des règles.';

create schema quarantaine;
comment on schema quarantaine is 'Lignes refusées, telles que l''opérateur les a envoyées, avec leurs motifs.';

create schema core;
comment on schema core is 'Une table historisée par type de livraison, et les référentiels avec leur millésime.';

create table journal.livraison (
    id_livraison bigint generated always as identity primary key,
    cle_depot uuid not null unique,
    operateur text collate "C" not null,
    livraison text collate "C" not null,
    contrat_version text collate "C",
    nom_fichier text not null,
    taille_octets bigint not null check (taille_octets >= 0),
    sha256 text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
    modifie_le timestamptz not null,
    recue_le timestamptz not null default clock_timestamp(),
    statut text collate "C" not null default 'recue' check (
        statut in (
            'recue', 'en_lecture', 'refusee', 'en_attente', 'chargee', 'chargee_partiellement', 'doublon', 'remplacee'
        )
    ),
    format text,
    encodage text,
    separateur text,
    feuille text,
    ligne_entete integer,
    lignes_lues integer,
    lignes_acceptees integer,
    lignes_refusees integer,
    avertissements integer,
    lignes_ajoutees integer,
    lignes_modifiees integer,
    lignes_inchangees integer,
    lignes_closes integer,
    lignes_corrigees integer,
    doublon_de bigint references journal.livraison (id_livraison),
    code_motif text collate "C",
    motif text,
    anomalies jsonb not null default '[]',
    decision text check (decision in ('approuvee', 'rejetee')),
    decision_motif text,
    decision_par text,
    decision_run text,
    plafonds_leves text[] not null default '{}',
    decidee_le timestamptz,
    chargee_le timestamptz,
    repondue_le timestamptz,
    recu text
);
comment on table journal.livraison is 'Un fichier déposé par un opérateur, reconnu par l''empreinte de son contenu.';
comment on column journal.livraison.cle_depot is 'Nom donné au dépôt lors de sa prise en charge : une reprise le retrouve.';
comment on column journal.livraison.sha256 is 'Empreinte du contenu ; c''est aussi sa place dans les archives.';
comment on column journal.livraison.anomalies is 'Anomalies qui portent sur le fichier entier, telles que le reçu les énonce.';
comment on column journal.livraison.plafonds_leves is
'Plafonds qu''un ingénieur a levés pour cette livraison : plafond_refus, plafond_fermeture.';
comment on column journal.livraison.recu is 'Chemin du reçu en texte, relatif au dossier de sortie.';
create index livraison_contenu on journal.livraison (operateur, livraison, sha256);
create index livraison_statut on journal.livraison (statut, operateur);
create index livraison_doublon on journal.livraison (doublon_de);

create table journal.etape (
    id_etape bigint generated always as identity primary key,
    id_livraison bigint not null references journal.livraison (id_livraison),
    etape text collate "C" not null check (etape in ('recevoir', 'lire', 'valider', 'charger', 'repondre')),
    essai integer not null check (essai >= 1),
    debut timestamptz not null default clock_timestamp(),
    fin timestamptz,
    statut text collate "C" not null default 'en_cours' check (
        statut in ('en_cours', 'reussie', 'refusee', 'echouee', 'interrompue')
    ),
    lignes integer,
    code_erreur text collate "C",
    message text,
    run_id text,
    unique (id_livraison, etape, essai)
);
comment on table journal.etape is 'Ce que chaque étape a fait de chaque livraison : quand, combien, pourquoi non.';
comment on column journal.etape.essai is 'Rang de l''essai ; un essai tué reste « en_cours » jusqu''à ce que le suivant le dise « interrompue ».';

create table journal.resultat_regle (
    id_livraison bigint not null references journal.livraison (id_livraison),
    colonne text collate "C" not null,
    regle text collate "C" not null,
    severite text collate "C" not null check (severite in ('error', 'warning')),
    lignes_examinees integer not null,
    lignes_en_defaut integer not null,
    primary key (id_livraison, colonne, regle)
);
comment on table journal.resultat_regle is 'Résultat de chaque règle du contrat pour une livraison, en nombre de lignes.';

create table quarantaine.ligne (
    id_ligne bigint generated always as identity primary key,
    id_livraison bigint not null references journal.livraison (id_livraison),
    ligne integer not null,
    cle text collate "C",
    contenu json not null,
    motifs jsonb not null,
    statut text collate "C" not null default 'ouverte' check (statut in ('ouverte', 'corrigee', 'levee', 'expiree')),
    corrigee_par bigint references journal.livraison (id_livraison),
    cree_le timestamptz not null default clock_timestamp(),
    close_le timestamptz,
    unique (id_livraison, ligne)
);
comment on table quarantaine.ligne is 'Ligne refusée : son texte d''origine, ses motifs, et ce qu''elle est devenue.';
comment on column quarantaine.ligne.cle is 'Clé métier de la ligne, pour reconnaître sa correction ; vide si elle est illisible.';
create index ligne_ouverte on quarantaine.ligne (cle) where statut = 'ouverte';
create index ligne_corrigee_par on quarantaine.ligne (corrigee_par);

create table quarantaine.signalement (
    id_livraison bigint not null references journal.livraison (id_livraison),
    ligne integer not null,
    colonne text collate "C" not null,
    regle text collate "C" not null,
    valeur text,
    message text not null,
    primary key (id_livraison, ligne, colonne, regle)
);
comment on table quarantaine.signalement is 'Avertissement sur une ligne qui a été chargée.';
