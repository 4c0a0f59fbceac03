-- Two current versions of a key would count it twice.
select
    {objet} as objet,
    concat_ws(' ', {cle}) as cle,
    count(*) as versions_courantes
from {version}
where valide_a is null
group by {cle}
having count(*) > 1
