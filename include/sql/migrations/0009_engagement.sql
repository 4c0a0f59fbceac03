-- The commitments of the four operators under one roof, and their contacts under another: views over the versioned
-- tables, so that nothing is written twice (docs/decisions/0015-one-view-of-commitments.md).

create table core.nature_engagement (
    operateur text collate "C" not null,
    nature_operateur text collate "C" not null,
    type_engagement text collate "C" not null check (
        type_engagement in ('financement', 'accompagnement', 'recrutement', 'formation', 'implantation')
    ),
    libelle text not null,
    primary key (operateur, nature_operateur)
);
comment on table core.nature_engagement is
'Ce que chaque mot d''un opérateur pour la nature d''un engagement veut dire dans le vocabulaire commun.';
comment on column core.nature_engagement.operateur is 'Opérateur qui emploie le mot.';
comment on column core.nature_engagement.nature_operateur is
'Mot de l''opérateur : nature du concours, dispositif, type d''action ou type de projet.';
comment on column core.nature_engagement.type_engagement is
'Vocabulaire commun. financement : argent apporté, prêté ou garanti ; accompagnement : conseil, études, ingénierie ;
recrutement : rencontre ou aide à l''embauche ; formation : formation avant l''embauche ; implantation : venue ou
extension d''une entreprise étrangère.';
comment on column core.nature_engagement.libelle is 'Le mot de l''opérateur, en toutes lettres.';

insert into core.nature_engagement (operateur, nature_operateur, type_engagement, libelle)
values
('banque_des_territoires', 'fonds_propres', 'financement', 'Fonds propres'),
('banque_des_territoires', 'pret', 'financement', 'Prêt'),
('banque_des_territoires', 'subvention', 'financement', 'Subvention'),
('banque_des_territoires', 'ingenierie', 'accompagnement', 'Ingénierie'),
('bpifrance', 'accelerateur_pme', 'accompagnement', 'Accélérateur PME'),
('bpifrance', 'accelerateur_eti', 'accompagnement', 'Accélérateur ETI'),
('bpifrance', 'accelerateur_industrie', 'accompagnement', 'Accélérateur Industrie'),
('bpifrance', 'diagnostic', 'accompagnement', 'Diagnostic'),
('bpifrance', 'pret', 'financement', 'Prêt'),
('bpifrance', 'pret_vert', 'financement', 'Prêt vert'),
('bpifrance', 'garantie', 'financement', 'Garantie'),
('bpifrance', 'vte', 'recrutement', 'Volontariat territorial en entreprise'),
('pole_emploi', 'forum', 'recrutement', 'Forum de recrutement'),
('pole_emploi', 'immersion', 'recrutement', 'Immersion professionnelle'),
('pole_emploi', 'mrs', 'recrutement', 'Méthode de recrutement par simulation'),
('pole_emploi', 'poei', 'formation', 'Préparation opérationnelle à l''emploi individuelle'),
('pole_emploi', 'poec', 'formation', 'Préparation opérationnelle à l''emploi collective'),
('pole_emploi', 'visite_entreprise', 'recrutement', 'Visite d''entreprise'),
('pole_emploi', 'semaine_industrie', 'recrutement', 'Action de la Semaine de l''industrie'),
('business_france', 'creation', 'implantation', 'Création de site'),
('business_france', 'extension', 'implantation', 'Extension de site'),
('business_france', 'reprise', 'implantation', 'Reprise de site');

create table core.statut_engagement (
    operateur text collate "C" not null,
    statut_operateur text collate "C" not null,
    statut_canonique text collate "C" not null check (
        statut_canonique in ('identifie', 'en_cours', 'realise', 'abandonne')
    ),
    primary key (operateur, statut_operateur)
);
comment on table core.statut_engagement is
'Ce que chaque étape d''un opérateur veut dire dans le vocabulaire commun. Pôle emploi n''en transmet pas.';
comment on column core.statut_engagement.operateur is 'Opérateur qui emploie le mot.';
comment on column core.statut_engagement.statut_operateur is 'Étape, dans les mots de l''opérateur.';
comment on column core.statut_engagement.statut_canonique is
'identifie : repéré ou à l''étude, rien n''est promis ; en_cours : promis, pas encore achevé ; realise : achevé ;
abandonne : ne se fera pas.';

