-- Steps that failed or were cut off since an instant, with what became of their delivery since; builds of bi likewise.
with echec as (
    select
        id_livraison,
        etape,
        code_erreur,
        max(debut) as dernier_essai,
        count(*) as essais
    from journal.etape
    where statut in ('echouee', 'interrompue') and debut > %(depuis)s
    group by id_livraison, etape, code_erreur
),

construction as (
    select
        statut,
        message,
        debut
    from journal.construction
    where statut in ('rejetee', 'echouee') and debut > %(depuis)s
)

select
    'livraison n° ' || l.id_livraison || ' (' || l.operateur || '/' || l.livraison || ')' as objet,
    e.etape,
    coalesce(e.code_erreur, 'interrompue') as erreur,
    e.essais,
    case when l.repondue_le is null then 'sans réponse' else 'reprise, répondue' end as suite,
    e.dernier_essai
from echec as e
inner join journal.livraison as l on e.id_livraison = l.id_livraison
union all
select
    'reconstruction de bi' as objet,
    c.statut as etape,
    coalesce(c.message, c.statut) as erreur,
    1 as essais,
    '' as suite,
    c.debut as dernier_essai
from construction as c
order by dernier_essai desc
