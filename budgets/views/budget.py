"""The figure and its explanation, from the stored trace; and the worker's pages for sharing and
changing it.
"""

from functools import partial
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.allocation import calculating, explanation, trace_tables, version_comparison
from budgets.allocation.allocator import SchemeError
from budgets.forms.adjusting import AdjustForm, OtherVersionForm
from budgets.models import SchemeVersion
from budgets.position import case_money, money_presenter, personal_budget
from budgets.views.shared import challenge_url, move_page, page, readable_case
from cases import access, journey
from cases.access import Reading
from cases.assessment.answering import last_sent
from cases.common import dates
from cases.ui.form_toolkit import CaseForm
from cases.views.act import stopped
from cases.views.form_act import form_act, move_act, where_next

COMPLAINT_MONTHS = (
    12  # to complain in: SI 2009/309, the local authority and NHS complaints regulations
)


def budget(request, ref):
    """How the money was worked out, what became of it, and what can be done about it."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    rows = case_money.figures(case)
    first = case_money.last_of(rows, "indicative")
    run, last = (
        explanation.calculation_of(first),
        next(iter(case_money.decided_in_turn(rows)), first),
    )
    lines = case_money.lines_of_plans(rows) if last and last.plan_id else {}
    uneven = case_money.uneven_plans(rows, lines)
    staff, paid = bool(reading.roles & journey.WORKER), case_money.contribution(case)
    return page(
        request,
        reading,
        "budgets/budget.html",
        {
            "title": _("The budget and how it was worked out"),
            **_the_sum(reading, run),
            "box": money_presenter.big(case_money.cost_of_figure(first)) if first else None,
            "invented": explanation.notice(first),
            "compared": money_presenter.from_first_to_decided(rows, uneven=uneven),
            "history": money_presenter.history(rows, uneven),
            "after": _by_when(),
            "contribution": money_presenter.contribution_words(paid),
            "statement": _statement(reading, last, lines, paid),
            "challenge": challenge_url(request, reading),
            "missing": "" if first else _missing(case),
            "adjust": _adjusting(reading, last_sent(case)),
            "other": reverse("budgets:budget_other", args=[case.ref])
            if staff and run and run.version
            else "",
        },
    )


def _statement(reading: Reading, last, lines, paid):
    """What it costs and who pays what of it, by the last figure; `lines`: of each plan."""
    if last is None:
        return []
    own = lines.get(last.plan_id or 0, ())
    runs = personal_budget.runs_of(own, last.effective_from, paid)
    cost = case_money.cost_of_figure(last)
    return money_presenter.statement_rows(cost, paid, reading.resident, runs)


# what the page shows of the answers: empty without a figure, and for who reads no assessment
FROM_ANSWERS: dict[str, Any] = {
    "answers": None,
    "steps": [],
    "notes": [],
    "who_said": [],
    "worked_out": None,
    "changed": 0,
}


def _the_sum(reading: Reading, run) -> dict[str, Any]:
    """Everything about how one kept figure came about; empty where there is none.

    The answers, and all that gives them away (points question by question, reasons why one was
    placed otherwise), are for those who read an assessment: money alone does not open them.
    """
    if run is None:
        return FROM_ANSWERS | {"periods": [], "scheme": [], "apart": False}
    trace, case = run.trace, reading.case
    money = {"periods": trace_tables.period_rows(trace), "scheme": explanation.scheme_rows(run)}
    if not reading.sees("assessment"):
        return FROM_ANSWERS | money | {"apart": True}
    return money | {
        "answers": trace_tables.answers_table(trace, explanation.said_otherwise(run)),
        "steps": trace_tables.steps(trace),
        "notes": trace_tables.notes(trace),
        "who_said": explanation.who_rows(run),
        "worked_out": explanation.history(case),
        "changed": explanation.changed_after(case),
        "apart": False,
    }


def _by_when() -> list[str]:
    """How a figure is challenged, and the days that belong to it."""
    clocks = journey.CLOCKS
    days = {
        "first": clocks["acknowledge"].target,
        "answer": clocks["challenge"].target,
        "months": COMPLAINT_MONTHS,
    }
    return [
        _("You can say so at any time. What you have goes on meanwhile."),
        _(
            "We tell you within %(first)s working days that it has arrived, and aim to "
            "answer within %(answer)s days. "
            "Somebody who did not make the decision answers."
        )
        % days,
        _(
            "It can become a formal complaint, normally within %(months)s months of what it "
            "is about."
        )
        % days,
    ]


def _missing(case):
    if case.step != "budget":
        return _("The budget is worked out as soon as it is decided that there are eligible needs.")
    return calculating.missing(case, last_sent(case), dates.today())


def share_budget(request, ref):
    """Share the figure; where there is none, what is missing and where to add it."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case

    return stopped(request, reading, "share_budget") or move_act(
        request,
        reading,
        "share_budget",
        CaseForm(request.POST or None, case=case),
        act=lambda form: actions.share_budget(
            case=case, by=request.user, seen=form.cleaned_data["seen"]
        ),
        show=partial(_share_page, request, reading),
    )


