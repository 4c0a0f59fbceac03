-- The commitments of the four operators under one roof.
select 1;
