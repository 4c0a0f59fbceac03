-- bi.fiabilite: how fresh and how complete the figures of each type of delivery are.
create table magasin_candidat.fiabilite as
with en_vigueur as (
    select
        e.operateur,
        case e.operateur
            when 'banque_des_territoires' then 'investissements'
            when 'bpifrance' then 'accompagnements'
            when 'business_france' then 'projets_attractivite'
            when 'pole_emploi' then 'actions_recrutement'
        end as livraison,
        count(*) as lignes
    from magasin_candidat.engagement as e
    group by e.operateur
    union all
    select
        r.operateur,
        'referents' as livraison,
        count(*) as lignes
    from core.referent as r
    where r.valide_a is null
    group by r.operateur
    union all
    select
        'programme' as operateur,
        'contrats' as livraison,
        count(*) as lignes
    from magasin_candidat.contrat
    union all
    select
        'programme' as operateur,
        'fiches_actions' as livraison,
        count(*) as lignes
    from magasin_candidat.fiche_action
    union all
    select
        'programme' as operateur,
        'conventions' as livraison,
        count(*) as lignes
    from magasin_candidat.convention
),

recu as (
    select
        l.operateur,
        l.livraison,
        max(l.recue_le) as derniere_recue_le,
        max(l.chargee_le) filter (where l.statut in ('chargee', 'chargee_partiellement')) as a_jour_au,
        count(*) filter (where l.statut = 'en_attente') as livraisons_en_attente,
        sum(l.lignes_lues) filter (where l.statut = 'en_attente') as lignes_en_attente
    from magasin_candidat.livraison as l
    group by l.operateur, l.livraison
),

refuse as (
    select
        l.operateur,
        l.livraison,
        count(*) filter (where q.statut = 'ouverte') as a_corriger,
        min(q.cree_le) filter (where q.statut = 'ouverte') as a_corriger_depuis,
        count(*) filter (where q.statut = 'corrigee') as corrigees,
        count(*) filter (where q.statut in ('levee', 'expiree')) as abandonnees
    from quarantaine.ligne as q
    inner join journal.livraison as l on q.id_livraison = l.id_livraison
    group by l.operateur, l.livraison
),

type_de_livraison as (
    select
        r.operateur,
        r.livraison
    from recu as r
    union
    select
        c.operateur,
        c.livraison
    from journal.calendrier as c
)

select
    t.operateur,
    t.livraison,
    r.a_jour_au,
    floor(extract(epoch from transaction_timestamp() - r.a_jour_au) / 86400)::integer as age_jours,
    r.derniere_recue_le,
    coalesce(v.lignes, 0) as lignes_en_vigueur,
    coalesce(f.a_corriger, 0) as lignes_a_corriger,
    f.a_corriger_depuis,
    round(
        v.lignes::numeric / nullif(v.lignes + coalesce(f.a_corriger, 0) + coalesce(r.lignes_en_attente, 0), 0), 4
    ) as completude,
    coalesce(r.livraisons_en_attente, 0) as livraisons_en_attente,
    coalesce(r.lignes_en_attente, 0)::bigint as lignes_en_attente,
    coalesce(f.corrigees, 0) as lignes_corrigees,
    coalesce(f.abandonnees, 0) as lignes_abandonnees
from type_de_livraison as t
left join recu as r on t.operateur = r.operateur and t.livraison = r.livraison
left join en_vigueur as v on t.operateur = v.operateur and t.livraison = v.livraison
left join refuse as f on t.operateur = f.operateur and t.livraison = f.livraison;

alter table magasin_candidat.fiabilite add primary key (operateur, livraison);

comment on table magasin_candidat.fiabilite is
'Jusqu''où se fier aux chiffres : fraîcheur et complétude de chaque type de livraison, y compris ceux qui sont attendus et ne sont jamais venus.';
comment on column magasin_candidat.fiabilite.operateur is
'Opérateur.';
comment on column magasin_candidat.fiabilite.livraison is
'Type de livraison.';
comment on column magasin_candidat.fiabilite.a_jour_au is
'Dernier chargement ; vide si rien n''a été chargé.';
comment on column magasin_candidat.fiabilite.age_jours is
'Jours entiers depuis ce chargement, à l''instant de bi.construction.etat_au.';
comment on column magasin_candidat.fiabilite.derniere_recue_le is
'Réception du dernier fichier, quel que soit son sort.';
comment on column magasin_candidat.fiabilite.lignes_en_vigueur is
'Lignes chargées qui sont aujourd''hui en vigueur.';
comment on column magasin_candidat.fiabilite.lignes_a_corriger is
'Lignes refusées que l''opérateur n''a pas encore corrigées : elles manquent dans les chiffres ou y figurent dans leur état précédent.';
comment on column magasin_candidat.fiabilite.a_corriger_depuis is
'Instant du plus ancien de ces refus ; vide s''il n''y en a pas.';
comment on column magasin_candidat.fiabilite.completude is
'Lignes en vigueur rapportées aux lignes en vigueur, à corriger et en attente (0 à 1). Un minimum : une ligne à corriger peut y figurer déjà, dans son état précédent. Vide si rien n''est venu.';
comment on column magasin_candidat.fiabilite.livraisons_en_attente is
'Livraisons qui attendent la décision d''un ingénieur.';
comment on column magasin_candidat.fiabilite.lignes_en_attente is
'Lignes de ces livraisons.';
comment on column magasin_candidat.fiabilite.lignes_corrigees is
'Lignes refusées qu''une livraison suivante a corrigées.';
comment on column magasin_candidat.fiabilite.lignes_abandonnees is
'Lignes refusées qui n''attendent plus rien : levées par un ingénieur, ou expirées (délai passé, ou état complet plus récent).';
