-- Where each commune is, year by year, for the figures that are spread over territories: a working copy of
-- core.communes_au at the end of each year, made anew when a register is loaded.
create table core.perimetre_annuel (
    annee integer not null check (annee between 1943 and 2200),
    code_commune text collate "C" not null,
    code_departement text collate "C",
    code_bassin text collate "C",
    cle_territoire text collate "C" not null,
    population integer,
    empreinte bigint not null,
    primary key (annee, code_commune)
);
comment on table core.perimetre_annuel is
'Communes au 31 décembre de chaque année suivie, avec leur bassin et leur territoire ; refait quand un référentiel est chargé.';
comment on column core.perimetre_annuel.annee is 'Année.';
comment on column core.perimetre_annuel.code_commune is 'Commune au 31 décembre.';
comment on column core.perimetre_annuel.code_departement is 'Son département.';
comment on column core.perimetre_annuel.code_bassin is 'Son bassin d''emploi ; vide si aucune liste ne le dit.';
comment on column core.perimetre_annuel.cle_territoire is
'Territoire (« 2/ti-0101 ») ; « hors » s''il n''y en a pas, « inconnu » si la phase de l''année n''a pas de périmètres.';
comment on column core.perimetre_annuel.population is 'Population municipale, en habitants ; vide si aucune liste ne la dit.';
comment on column core.perimetre_annuel.empreinte is
'Somme des numéros des référentiels en vigueur quand la ligne a été faite : chaque chargement l''augmente.';
