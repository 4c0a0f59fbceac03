-- Who may do what in the warehouse. Run by entrepot_owner (who owns the database) after each migration; idempotent.
--   entrepot_owner   owns everything but what the build makes; runs migrations.
--   entrepot_loader  reads and writes rows; makes tables in core_candidat, tables and views in magasin, magasin_candidat
--                    and bi, nowhere else. It makes no schema: a role that may create schemas in a database can lay
--                    one in somebody else's search_path.
--   bi               reads the views of bi (granted one by one at each swap), nothing else.
--   public           nothing.

do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to entrepot_loader, bi', current_database());
    execute format('grant temporary on database %I to entrepot_loader', current_database());
end
$$;

revoke all on schema public from public;
revoke all on schema journal, quarantaine, core, core_candidat, magasin, magasin_candidat, bi from public;
revoke all on all tables in schema journal, quarantaine, core from public;
alter default privileges revoke execute on functions from public;
revoke execute on all routines in schema journal, core from public;

grant usage on schema journal, quarantaine, core to entrepot_loader;
grant select, insert, update, delete on all tables in schema journal, quarantaine, core to entrepot_loader;
grant usage on all sequences in schema journal, quarantaine, core to entrepot_loader;
grant execute on all routines in schema journal, core to entrepot_loader;
alter default privileges in schema journal, quarantaine, core
grant select, insert, update, delete on tables to entrepot_loader;
alter default privileges in schema journal, quarantaine, core
grant usage on sequences to entrepot_loader;
-- A load that changes a whole register analyses it: the next query must not wait for autovacuum to be planned well.
do $$
begin
    grant maintain on all tables in schema core to entrepot_loader;
end
$$;

-- The facts announced and the common vocabulary change by a migration that is reviewed, never by a load.
revoke insert, update, delete
on core.enveloppe_annoncee, core.fait_programme, core.nature_engagement, core.statut_engagement,
core.indicateur_convention
from entrepot_loader;
-- Views that unite tables are read; rows are written to the tables.
revoke insert, update, delete on core.fct_engagement, core.referent from entrepot_loader;

grant usage, create on schema core_candidat, magasin, magasin_candidat, bi to entrepot_loader;

revoke all on schema journal, quarantaine, core, core_candidat, magasin, magasin_candidat from bi;
revoke all on schema bi from bi;
grant usage on schema bi to bi;
