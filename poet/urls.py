"""Addresses of survey and dashboard."""

app_name = "poet"
urlpatterns = []
