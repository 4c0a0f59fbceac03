"""What speaks to Airflow: assets, triggers, DAG factories, policies. Nothing else in the package imports Airflow."""
