-- Labour market (France Travail): indicators, the campaigns that ask for them, the budget of calls that processes share.
-- docs/decisions/0026-france-travail-api.md says why.

create table journal.collecte_marche (
    id_collecte bigint generated always as identity primary key,
    parametres jsonb not null,
    commencee_le timestamptz not null default clock_timestamp(),
    finie_le timestamptz,
    statut text collate "C" not null default 'en_cours' check (
        statut in ('en_cours', 'terminee', 'echec', 'abandonnee')
    ),
    message text
);
comment on table journal.collecte_marche is
'Campagnes de collecte des indicateurs du marché du travail : une par semaine, reprise où elle s''est arrêtée.';
comment on column journal.collecte_marche.id_collecte is 'Numéro de la campagne.';
comment on column journal.collecte_marche.parametres is 'Ce qui est demandé : indicateurs, territoires, activités.';
comment on column journal.collecte_marche.commencee_le is 'Début.';
comment on column journal.collecte_marche.finie_le is 'Fin ; vide tant qu''elle est en cours.';
comment on column journal.collecte_marche.statut is
'en_cours : des questions restent à poser ou à vérifier ; terminee ; echec : rien de bon n''est venu, message dit pourquoi ; abandonnee : remplacée par une campagne plus récente.';
comment on column journal.collecte_marche.message is 'Ce qui n''allait pas.';
create unique index collecte_marche_en_cours on journal.collecte_marche (statut) where statut = 'en_cours';

create table journal.appel_marche (
    id_collecte bigint not null references journal.collecte_marche (id_collecte),
    rang integer not null,
    indicateur text collate "C" not null check (indicateur in ('perspective', 'demandeurs', 'offres')),
    type_territoire text collate "C" not null,
    code_territoire text collate "C" not null,
    code_activite text collate "C" not null,
    details boolean not null,
    statut text collate "C" not null default 'a_poser' check (
        statut in ('a_poser', 'donnees', 'sans_donnees', 'refuse', 'echec')
    ),
    forme text collate "C",
    message text,
    essais smallint,
    passages smallint not null default 0,
    code_periode text collate "C",
    sha256 text collate "C" check (sha256 ~ '^[0-9a-f]{64}$'),
    lignes_lues integer,
    lignes_ecrites integer,
    repondu_le timestamptz,
    primary key (id_collecte, rang)
);
comment on table journal.appel_marche is
'Questions d''une campagne et leurs réponses, écrites avec les données, dans la même transaction : ce qui est répondu n''est plus demandé.';
comment on column journal.appel_marche.id_collecte is 'Campagne.';
comment on column journal.appel_marche.rang is 'Ordre dans la campagne : le plus utile d''abord.';
comment on column journal.appel_marche.indicateur is 'Indicateur demandé : perspective, demandeurs ou offres.';
comment on column journal.appel_marche.type_territoire is 'DEP (département) ou BASSIN (bassin d''emploi).';
comment on column journal.appel_marche.code_territoire is 'Code du territoire.';
comment on column journal.appel_marche.code_activite is 'Métier ROME, ou CUMUL de toutes les activités.';
comment on column journal.appel_marche.details is 'Vrai si les valeurs par caractéristique sont demandées aussi.';
comment on column journal.appel_marche.statut is
'a_poser ; donnees ; sans_donnees : l''API n''en a pas ; refuse : la réponse ne tient pas, message dit où ; echec : pas de réponse après tous les essais, à reposer.';
comment on column journal.appel_marche.forme is
'Comment l''API a dit qu''elle n''a rien : 204, 400, 404, 500, liste_absente ou liste_vide.';
comment on column journal.appel_marche.message is 'Ce que l''API ou le contrôle en a dit.';
comment on column journal.appel_marche.essais is 'Nombre d''essais du dernier passage.';
comment on column journal.appel_marche.passages is 'Nombre de passages : une question sans réponse est reposée à la reprise suivante.';
comment on column journal.appel_marche.code_periode is 'Dernière période répondue.';
comment on column journal.appel_marche.sha256 is 'Réponse brute, aux archives ; vide si elle n''a pas été gardée.';
comment on column journal.appel_marche.lignes_lues is 'Valeurs dans la réponse.';
comment on column journal.appel_marche.lignes_ecrites is 'Valeurs nouvelles ou modifiées.';
comment on column journal.appel_marche.repondu_le is 'Quand.';
create index appel_marche_restants on journal.appel_marche (id_collecte, rang) where statut in ('a_poser', 'echec');

