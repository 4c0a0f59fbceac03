"""Registers that the pipeline fetches by itself, by vintage; ``catalogue`` says which, ``places`` what they make of a
commune and a day.

``pipeline`` has the three steps (receive, validate, load) as plain functions, ``lookup`` what the contracts' rules ask;
nothing here imports Airflow, and nothing heavy is imported before a step needs it.
"""
