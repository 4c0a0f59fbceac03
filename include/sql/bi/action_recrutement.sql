-- bi.action_recrutement: one row for each current action of Pôle emploi.
create table magasin_candidat.action_recrutement as
select
    r.id_action,
    e.cle_territoire,
    e.phase,
    e.id_ti,
    e.libelle_territoire,
    r.type_action,
    e.type_engagement,
    e.libelle as libelle_type_action,
    e.statut,
    r.date_action,
    e.annee,
    r.code_rome,
    m.libelle as metier,
    r.code_commune,
    c.libelle as nom_commune,
    r.nb_participants,
    r.nb_embauches,
    round(r.nb_embauches::numeric / nullif(r.nb_participants, 0), 4) as taux_embauche,
    r.partenaires,
    e.modifie_le,
    e.premiere_version_le,
    e.nb_versions,
    e.id_livraison,
    e.ligne,
    e.nom_fichier
from core.pole_emploi_actions_recrutement as r
inner join magasin_candidat.engagement as e on e.operateur = 'pole_emploi' and r.id_action = e.id_engagement
left join commune_connue as c on r.code_commune = c.code_commune
left join metier_connu as m on r.code_rome = m.code_rome
where r.valide_a is null;

alter table magasin_candidat.action_recrutement add primary key (id_action);
create index on magasin_candidat.action_recrutement (cle_territoire);

comment on table magasin_candidat.action_recrutement is
'Actions de recrutement de Pôle emploi dans leur état courant : une ligne par action.';
comment on column magasin_candidat.action_recrutement.id_action is
'Numéro donné à l''action par Pôle emploi ; il ne change pas.';
comment on column magasin_candidat.action_recrutement.cle_territoire is
'Territoire, clé de bi.territoire ; « inconnu » si la liste en vigueur à date_action ne l''a pas.';
comment on column magasin_candidat.action_recrutement.phase is
'Phase du programme où se lit id_ti, d''après date_action : 1 (2018-2023), 2 (2023-2027) ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.action_recrutement.id_ti is
'Identifiant du territoire tel que l''opérateur l''a transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.action_recrutement.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.action_recrutement.type_action is
'Type : forum, immersion, mrs, poei, poec, visite_entreprise, semaine_industrie.';
comment on column magasin_candidat.action_recrutement.type_engagement is
'Nature commune, comme dans bi.engagement : recrutement ou formation.';
comment on column magasin_candidat.action_recrutement.libelle_type_action is
'Le type d''action en toutes lettres.';
comment on column magasin_candidat.action_recrutement.statut is
'Étape déduite de la date : identifie tant que l''action est à venir, realise ensuite.';
comment on column magasin_candidat.action_recrutement.date_action is
'Jour de l''action, ou son premier jour.';
comment on column magasin_candidat.action_recrutement.annee is
'Année de l''action.';
comment on column magasin_candidat.action_recrutement.code_rome is
'Métier visé (code ROME) ; vide si l''action en vise plusieurs ou l''industrie en général.';
comment on column magasin_candidat.action_recrutement.metier is
'Nom du métier dans la dernière version du ROME qui a ce code.';
comment on column magasin_candidat.action_recrutement.code_commune is
'Commune de l''action (code INSEE) ; vide pour une action à distance.';
comment on column magasin_candidat.action_recrutement.nom_commune is
'Nom de la commune dans le dernier millésime du COG qui a ce code.';
comment on column magasin_candidat.action_recrutement.nb_participants is
'Participants ; vide s''ils n''ont pas été comptés.';
comment on column magasin_candidat.action_recrutement.nb_embauches is
'Embauches qui ont suivi ; vide si elles n''ont pas été comptées.';
comment on column magasin_candidat.action_recrutement.taux_embauche is
'Embauches rapportées aux participants (0 à 1) ; vide si l''un des deux manque ou s''il n''y a eu personne.';
comment on column magasin_candidat.action_recrutement.partenaires is
'Organismes partenaires ; des organismes et non des personnes.';
comment on column magasin_candidat.action_recrutement.modifie_le is
'Dernier changement : chargement de la version courante.';
comment on column magasin_candidat.action_recrutement.premiere_version_le is
'Chargement de la première version.';
comment on column magasin_candidat.action_recrutement.nb_versions is
'Nombre de versions depuis la première transmission, la courante comprise.';
comment on column magasin_candidat.action_recrutement.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.action_recrutement.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.action_recrutement.nom_fichier is
'Nom du fichier transmis.';
