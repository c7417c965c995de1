"""Outcomes, the dashboard, the returns. Imports `cases` and `budgets`."""
