"""Addresses of survey and dashboard."""

from django.urls import path

from cases.ui.spreadsheets import KINDS
from poet.views import dashboard as pages
from poet.views import first_figures, survey, survey_staff
from poet.views import results as results
from poet.views import results_actions as acts

app_name = "poet"
urlpatterns = [
    path("survey/", survey.survey_code, name="survey_code"),
    path("survey/<str:token>/", survey.survey, name="survey"),
    path("survey/<str:token>/<int:number>/", survey.survey_question, name="survey_question"),
    path("survey/<str:token>/check/", survey.survey_check, name="survey_check"),
    path("survey/<str:token>/thanks/", survey.survey_thanks, name="survey_thanks"),
    path("survey/<str:token>/paper/", survey.survey_paper, name="survey_paper"),
    path("cases/<str:ref>/survey/", survey_staff.case_survey, name="case_survey"),
    path("cases/<str:ref>/survey/letter/", survey_staff.survey_letter, name="survey_letter"),
    path("cases/<str:ref>/survey/together/", survey_staff.survey_together, name="survey_together"),
    path("staff/survey/", survey_staff.paper_in, name="paper_in"),
    path("staff/survey/answers/", survey_staff.paper_answers, name="paper_answers"),
    path("dashboard/comments/", survey_staff.comments, name="comments"),
    path("dashboard/", pages.dashboard_page, name="dashboard"),
    path("dashboard/journeys/", pages.journeys, name="journeys"),
    path("dashboard/cases/", pages.cases_behind_page, name="cases_behind"),
    path("dashboard/step/<slug:code>/", pages.step, name="step"),
    path("dashboard/figures/", first_figures.figures, name="figures"),
    path("dashboard/figures/register/", first_figures.register, name="figures_register"),
    *(
        path(
            f"dashboard/<slug:table>.{kind}",
            pages.dashboard_file,
            {"kind": kind},
            f"dashboard_{kind}",
        )
        for kind in KINDS
    ),
    *(
        path(
            f"dashboard/step/<slug:code>/<slug:table>.{kind}",
            pages.step_file,
            {"kind": kind},
            f"step_{kind}",
        )
        for kind in KINDS
    ),
    path("results/", results.results, name="results"),
    path("results/process/", results.process_links, name="results_links"),
    path("results/compare/", results.compare, name="results_compare"),
    path("results/actions/", results.improvements, name="improvements"),
    path("results/actions/new/", acts.improvement_new, name="improvement_new"),
    path("results/actions/<int:number>/", acts.improvement, name="improvement"),
    path("results/sharing/", acts.sharing, name="sharing"),
    path("results/files/", acts.benchmark_files, name="benchmark_files"),
    path("results/files/<slug:year>.json", acts.benchmark_file, name="benchmark_file"),
    path("results/of/<slug:who>/<str:question>/", results.question, name="results_question"),
    *(
        path(
            f"results/<slug:table>.{kind}", results.results_file, {"kind": kind}, f"results_{kind}"
        )
        for kind in KINDS
    ),
    *(
        path(
            f"results/of/<slug:who>/<str:question>/<slug:table>.{kind}",
            results.question_file,
            {"kind": kind},
            f"question_{kind}",
        )
        for kind in KINDS
    ),
    path("<slug:council>/local-account/", acts.local_account_page, name="local_account"),
    path("<slug:council>/you-said/", acts.you_said, name="you_said"),
]
