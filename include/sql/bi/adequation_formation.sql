-- bi.adequation_formation: what a territory lacks beside what is done for it there, year by year.
create table magasin_candidat.adequation_formation as
with besoin as (
    select
        b.cle_territoire,
        b.annee,
        sum(b.projets_min) as projets_min,
        sum(b.projets_max) as projets_max,
        sum(b.difficiles_min) as difficiles_min,
        sum(b.difficiles_max) as difficiles_max,
        -- Family I of the survey is that of industrial workers.
        sum(b.projets_min) filter (where b.code_famille = 'I') as projets_industrie_min,
        sum(b.projets_max) filter (where b.code_famille = 'I') as projets_industrie_max,
        sum(b.difficiles_min) filter (where b.code_famille = 'I') as difficiles_industrie_min,
        sum(b.difficiles_max) filter (where b.code_famille = 'I') as difficiles_industrie_max,
        sum(b.projets_max * b.projets_part_estimee) as estimes,
        max(b.couverture) as couverture
    from magasin_candidat.besoin_main_oeuvre_territoire as b
    group by b.cle_territoire, b.annee
),

tension as (
    select
        t.cle_territoire,
        t.annee,
        count(*) as nb_metiers_suivis,
        count(*) filter (where t.tension >= 4) as nb_metiers_en_tension
    from magasin_candidat.tension_metier_territoire as t
    where t.tension is not null
    group by t.cle_territoire, t.annee
),

formation as (
    select
        i.cle_territoire,
        i.annee,
        count(*) as nb,
        sum(i.montant_engage_eur) as engage_eur
    from magasin_candidat.investissement as i
    where i.domaine = 'formation' and i.compte_comme_engage
    group by i.cle_territoire, i.annee
),

recrutement as (
    select
        a.cle_territoire,
        a.annee,
        count(*) as nb,
        sum(a.nb_participants) as participants,
        sum(a.nb_embauches) as embauches
    from magasin_candidat.action_recrutement as a
    group by a.cle_territoire, a.annee
),

diplome as (
    select
        a.cle_territoire,
        a.annee,
        sum(a.nb_recrutements_ecoles_ingenieurs) as ingenieurs,
        sum(a.nb_recrutements_ecoles_commerce) as commerce
    from magasin_candidat.accompagnement as a
    group by a.cle_territoire, a.annee
),

fiche as (
    select
        f.cle_territoire,
        coalesce(extract(year from s.jour), 0)::integer as annee,
        count(*) as nb,
        sum(f.budget_eur) as budget_eur
    from magasin_candidat.fiche_action as f
    left join magasin_candidat.contrat as c on f.id_contrat = c.id_contrat
    left join situation as s on s.objet = 'contrat' and c.id_contrat = s.id_contrat
    where f.axe = 'recruter'
    group by f.cle_territoire, coalesce(extract(year from s.jour), 0)
),

cle as (
    select
        b.cle_territoire,
        b.annee
    from besoin as b
    union
    select
        t.cle_territoire,
        t.annee
    from tension as t
    union
    select
        f.cle_territoire,
        f.annee
    from formation as f
    union
    select
        r.cle_territoire,
        r.annee
    from recrutement as r
    union
    select
        d.cle_territoire,
        d.annee
    from diplome as d
    union
    select
        f.cle_territoire,
        f.annee
    from fiche as f
)

select
    k.cle_territoire,
    coalesce(t.phase, 0::smallint) as phase,
    coalesce(t.libelle, m.libelle) as libelle_territoire,
    k.annee,
    b.projets_min,
    b.projets_max,
    b.difficiles_min,
    b.difficiles_max,
    b.projets_industrie_min,
    b.projets_industrie_max,
    b.difficiles_industrie_min,
    b.difficiles_industrie_max,
    round(b.estimes / nullif(b.projets_max, 0), 4) as besoins_part_estimee,
    b.couverture as besoins_couverture,
    n.nb_metiers_suivis,
    n.nb_metiers_en_tension,
    coalesce(f.nb, 0) as nb_investissements_formation,
    coalesce(f.engage_eur, 0)::numeric(16, 2) as formation_engage_eur,
    coalesce(r.nb, 0) as nb_actions_recrutement,
    coalesce(r.participants, 0)::bigint as nb_participants,
    coalesce(r.embauches, 0)::bigint as nb_embauches,
    coalesce(d.ingenieurs, 0)::bigint as nb_recrutements_ecoles_ingenieurs,
    coalesce(d.commerce, 0)::bigint as nb_recrutements_ecoles_commerce,
    coalesce(a.nb, 0) as nb_fiches_recruter,
    coalesce(a.budget_eur, 0)::numeric(16, 2) as budget_fiches_recruter_eur,
    round(r.embauches / nullif(b.difficiles_max, 0), 4) as embauches_par_projet_difficile
