-- Where and from what each current fact comes, once for all of bi: the territory that its id_ti names in the list in
-- force at its date, « inconnu » where no list knows it, and the file that brought it.
create temporary table situation on commit drop as
with fait as (
    select
        'engagement' as objet,
        e.operateur,
        e.id_version,
        e.id_ti,
        e.date_engagement as jour,
        null as id_contrat,
        e.id_livraison
    from core.fct_engagement as e
    where e.valide_a is null
    union all
    select
        'contrat' as objet,
        'programme' as operateur,
        c.id_version,
        c.id_ti,
        -- A contract in preparation has no date yet: its number says in which year it was opened.
        coalesce(
            c.date_signature,
            c.date_protocole,
            make_date(nullif(substring(c.id_contrat from '^CTR-([0-9]{4})-')::integer, 0), 12, 31)
        ) as jour,
        c.id_contrat,
        c.id_livraison
    from core.programme_contrats as c
    where c.valide_a is null
    union all
    select
        'referent' as objet,
        r.operateur,
        r.id_version,
        r.id_ti,
        r.date_debut as jour,
        null as id_contrat,
        r.id_livraison
    from core.referent as r
    where r.valide_a is null
)

select
    f.objet,
    f.operateur,
    f.id_version,
    f.id_contrat,
    f.jour,
    coalesce(t.cle_territoire, 'inconnu') as cle_territoire,
    coalesce(t.phase, 0::smallint) as phase,
    coalesce(t.libelle, 'Territoire inconnu') as libelle_territoire,
    l.nom_fichier
from fait as f
left join territoire_connu as t on f.id_ti = t.id_ti and f.jour >= t.debut and f.jour < t.fin
left join journal.livraison as l on f.id_livraison = l.id_livraison;

analyze situation;
