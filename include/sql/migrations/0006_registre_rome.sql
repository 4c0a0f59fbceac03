-- The register of occupations (ROME).
select 1;
