"""Addresses of survey and dashboard."""

from django.urls import path

from . import views

app_name = "poet"
urlpatterns = [
    path("survey/<str:token>/", views.survey, name="survey"),
    path("survey/<str:token>/<int:number>/", views.survey_question, name="survey_question"),
    path("survey/<str:token>/check/", views.survey_check, name="survey_check"),
    path("survey/<str:token>/thanks/", views.survey_thanks, name="survey_thanks"),
    path("dashboard/", views.dashboard_page, name="dashboard"),
    path("dashboard/<slug:table>.csv", views.dashboard_csv, name="dashboard_csv"),
]
