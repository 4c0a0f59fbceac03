-- Guards of the role bi that only a superuser may lay; run once in the warehouse, when the roles exist. Idempotent.
-- They are rails: bi could set most of them off in its own session. What it may reach is decided by grants (security/).

alter role bi set default_transaction_read_only = on;
alter role bi set search_path = bi;
-- A dashboard that takes longer than this is to be mended; meanwhile it would keep the swap waiting.
alter role bi set statement_timeout = '5min';
-- A forgotten transaction holds its locks: it would stop every swap.
alter role bi set idle_in_transaction_session_timeout = '1min';
alter role bi set lock_timeout = '10s';
alter role bi set temp_file_limit = '5GB';
alter role bi connection limit 30;

-- By default everybody may make large objects: the one thing that bi could still have left behind it.
revoke execute on function lo_creat(integer) from public;
revoke execute on function lo_create(oid) from public;
revoke execute on function lo_from_bytea(oid, bytea) from public;
