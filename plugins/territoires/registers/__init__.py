"""Registers that the pipeline fetches by itself: territories of the programme (ANCT), EPCI (DGCL), communes (INSEE),
occupations (France Travail).

``pipeline`` has the three steps (receive, validate, load) as plain functions, ``lookup`` what the contracts' rules ask;
nothing here imports Airflow, and nothing heavy is imported before a step needs it.
"""
