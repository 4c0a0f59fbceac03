-- bi.enveloppe_annuelle: what was announced and what was done, each year. A year without operations is still there.
create table magasin_candidat.enveloppe_annuelle as
with fait as (
    select
        i.operateur,
        i.annee,
        count(*) filter (where i.compte_comme_engage) as nb_operations_engagees,
        coalesce(sum(i.montant_engage_eur) filter (where i.compte_comme_engage), 0) as engage_eur,
        coalesce(sum(i.montant_decaisse_eur) filter (where i.compte_comme_engage), 0) as decaisse_eur,
        count(*) filter (where i.statut in ('identifie', 'instruit')) as nb_operations_en_projet
    from magasin_candidat.investissement as i
    group by i.operateur, i.annee
),

bornes as (
    select
        u.operateur,
        min(u.annee) as premiere,
        max(u.annee) as derniere
    from (
        select
            f.operateur,
            f.annee
        from fait as f
        union all
        select
            o.operateur,
            o.annee
        from core.enveloppe_annoncee as o
    ) as u
    group by u.operateur
),

calendrier as (
    select
        b.operateur,
        a.annee::smallint as annee
    from bornes as b
    cross join lateral generate_series(b.premiere::integer, b.derniere::integer) as a (annee)
),

quarantaine_ouverte as (
    select
        r.id_livraison,
        count(*) as ouvertes
    from quarantaine.ligne as r
    where r.statut = 'ouverte'
    group by r.id_livraison
),

-- How fresh and how complete the figures of an operator are.
fraicheur as (
    select
        l.operateur,
        -- A file of which no row was accepted has an instant of load too, and brought nothing.
        max(l.chargee_le) filter (where l.statut in ('chargee', 'chargee_partiellement')) as a_jour_au,
        coalesce(sum(q.ouvertes), 0)::bigint as lignes_a_corriger
    from journal.livraison as l
    left join quarantaine_ouverte as q on l.id_livraison = q.id_livraison
    where l.livraison = 'investissements'
    group by l.operateur
),

annonce as (
    select p.valeur as annonce_eur
    from core.fait_programme as p
    where p.code = 'fonds_annonces'
),

cumul as (
    select
        c.operateur,
        c.annee,
        o.objectif_eur,
        o.source,
        coalesce(f.nb_operations_engagees, 0) as nb_operations_engagees,
        coalesce(f.nb_operations_en_projet, 0) as nb_operations_en_projet,
        coalesce(f.engage_eur, 0) as engage_eur,
        coalesce(f.decaisse_eur, 0) as decaisse_eur,
        sum(coalesce(o.objectif_eur, 0)) over (partition by c.operateur order by c.annee) as objectif_cumule_eur,
        sum(coalesce(f.engage_eur, 0)) over (partition by c.operateur order by c.annee) as engage_cumule_eur,
        sum(coalesce(f.decaisse_eur, 0)) over (partition by c.operateur order by c.annee) as decaisse_cumule_eur
    from calendrier as c
    left join fait as f on c.operateur = f.operateur and c.annee = f.annee
    left join core.enveloppe_annoncee as o on c.operateur = o.operateur and c.annee = o.annee
)

select
    c.operateur,
    c.annee,
    c.objectif_eur::numeric(16, 2) as objectif_eur,
    c.engage_eur::numeric(16, 2) as engage_eur,
    c.decaisse_eur::numeric(16, 2) as decaisse_eur,
    c.nb_operations_engagees,
    c.nb_operations_en_projet,
    c.objectif_cumule_eur::numeric(16, 2) as objectif_cumule_eur,
    c.engage_cumule_eur::numeric(16, 2) as engage_cumule_eur,
    c.decaisse_cumule_eur::numeric(16, 2) as decaisse_cumule_eur,
    a.annonce_eur::numeric(16, 2) as annonce_eur,
    round(c.engage_eur / nullif(c.objectif_eur, 0), 4) as part_engagee,
    round(c.engage_cumule_eur / nullif(c.objectif_cumule_eur, 0), 4) as part_engagee_cumulee,
    round(c.engage_cumule_eur / nullif(a.annonce_eur, 0), 4) as part_de_l_annonce,
    round(c.objectif_cumule_eur / nullif(a.annonce_eur, 0), 4) as part_de_l_objectif_dans_l_annonce,
    c.source as source_objectif,
    f.a_jour_au,
    coalesce(f.lignes_a_corriger, 0) as lignes_a_corriger
