-- A nature or a step that the common vocabulary lacks would leave its commitments out of the totals: widen
-- core.nature_engagement or core.statut_engagement by a migration, together with the contract.
select
    e.operateur,
    e.nature_operateur,
    e.statut_operateur,
    count(*) as engagements
from magasin_candidat.engagement as e
where e.type_engagement is null or e.statut is null
group by e.operateur, e.nature_operateur, e.statut_operateur
