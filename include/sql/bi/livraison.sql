-- bi.livraison: the files dropped and what became of them; nothing of their content.
create table magasin_candidat.livraison as
with quarantaine_ouverte as (
    select
        r.id_livraison,
        count(*) as ouvertes
    from quarantaine.ligne as r
    where r.statut = 'ouverte'
    group by r.id_livraison
)

select
    l.id_livraison,
    l.operateur,
    l.livraison,
    l.nom_fichier,
    l.contrat_version,
    l.taille_octets,
    l.format,
    l.statut,
    l.code_motif,
    l.doublon_de,
    l.recue_le,
    l.chargee_le,
    l.repondue_le,
    round(extract(epoch from l.repondue_le - l.recue_le), 1) as delai_reponse_s,
    floor(extract(epoch from transaction_timestamp() - l.recue_le) / 86400)::integer as age_jours,
    row_number() over (partition by l.operateur, l.livraison order by l.id_livraison desc) = 1 as est_la_derniere,
    l.lignes_lues,
    case
        when l.statut in ('chargee', 'chargee_partiellement', 'refusee') then l.lignes_acceptees
    end as lignes_acceptees,
    l.lignes_refusees,
    round(l.lignes_refusees::numeric / nullif(l.lignes_lues, 0), 4) as taux_refus,
    coalesce(q.ouvertes, 0) as lignes_a_corriger,
    l.avertissements,
    l.lignes_ajoutees,
    l.lignes_modifiees,
    l.lignes_inchangees,
    l.lignes_closes,
    l.lignes_corrigees
from journal.livraison as l
left join quarantaine_ouverte as q on l.id_livraison = q.id_livraison;

alter table magasin_candidat.livraison add primary key (id_livraison);

comment on table magasin_candidat.livraison is
'Livraisons des opérateurs : état, comptes de lignes, délais ; le contenu des fichiers n''y est pas.';
comment on column magasin_candidat.livraison.id_livraison is
'Numéro de la livraison.';
comment on column magasin_candidat.livraison.operateur is
'Opérateur qui a déposé le fichier.';
comment on column magasin_candidat.livraison.livraison is
'Type de livraison : investissements, accompagnements, actions_recrutement, projets_attractivite, referents, conventions, contrats, fiches_actions.';
comment on column magasin_candidat.livraison.nom_fichier is
'Nom du fichier déposé.';
comment on column magasin_candidat.livraison.contrat_version is
'Version du contrat de données appliquée ; vide tant que le fichier n''est pas lu.';
comment on column magasin_candidat.livraison.taille_octets is
'Taille du fichier, en octets.';
comment on column magasin_candidat.livraison.format is
'Format reconnu du fichier ; vide s''il n''a pas été lu.';
comment on column magasin_candidat.livraison.statut is
'État : recue, en_lecture, refusee, en_attente (décision d''un ingénieur), chargee, chargee_partiellement, doublon, remplacee.';
comment on column magasin_candidat.livraison.code_motif is
'Code du motif d''un refus ou d''une mise en attente ; vide sinon.';
comment on column magasin_candidat.livraison.doublon_de is
'Livraison de même contenu reçue auparavant, pour un doublon.';
comment on column magasin_candidat.livraison.recue_le is
'Instant de la prise en charge du fichier.';
comment on column magasin_candidat.livraison.chargee_le is
'Instant du chargement ; vide si rien n''a été chargé.';
comment on column magasin_candidat.livraison.repondue_le is
'Instant du reçu remis à l''opérateur ; vide tant qu''il attend.';
comment on column magasin_candidat.livraison.delai_reponse_s is
'Secondes entre la réception et le reçu.';
comment on column magasin_candidat.livraison.age_jours is
'Jours entiers écoulés depuis la réception, à l''instant de bi.construction.etat_au.';
comment on column magasin_candidat.livraison.est_la_derniere is
'Vrai pour la livraison la plus récente de ce type par cet opérateur.';
comment on column magasin_candidat.livraison.lignes_lues is
'Lignes lues dans le fichier.';
comment on column magasin_candidat.livraison.lignes_acceptees is
'Lignes acceptées, une fois la livraison décidée ; vide tant qu''elle attend.';
comment on column magasin_candidat.livraison.lignes_refusees is
'Lignes refusées et mises en quarantaine.';
comment on column magasin_candidat.livraison.taux_refus is
'Part des lignes lues qui ont été refusées (0 à 1) ; vide si rien n''a été lu.';
comment on column magasin_candidat.livraison.lignes_a_corriger is
'Lignes refusées de cette livraison qui ne sont encore ni corrigées, ni levées, ni expirées.';
comment on column magasin_candidat.livraison.avertissements is
'Nombre d''avertissements sur des lignes chargées.';
comment on column magasin_candidat.livraison.lignes_ajoutees is
'Lignes dont la clé était nouvelle.';
comment on column magasin_candidat.livraison.lignes_modifiees is
'Lignes qui ont changé une clé déjà connue.';
comment on column magasin_candidat.livraison.lignes_inchangees is
'Lignes identiques à ce qui était déjà connu.';
comment on column magasin_candidat.livraison.lignes_closes is
'Clés closes parce qu''une livraison complète ne les contenait plus.';
comment on column magasin_candidat.livraison.lignes_corrigees is
'Lignes en quarantaine que cette livraison a corrigées.';
