-- bi.projet_attractivite: one row for each current project of Business France.
create table magasin_candidat.projet_attractivite as
select
    p.id_projet,
    e.cle_territoire,
    e.phase,
    e.id_ti,
    e.libelle_territoire,
    p.pays_origine,
    p.secteur_naf,
    p.type_projet,
    e.libelle as libelle_type_projet,
    p.etape,
    e.statut as statut_commun,
    e.compte_comme_engage,
    p.date_etape,
    e.annee,
    p.investissement_eur::numeric(16, 2) as investissement_eur,
    p.emplois_prevus,
    e.modifie_le,
    e.premiere_version_le,
    e.nb_versions,
    e.id_livraison,
    e.ligne,
    e.nom_fichier
from core.business_france_projets_attractivite as p
inner join magasin_candidat.engagement as e on e.operateur = 'business_france' and p.id_projet = e.id_engagement
where p.valide_a is null;

alter table magasin_candidat.projet_attractivite add primary key (id_projet);
create index on magasin_candidat.projet_attractivite (cle_territoire);

comment on table magasin_candidat.projet_attractivite is
'Projets d''implantation suivis par Business France dans leur état courant : une ligne par projet et par territoire pressenti.';
comment on column magasin_candidat.projet_attractivite.id_projet is
'Numéro donné au projet par Business France ; il ne change pas.';
comment on column magasin_candidat.projet_attractivite.cle_territoire is
'Territoire, clé de bi.territoire ; « inconnu » si la liste en vigueur à date_etape ne l''a pas.';
comment on column magasin_candidat.projet_attractivite.phase is
'Phase du programme où se lit id_ti, d''après date_etape : 1 (2018-2023), 2 (2023-2027) ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.projet_attractivite.id_ti is
'Identifiant du territoire tel que l''opérateur l''a transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.projet_attractivite.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.projet_attractivite.pays_origine is
'Pays de la société mère (code ISO 3166 à deux lettres).';
comment on column magasin_candidat.projet_attractivite.secteur_naf is
'Secteur d''activité (code NAF) ; vide s''il n''est pas transmis.';
comment on column magasin_candidat.projet_attractivite.type_projet is
'Type : creation, extension, reprise.';
comment on column magasin_candidat.projet_attractivite.libelle_type_projet is
'Le type de projet en toutes lettres.';
comment on column magasin_candidat.projet_attractivite.etape is
'Étape atteinte : prospect, visite, decision, installe, perdu.';
comment on column magasin_candidat.projet_attractivite.statut_commun is
'Étape commune, comme dans bi.engagement : identifie, en_cours, realise, abandonne.';
comment on column magasin_candidat.projet_attractivite.compte_comme_engage is
'Vrai pour les étapes decision et installe : l''entreprise s''est décidée.';
comment on column magasin_candidat.projet_attractivite.date_etape is
'Date de l''étape atteinte ; elle avance avec le projet.';
comment on column magasin_candidat.projet_attractivite.annee is
'Année de cette étape.';
comment on column magasin_candidat.projet_attractivite.investissement_eur is
'Investissement annoncé par l''entreprise, en euros ; ce n''est pas l''argent de Business France.';
comment on column magasin_candidat.projet_attractivite.emplois_prevus is
'Emplois créés ou maintenus que l''entreprise annonce, à trois ans ; vide tant qu''ils ne sont pas connus.';
comment on column magasin_candidat.projet_attractivite.modifie_le is
'Dernier changement : chargement de la version courante.';
comment on column magasin_candidat.projet_attractivite.premiere_version_le is
'Chargement de la première version.';
comment on column magasin_candidat.projet_attractivite.nb_versions is
'Nombre de versions depuis la première transmission, la courante comprise.';
comment on column magasin_candidat.projet_attractivite.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.projet_attractivite.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.projet_attractivite.nom_fichier is
'Nom du fichier transmis.';
