-- bi.contrat: one row for each current contract.
create table magasin_candidat.contrat as
with contrat_date as (
    -- A contract in preparation has no date yet: its number says in which year it was opened.
    select
        c.id_contrat,
        c.id_ti,
        c.pilote,
        c.statut,
        c.date_protocole,
        c.date_signature,
        c.signataires,
        c.valide_de,
        c.id_livraison,
        c.ligne,
        coalesce(
            c.date_signature,
            c.date_protocole,
            make_date(nullif(substring(c.id_contrat from '^CTR-([0-9]{4})-')::integer, 0), 12, 31)
        ) as date_de_reference
    from core.programme_contrats as c
    where c.valide_a is null
)

select
    c.id_contrat,
    coalesce(t.cle_territoire, 'inconnu') as cle_territoire,
    coalesce(t.phase, 0::smallint) as phase,
    c.id_ti,
    coalesce(t.libelle, 'Territoire inconnu') as libelle_territoire,
    c.pilote,
    c.statut,
    c.date_protocole,
    c.date_signature,
    c.date_signature - c.date_protocole as delai_protocole_signature_jours,
    c.date_signature - date '2018-11-22' as delai_annonce_signature_jours,
    case
        when c.pilote and coalesce(t.phase, 1) = 1
            then coalesce(c.date_protocole, c.date_signature) - date '2019-03-24'
    end as ecart_semaine_industrie_jours,
    c.signataires,
    c.valide_de as modifie_le,
    c.id_livraison,
    c.ligne,
    l.nom_fichier
from contrat_date as c
left join journal.livraison as l on c.id_livraison = l.id_livraison
left join territoire_connu as t
    on c.id_ti = t.id_ti and c.date_de_reference >= t.debut and c.date_de_reference < t.fin;

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
