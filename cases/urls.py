"""Addresses of people, cases and queues. The segment of a move's page is the move's own name."""

from django.urls import path

from .views import (
    act,
    assessment,
    case,
    caseload,
    chronology,
    come_back,
    health,
    home,
    my_day,
    news,
    public,
    service,
    start,
    tracker,
)

app_name = "cases"
urlpatterns = [
    path("", public.start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("home/", home.home, name="home"),
    path("home/council/", home.choose_council, name="choose_council"),
    # staff
    path("staff/", caseload.caseload, name="caseload"),
    path("staff/day/", my_day.my_day, name="my_day"),
    path("staff/service/", service.service, name="service"),
    path("staff/waiting/", caseload.waiting, name="waiting"),
    path("staff/queue/", caseload.queue, name="queue"),
    path("staff/search/", caseload.search, name="search"),
    path("staff/ask/", public.ask_for_someone, name="ask_for_someone"),
    path("staff/letters/", caseload.letters_to_print, name="letters_to_print"),
    # a case
    path("cases/<str:ref>/", case.case_page, name="case"),
    path("cases/<str:ref>/do/<str:move>/", act.act, name="act"),
    path("cases/<str:ref>/triage/", act.triage, name="triage"),
    path("cases/<str:ref>/start_assessment/", act.start_assessment, name="start_assessment"),
    path("cases/<str:ref>/reassign/", act.reassign, name="reassign"),
    path("cases/<str:ref>/determine/", case.determine, name="determine"),
    path("cases/<str:ref>/agree_answer/", case.agree_answer, name="agree_answer"),
    path("cases/<str:ref>/chronology/", chronology.chronology, name="chronology"),
    path("cases/<str:ref>/chronology.csv", chronology.chronology_csv, name="chronology_csv"),
    path("cases/<str:ref>/ask_news/", news.ask_news, name="ask_news"),
    path("cases/<str:ref>/answers/", case.answers, name="answers"),
    path("cases/<str:ref>/answers/<str:question>/", case.comment, name="comment"),
    # the person's pages
    path("cases/<str:ref>/assessment/", assessment.task_list, name="assessment"),
    path("cases/<str:ref>/assessment/<str:question>/", assessment.question, name="question"),
    path("cases/<str:ref>/submit_assessment/", assessment.check_answers, name="check_answers"),
    path("cases/<str:ref>/letters/<int:seq>/", tracker.letter, name="letter"),
    # getting in and out
    path("come-back/", come_back.come_back, name="come_back"),
    path("come-back/text/", come_back.ask_text, name="ask_text"),
    path("come-back/text/code/", come_back.confirm_text, name="confirm_text"),
    path("exit/", come_back.leave, name="exit"),
    path("home/code/", start.my_code, name="my_code"),
    path("home/code/new/", start.new_code, name="new_code"),
    path("home/sign-in/", come_back.ways_in, name="ways_in"),
    path("home/sign-in/code/", come_back.confirm_way_in, name="confirm_way_in"),
    path("cases/<str:ref>/issue_code/", come_back.issue_code, name="issue_code"),
    path("cases/<str:ref>/issue_code/<int:number>/", come_back.issued_code, name="issued_code"),
    path("cases/<str:ref>/share_draft/", assessment.share_draft, name="share_draft"),
    # the council's public pages come last: their first segment is any council's web name
    path("<slug:council>/", public.council_start, name="council"),
    path("<slug:council>/ask/", public.ask, name="ask"),
    path("<slug:council>/ask/sent/", public.asked, name="asked"),
    path("<slug:council>/start/place/", start.place, name="start_place"),
    path("<slug:council>/start/check/", start.check, name="start_check"),
    path("<slug:council>/start/<slug:part>/", start.part, name="start_part"),
]
