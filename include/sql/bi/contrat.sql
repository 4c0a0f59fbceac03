-- bi.contrat: one row for each current contract, with what its action sheets add up to along the four axes.
create table magasin_candidat.contrat as
with fiche as (
    select
        f.id_contrat,
        count(*) as nb_fiches,
        sum(f.budget_eur) as budget_eur,
        count(*) filter (where f.axe = 'recruter') as nb_recruter,
        sum(f.budget_eur) filter (where f.axe = 'recruter') as budget_recruter_eur,
        count(*) filter (where f.axe = 'innover') as nb_innover,
        sum(f.budget_eur) filter (where f.axe = 'innover') as budget_innover_eur,
        count(*) filter (where f.axe = 'attirer') as nb_attirer,
        sum(f.budget_eur) filter (where f.axe = 'attirer') as budget_attirer_eur,
        count(*) filter (where f.axe = 'simplifier') as nb_simplifier,
        sum(f.budget_eur) filter (where f.axe = 'simplifier') as budget_simplifier_eur,
        count(*) filter (where f.budget_eur is null) as nb_sans_budget
    from core.programme_fiches_actions as f
    where f.valide_a is null
    group by f.id_contrat
)

select
    c.id_contrat,
    s.cle_territoire,
    s.phase,
    c.id_ti,
    s.libelle_territoire,
    c.pilote,
    c.statut,
    c.date_protocole,
    c.date_signature,
    c.date_signature - c.date_protocole as delai_protocole_signature_jours,
    c.date_signature - date '2018-11-22' as delai_annonce_signature_jours,
    case
        when c.pilote and s.phase in (0, 1)
            then coalesce(c.date_protocole, c.date_signature) - date '2019-03-24'
    end as ecart_semaine_industrie_jours,
    c.signataires,
    c.valide_de as modifie_le,
    c.id_livraison,
    c.ligne,
    s.nom_fichier,
    coalesce(f.nb_fiches, 0) as nb_fiches,
    f.budget_eur::numeric(16, 2) as budget_fiches_eur,
    coalesce(f.nb_sans_budget, 0) as nb_fiches_sans_budget,
    coalesce(f.nb_recruter, 0) as nb_fiches_recruter,
    f.budget_recruter_eur::numeric(16, 2) as budget_recruter_eur,
    coalesce(f.nb_innover, 0) as nb_fiches_innover,
    f.budget_innover_eur::numeric(16, 2) as budget_innover_eur,
    coalesce(f.nb_attirer, 0) as nb_fiches_attirer,
    f.budget_attirer_eur::numeric(16, 2) as budget_attirer_eur,
    coalesce(f.nb_simplifier, 0) as nb_fiches_simplifier,
    f.budget_simplifier_eur::numeric(16, 2) as budget_simplifier_eur
from core.programme_contrats as c
inner join situation as s on s.objet = 'contrat' and c.id_version = s.id_version
left join fiche as f on c.id_contrat = f.id_contrat
where c.valide_a is null;

alter table magasin_candidat.contrat add primary key (id_contrat);
create index on magasin_candidat.contrat (cle_territoire);

comment on table magasin_candidat.contrat is
'Contrats de territoire dans leur état courant : une ligne par contrat, avec ses délais.';
comment on column magasin_candidat.contrat.id_contrat is
'Numéro du contrat ; un avenant garde le numéro du contrat qu''il modifie.';
comment on column magasin_candidat.contrat.cle_territoire is
'Territoire du contrat, clé de bi.territoire ; « inconnu » si la liste en vigueur à sa date ne l''a pas.';
comment on column magasin_candidat.contrat.phase is
'Phase du programme où se lit id_ti, d''après la signature, à défaut le protocole, à défaut l''année du numéro ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.contrat.id_ti is
'Identifiant du territoire tel que transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.contrat.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.contrat.pilote is
'Vrai si le suivi des contrats dit que le territoire est l''un des 29 territoires pilotes.';
comment on column magasin_candidat.contrat.statut is
'Étape : projet, protocole, signe, avenant, clos.';
comment on column magasin_candidat.contrat.date_protocole is
'Signature du protocole d''accord ; vide s''il n''y en a pas eu.';
comment on column magasin_candidat.contrat.date_signature is
'Signature du contrat ; vide tant qu''il n''est pas signé.';
comment on column magasin_candidat.contrat.delai_protocole_signature_jours is
'Jours entre le protocole et la signature ; vide si l''une des deux dates manque.';
comment on column magasin_candidat.contrat.delai_annonce_signature_jours is
'Jours entre l''annonce du programme (22/11/2018) et la signature.';
comment on column magasin_candidat.contrat.ecart_semaine_industrie_jours is
'Territoires pilotes de la phase 1 : jours entre la fin de la Semaine de l''industrie (24/03/2019), échéance des premières signatures, et le protocole, à défaut le contrat ; négatif ou nul si l''échéance est tenue.';
comment on column magasin_candidat.contrat.signataires is
'Organismes signataires, séparés par une barre verticale ; des organismes et non des personnes.';
comment on column magasin_candidat.contrat.modifie_le is
'Dernier changement : chargement de la version courante du contrat.';
comment on column magasin_candidat.contrat.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.contrat.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.contrat.nom_fichier is
'Nom du fichier transmis.';
comment on column magasin_candidat.contrat.nb_fiches is
'Nombre de fiches-actions du contrat.';
comment on column magasin_candidat.contrat.budget_fiches_eur is
'Budget de ses fiches-actions, en euros, celles sans budget à part ; vide si aucune n''en donne.';
comment on column magasin_candidat.contrat.nb_fiches_sans_budget is
'Nombre de ses fiches-actions qui ne donnent pas de budget : elles manquent dans budget_fiches_eur.';
comment on column magasin_candidat.contrat.nb_fiches_recruter is
'Nombre de fiches-actions de l''axe recruter.';
comment on column magasin_candidat.contrat.budget_recruter_eur is
'Budget des fiches-actions de l''axe recruter, en euros ; vide si aucune n''en donne.';
comment on column magasin_candidat.contrat.nb_fiches_innover is
'Nombre de fiches-actions de l''axe innover.';
comment on column magasin_candidat.contrat.budget_innover_eur is
'Budget des fiches-actions de l''axe innover, en euros ; vide si aucune n''en donne.';
comment on column magasin_candidat.contrat.nb_fiches_attirer is
'Nombre de fiches-actions de l''axe attirer.';
comment on column magasin_candidat.contrat.budget_attirer_eur is
'Budget des fiches-actions de l''axe attirer, en euros ; vide si aucune n''en donne.';
comment on column magasin_candidat.contrat.nb_fiches_simplifier is
'Nombre de fiches-actions de l''axe simplifier.';
comment on column magasin_candidat.contrat.budget_simplifier_eur is
'Budget des fiches-actions de l''axe simplifier, en euros ; vide si aucune n''en donne.';
