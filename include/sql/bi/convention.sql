-- bi.convention: what each operator promised the State, beside what its own deliveries say was done. Where no delivery
-- measures the indicator, or none was loaded, what was reached stays empty: it is unknown, not zero.
create table magasin_candidat.convention as
with annuel as (
    select
        e.operateur,
        e.annee,
        m.mesure,
        m.valeur,
        m.sans_mesure
    from (
        select
            g.operateur,
            g.annee,
            count(*) filter (where g.compte_comme_engage) as engagements,
            count(*) filter (where g.statut <> 'abandonne') as suivis,
            sum(g.montant_engage_eur) filter (where g.compte_comme_engage) as montant_engage_eur,
            count(g.montant_engage_eur) filter (where g.compte_comme_engage) as nb_engage,
            sum(g.montant_decaisse_eur) filter (where g.compte_comme_engage) as montant_decaisse_eur,
            count(g.montant_decaisse_eur) filter (where g.compte_comme_engage) as nb_decaisse,
            sum(g.investissement_attendu_eur) filter (where g.compte_comme_engage) as investissement_attendu_eur,
            count(g.investissement_attendu_eur) filter (where g.compte_comme_engage) as nb_investissement,
            sum(g.emplois_prevus) filter (where g.compte_comme_engage) as emplois_prevus,
            count(g.emplois_prevus) filter (where g.compte_comme_engage) as nb_emplois,
            sum(g.recrutements) filter (where g.compte_comme_engage) as recrutements,
            count(g.recrutements) filter (where g.compte_comme_engage) as nb_recrutements,
            sum(g.participants) filter (where g.compte_comme_engage) as participants,
            count(g.participants) filter (where g.compte_comme_engage) as nb_participants
        from magasin_candidat.engagement as g
        group by g.operateur, g.annee
    ) as e
    cross join lateral (
        values
        ('engagements', e.engagements, 0),
        ('engagements_suivis', e.suivis, 0),
        ('montant_engage_eur', e.montant_engage_eur, e.engagements - e.nb_engage),
        ('montant_decaisse_eur', e.montant_decaisse_eur, e.engagements - e.nb_decaisse),
        ('investissement_attendu_eur', e.investissement_attendu_eur, e.engagements - e.nb_investissement),
        ('emplois_prevus', e.emplois_prevus, e.engagements - e.nb_emplois),
        ('recrutements', e.recrutements, e.engagements - e.nb_recrutements),
        ('participants', e.participants, e.engagements - e.nb_participants)
    ) as m (mesure, valeur, sans_mesure)
),

objectif as (
    select
        c.*,
        make_date(c.annee_debut::integer, 1, 1) as debut,
        make_date(c.annee_fin::integer + 1, 1, 1) as fin
    from core.programme_conventions as c
    where c.valide_a is null
),

-- Two measures that claim an indicator leave it without any.
reconnu as (
    select
        o.id_version,
        min(r.mesure) as mesure,
        min(r.calcul) as calcul
    from objectif as o
    inner join core.indicateur_convention as r
        on o.unite = r.unite and o.operateur = any(r.operateurs) and lower(o.indicateur) ~ r.motif
    group by o.id_version
    having count(*) = 1
),

atteint as (
    select
        o.id_version,
        sum(a.valeur) as valeur,
        sum(a.sans_mesure)::bigint as sans_mesure
    from objectif as o
    inner join reconnu as m on o.id_version = m.id_version
    inner join annuel as a
        on o.operateur = a.operateur and m.mesure = a.mesure and a.annee between o.annee_debut and o.annee_fin
    group by o.id_version
    union all
    -- The two whose years do not add up.
    select
        o.id_version,
        count(distinct a.siren) as valeur,
        0 as sans_mesure
    from objectif as o
    inner join reconnu as m on o.id_version = m.id_version and m.mesure = 'entreprises'
    inner join magasin_candidat.accompagnement as a
        on a.annee between o.annee_debut and o.annee_fin and a.compte_comme_engage
    group by o.id_version
    union all
    select
        o.id_version,
        count(distinct r.cle_territoire) as valeur,
        0 as sans_mesure
    from objectif as o
    inner join reconnu as m on o.id_version = m.id_version and m.mesure = 'referents'
    inner join magasin_candidat.referent as r on o.operateur = r.operateur and r.cle_territoire <> 'inconnu'
    group by o.id_version
),

