"""Addresses of survey and dashboard."""

from django.urls import path

from cases.spreadsheets import KINDS

from . import dashboard_views as pages
from . import figures_views, views

app_name = "poet"
urlpatterns = [
    path("survey/<str:token>/", views.survey, name="survey"),
    path("survey/<str:token>/<int:number>/", views.survey_question, name="survey_question"),
    path("survey/<str:token>/check/", views.survey_check, name="survey_check"),
    path("survey/<str:token>/thanks/", views.survey_thanks, name="survey_thanks"),
    path("dashboard/", pages.dashboard_page, name="dashboard"),
    path("dashboard/journeys/", pages.journeys, name="journeys"),
    path("dashboard/cases/", pages.behind, name="behind"),
    path("dashboard/step/<slug:code>/", pages.step, name="step"),
    path("dashboard/figures/", figures_views.figures, name="figures"),
    path("dashboard/figures/register/", figures_views.register, name="figures_register"),
    *(
        path(f"dashboard/<slug:table>.{kind}", pages.dashboard_file, {"kind": kind}, f"dashboard_{kind}")
        for kind in KINDS
    ),
    *(
        path(f"dashboard/step/<slug:code>/<slug:table>.{kind}", pages.step_file, {"kind": kind}, f"step_{kind}")
        for kind in KINDS
    ),
]
