-- The ledger of mails, and the calendar of expected deliveries.

create table journal.courrier (
    id_courrier bigint generated always as identity primary key,
    cle text collate "C" not null unique,
    motif text collate "C" not null check (motif in ('recu', 'relance', 'retard', 'bilan', 'alerte')),
    operateur text collate "C" not null,
    livraison text collate "C",
    id_livraison bigint references journal.livraison (id_livraison),
    destinataires text[] not null,
    servis text[] not null default '{}',
    objet text not null,
    texte text not null,
    page text not null,
    pieces text[] not null default '{}',
    statut text collate "C" not null default 'a_envoyer' check (
        statut in ('a_envoyer', 'en_cours', 'envoye', 'ecrit', 'incertain', 'echoue')
    ),
    tentatives integer not null default 0 check (tentatives >= 0),
    pas_avant timestamptz not null default clock_timestamp(),
    code_erreur text collate "C",
    message_id text collate "C",
    chemin text,
    cree_le timestamptz not null default clock_timestamp(),
    envoye_le timestamptz
);
comment on table journal.courrier is
'Un courrier à un opérateur ou aux ingénieurs : ce qu''il dit, à qui, et ce qu''il est devenu. Jamais deux de même clé.';
comment on column journal.courrier.cle is 'Ce dont parle le courrier, par exemple « recu:42:refusee » : il n''est écrit qu''une fois.';
comment on column journal.courrier.operateur is 'Opérateur, ou « equipe-donnees » pour les ingénieurs ; nomme aussi le dossier de sortie.';
comment on column journal.courrier.destinataires is 'Adresses du contrat à l''instant de l''écriture ; vide : le courrier est seulement déposé.';
comment on column journal.courrier.servis is 'Ceux des destinataires dont le serveur a accepté le courrier.';
comment on column journal.courrier.page is 'Le courrier en HTML ; « texte » dit la même chose.';
comment on column journal.courrier.pieces is 'Fichiers joints, relatifs au dossier de sortie ; un fichier repris depuis n''est pas joint.';
comment on column journal.courrier.statut is
'a_envoyer ; en_cours : confié au serveur en ce moment ; envoye : accepté par le serveur ; ecrit : déposé dans le dossier
de sortie, faute de connexion SMTP ou de destinataire ; incertain : l''envoi a été coupé, peut-être parti, jamais renvoyé
de soi-même ; echoue : refusé pour de bon.';
comment on column journal.courrier.pas_avant is 'Instant avant lequel un envoi différé par le serveur n''est pas retenté.';
comment on column journal.courrier.code_erreur is 'Réponse du serveur (450, 550…) ou nature de l''erreur du dernier essai.';
comment on column journal.courrier.chemin is 'Fichier .eml déposé, relatif au dossier de sortie.';
create index courrier_ouvert on journal.courrier (statut, pas_avant) where statut in ('a_envoyer', 'en_cours');
create index courrier_livraison on journal.courrier (id_livraison);

create table journal.calendrier (
    operateur text collate "C" not null,
    livraison text collate "C" not null,
    periode text collate "C" not null,
    libelle text not null,
    periode_debut date not null,
    periode_fin date not null,
    ouverte_le date not null,
    attendue_le date not null,
    en_retard_le date not null,
    etat_complet boolean not null,
    primary key (operateur, livraison, periode),
    check (periode_debut <= ouverte_le and ouverte_le <= attendue_le and periode_fin <= attendue_le),
    check (attendue_le <= en_retard_le)
);
comment on table journal.calendrier is
'Livraisons attendues d''après les contrats, depuis que la plateforme suit chaque type ; synchronisé, jamais corrigé.';
comment on column journal.calendrier.periode is '2026-11, 2026-T4, 2026-S2 ou 2026.';
comment on column journal.calendrier.ouverte_le is 'Premier jour dont un dépôt répond à cette période.';
comment on column journal.calendrier.en_retard_le is 'Premier jour de retard.';
comment on column journal.calendrier.etat_complet is 'Vrai si un fichier donne l''état complet : il répond à toutes les périodes échues.';

create index livraison_type on journal.livraison (operateur, livraison, id_livraison);

-- Which delivery answers which period, and what may be said of each period on a given day: written once, here, for bi,
-- reminders and digest. docs/decisions/0021-calendar.md argues the rule.
create function journal.calendrier_au(au date)
returns table (
    operateur text,
    livraison text,
    periode text,
    libelle text,
    periode_debut date,
    periode_fin date,
    attendue_le date,
    en_retard_le date,
    statut text,
    jours_de_retard integer,
    id_livraison bigint,
    recue_le date,
    fichiers_recus integer
)
language sql stable
as $$
with recursive arrivee as not materialized (
    select
        l.operateur,
        l.livraison,
        l.id_livraison,
        (l.recue_le at time zone 'Europe/Paris')::date as recue_le,
        l.statut = 'refusee' as refusee,
        -- A file of corrected rows alone mends an answer, it is none: every row it brought was waited for in quarantine.
        -- Rows of a file that was refused whole were no answer yet: their correction is the first one.
        (l.complement or coalesce(l.lignes_corrigees > 0 and l.lignes_corrigees >= l.lignes_acceptees, false))
        and not exists (
            select 1
            from journal.correction as c
            inner join journal.livraison as d on c.id_livraison_corrigee = d.id_livraison
            where c.id_livraison = l.id_livraison and d.statut = 'refusee'
        ) as corrective
    from journal.livraison as l
    where l.recue_le < ((au + 1)::timestamp at time zone 'Europe/Paris')
),

