-- bi.territoire: the dimension that every fact shares, with its members that are in no list. Built last, from the facts.
create table magasin_candidat.territoire as
with membre as (
    select
        t.cle_territoire,
        t.phase,
        t.id_ti,
        t.libelle,
        t.pilote,
        t.date_entree,
        t.dans_la_liste,
        t.publie_le
    from territoire_connu as t
    union all
    select
        h.cle_territoire,
        0::smallint as phase,
        h.cle_territoire as id_ti,
        h.libelle,
        null as pilote,
        null as date_entree,
        false as dans_la_liste,
        null as publie_le
    from membre_hors_liste as h
),

perimetre as (
    select
        p.phase,
        p.id_ti,
        count(*) filter (where p.type_maille = 'epci') as nb_epci,
        string_agg(
            case when p.type_maille = 'epci' then p.libelle || ' (' || p.code || ')' end, ' ; ' order by p.libelle
        ) as epci,
        count(*) filter (where p.type_maille = 'commune') as nb_communes_citees,
        sum(e.population_municipale) filter (where p.type_maille = 'epci') as population_epci
    from core.territoire_perimetre as p
    left join epci_connu as e on p.type_maille = 'epci' and p.code = e.siren
    where p.valide_a is null
    group by p.phase, p.id_ti
),

-- One line for each operator: what it promised, counted as in its own view.
bilan as (
    select
        e.cle_territoire,
        e.operateur,
        count(*) as nb,
        sum(e.montant_engage_eur) filter (where e.compte_comme_engage) as engage_eur,
        sum(e.montant_decaisse_eur) filter (where e.compte_comme_engage) as decaisse_eur,
        sum(e.investissement_attendu_eur) filter (where e.compte_comme_engage) as investissement_attendu_eur,
        sum(e.emplois_prevus) filter (where e.compte_comme_engage) as emplois_prevus,
        sum(e.recrutements) as recrutements,
        sum(e.participants) as participants
    from magasin_candidat.engagement as e
    group by e.cle_territoire, e.operateur
),

fiche as (
    select
        f.cle_territoire,
        count(*) as nb_fiches_action,
        sum(f.budget_eur) as budget_eur
    from magasin_candidat.fiche_action as f
    group by f.cle_territoire
),

contrat_recent as (
    select distinct on (c.cle_territoire)
        c.cle_territoire,
        c.id_contrat,
        c.statut,
        c.date_signature
    from magasin_candidat.contrat as c
    where c.cle_territoire <> 'inconnu'
    order by
        c.cle_territoire asc, coalesce(c.date_signature, c.date_protocole) desc nulls last, c.id_contrat desc
),

pilote_suivi as (
    select
        c.cle_territoire,
        count(*) as nb_contrats,
        bool_or(c.pilote) as pilote
    from magasin_candidat.contrat as c
    group by c.cle_territoire
),

contact as (
    select
        r.cle_territoire,
        count(distinct r.operateur) as nb_operateurs_avec_referent
    from magasin_candidat.referent as r
    group by r.cle_territoire
)

select
    m.cle_territoire,
    m.phase,
    m.id_ti,
    m.libelle,
    case when m.phase > 0 then coalesce(m.pilote, s.pilote) end as pilote,
    m.date_entree,
    m.dans_la_liste,
    m.publie_le,
    coalesce(p.nb_epci, 0) as nb_epci,
    p.epci,
    coalesce(p.nb_communes_citees, 0) as nb_communes_citees,
    p.population_epci,
    coalesce(bdt.nb, 0) as nb_investissements,
    coalesce(bdt.engage_eur, 0)::numeric(16, 2) as engage_eur,
    coalesce(bdt.decaisse_eur, 0)::numeric(16, 2) as decaisse_eur,
    coalesce(s.nb_contrats, 0) as nb_contrats,
    c.id_contrat,
    c.statut as statut_contrat,
    c.date_signature as date_signature_contrat,
    coalesce(k.nb_operateurs_avec_referent, 0) as nb_operateurs_avec_referent,
    coalesce(bpi.nb, 0) as nb_accompagnements,
    coalesce(bpi.engage_eur, 0)::numeric(16, 2) as accompagnements_eur,
    coalesce(bpi.recrutements, 0)::bigint as nb_recrutements_ecoles,
    coalesce(pe.nb, 0) as nb_actions_recrutement,
    coalesce(pe.participants, 0)::bigint as nb_participants,
    coalesce(pe.recrutements, 0)::bigint as nb_embauches,
    coalesce(bf.nb, 0) as nb_projets_attractivite,
    coalesce(bf.investissement_attendu_eur, 0)::numeric(16, 2) as investissement_attendu_eur,
    coalesce(bf.emplois_prevus, 0)::bigint as emplois_prevus,
    coalesce(f.nb_fiches_action, 0) as nb_fiches_action,
    coalesce(f.budget_eur, 0)::numeric(16, 2) as budget_fiches_eur
from membre as m
left join perimetre as p on m.phase = p.phase and m.id_ti = p.id_ti
left join bilan as bdt on m.cle_territoire = bdt.cle_territoire and bdt.operateur = 'banque_des_territoires'
left join bilan as bpi on m.cle_territoire = bpi.cle_territoire and bpi.operateur = 'bpifrance'
left join bilan as pe on m.cle_territoire = pe.cle_territoire and pe.operateur = 'pole_emploi'
left join bilan as bf on m.cle_territoire = bf.cle_territoire and bf.operateur = 'business_france'
left join fiche as f on m.cle_territoire = f.cle_territoire
left join contrat_recent as c on m.cle_territoire = c.cle_territoire
left join pilote_suivi as s on m.cle_territoire = s.cle_territoire
left join contact as k on m.cle_territoire = k.cle_territoire;