insert into core.statut_engagement (operateur, statut_operateur, statut_canonique)
values
('banque_des_territoires', 'identifie', 'identifie'),
('banque_des_territoires', 'instruit', 'identifie'),
('banque_des_territoires', 'engage', 'en_cours'),
('banque_des_territoires', 'decaisse', 'en_cours'),
('banque_des_territoires', 'solde', 'realise'),
('banque_des_territoires', 'abandonne', 'abandonne'),
('bpifrance', 'instruit', 'identifie'),
('bpifrance', 'en_cours', 'en_cours'),
('bpifrance', 'termine', 'realise'),
('bpifrance', 'abandonne', 'abandonne'),
('business_france', 'prospect', 'identifie'),
('business_france', 'visite', 'identifie'),
('business_france', 'decision', 'en_cours'),
('business_france', 'installe', 'realise'),
('business_france', 'perdu', 'abandonne');

create view core.fct_engagement as
with engagement as (
    select
        'banque_des_territoires'::text as operateur,
        i.id_operation as id_engagement,
        i.id_version,
        i.id_ti,
        i.nature as nature_operateur,
        i.libelle,
        i.date_engagement,
        i.montant_engage_eur,
        i.montant_decaisse_eur,
        null::numeric(16, 2) as investissement_attendu_eur,
        null::bigint as emplois_prevus,
        null::bigint as recrutements,
        null::bigint as participants,
        i.statut as statut_operateur,
        null::text as statut_deduit,
        i.valide_de,
        i.valide_a,
        i.id_livraison,
        i.ligne
    from core.banque_des_territoires_investissements as i
    union all
    select
        'bpifrance' as operateur,
        a.id_accompagnement as id_engagement,
        a.id_version,
        a.id_ti,
        a.dispositif as nature_operateur,
        a.raison_sociale as libelle,
        a.date_debut as date_engagement,
        a.montant_eur as montant_engage_eur,
        null as montant_decaisse_eur,
        null as investissement_attendu_eur,
        null as emplois_prevus,
        -- Empty only if neither is known: a school of one kind alone leaves the other cell empty.
        coalesce(
            a.nb_recrutements_ecoles_ingenieurs + a.nb_recrutements_ecoles_commerce,
            a.nb_recrutements_ecoles_ingenieurs, a.nb_recrutements_ecoles_commerce
        ) as recrutements,
        null as participants,
        a.statut as statut_operateur,
        null as statut_deduit,
        a.valide_de,
        a.valide_a,
        a.id_livraison,
        a.ligne
    from core.bpifrance_accompagnements as a
    union all
    select
        'pole_emploi' as operateur,
        r.id_action as id_engagement,
        r.id_version,
        r.id_ti,
        r.type_action as nature_operateur,
        null as libelle,
        r.date_action as date_engagement,
        null as montant_engage_eur,
        null as montant_decaisse_eur,
        null as investissement_attendu_eur,
        null as emplois_prevus,
        r.nb_embauches as recrutements,
        r.nb_participants as participants,
        null as statut_operateur,
        -- No step is sent: an action is to come until its day, as known while the version was the current one.
        case
            when r.date_action <= (coalesce(r.valide_a, now()) at time zone 'Europe/Paris')::date then 'realise'
            else 'identifie'
        end as statut_deduit,
        r.valide_de,
        r.valide_a,
        r.id_livraison,
        r.ligne
    from core.pole_emploi_actions_recrutement as r
    union all
    select
        'business_france' as operateur,
        p.id_projet as id_engagement,
        p.id_version,
        p.id_ti,
        p.type_projet as nature_operateur,
        null as libelle,
        p.date_etape as date_engagement,
        null as montant_engage_eur,
        null as montant_decaisse_eur,
        p.investissement_eur as investissement_attendu_eur,
        p.emplois_prevus,
        null as recrutements,
        null as participants,
        p.etape as statut_operateur,
        null as statut_deduit,
        p.valide_de,
        p.valide_a,
        p.id_livraison,
        p.ligne
    from core.business_france_projets_attractivite as p
)

select
    e.operateur,
    e.id_engagement,
    e.id_version,
    e.id_ti,
    n.type_engagement,
    e.nature_operateur,
    coalesce(e.libelle, n.libelle) as libelle,
    e.date_engagement,
    e.montant_engage_eur,
    e.montant_decaisse_eur,
    e.investissement_attendu_eur,
    e.emplois_prevus,
    e.recrutements,
    e.participants,
    coalesce(s.statut_canonique, e.statut_deduit) as statut_canonique,
    e.statut_operateur,
    e.valide_de,
    e.valide_a,
    e.id_livraison,
    e.ligne