create table core.indicateur_marche (
    code_indicateur text collate "C" not null,
    code_nomenclature text collate "C" not null,
    type_territoire text collate "C" not null,
    code_territoire text collate "C" not null,
    type_activite text collate "C" not null,
    code_activite text collate "C" not null,
    type_caract text collate "C" not null,
    code_caract text collate "C" not null,
    type_periode text collate "C" not null,
    code_periode text collate "C" not null check (code_periode ~ '^[0-9]{4}(T[1-4])?$'),
    indicateur text collate "C" not null check (indicateur in ('perspective', 'demandeurs', 'offres')),
    libelle_nomenclature text,
    libelle_territoire text,
    libelle_activite text,
    libelle_caract text,
    libelle_periode text,
    nombre bigint check (nombre >= 0),
    pourcentage numeric check (pourcentage between 0 and 100),
    valeur_decimale numeric,
    taux numeric,
    montant numeric,
    rang integer check (rang >= 0),
    masque boolean not null,
    maj_le timestamptz not null,
    sha256 text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
    id_collecte bigint not null references journal.collecte_marche (id_collecte),
    ecrit_le timestamptz not null default clock_timestamp(),
    primary key (
        code_indicateur, code_nomenclature, type_territoire, code_territoire, type_activite, code_activite,
        type_caract, code_caract, type_periode, code_periode
    )
);
comment on table core.indicateur_marche is
'Indicateurs du marché du travail (API de France Travail) : une valeur par indicateur, nomenclature, territoire, activité, caractéristique et période.';
comment on column core.indicateur_marche.code_indicateur is 'Code de l''indicateur à la source (DE_1, OFF_1, PERSP_2).';
comment on column core.indicateur_marche.code_nomenclature is
'Catégorie de demandeurs (A, ABC…), origine des offres (PE…), ou composante de la tension (PERSPECTIVE…).';
comment on column core.indicateur_marche.type_territoire is 'DEP (département) ou BASSIN (bassin d''emploi).';
comment on column core.indicateur_marche.code_territoire is 'Code du territoire.';
comment on column core.indicateur_marche.type_activite is 'ROME (un métier) ou CUMUL (toutes les activités).';
comment on column core.indicateur_marche.code_activite is 'Code ROME, ou CUMUL.';
comment on column core.indicateur_marche.type_caract is 'Caractéristique (GENRE, AGE, TYPECTR…) ; chaîne vide : total.';
comment on column core.indicateur_marche.code_caract is 'Modalité de la caractéristique ; chaîne vide : total.';
comment on column core.indicateur_marche.type_periode is 'TRIMESTRE ou ANNEE.';
comment on column core.indicateur_marche.code_periode is 'Période : 2025T4 ou 2024.';
comment on column core.indicateur_marche.indicateur is
'perspective (tension de recrutement), demandeurs (d''emploi) ou offres (d''emploi).';
comment on column core.indicateur_marche.libelle_nomenclature is 'Nom de la nomenclature.';
comment on column core.indicateur_marche.libelle_territoire is 'Nom du territoire à la source.';
comment on column core.indicateur_marche.libelle_activite is 'Nom de l''activité à la source.';
comment on column core.indicateur_marche.libelle_caract is 'Nom de la modalité.';
comment on column core.indicateur_marche.libelle_periode is 'Nom de la période.';
comment on column core.indicateur_marche.nombre is
'Nombre, arrondi à la dizaine par la source (0 peut donc être quelques-uns) ; pour perspective, rang de 1 à 5. Vide si masqué, et parfois sans que la source dise pourquoi.';
comment on column core.indicateur_marche.pourcentage is 'Part, de 0 à 100, calculée par la source avant l''arrondi du nombre.';
comment on column core.indicateur_marche.valeur_decimale is 'Valeur décimale : pour perspective, l''indicateur centré et réduit.';
comment on column core.indicateur_marche.taux is 'Taux, si la source en donne un.';
comment on column core.indicateur_marche.montant is 'Montant, si la source en donne un.';
comment on column core.indicateur_marche.rang is 'Rang, si la source en donne un.';
comment on column core.indicateur_marche.masque is 'Vrai si la source masque la valeur : ses nombres sont vides.';
comment on column core.indicateur_marche.maj_le is 'Mise à jour de la source par laquelle la valeur est devenue ce qu''elle est.';
comment on column core.indicateur_marche.sha256 is 'Réponse brute, aux archives.';
comment on column core.indicateur_marche.id_collecte is 'Campagne qui a écrit la valeur (journal.collecte_marche).';
comment on column core.indicateur_marche.ecrit_le is 'Quand elle a été écrite.';
create index indicateur_marche_collecte on core.indicateur_marche (id_collecte);

