"""Alembic's environment: runs the revisions on the connection that ``migrations.upgrade`` opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="version_schema",
    version_table_schema="public",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
