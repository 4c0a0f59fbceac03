"""Registers that the pipeline fetches by itself: territories of the programme (ANCT), EPCI (DGCL), communes (INSEE).

``pipeline`` has the three steps (receive, validate, load) as plain functions; nothing here imports Airflow, and nothing
heavy is imported before a step needs it.
"""

from territoires.registers.lookup import current_territory_ids

__all__ = ["current_territory_ids"]
