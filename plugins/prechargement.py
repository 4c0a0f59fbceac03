"""Airflow plugin without a feature: loads heavy libraries in the scheduler before it forks its workers.

Tasks run in forks of the scheduler's workers, so that pandas and Great Expectations, imported here once (5 s), cost
them nothing: a task that validates starts in 0.1 s instead of 8 s. So do the operators of our DAGs and the providers'
schemes of assets, which each task would import anew to read its DAG file (0.3 s, five tasks for each file that comes).
The other processes (api-server, triggerer, command line) do not pay for it. Polars and other libraries that start
threads when imported must never stand here, nor our own code, whose changes are to show without a restart.
"""

import logging
import sys

if "scheduler" in sys.argv[1:2]:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import airflow.providers.standard.operators.hitl
    import airflow.providers.standard.operators.trigger_dagrun
    import great_expectations
    import great_expectations.expectations
    import jinja2
    import openpyxl
    import pandas
    import psycopg
    import pyarrow.csv
    import pyarrow.ipc
    from airflow.sdk import Asset

    _PRELOADED = (airflow, great_expectations, jinja2, openpyxl, pandas, psycopg, pyarrow.csv, pyarrow.ipc)
    Asset(name="prechargement", uri="entrepot://prechargement")  # has Airflow load the schemes of all its providers