suivie as materialized (
    select
        c.*,
        row_number() over par_type as rang,
        c.ouverte_le::timestamp at time zone 'Europe/Paris' as ouverte_a,
        coalesce(lead(c.ouverte_le) over par_type, 'infinity')::timestamp at time zone 'Europe/Paris' as suivante_ouverte_a
    from journal.calendrier as c
    window par_type as (partition by c.operateur, c.livraison order by c.ouverte_le, c.attendue_le)
),

recus as (
    select s.operateur, s.livraison, s.rang, count(*) as fichiers
    from suivie as s
    inner join journal.livraison as l
        on s.operateur = l.operateur and s.livraison = l.livraison
        and l.recue_le >= s.ouverte_a and l.recue_le < s.suivante_ouverte_a
        and l.recue_le < ((au + 1)::timestamp at time zone 'Europe/Paris')
    group by s.operateur, s.livraison, s.rang
),

-- The oldest period without an answer is served first: one delivery for each, unless a file gives the whole state. Each
-- period looks on from the answer of the one before it: all of them together read the deliveries of a type once.
reponse as (
    select distinct s.operateur, s.livraison, 0::bigint as rang, 0::bigint as id_livraison
    from suivie as s
    union all
    select s.operateur, s.livraison, s.rang, r.id_livraison
    from reponse as avant
    inner join suivie as s
        on avant.operateur = s.operateur and avant.livraison = s.livraison and s.rang = avant.rang + 1
    left join lateral (
        select a.id_livraison
        from arrivee as a
        where a.operateur = s.operateur and a.livraison = s.livraison
            and not a.refusee and not a.corrective and a.recue_le >= s.ouverte_le
            and a.id_livraison >= avant.id_livraison + case when s.etat_complet then 0 else 1 end
        order by a.id_livraison
        limit 1
    ) as r on true
),

-- A refused file is told of the oldest period that still waits.
etat as (
    select
        s.*,
        a.id_livraison,
        a.recue_le,
        refus.id_livraison as refusee_id,
        refus.recue_le as refusee_le,
        coalesce(n.fichiers, 0) as fichiers_recus
    from suivie as s
    inner join reponse as r using (operateur, livraison, rang)
    left join recus as n using (operateur, livraison, rang)
    left join arrivee as a on r.id_livraison = a.id_livraison
    left join lateral (
        select d.id_livraison, d.recue_le
        from arrivee as d
        where a.id_livraison is null
            and d.operateur = s.operateur and d.livraison = s.livraison and d.refusee and d.recue_le >= s.ouverte_le
            and d.id_livraison > coalesce((
                select max(p.id_livraison)
                from reponse as p
                where p.operateur = s.operateur and p.livraison = s.livraison
            ), 0)
            and (s.etat_complet or not exists (
                select 1
                from reponse as p
                where p.operateur = s.operateur and p.livraison = s.livraison
                    and p.rang < s.rang and p.id_livraison is null
            ))
        order by d.id_livraison desc
        limit 1
    ) as refus on true
)

select
    e.operateur,
    e.livraison,
    e.periode,
    e.libelle,
    e.periode_debut,
    e.periode_fin,
    e.attendue_le,
    e.en_retard_le,
    case
        when e.id_livraison is not null and e.recue_le < e.en_retard_le then 'recue'
        when e.id_livraison is not null then 'recue_en_retard'
        when e.refusee_id is not null then 'recue_refusee'
        when au >= e.en_retard_le then 'en_retard'
        when au > e.periode_fin then 'attendue'
        else 'a_venir'
    end as statut,
    case
        when e.id_livraison is not null and e.recue_le >= e.en_retard_le then e.recue_le - e.attendue_le
        when e.id_livraison is null and au >= e.en_retard_le then au - e.attendue_le
    end as jours_de_retard,
    coalesce(e.id_livraison, e.refusee_id) as id_livraison,
    coalesce(e.recue_le, e.refusee_le) as recue_le,
    e.fichiers_recus::integer as fichiers_recus
from etat as e
$$;
comment on function journal.calendrier_au(date) is
'Ce que l''on peut dire de chaque période suivie, un jour donné : attendue, reçue et par quelle livraison, en retard.';
