-- bi.engagement: one row for each current commitment of an operator, in one vocabulary. A territory that no list knows
-- loses no row.
create table magasin_candidat.engagement as
with anterieur as (
    -- Closed versions alone are counted: most commitments have none.
    select
        v.operateur,
        v.id_engagement,
        count(*) as nb_versions,
        min(v.valide_de) as premiere_version_le
    from core.fct_engagement as v
    where v.valide_a is not null
    group by v.operateur, v.id_engagement
)

select
    e.operateur::text as operateur,
    e.id_engagement,
    s.cle_territoire,
    s.phase,
    e.id_ti,
    s.libelle_territoire,
    e.type_engagement,
    e.nature_operateur,
    e.libelle,
    e.statut_canonique as statut,
    e.statut_operateur,
    coalesce(e.statut_canonique in ('en_cours', 'realise'), false) as compte_comme_engage,
    e.montant_engage_eur::numeric(16, 2) as montant_engage_eur,
    e.montant_decaisse_eur::numeric(16, 2) as montant_decaisse_eur,
    e.investissement_attendu_eur::numeric(16, 2) as investissement_attendu_eur,
    e.emplois_prevus,
    e.recrutements,
    e.participants,
    e.date_engagement,
    extract(year from e.date_engagement)::smallint as annee,
    e.valide_de as modifie_le,
    coalesce(a.premiere_version_le, e.valide_de) as premiere_version_le,
    coalesce(a.nb_versions, 0) + 1 as nb_versions,
    e.id_livraison,
    e.ligne,
    s.nom_fichier
from core.fct_engagement as e
inner join situation as s on s.objet = 'engagement' and e.operateur = s.operateur and e.id_version = s.id_version
left join anterieur as a on e.operateur = a.operateur and e.id_engagement = a.id_engagement
where e.valide_a is null;

alter table magasin_candidat.engagement add primary key (operateur, id_engagement);
create index on magasin_candidat.engagement (cle_territoire);
analyze magasin_candidat.engagement;

comment on table magasin_candidat.engagement is
'Engagements des quatre opérateurs dans leur état courant et dans un vocabulaire commun : une ligne par engagement. Les colonnes propres à un opérateur sont dans bi.investissement, bi.accompagnement, bi.action_recrutement et bi.projet_attractivite.';
comment on column magasin_candidat.engagement.operateur is
'Opérateur qui s''engage : banque_des_territoires, bpifrance, business_france, pole_emploi.';
comment on column magasin_candidat.engagement.id_engagement is
'Clé donnée par l''opérateur : id_operation, id_accompagnement, id_action ou id_projet de sa vue.';
comment on column magasin_candidat.engagement.cle_territoire is
'Territoire, clé de bi.territoire ; « inconnu » si la liste en vigueur à date_engagement ne l''a pas.';
comment on column magasin_candidat.engagement.phase is
'Phase du programme où se lit id_ti, d''après date_engagement : 1 (2018-2023), 2 (2023-2027) ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.engagement.id_ti is
'Identifiant du territoire tel que l''opérateur l''a transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.engagement.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.engagement.type_engagement is
'Nature commune : financement, accompagnement, recrutement, formation, implantation.';
comment on column magasin_candidat.engagement.nature_operateur is
'Nature dans les mots de l''opérateur : forme du concours, dispositif, type d''action ou de projet.';
comment on column magasin_candidat.engagement.libelle is
'Intitulé de l''opération ou nom de l''entreprise accompagnée, à défaut la nature en toutes lettres.';
comment on column magasin_candidat.engagement.statut is
'Étape commune : identifie (rien n''est promis), en_cours (promis), realise (achevé), abandonne. Une action de Pôle emploi, transmise sans étape, est identifie jusqu''à son jour et realise ensuite.';
comment on column magasin_candidat.engagement.statut_operateur is
'Étape dans les mots de l''opérateur ; vide pour Pôle emploi.';
comment on column magasin_candidat.engagement.compte_comme_engage is
'Vrai pour les statuts en_cours et realise : les seuls à compter dans un total de ce qui est engagé.';
comment on column magasin_candidat.engagement.montant_engage_eur is
'Argent que l''opérateur apporte, prête ou garantit, en euros ; vide pour Pôle emploi et Business France. Un total d''engagements ne garde que compte_comme_engage.';
comment on column magasin_candidat.engagement.montant_decaisse_eur is
'Somme versée, en euros ; la Banque des Territoires seule la transmet, vide ailleurs.';
comment on column magasin_candidat.engagement.investissement_attendu_eur is
'Investissement annoncé par l''entreprise étrangère (Business France), en euros. Ce n''est pas l''argent de l''opérateur : ne s''ajoute pas à montant_engage_eur.';
comment on column magasin_candidat.engagement.emplois_prevus is
'Emplois annoncés par l''entreprise (Business France) ; vide ailleurs.';
comment on column magasin_candidat.engagement.recrutements is
'Personnes recrutées : jeunes diplômés (Bpifrance), embauches (Pôle emploi) ; vide si elles n''ont pas été comptées.';
comment on column magasin_candidat.engagement.participants is
'Participants à l''action (Pôle emploi) ; vide s''ils n''ont pas été comptés.';
comment on column magasin_candidat.engagement.date_engagement is
'Date qui situe l''engagement. Banque des Territoires : décision d''engagement, ou date prévue ; Bpifrance : début ; Pôle emploi : jour de l''action ; Business France : date de l''étape atteinte, qui avance avec le projet.';
comment on column magasin_candidat.engagement.annee is
'Année de date_engagement.';
comment on column magasin_candidat.engagement.modifie_le is
'Dernier changement : chargement de la version courante.';
comment on column magasin_candidat.engagement.premiere_version_le is
'Chargement de la première version.';
comment on column magasin_candidat.engagement.nb_versions is
'Nombre de versions depuis la première transmission, la courante comprise.';
comment on column magasin_candidat.engagement.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.engagement.ligne is
'Numéro de la ligne dans le fichier transmis.';
comment on column magasin_candidat.engagement.nom_fichier is
'Nom du fichier transmis.';