from engagement as e
left join core.nature_engagement as n on e.operateur = n.operateur and e.nature_operateur = n.nature_operateur
left join core.statut_engagement as s on e.operateur = s.operateur and e.statut_operateur = s.statut_operateur;

comment on view core.fct_engagement is
'Les engagements des quatre opérateurs, une ligne par version : ce qu''ils ont en commun. Le reste est dans la table de
l''opérateur, à la même version (operateur, id_version).';
comment on column core.fct_engagement.operateur is 'Opérateur qui s''engage.';
comment on column core.fct_engagement.id_engagement is
'Clé que l''opérateur donne : id_operation, id_accompagnement, id_action ou id_projet.';
comment on column core.fct_engagement.id_version is 'Version dans la table de l''opérateur ; unique avec operateur.';
comment on column core.fct_engagement.id_ti is
'Identifiant du territoire tel que transmis, à lire dans la liste en vigueur à date_engagement.';
comment on column core.fct_engagement.type_engagement is
'Nature dans le vocabulaire commun (core.nature_engagement) ; vide si le mot de l''opérateur n''y est pas.';
comment on column core.fct_engagement.nature_operateur is
'Nature dans les mots de l''opérateur : nature, dispositif, type_action ou type_projet.';
comment on column core.fct_engagement.libelle is
'Libellé de l''opération, raison sociale de l''entreprise accompagnée, à défaut la nature en toutes lettres.';
comment on column core.fct_engagement.date_engagement is
'Date qui situe l''engagement. Banque des Territoires : décision d''engagement, ou date prévue ; Bpifrance : début ;
Pôle emploi : jour de l''action ; Business France : date de l''étape atteinte, qui avance avec le projet.';
comment on column core.fct_engagement.montant_engage_eur is
'Argent que l''opérateur apporte, prête ou garantit, en euros ; vide pour Pôle emploi et Business France.';
comment on column core.fct_engagement.montant_decaisse_eur is
'Argent versé, en euros ; la Banque des Territoires seule le transmet.';
comment on column core.fct_engagement.investissement_attendu_eur is
'Investissement annoncé par l''entreprise étrangère (Business France), en euros : ce n''est pas l''argent de l''opérateur.';
comment on column core.fct_engagement.emplois_prevus is 'Emplois annoncés par l''entreprise (Business France).';
comment on column core.fct_engagement.recrutements is
'Personnes recrutées : diplômés d''écoles d''ingénieurs et de commerce (Bpifrance), embauches (Pôle emploi).';
comment on column core.fct_engagement.participants is 'Participants à l''action (Pôle emploi).';
comment on column core.fct_engagement.statut_canonique is
'identifie, en_cours, realise ou abandonne (core.statut_engagement). Une action de Pôle emploi, sans étape, est
identifie jusqu''à son jour et realise ensuite.';
comment on column core.fct_engagement.statut_operateur is 'Étape dans les mots de l''opérateur ; vide pour Pôle emploi.';
comment on column core.fct_engagement.valide_de is 'Instant à partir duquel la version est la version courante.';
comment on column core.fct_engagement.valide_a is 'Instant où elle a cessé de l''être ; vide pour la version courante.';
comment on column core.fct_engagement.id_livraison is 'Livraison qui a apporté la version.';
comment on column core.fct_engagement.ligne is 'Numéro de la ligne dans le fichier de l''opérateur.';

create view core.referent as
select
    'banque_des_territoires'::text as operateur,
    b.id_version,
    b.id_ti,
    b.nom,
    b.prenom,
    b.fonction,
    b.email_professionnel,
    b.telephone_professionnel,
    b.date_debut,
    b.date_fin,
    b.valide_de,
    b.valide_a,
    b.id_livraison,
    b.ligne
from core.banque_des_territoires_referents as b
union all
select
    'bpifrance' as operateur,
    b.id_version,
    b.id_ti,
    b.nom,
    b.prenom,
    b.fonction,
    b.email_professionnel,
    b.telephone_professionnel,
    b.date_debut,
    b.date_fin,
    b.valide_de,
    b.valide_a,
    b.id_livraison,
    b.ligne
