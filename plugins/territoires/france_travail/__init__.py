"""France Travail's APIs: a client that keeps the rules of the house it calls, and the campaign that asks the market.

``client`` calls (token, budget of calls, retries), ``answers`` reads what comes back, ``plan`` says what to ask,
``collect`` asks it and writes it down. Facts about the API, its hosts and its limits: docs/decisions/0026. Nothing here
imports Airflow; addresses and credentials come from ``Access``.
"""
