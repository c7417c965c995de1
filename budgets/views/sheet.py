"""The plan on one page: to read, to print and as PDF; the draft while it is written, else a plan as
it was sent.
"""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from budgets.plan import one_page_plan
from budgets.views.shared import budget_of, readable_case
from cases import access
from cases.access import Reading
from cases.common import dates
from cases.paper.assessment_form import size_for
from cases.views.letters import as_file


def _sheet(request, reading: Reading, number):
    """The sheet of a plan: of the numbered one, else of the draft, else of the last one sent. 404
    without a plan.
    """
    case = reading.case
    plans = case.plans.exclude(state="extra")
    plans = plans.filter(number=number) if number else plans
    plan = plans.filter(state="draft").first() or plans.order_by("-number").first()
    if plan is None:
        raise Http404
    return one_page_plan.plan_sheet(
        case, plan, budget_of(case)[1], dates.today(), reading.sees("money")
    )


def plan_page(request, ref, number=None):
    """The page to print."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    sheet = _sheet(request, reading, number)
    args = [case.ref, number] if number else [case.ref]
    return render(
        request,
        "budgets/plan_sheet.html",
        {
            "case": case,
            "sheet": sheet,
            "large": size_for(case.person, request.GET.get("as", "")) == "large",
            "back": reverse("budgets:plan_version" if number else "budgets:plan", args=args),
            "file": reverse("budgets:plan_sheet_pdf", args=args),
        },
    )


def plan_pdf(request, ref, number=None):
    """The same as tagged PDF."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    sheet = _sheet(request, reading, number)
    size = size_for(case.person, request.GET.get("as", ""))
    return as_file(
        one_page_plan.as_pdf(sheet, size), "application/pdf", f"plan-{case.ref}-{size}.pdf"
    )