from core.bpifrance_referents as b
union all
select
    'business_france' as operateur,
    b.id_version,
    b.id_ti,
    b.nom,
    b.prenom,
    b.fonction,
    b.email_professionnel,
    b.telephone_professionnel,
    b.date_debut,
    b.date_fin,
    b.valide_de,
    b.valide_a,
    b.id_livraison,
    b.ligne
from core.business_france_referents as b
union all
select
    'pole_emploi' as operateur,
    b.id_version,
    b.id_ti,
    b.nom,
    b.prenom,
    b.fonction,
    b.email_professionnel,
    b.telephone_professionnel,
    b.date_debut,
    b.date_fin,
    b.valide_de,
    b.valide_a,
    b.id_livraison,
    b.ligne
from core.pole_emploi_referents as b;

comment on view core.referent is
'Les référents des quatre opérateurs, une ligne par version. Données personnelles : n''en sort que par bi.referent.';

create table core.indicateur_convention (
    mesure text collate "C" not null check (
        mesure in (
            'engagements', 'engagements_suivis', 'entreprises', 'montant_engage_eur', 'montant_decaisse_eur',
            'investissement_attendu_eur', 'emplois_prevus', 'recrutements', 'participants', 'referents'
        )
    ),
    unite text collate "C" not null,
    operateurs text[] not null,
    motif text not null,
    calcul text not null,
    primary key (mesure, unite)
);
comment on table core.indicateur_convention is
'À quoi se reconnaît un indicateur de convention que les livraisons permettent de mesurer. Un indicateur que rien ne
reconnaît, ou que deux mesures se disputent, n''est pas mesuré : son résultat reste vide.';
comment on column core.indicateur_convention.mesure is 'Ce qui est compté ou additionné.';
comment on column core.indicateur_convention.unite is 'Unité de l''objectif.';
comment on column core.indicateur_convention.operateurs is 'Opérateurs dont les livraisons donnent cette mesure.';
comment on column core.indicateur_convention.motif is
'Expression que l''intitulé de l''indicateur, en minuscules, doit contenir ; vide si l''unité suffit.';
comment on column core.indicateur_convention.calcul is 'La mesure en une phrase, telle que bi.convention la donne.';

insert into core.indicateur_convention (mesure, unite, operateurs, motif, calcul)
values
(
    'montant_engage_eur', 'eur', '{banque_des_territoires,bpifrance}', 'engag|accord',
    'Somme des montants engagés des engagements en cours ou achevés, à l''année de leur date.'
),
(
    'montant_decaisse_eur', 'eur', '{banque_des_territoires}', 'décaiss|vers[ée]',
    'Somme versée pour les engagements en cours ou achevés, à l''année de leur date.'
),
(
    'investissement_attendu_eur', 'eur', '{business_france}', 'investi',
    'Somme des investissements annoncés par les entreprises qui se sont décidées, à l''année de la dernière étape.'
),
(
    'entreprises', 'entreprises', '{bpifrance}', 'accompagn|soutenu',
    'Nombre d''entreprises (SIREN) dont un accompagnement en cours ou achevé a commencé dans la période.'
),
(
    'engagements_suivis', 'projets', '{business_france}', 'accompagn|suivi|détect',
    'Nombre de projets qui ne sont pas perdus, à l''année de leur dernière étape.'
),
(
    'engagements', 'projets', '{banque_des_territoires,business_france}', 'engag|décid|install|abouti|financ',
    'Nombre d''engagements en cours ou achevés, à l''année de leur date.'
),
(
    'engagements', 'actions', '{pole_emploi}', '',
    'Nombre d''actions passées, à l''année de l''action.'
),
(
    'recrutements', 'recrutements', '{bpifrance,pole_emploi}', '',
    'Somme des recrutements comptés, à l''année de l''engagement qui les a permis.'
),
(
    'participants', 'participants', '{pole_emploi}', '',
    'Somme des participants comptés aux actions passées, à l''année de l''action.'
),
(
    'emplois_prevus', 'emplois', '{business_france}', '',
    'Somme des emplois annoncés par les entreprises qui se sont décidées, à l''année de la dernière étape.'
),
(
    'referents', 'referents', '{banque_des_territoires,bpifrance,business_france,pole_emploi}', '',
    'Nombre de territoires qui ont aujourd''hui un référent de l''opérateur.'
),
(
    'referents', 'territoires', '{banque_des_territoires,bpifrance,business_france,pole_emploi}', 'référent',
    'Nombre de territoires qui ont aujourd''hui un référent de l''opérateur.'
);
