"""The platform on one machine: embedded PostgreSQL, Airflow's four components, the demonstration, ``make drop``.

Everything it keeps stands in one folder (``Settings.state``); everything it starts carries ``TI_INSTANCE`` in its
environment, so that it is found and ended whatever happened to whoever started it.
"""
