-- bi.referent: the contact in force. Personal data of bi stand here and nowhere else: the professional contact, so that
-- a territory can be told whom to call. Past and future contacts stay in core.
create table magasin_candidat.referent as
select
    r.operateur::text as operateur,
    s.cle_territoire,
    s.phase,
    r.id_ti,
    s.libelle_territoire,
    r.nom,
    r.prenom,
    r.fonction,
    r.email_professionnel,
    r.telephone_professionnel,
    r.date_debut,
    r.date_fin,
    r.id_livraison,
    r.ligne,
    s.nom_fichier
from core.referent as r
inner join situation as s on s.objet = 'referent' and r.operateur = s.operateur and r.id_version = s.id_version
where
    r.valide_a is null
    and (transaction_timestamp() at time zone 'Europe/Paris')::date between r.date_debut and coalesce(
        r.date_fin, 'infinity'
    );

alter table magasin_candidat.referent add primary key (operateur, id_ti, date_debut);

comment on table magasin_candidat.referent is
'Référent en fonction de chaque opérateur pour chaque territoire : coordonnées professionnelles, pour le suivi du programme et rien d''autre.';
comment on column magasin_candidat.referent.operateur is
'Opérateur que le référent représente.';
comment on column magasin_candidat.referent.cle_territoire is
'Territoire, clé de bi.territoire ; « inconnu » si la liste en vigueur à la date de début ne l''a pas.';
comment on column magasin_candidat.referent.phase is
'Phase du programme où se lit id_ti, d''après la date de début ; 0 si le territoire est inconnu.';
comment on column magasin_candidat.referent.id_ti is
'Identifiant du territoire tel que transmis ; ne désigne un territoire qu''avec la phase.';
comment on column magasin_candidat.referent.libelle_territoire is
'Nom du territoire dans la dernière liste de sa phase, ou « Territoire inconnu ».';
comment on column magasin_candidat.referent.nom is
'Nom du référent (donnée personnelle, contact professionnel).';
comment on column magasin_candidat.referent.prenom is
'Prénom du référent (donnée personnelle, contact professionnel).';
comment on column magasin_candidat.referent.fonction is
'Fonction du référent chez l''opérateur (donnée personnelle, contact professionnel).';
comment on column magasin_candidat.referent.email_professionnel is
'Adresse électronique professionnelle (donnée personnelle, contact professionnel).';
comment on column magasin_candidat.referent.telephone_professionnel is
'Téléphone professionnel (donnée personnelle, contact professionnel) ; vide si non transmis.';
comment on column magasin_candidat.referent.date_debut is
'Premier jour de la fonction.';
comment on column magasin_candidat.referent.date_fin is
'Dernier jour de la fonction s''il est déjà connu.';
comment on column magasin_candidat.referent.id_livraison is
'Livraison d''où vient la version courante, clé de bi.livraison.';
comment on column magasin_candidat.referent.ligne is
'Numéro de la ligne dans le fichier de l''opérateur.';
comment on column magasin_candidat.referent.nom_fichier is
'Nom du fichier déposé par l''opérateur.';
