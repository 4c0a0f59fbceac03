"""Airflow plugin without a feature: loads heavy libraries in the scheduler before it forks its workers.

Tasks run in forks of the scheduler's workers, so that pandas and Great Expectations, imported here once (5 s), cost
them nothing: a task that validates starts in 0.1 s instead of 8 s. The other processes (api-server, triggerer, command
line) do not pay for it. Polars and other libraries that start threads when imported must never stand here.
"""

import logging
import sys

if "scheduler" in sys.argv[1:2]:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations
    import great_expectations.expectations
    import pandas
    import pyarrow.csv
    import pyarrow.ipc

    _PRELOADED = (great_expectations, pandas, pyarrow.csv, pyarrow.ipc)
