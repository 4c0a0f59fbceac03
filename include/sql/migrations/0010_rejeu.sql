-- Replay of deliveries: what was asked, what it would change, what was decided; and where its candidate is made.

create schema core_candidat;
comment on schema core_candidat is
'Table d''un type de livraison telle que la referait un rejeu, tant que personne ne l''a approuvé ; vide le reste du temps.';

create table journal.rejeu (
    id_rejeu bigint generated always as identity primary key,
    operateur text collate "C" not null,
    livraison text collate "C" not null,
    du date,
    au date,
    id_livraison bigint references journal.livraison (id_livraison),
    contrat_version text collate "C",
    motif text not null,
    demande_par text not null,
    run_id text,
    debut timestamptz not null default clock_timestamp(),
    fin timestamptz,
    statut text collate "C" not null default 'en_cours' check (
        statut in (
            'en_cours', 'candidat', 'applique', 'rejete', 'sans_effet', 'perime', 'impossible', 'abandonne'
        )
    ),
    message text,
    depuis timestamptz,
    etat_initial text collate "C",
    decide_par text,
    decision_motif text,
    decide_le timestamptz
);
comment on table journal.rejeu is 'Livraisons relues des archives et rejouées : ce qui est demandé, ce qui en est décidé.';
comment on column journal.rejeu.contrat_version is
'Version du contrat qui juge les livraisons choisies ; vide : celle que le journal a notée pour chacune.';
comment on column journal.rejeu.statut is
'candidat : attend une décision ; applique : la table est remplacée ; rejete : refusé, ou sans réponse à temps ;
sans_effet : rien ne changerait ; perime : une livraison a été chargée entre-temps, à refaire ; impossible : une
livraison ne se relit pas ; abandonne : tué en route, ou remplacé par un rejeu plus récent.';
comment on column journal.rejeu.depuis is 'Instant à partir duquel l''histoire est refaite ; avant, elle reste telle quelle.';
comment on column journal.rejeu.etat_initial is
'Empreinte de ce que le type de livraison avait de chargé et de refusé au début : si elle change, le candidat est périmé.';

create table journal.rejeu_livraison (
    id_rejeu bigint not null references journal.rejeu (id_rejeu),
    id_livraison bigint not null references journal.livraison (id_livraison),
    rang integer not null,
    choisie boolean not null,
    instant timestamptz not null,
    plafonds_depasses text[] not null default '{}',
    version_avant text collate "C",
    version_apres text collate "C",
    statut_avant text collate "C" not null,
    statut_apres text collate "C",
    acceptees_avant integer,
    acceptees_apres integer,
    refusees_avant integer,
    refusees_apres integer,
    ouvertes_avant integer,
    ouvertes_apres integer,
    primary key (id_rejeu, id_livraison)
);
comment on table journal.rejeu_livraison is
'Chaque livraison d''un rejeu, dans l''ordre où elle est chargée : ce que le journal en disait avant, ce qu''il en dit après.';
comment on column journal.rejeu_livraison.choisie is
'Vrai si elle est relue et jugée de nouveau ; faux si elle est seulement rechargée comme elle l''avait été.';
comment on column journal.rejeu_livraison.plafonds_depasses is
'Plafonds du contrat qu''elle dépasse désormais : approuver le rejeu les lève pour elle.';
comment on column journal.rejeu_livraison.ouvertes_avant is 'Lignes refusées qui attendaient leur correction.';
create index rejeu_livraison_livraison on journal.rejeu_livraison (id_livraison);

create table journal.rejeu_ecart (
    id_rejeu bigint not null references journal.rejeu (id_rejeu),
    nature text collate "C" not null check (nature in ('lignes', 'mesure', 'statut', 'quarantaine')),
    nom text collate "C" not null,
    avant numeric,
    apres numeric,
    ecart numeric generated always as (coalesce(apres, 0) - coalesce(avant, 0)) stored,
    primary key (id_rejeu, nature, nom)
);
comment on table journal.rejeu_ecart is
'Ce qu''un rejeu change : nombres de lignes, somme de chaque mesure sur les lignes en vigueur, lignes en vigueur par statut
ou étape, lignes de la quarantaine par statut.';

-- Version 2.0.0 of bpifrance/accompagnements: a column renamed, a list widened. Views follow a renamed column.
alter table core.bpifrance_accompagnements rename column cohorte to promotion;
comment on column core.bpifrance_accompagnements.promotion is
'Promotion. Nom de la promotion de l''accélérateur ; vide pour les autres dispositifs.';
comment on column core.bpifrance_accompagnements.dispositif is
'Dispositif. Dispositif de Bpifrance : accelerateur_pme, accelerateur_eti, accelerateur_industrie, diagnostic, pret, pret_vert (transition écologique), garantie, vte (volontariat territorial en entreprise). Un dossier par dispositif, même pour une seule entreprise.';

-- A delivery is loaded at one instant, that of its versions: until now the journal noted it some milliseconds later.
do $$
declare
    relation regclass;
begin
    for relation in
        select a.attrelid::regclass
        from pg_attribute as a
        inner join pg_class as c on a.attrelid = c.oid
        where a.attname = 'id_livraison_fin' and c.relnamespace = 'core'::regnamespace and c.relkind = 'r'
    loop
        execute format(
            'update journal.livraison as l set chargee_le = v.instant '
            'from ('
            '    select id_livraison, valide_de as instant from %1$s '
            '    union select id_livraison_fin, valide_a from %1$s where id_livraison_fin is not null'
            ') as v where l.id_livraison = v.id_livraison and l.chargee_le is not null',
            relation
        );
    end loop;
end
$$;