create table journal.budget_appels (
    api text collate "C" primary key,
    prochain_depart timestamptz not null default '-infinity'
);
comment on table journal.budget_appels is 'Par API, l''instant avant lequel aucun appel ne part, d''aucun processus.';
comment on column journal.budget_appels.api is 'Adresse de l''API.';
comment on column journal.budget_appels.prochain_depart is 'Premier instant où un appel peut partir.';

create table journal.place_appel (
    id_place bigint generated always as identity primary key,
    api text collate "C" not null references journal.budget_appels (api),
    libre_le timestamptz not null
);
comment on table journal.place_appel is
'Appels en cours, ou répondus depuis moins d''une seconde : chacun tient une des places de son API.';
comment on column journal.place_appel.id_place is 'Numéro de l''appel.';
comment on column journal.place_appel.api is 'Adresse de l''API.';
comment on column journal.place_appel.libre_le is
'Instant où la place se libère : une seconde après la réponse, ou au plus tard si l''appelant a été tué.';
create index place_appel_api on journal.place_appel (api, libre_le);

create function journal.prendre_place_appel(
    api_demandee text, places integer, espacement_s double precision, duree_max_s double precision
) returns table (id_place bigint, attente_s double precision)
language plpgsql volatile
as $$
declare
    depart timestamptz;
    libre timestamptz;
    prises integer;
begin
    insert into journal.budget_appels (api) values (api_demandee) on conflict (api) do nothing;
    -- One caller at a time: those who wait here see what it wrote.
    select b.prochain_depart into depart from journal.budget_appels as b where b.api = api_demandee for update;
    delete from journal.place_appel as p where p.api = api_demandee and p.libre_le <= clock_timestamp();
    select count(*), min(p.libre_le) into prises, libre from journal.place_appel as p where p.api = api_demandee;
    if prises >= places then
        depart := greatest(depart, libre);
    end if;
    if depart > clock_timestamp() then
        return query select null::bigint, extract(epoch from depart - clock_timestamp())::double precision;
        return;
    end if;
    update journal.budget_appels as b
    set prochain_depart = clock_timestamp() + make_interval(secs => espacement_s)
    where b.api = api_demandee;
    return query
    insert into journal.place_appel as p (api, libre_le)
    values (api_demandee, clock_timestamp() + make_interval(secs => duree_max_s))
    returning p.id_place, 0::double precision;
end
$$;
comment on function journal.prendre_place_appel is
'Prend une place pour un appel, ou dit dans combien de secondes redemander (id_place vide).';

create function journal.rendre_place_appel(place bigint, fenetre_s double precision) returns void
language sql volatile
as $$
    update journal.place_appel
    set libre_le = clock_timestamp() + make_interval(secs => fenetre_s)
    where id_place = place;
$$;
comment on function journal.rendre_place_appel is 'Dit qu''un appel est répondu : sa place est libre une fenêtre plus tard.';

create function journal.suspendre_appels(api_suspendue text, duree_s double precision) returns void
language sql volatile
as $$
    insert into journal.budget_appels (api, prochain_depart)
    values (api_suspendue, clock_timestamp() + make_interval(secs => duree_s))
    on conflict (api) do update
        set prochain_depart = greatest(budget_appels.prochain_depart, excluded.prochain_depart);
$$;
comment on function journal.suspendre_appels is 'Ne laisse partir aucun appel pendant un temps : l''API en a trop reçu.';