from cumul as c
left join annonce as a on true
left join fraicheur as f on c.operateur = f.operateur;

alter table magasin_candidat.enveloppe_annuelle add primary key (operateur, annee);

comment on table magasin_candidat.enveloppe_annuelle is
'Enveloppe de chaque opérateur, année par année : objectif annoncé, engagé, décaissé et cumuls, face aux 500 M€ d''abord annoncés.';
comment on column magasin_candidat.enveloppe_annuelle.operateur is
'Opérateur.';
comment on column magasin_candidat.enveloppe_annuelle.annee is
'Année d''engagement ; une année sans opération figure aussi.';
comment on column magasin_candidat.enveloppe_annuelle.objectif_eur is
'Ce que l''opérateur a annoncé engager dans l''année, en euros ; vide pour une année sans annonce.';
comment on column magasin_candidat.enveloppe_annuelle.engage_eur is
'Montants engagés des opérations de statut engage, decaisse ou solde, à l''année de leur engagement ; les opérations identifiées, instruites ou abandonnées ne comptent pas.';
comment on column magasin_candidat.enveloppe_annuelle.decaisse_eur is
'Sommes versées pour ces mêmes opérations. Les versements ne sont pas datés : ils sont attribués à l''année d''engagement.';
comment on column magasin_candidat.enveloppe_annuelle.nb_operations_engagees is
'Nombre d''opérations comptées dans engage_eur.';
comment on column magasin_candidat.enveloppe_annuelle.nb_operations_en_projet is
'Nombre d''opérations identifiées ou instruites dont l''engagement est prévu cette année-là ; non comptées dans les montants.';
comment on column magasin_candidat.enveloppe_annuelle.objectif_cumule_eur is
'Somme des objectifs jusqu''à cette année comprise (400 M€ en 2022 pour la Banque des Territoires), inchangée ensuite.';
comment on column magasin_candidat.enveloppe_annuelle.engage_cumule_eur is
'Somme de engage_eur jusqu''à cette année comprise.';
comment on column magasin_candidat.enveloppe_annuelle.decaisse_cumule_eur is
'Somme de decaisse_eur jusqu''à cette année comprise.';
comment on column magasin_candidat.enveloppe_annuelle.annonce_eur is
'Fonds d''abord annoncés pour tout le programme, tous opérateurs ensemble : 500 M€ (22/11/2018).';
comment on column magasin_candidat.enveloppe_annuelle.part_engagee is
'engage_eur rapporté à objectif_eur (1 = objectif de l''année atteint) ; vide sans objectif.';
comment on column magasin_candidat.enveloppe_annuelle.part_engagee_cumulee is
'engage_cumule_eur rapporté à objectif_cumule_eur ; vide sans objectif.';
comment on column magasin_candidat.enveloppe_annuelle.part_de_l_annonce is
'engage_cumule_eur rapporté aux 500 M€ annoncés.';
comment on column magasin_candidat.enveloppe_annuelle.part_de_l_objectif_dans_l_annonce is
'objectif_cumule_eur rapporté aux 500 M€ annoncés (0,8 en 2022 pour la Banque des Territoires).';
comment on column magasin_candidat.enveloppe_annuelle.source_objectif is
'Phrase d''où vient l''objectif de l''année, et ce qui en est déduit.';
comment on column magasin_candidat.enveloppe_annuelle.a_jour_au is
'Dernier chargement d''une livraison d''investissements de l''opérateur ; vide s''il n''y en a eu aucun.';
comment on column magasin_candidat.enveloppe_annuelle.lignes_a_corriger is
'Lignes d''investissement refusées que l''opérateur n''a pas encore corrigées : elles manquent dans ces montants.';
