-- bi.quarantaine_ouverte: why rows are missing from the figures. Columns and rules, never a value.
create table magasin_candidat.quarantaine_ouverte as
select
    l.operateur,
    l.livraison,
    -- A rule on the whole row names no column.
    coalesce(r.motif ->> 'column', 'ligne entière') as colonne,
    r.motif ->> 'rule' as regle,
    count(distinct q.id_ligne) as lignes_a_corriger,
    count(distinct q.id_livraison) as nb_livraisons,
    min(q.cree_le) as depuis,
    max(q.cree_le) as derniere_le,
    floor(extract(epoch from transaction_timestamp() - min(q.cree_le)) / 86400)::integer as age_jours
from quarantaine.ligne as q
inner join journal.livraison as l on q.id_livraison = l.id_livraison
cross join lateral jsonb_array_elements(q.motifs) as r (motif)
where q.statut = 'ouverte' and coalesce(r.motif ->> 'severity', 'error') = 'error'
group by l.operateur, l.livraison, coalesce(r.motif ->> 'column', 'ligne entière'), r.motif ->> 'rule';

alter table magasin_candidat.quarantaine_ouverte add primary key (operateur, livraison, colonne, regle);

comment on table magasin_candidat.quarantaine_ouverte is
'Pourquoi des lignes manquent : les lignes refusées qui attendent une correction, par colonne et par règle. Une ligne refusée pour deux raisons compte dans les deux ; leur total est dans bi.fiabilite.';
comment on column magasin_candidat.quarantaine_ouverte.operateur is
'Opérateur qui doit corriger.';
comment on column magasin_candidat.quarantaine_ouverte.livraison is
'Type de livraison.';
comment on column magasin_candidat.quarantaine_ouverte.colonne is
'Colonne en défaut, sous le nom que l''opérateur lui donne ; « ligne entière » si la règle porte sur la ligne.';
comment on column magasin_candidat.quarantaine_ouverte.regle is
'Code de la règle qui a refusé, comme sur le reçu.';
comment on column magasin_candidat.quarantaine_ouverte.lignes_a_corriger is
'Nombre de lignes refusées par cette règle et pas encore corrigées.';
comment on column magasin_candidat.quarantaine_ouverte.nb_livraisons is
'Nombre de livraisons d''où elles viennent.';
comment on column magasin_candidat.quarantaine_ouverte.depuis is
'Instant du plus ancien de ces refus.';
comment on column magasin_candidat.quarantaine_ouverte.derniere_le is
'Instant du plus récent.';
comment on column magasin_candidat.quarantaine_ouverte.age_jours is
'Jours entiers depuis le plus ancien, à l''instant de bi.construction.etat_au.';
