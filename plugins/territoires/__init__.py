"""The data platform of the programme « Territoires d'industrie »: docs/architecture.md says what each part knows."""