from cle as k
left join besoin as b on k.cle_territoire = b.cle_territoire and k.annee = b.annee
left join tension as n on k.cle_territoire = n.cle_territoire and k.annee = n.annee
left join formation as f on k.cle_territoire = f.cle_territoire and k.annee = f.annee
left join recrutement as r on k.cle_territoire = r.cle_territoire and k.annee = r.annee
left join diplome as d on k.cle_territoire = d.cle_territoire and k.annee = d.annee
left join fiche as a on k.cle_territoire = a.cle_territoire and k.annee = a.annee
left join territoire_connu as t on k.cle_territoire = t.cle_territoire
left join membre_hors_liste as m on k.cle_territoire = m.cle_territoire;

alter table magasin_candidat.adequation_formation add primary key (cle_territoire, annee);

comment on table magasin_candidat.adequation_formation is
'Besoins de main-d''œuvre de chaque territoire, année par année, à côté de ce que les opérateurs et les contrats y font pour la formation et le recrutement. Vide : l''enquête de l''année n''est pas chargée ; zéro : rien n''a été transmis.';
comment on column magasin_candidat.adequation_formation.cle_territoire is
'Territoire, clé de bi.territoire ; « hors » : reste de la France ; « inconnu » : ne peut être situé.';
comment on column magasin_candidat.adequation_formation.phase is
'Phase du programme ; 0 hors des territoires.';
comment on column magasin_candidat.adequation_formation.libelle_territoire is
'Nom du territoire.';
comment on column magasin_candidat.adequation_formation.annee is
'Année de l''enquête, des actions et des engagements ; pour les fiches, celle de leur contrat (0 : contrat sans date ou inconnu).';
comment on column magasin_candidat.adequation_formation.projets_min is
'Projets de recrutement, borne basse (bi.besoin_main_oeuvre_territoire, tous métiers).';
comment on column magasin_candidat.adequation_formation.projets_max is
'Projets de recrutement, borne haute.';
comment on column magasin_candidat.adequation_formation.difficiles_min is
'Projets jugés difficiles, borne basse.';
comment on column magasin_candidat.adequation_formation.difficiles_max is
'Projets jugés difficiles, borne haute.';
comment on column magasin_candidat.adequation_formation.projets_industrie_min is
'Projets de recrutement d''ouvriers de l''industrie (famille I de l''enquête), borne basse.';
comment on column magasin_candidat.adequation_formation.projets_industrie_max is
'Projets de recrutement d''ouvriers de l''industrie, borne haute.';
comment on column magasin_candidat.adequation_formation.difficiles_industrie_min is
'Ceux d''entre eux jugés difficiles, borne basse.';
comment on column magasin_candidat.adequation_formation.difficiles_industrie_max is
'Ceux d''entre eux jugés difficiles, borne haute.';
comment on column magasin_candidat.adequation_formation.besoins_part_estimee is
'Part de projets_max répartie selon la population depuis des bassins partagés.';
comment on column magasin_candidat.adequation_formation.besoins_couverture is
'Part de la population du territoire qui vit dans des bassins présents dans l''enquête.';
comment on column magasin_candidat.adequation_formation.nb_metiers_suivis is
'Métiers dont France Travail donne la tension dans le territoire cette année-là.';
comment on column magasin_candidat.adequation_formation.nb_metiers_en_tension is
'Ceux d''entre eux dont le rang de tension atteint 4 sur 5.';
comment on column magasin_candidat.adequation_formation.nb_investissements_formation is
'Opérations engagées de la Banque des Territoires dans le domaine de la formation.';
comment on column magasin_candidat.adequation_formation.formation_engage_eur is
'Montant qu''elles engagent, en euros.';
comment on column magasin_candidat.adequation_formation.nb_actions_recrutement is
'Actions de recrutement de Pôle emploi.';
comment on column magasin_candidat.adequation_formation.nb_participants is
'Participants de ces actions.';
comment on column magasin_candidat.adequation_formation.nb_embauches is
'Embauches qui en sont issues.';
comment on column magasin_candidat.adequation_formation.nb_recrutements_ecoles_ingenieurs is
'Jeunes diplômés d''écoles d''ingénieurs recrutés avec Bpifrance.';
comment on column magasin_candidat.adequation_formation.nb_recrutements_ecoles_commerce is
'Jeunes diplômés d''écoles de commerce recrutés avec Bpifrance.';
comment on column magasin_candidat.adequation_formation.nb_fiches_recruter is
'Fiches-actions de l''axe « recruter » des contrats de l''année.';
comment on column magasin_candidat.adequation_formation.budget_fiches_recruter_eur is
'Budget de ces fiches, en euros.';
comment on column magasin_candidat.adequation_formation.embauches_par_projet_difficile is
'Embauches issues des actions, rapportées à difficiles_max : un ordre de grandeur, les deux ne se recoupent pas nécessairement.';
