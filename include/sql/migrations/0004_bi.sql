-- What BI tools read: the store, its candidate, the views; the journal of builds and checks; the facts announced.
-- The three schemas belong to the owner: the loader makes tables and views in them, it makes no schema (docs in build.py).

create schema magasin;
comment on schema magasin is 'Tables que lisent les vues de bi ; remplacées en une transaction par build_warehouse.';

create schema magasin_candidat;
comment on schema magasin_candidat is 'Prochaines tables du magasin, tant que les contrôles ne les ont pas admises.';

create schema bi;
comment on schema bi is 'Vues documentées du programme Territoires d''industrie, pour les outils de restitution.';

create table journal.construction (
    id_construction bigint generated always as identity primary key,
    debut timestamptz not null default clock_timestamp(),
    fin timestamptz,
    statut text collate "C" not null default 'en_cours' check (
        statut in ('en_cours', 'candidate', 'verifiee', 'publiee', 'rejetee', 'echouee', 'interrompue', 'depassee')
    ),
    message text,
    run_id text
);
comment on table journal.construction is 'Une construction du magasin : quand, jusqu''où, pourquoi non.';
comment on column journal.construction.statut is
'candidate : tables prêtes ; verifiee : contrôles passés ; publiee : lue par bi ; rejetee : un contrôle bloquant a parlé ;
depassee : une construction plus récente a pris sa place ; interrompue : tuée avant la fin.';

create table journal.controle (
    id_construction bigint not null references journal.construction (id_construction),
    controle text collate "C" not null,
    bloquant boolean not null,
    statut text collate "C" not null check (statut in ('reussi', 'en_defaut', 'en_erreur')),
    lignes_en_defaut bigint not null check (lignes_en_defaut >= 0),
    exemples jsonb not null default '[]',
    message text,
    verifie_le timestamptz not null default clock_timestamp(),
    primary key (id_construction, controle)
);
comment on table journal.controle is 'Résultat de chaque contrôle d''une construction, avec quelques lignes en défaut.';
comment on column journal.controle.exemples is 'Au plus cinq lignes, sans donnée personnelle : des clés et des nombres.';

create table journal.temoin (
    id_construction bigint not null references journal.construction (id_construction),
    objet text collate "C" not null,
    mesure text collate "C" not null,
    valeur numeric not null,
    primary key (id_construction, objet, mesure)
);
comment on table journal.temoin is
'Totaux relevés dans core à l''instant de la construction, et lignes construites : les contrôles s''y comparent.';

create table core.enveloppe_annoncee (
    operateur text collate "C" not null,
    annee smallint not null check (annee between 2018 and 2100),
    objectif_eur numeric(16, 2) not null check (objectif_eur >= 0),
    source text not null,
    primary key (operateur, annee)
);
comment on table core.enveloppe_annoncee is 'Ce qu''un opérateur a annoncé engager chaque année.';
comment on column core.enveloppe_annoncee.source is 'La phrase d''où vient l''objectif, et ce qui en est déduit.';

insert into core.enveloppe_annoncee (operateur, annee, objectif_eur, source)
select
    'banque_des_territoires',
    annee,
    100000000,
    'Faits du programme, ligne « Banque des Territoires » : « environ 100 M€ par an jusqu''en 2022, soit 400 M€ des'
    || ' 500 M€ d''abord annoncés ». Les quatre années 2019 à 2022 sont déduites de 400 M€ à 100 M€ par an.'
from generate_series(2019, 2022) as annee;

create table core.fait_programme (
    code text collate "C" primary key,
    libelle text not null,
    valeur numeric not null,
    unite text not null,
    operateur text collate "C",
    date_du_fait date not null,
    precision_date text collate "C" not null check (precision_date in ('jour', 'environ', 'annee')),
    source text not null
);
comment on table core.fait_programme is 'Un fait public du programme, avec sa date et la phrase d''où il vient.';
comment on column core.fait_programme.precision_date is
'jour : date exacte ; environ : date approchée ; annee : seule l''année est sûre.';

insert into core.fait_programme (code, libelle, valeur, unite, operateur, date_du_fait, precision_date, source)
values
(
    'territoires_2018_11_22', 'Territoires annoncés', 124, 'territoires', null, '2018-11-22', 'jour',
    'Annonce du Premier ministre au Conseil national de l''industrie : 124 territoires le 22/11/2018.'
),
(
    'territoires_2019_03_05', 'Territoires du programme', 136, 'territoires', null, '2019-03-05', 'jour',
    '136 territoires le 05/03/2019, douze de plus qu''à l''annonce.'
),
(
    'territoires_2019_ete', 'Territoires du programme', 141, 'territoires', null, '2019-07-01', 'environ',
    '141 territoires au milieu de 2019.'
),
(
    'territoires_2019_11_14', 'Territoires du programme', 146, 'territoires', null, '2019-11-14', 'jour',
    '146 territoires le 14/11/2019.'
),
(
    'territoires_phase_1', 'Territoires de la phase 1', 149, 'territoires', null, '2023-01-01', 'annee',
    '149 territoires à la fin de la phase 1 (2018-2023).'
),
(
    'territoires_phase_2', 'Territoires de la phase 2', 183, 'territoires', null, '2023-01-01', 'annee',
    '183 territoires dans la phase 2 (2023-2027).'
),
(
    'territoires_pilotes', 'Territoires pilotes', 29, 'territoires', null, '2019-03-18', 'environ',
    '29 territoires pilotes, qui devaient signer les premiers contrats pendant la Semaine de l''industrie,'
    || ' du 18 au 24 mars 2019.'
),
(
    'protocoles_2019_04_30', 'Protocoles signés', 13, 'protocoles', null, '2019-04-30', 'jour',
    'Au 30/04/2019 : 13 protocoles signés dans 8 régions, environ 330 projets.'
),
(
    'regions_2019_04_30', 'Régions ayant un protocole signé', 8, 'régions', null, '2019-04-30', 'jour',
    'Au 30/04/2019 : 13 protocoles signés dans 8 régions, environ 330 projets.'
),
(
    'projets_2019_04_30', 'Projets des protocoles signés (environ)', 330, 'projets', null, '2019-04-30', 'jour',
    'Au 30/04/2019 : 13 protocoles signés dans 8 régions, environ 330 projets.'
),
(
    'conventions_2019_03_05', 'Conventions signées avec l''État', 4, 'conventions', null, '2019-03-05', 'jour',
    'Conventions signées le 05/03/2019 par la Banque des Territoires, Bpifrance, Business France et Pôle emploi.'
),
(
    'fonds_annonces', 'Fonds d''abord annoncés pour le programme', 500000000, 'euros', null, '2018-11-22', 'jour',
    'Faits du programme, ligne « Banque des Territoires » : « 400 M€ des 500 M€ d''abord annoncés ».'
),
(
    'banque_des_territoires_par_an', 'Engagement annuel (environ)', 100000000, 'euros par an',
    'banque_des_territoires', '2019-03-05', 'jour',
    'Faits du programme, ligne « Banque des Territoires » : environ 100 M€ par an jusqu''en 2022.'
),
(
    'banque_des_territoires_2022', 'Engagement jusqu''en 2022', 400000000, 'euros',
    'banque_des_territoires', '2019-03-05', 'jour',
    'Faits du programme, ligne « Banque des Territoires » : environ 100 M€ par an jusqu''en 2022, soit 400 M€'
    || ' des 500 M€ d''abord annoncés.'
);