-- How fresh the deliveries are that an indicator is measured on.
fraicheur as (
    select
        l.operateur,
        l.livraison = 'referents' as de_referents,
        max(l.chargee_le) as a_jour_au
    from journal.livraison as l
    where l.statut in ('chargee', 'chargee_partiellement')
    group by l.operateur, l.livraison = 'referents'
),

jour as (
    select (transaction_timestamp() at time zone 'Europe/Paris')::date as aujourd_hui
),

resultat as (
    select
        o.id_version,
        m.mesure,
        m.calcul,
        f.a_jour_au,
        r.sans_mesure,
        case
            -- Nothing in the period is zero; commitments of which none says the measure is unknown.
            when f.a_jour_au is not null and coalesce(r.sans_mesure, 0) = 0 then coalesce(r.valeur, 0)
            when f.a_jour_au is not null then r.valeur
        end as valeur_atteinte
    from objectif as o
    inner join reconnu as m on o.id_version = m.id_version
    left join atteint as r on o.id_version = r.id_version
    left join fraicheur as f on o.operateur = f.operateur and f.de_referents = (m.mesure = 'referents')
)

select
    o.operateur,
    o.indicateur,
    o.unite,
    o.annee_debut::smallint as annee_debut,
    o.annee_fin::smallint as annee_fin,
    o.date_signature,
    o.cible,
    r.valeur_atteinte,
    round(r.valeur_atteinte / nullif(o.cible, 0), 4) as part_atteinte,
    round(least(greatest(j.aujourd_hui - o.debut, 0), o.fin - o.debut)::numeric / (o.fin - o.debut), 4)
        as part_de_la_periode,
    r.mesure,
    r.calcul,
    r.sans_mesure as engagements_sans_mesure,
    r.a_jour_au,
    o.valide_de as modifie_le,
    o.id_livraison,
    o.ligne,
    l.nom_fichier
from objectif as o
cross join jour as j
left join resultat as r on o.id_version = r.id_version
left join journal.livraison as l on o.id_livraison = l.id_livraison;

alter table magasin_candidat.convention add primary key (operateur, indicateur, annee_debut);

comment on table magasin_candidat.convention is
'Objectifs des conventions signées avec l''État, face à ce que les livraisons des opérateurs disent atteint : une ligne par objectif.';
comment on column magasin_candidat.convention.operateur is
'Opérateur qui a signé la convention avec l''État.';
comment on column magasin_candidat.convention.indicateur is
'Ce que l''objectif mesure, dans les mots de la convention.';
comment on column magasin_candidat.convention.unite is
'Unité de l''objectif : eur, entreprises, projets, actions, recrutements, emplois, participants, referents, territoires, pourcent.';
comment on column magasin_candidat.convention.annee_debut is
'Première année de la période.';
comment on column magasin_candidat.convention.annee_fin is
'Dernière année de la période, comprise.';
comment on column magasin_candidat.convention.date_signature is
'Signature de la convention.';
comment on column magasin_candidat.convention.cible is
'Valeur à atteindre sur la période entière, et non par an.';
comment on column magasin_candidat.convention.valeur_atteinte is
'Ce que les livraisons de l''opérateur disent atteint dans la période. Vide, et non zéro, si aucune livraison ne mesure l''indicateur ou si l''opérateur n''a rien transmis.';
comment on column magasin_candidat.convention.part_atteinte is
'valeur_atteinte rapportée à cible (1 = objectif atteint).';
comment on column magasin_candidat.convention.part_de_la_periode is
'Part de la période déjà écoulée (0 à 1), à lire à côté de part_atteinte.';
comment on column magasin_candidat.convention.mesure is
'Mesure à laquelle l''indicateur a été reconnu ; vide s''il ne l''a pas été.';
comment on column magasin_candidat.convention.calcul is
'Comment valeur_atteinte est calculée, en une phrase ; vide si elle ne l''est pas.';
comment on column magasin_candidat.convention.engagements_sans_mesure is
'Engagements comptés qui ne disent pas cette mesure : valeur_atteinte est alors un minimum.';
comment on column magasin_candidat.convention.a_jour_au is
'Dernier chargement des livraisons de l''opérateur dont vient valeur_atteinte ; vide s''il n''y en a eu aucun.';
comment on column magasin_candidat.convention.modifie_le is
'Dernier changement : chargement de la version courante de l''objectif.';
comment on column magasin_candidat.convention.id_livraison is
'Livraison d''où vient l''objectif, clé de bi.livraison.';
comment on column magasin_candidat.convention.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.convention.nom_fichier is
'Nom du fichier transmis.';
