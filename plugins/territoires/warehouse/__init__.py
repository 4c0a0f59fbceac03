"""The PostgreSQL warehouse: connections, migrations, the journal, the load of a delivery, the tables BI reads."""
