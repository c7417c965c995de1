"""Addresses of the money pages. The segment of a move's page is the move's own name."""

from django.urls import path

from budgets.views import (
    budget,
    calibration,
    charging,
    charging_rates,
    council,
    decision,
    extra_support,
    line,
    panel,
    payment,
    plan,
    public,
    record,
    route,
    sheet,
    spend,
    studio,
    together,
    uplift,
)
from cases.ui.spreadsheets import KINDS

app_name = "budgets"
urlpatterns = [
    path("cases/<str:ref>/budget/", budget.budget, name="budget"),
    path("cases/<str:ref>/share_budget/", budget.share_budget, name="share_budget"),
    path("cases/<str:ref>/adjust_budget/", budget.adjust_budget, name="adjust_budget"),
    path("cases/<str:ref>/budget/other/", budget.budget_other, name="budget_other"),
    path("cases/<str:ref>/plan/", plan.plan, name="plan"),
    path("cases/<str:ref>/plan/<int:number>/", plan.plan_version, name="plan_version"),
    path("cases/<str:ref>/plan/part/<slug:part>/", plan.plan_part, name="plan_part"),
    path("cases/<str:ref>/plan/line/", line.plan_line_add, name="plan_line_add"),
    path("cases/<str:ref>/plan/line/<int:line>/", line.plan_line, name="plan_line"),
    path("cases/<str:ref>/plan/line/<int:line>/cost/", line.plan_line_cost, name="plan_line_cost"),
    path(
        "cases/<str:ref>/plan/line/<int:line>/remove/",
        line.plan_line_remove,
        name="plan_line_remove",
    ),
    path("cases/<str:ref>/plan/together/", together.plan_together, name="plan_together"),
    path("cases/<str:ref>/plan/together/<int:number>/", together.plan_share, name="plan_share"),
    path("cases/<str:ref>/plan/ideas/", together.plan_ideas, name="plan_ideas"),
    path("cases/<str:ref>/plan/what-if/", together.plan_what_if, name="plan_what_if"),
    path("cases/<str:ref>/plan/sheet/", sheet.plan_page, name="plan_sheet"),
    path("cases/<str:ref>/plan/sheet.pdf", sheet.plan_pdf, name="plan_sheet_pdf"),
    path("cases/<str:ref>/plan/<int:number>/sheet/", sheet.plan_page, name="plan_sheet"),
    path("cases/<str:ref>/plan/<int:number>/sheet.pdf", sheet.plan_pdf, name="plan_sheet_pdf"),
    path("cases/<str:ref>/submit_plan/", plan.submit_plan, name="submit_plan"),
    path("cases/<str:ref>/agree_plan/", decision.agree_plan, name="agree_plan"),
    path("cases/<str:ref>/return_plan/", decision.return_plan, name="return_plan"),
    path("cases/<str:ref>/offer_changed/", decision.offer_changed, name="offer_changed"),
    path("cases/<str:ref>/refer_to_panel/", decision.refer_to_panel, name="refer_to_panel"),
    path("cases/<str:ref>/panel_agree/", decision.panel_agree, name="panel_agree"),
    path("cases/<str:ref>/answer_offer/", decision.answer_offer, name="answer_offer"),
    path("cases/<str:ref>/sign_offs/", decision.sign_offs, name="sign_offs"),
    path("cases/<str:ref>/start_interim/", extra_support.extra_page, name="start_interim"),
    path(
        "cases/<str:ref>/start_interim/<int:number>/answer/",
        extra_support.answer_extra,
        name="answer_extra",
    ),
    path(
        "cases/<str:ref>/start_interim/<int:number>/end/",
        extra_support.end_extra,
        name="end_extra",
    ),
    path("cases/<str:ref>/agreement/", payment.agreement, name="agreement"),
    path("cases/<str:ref>/contribution/", payment.contribution, name="contribution"),
    path("cases/<str:ref>/schedule/", payment.schedule, name="schedule"),
    path("cases/<str:ref>/payee/", payment.payee, name="payee"),
    path("cases/<str:ref>/start_line/", payment.start_line, name="start_line"),
    path("cases/<str:ref>/start_budget/", payment.start_budget, name="start_budget"),
    path(
        "cases/<str:ref>/plan/line/<int:line>/terms/", line.plan_line_terms, name="plan_line_terms"
    ),
    path("cases/<str:ref>/estimate/", charging.estimate, name="estimate"),
    path("staff/panel/", panel.panel_agenda, name="panel_agenda"),
    path("staff/spending/", spend.spending, name="spending"),
    path("staff/spending/load/", spend.spending_load, name="spending_load"),
    *(
        path(
            f"staff/spending/<slug:table>.{kind}",
            spend.spending_file,
            {"kind": kind},
            f"spending_{kind}",
        )
        for kind in KINDS
    ),
    path("staff/charging-rates/", charging_rates.charging_rates_page, name="charging_rates"),
    path("staff/charging-rates/new/", charging_rates.enter_rate, name="enter_charging_rate"),
    path("staff/charging-rates/load/", charging_rates.load_rates, name="load_charging_rates"),
    path(
        "staff/charging-rates/<int:number>/correct/",
        charging_rates.correct_rate,
        name="correct_charging_rate",
    ),
    path("staff/prices/", uplift.new_prices, name="new_prices"),
    path("cases/<str:ref>/routes/", route.routes_page, name="routes"),
    path("cases/<str:ref>/ask_switch/", route.ask_switch, name="ask_switch"),
    path("cases/<str:ref>/switch_route/", route.switch_route, name="switch_route"),
    path("cases/<str:ref>/monitoring/", route.monitoring_page, name="monitoring"),
    path("cases/<str:ref>/payments/<int:number>/", route.trace_page, name="trace"),
    path("cases/<str:ref>/record/<slug:record>/", record.record, name="record"),
    path("staff/payments/", council.batches, name="batches"),
    path("staff/payments/<int:number>/", council.batch, name="batch"),
    path("staff/payments/<int:number>/file.csv", council.batch_file, name="batch_file"),
    path("staff/ways/", council.routes_overview, name="routes_overview"),
    path("staff/ways/<slug:table>.csv", council.routes_csv, name="routes_overview_csv"),
    path("staff/providers/", council.providers_page, name="providers"),
    path("<slug:council>/money/", public.schemes_page, name="schemes"),
    path(
        "<slug:council>/money/<slug:scheme>/<int:number>/",
        public.scheme_version,
        name="scheme_version",
    ),
    path(
        "<slug:council>/money/<slug:scheme>/<int:number>/scheme.json",
        public.scheme_file,
        name="scheme_file",
    ),
    path("<slug:council>/money/<slug:scheme>/<int:number>/try/", public.try_it, name="try_it"),
    path("staff/schemes/", studio.studio, name="studio"),
    path("staff/schemes/new/", studio.studio_new, name="studio_new"),
    path("staff/schemes/<slug:scheme>/<int:number>/", studio.studio_version, name="studio_version"),
    path(
        "staff/schemes/<slug:scheme>/<int:number>/draft/", studio.studio_draft, name="studio_draft"
    ),
    path("staff/schemes/<slug:scheme>/<int:number>/edit/", studio.studio_edit, name="studio_edit"),
    path(
        "staff/schemes/<slug:scheme>/<int:number>/upload/",
        studio.studio_upload,
        name="studio_upload",
    ),
    path(
        "staff/schemes/<slug:scheme>/<int:number>/publish/",
        studio.studio_publish,
        name="studio_publish",
    ),
    path(
        "staff/schemes/<slug:scheme>/<int:number>/discard/",
        studio.studio_discard,
        name="studio_discard",
    ),
    path(
        "staff/schemes/<slug:scheme>/<int:number>/compare/",
        studio.studio_compare,
        name="studio_compare",
    ),
    path(
        "staff/schemes/<slug:scheme>/<int:number>/calibrate/",
        calibration.calibrate,
        name="calibrate",
    ),
    *(
        path(
            f"staff/schemes/<slug:scheme>/<int:number>/scheme.{kind}",
            studio.studio_file,
            {"kind": kind},
            f"studio_{kind}",
        )
        for kind in studio.FILES
    ),
]
