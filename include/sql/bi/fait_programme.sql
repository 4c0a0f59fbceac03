-- bi.fait_programme: public facts of the programme, to hold the figures against.
create table magasin_candidat.fait_programme as
select
    p.code,
    p.libelle,
    p.valeur,
    p.unite,
    p.operateur,
    p.date_du_fait,
    p.precision_date,
    p.source
from core.fait_programme as p;

alter table magasin_candidat.fait_programme add primary key (code);

comment on table magasin_candidat.fait_programme is
'Faits publics du programme, chacun avec sa date et la phrase d''où il vient.';
comment on column magasin_candidat.fait_programme.code is
'Code stable du fait.';
comment on column magasin_candidat.fait_programme.libelle is
'Ce que la valeur mesure.';
comment on column magasin_candidat.fait_programme.valeur is
'Valeur annoncée ou constatée.';
comment on column magasin_candidat.fait_programme.unite is
'Unité de la valeur.';
comment on column magasin_candidat.fait_programme.operateur is
'Opérateur que le fait concerne ; vide s''il concerne tout le programme.';
comment on column magasin_candidat.fait_programme.date_du_fait is
'Date du fait, à lire avec precision_date.';
comment on column magasin_candidat.fait_programme.precision_date is
'jour : date exacte ; environ : date approchée ; annee : seule l''année est sûre.';
comment on column magasin_candidat.fait_programme.source is
'Phrase d''où vient le fait.';