def _share_page(request, reading: Reading, form):
    case = reading.case
    sent = last_sent(case)
    asks = calculating.asks(sent)
    context = {
        "missing": _missing(case),
        "agree_answer": reverse("cases:agree_answer", args=[case.ref]) if asks else "",
        "adjust": "" if asks else _adjusting(reading, sent),
    }
    return move_page(request, reading, "share_budget", "budgets/share_budget.html", context, form)


def _adjusting(reading: Reading, sent) -> str:
    """Where this reader changes the indicative budget; "" where they can't: the link and the page
    go by one rule.
    """
    case = reading.case
    may = (
        reading.roles & journey.WORKER
        and journey.STEPS[case.step].figure_adjusts
        and sent is not None
    )
    return reverse("budgets:adjust_budget", args=[case.ref]) if may else ""


def _title(other: bool) -> str:
    return (
        _("Record the figure of another tool")
        if other
        else _("Change the indicative budget, with reasons")
    )


def adjust_budget(request, ref):
    """A worker places an answer otherwise, adds a line, or records another tool's figure, each with
    the reason.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    sent = last_sent(case)
    if not _adjusting(reading, sent):
        raise Http404
    other = calculating.takes_other_tool(case, sent, dates.today())
    version = None if other else calculating.version_for(case, sent, dates.today())
    first = case_money.indicative(case)
    form = AdjustForm(
        request.POST or None,
        case=case,
        version=version,
        agreed=calculating.agreed_answers(version, sent) if version else {},
        before=calculating.extras_of(first, sent),
    )
    return form_act(
        request,
        form,
        "adjust_budget",
        act=lambda form: actions.adjust_budget(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **form.changes()
        ),
        done=partial(where_next, case, request.user),
        show=partial(_adjust_page, request, reading, other, first),
        conflict_page=True,
    )


def _adjust_page(request, reading: Reading, other, first, form):
    last = explanation.calculation_of(first)
    return page(
        request,
        reading,
        "budgets/adjust.html",
        {
            "form": form,
            "title": _title(other),
            "steps": trace_tables.steps(last.trace) if last else [],
            "answers": trace_tables.answers_table(last.trace) if last else None,
            "kept": first is not None,
        },
        422 if form.errors else 200,
    )


def budget_other(request, ref):
    """The same answers under another published version, beside the kept figure; nothing is
    stored.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    run = explanation.calculation_of(case_money.indicative(case))
    if not reading.roles & journey.WORKER or run is None or run.version is None:
        raise Http404
    others = SchemeVersion.objects.filter(
        state="published",
        scheme__council_id=case.council_id,
        scheme__population=run.version.scheme.population,
    ).exclude(pk=run.version_id)
    form = OtherVersionForm(
        request.GET or None, versions=others.select_related("scheme").order_by("-valid_from")
    )
    shown = {
        "other": None,
        "other_answers": None,
        "other_steps": [],
        "refused": "",
        "other_name": "",
    }
    if request.GET and form.is_valid():
        shown |= _on(form.cleaned_data["version"], run)
    return page(
        request,
        reading,
        "budgets/budget_other.html",
        shown
        | {
            "form": form,
            "title": _("The same answers on another version"),
            "kept": trace_tables.big(run.trace),
            "kept_name": str(run.version),
            "kept_answers": trace_tables.answers_table(run.trace),
            "kept_steps": trace_tables.steps(run.trace),
            "none": not others.exists(),
        },
        422 if request.GET and form.errors else 200,
    )


def _on(version, run) -> dict:
    try:
        trace = version_comparison.rerun(run, version).trace
    except SchemeError as refusal:
        return {"refused": str(refusal), "other_name": str(version)}
    return {
        "other": trace_tables.big(trace),
        "other_answers": trace_tables.answers_table(trace),
        "other_steps": trace_tables.steps(trace),
        "other_name": str(version),
    }
