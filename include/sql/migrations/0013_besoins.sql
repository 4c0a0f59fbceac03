-- Recruitment needs (BMO).
select 1;