alter table magasin_candidat.territoire add primary key (cle_territoire);

comment on table magasin_candidat.territoire is
'Territoires d''industrie : une ligne par territoire et par phase, une ligne « inconnu » à laquelle se rattachent les faits dont le territoire n''est dans aucune liste, et une ligne « hors » pour ce qui, dans une figure nationale, est hors des territoires.';
comment on column magasin_candidat.territoire.cle_territoire is
'Clé du territoire : phase et identifiant (« 1/ti-0101 »), « inconnu » ou « hors ».';
comment on column magasin_candidat.territoire.phase is
'Phase du programme : 1 (2018-2023), 2 (2023-2027) ; 0 pour « inconnu » et « hors ».';
comment on column magasin_candidat.territoire.id_ti is
'Identifiant publié par l''ANCT ; réemployé d''une phase à l''autre pour un autre territoire.';
comment on column magasin_candidat.territoire.libelle is
'Nom du territoire dans la dernière liste de sa phase.';
comment on column magasin_candidat.territoire.pilote is
'Territoire pilote, d''après la liste publiée, à défaut d''après les contrats ; vide si aucun ne le dit.';
comment on column magasin_candidat.territoire.date_entree is
'Date d''entrée dans le programme ; vide si la liste publiée ne la dit pas.';
comment on column magasin_candidat.territoire.dans_la_liste is
'Vrai si le territoire est dans la dernière liste publiée de sa phase ; faux s''il en est sorti.';
comment on column magasin_candidat.territoire.publie_le is
'Date de la première publication qui donne cet état du territoire.';
comment on column magasin_candidat.territoire.nb_epci is
'Nombre d''intercommunalités du périmètre courant.';
comment on column magasin_candidat.territoire.epci is
'Intercommunalités du périmètre courant : « nom (SIREN) », séparées par un point-virgule.';
comment on column magasin_candidat.territoire.nb_communes_citees is
'Nombre de communes que la liste cite une à une dans le périmètre courant.';
comment on column magasin_candidat.territoire.population_epci is
'Population municipale des intercommunalités du périmètre entières, dernier millésime connu ; vide si aucune n''est dans la liste de la DGCL. Dépasse la population du territoire qui n''en comprend qu''une partie.';
comment on column magasin_candidat.territoire.nb_investissements is
'Banque des Territoires : nombre d''opérations courantes, tous statuts confondus.';
comment on column magasin_candidat.territoire.engage_eur is
'Banque des Territoires : montants engagés des opérations de statut engage, decaisse ou solde, en euros.';
comment on column magasin_candidat.territoire.decaisse_eur is
'Banque des Territoires : sommes versées pour ces mêmes opérations, en euros.';
comment on column magasin_candidat.territoire.nb_contrats is
'Nombre de contrats du territoire.';
comment on column magasin_candidat.territoire.id_contrat is
'Contrat le plus récent (signature, à défaut protocole), clé de bi.contrat.';
comment on column magasin_candidat.territoire.statut_contrat is
'Étape de ce contrat : projet, protocole, signe, avenant, clos ; vide s''il n''y en a pas.';
comment on column magasin_candidat.territoire.date_signature_contrat is
'Signature de ce contrat ; vide s''il n''est pas signé.';
comment on column magasin_candidat.territoire.nb_operateurs_avec_referent is
'Nombre d''opérateurs qui ont un référent en fonction pour ce territoire.';
comment on column magasin_candidat.territoire.nb_accompagnements is
'Bpifrance : nombre d''accompagnements courants, tous statuts confondus.';
comment on column magasin_candidat.territoire.accompagnements_eur is
'Bpifrance : montants accordés, prêtés ou garantis des accompagnements en cours ou achevés, en euros.';
comment on column magasin_candidat.territoire.nb_recrutements_ecoles is
'Bpifrance : jeunes diplômés recrutés, pour les accompagnements qui les ont comptés.';
comment on column magasin_candidat.territoire.nb_actions_recrutement is
'Pôle emploi : nombre d''actions, passées et à venir.';
comment on column magasin_candidat.territoire.nb_participants is
'Pôle emploi : participants, pour les actions qui les ont comptés.';
comment on column magasin_candidat.territoire.nb_embauches is
'Pôle emploi : embauches, pour les actions qui les ont comptées.';
comment on column magasin_candidat.territoire.nb_projets_attractivite is
'Business France : nombre de projets courants, toutes étapes confondues.';
comment on column magasin_candidat.territoire.investissement_attendu_eur is
'Business France : investissements annoncés par les entreprises qui se sont décidées, en euros ; ce n''est pas l''argent de l''opérateur.';
comment on column magasin_candidat.territoire.emplois_prevus is
'Business France : emplois annoncés par ces mêmes entreprises.';
comment on column magasin_candidat.territoire.nb_fiches_action is
'Nombre de fiches-actions des contrats du territoire.';
comment on column magasin_candidat.territoire.budget_fiches_eur is
'Budget des fiches-actions qui en donnent un, en euros.';
