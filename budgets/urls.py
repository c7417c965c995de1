"""Addresses of the money pages."""

app_name = "budgets"
urlpatterns = []
