-- Replays from the archive, and versions of a contract.
select 1;
