"""The plan: its task list, its parts one page each, and sending it. Lines stand in line.py."""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.allocation.explanation import notice
from budgets.forms import plan as forms
from budgets.forms.decision import ask_how
from budgets.models import SupportPlan
from budgets.payments import route_comparison
from budgets.plan import (
    counted_twice,
    line_tables,
    prefill,
    readiness,
    shared_writing,
    timetable,
    what_if,
)
from budgets.position import case_money, differences, money_presenter, personal_budget
from budgets.views.record import links
from budgets.views.shared import (
    budget_of,
    is_behalf,
    move_page,
    numbered,
    page,
    readable_case,
)
from cases import access
from cases.access import Reading
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters.timeline import reader_of
from cases.ui.components import Task
from cases.ui.date_words import day
from cases.ui.form_toolkit import given_words
from cases.views.act import stopped
from cases.views.form_act import move_act

# part -> (its form, may it stay empty?)
PARTS = {
    "what_matters": (forms.WhatMattersForm, False),
    "goals": (forms.GoalsForm, False),
    "lines": (None, False),
    "routes": (forms.RoutesForm, False),
    "risks": (forms.RisksForm, True),
    "in_control": (forms.InControlForm, True),
    "enough": (forms.EnoughForm, False),
    "contribution": (forms.ContributionForm, False),
    "helped": (forms.HelpedForm, False),
}


def plan(request, ref):
    """The plan being written as a task list; else the plan as it was sent."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    theirs = shared_writing.parts_for(case, request.user, reading.people)
    if theirs:
        return _writing(request, reading, theirs)
    last = case.plans.exclude(state__in=("draft", "extra")).order_by("-number").first()
    return _reading(request, reading, last)


def plan_version(request, ref, number):
    """A plan as it was sent, by its number."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    last = reading.case.plans.exclude(state__in=("draft", "extra")).filter(number=number).first()
    if last is None:
        raise Http404
    return _reading(
        request, reading, last, _("Plan %(number)s as it was sent") % {"number": number}
    )


def _writing(request, reading: Reading, theirs):
    case = reading.case
    draft = case_money.draft_plan(case) or SupportPlan(case=case)
    lines = list(draft.lines.all()) if draft.pk else []
    figure, budget = budget_of(case)
    cost, gaps = (
        case_money.council_cost(lines),
        readiness.gaps(draft, lines, budget, case_money.in_force(case)),
    )
    written, laid = (
        shared_writing.writers(draft, request.user, reading.role),
        timetable.weekly_timetable(lines),
    )
    sent = _earlier(case)
    return page(
        request,
        reading,
        "budgets/plan.html",
        {
            "title": _("The support plan"),
            "tasks": _tasks(reading, draft, lines, {part for part, _s in gaps}, theirs, written),
            "ready": not gaps,
            "table": _draft_table(reading, lines, theirs, written),
            "week": timetable.table(laid) if lines else None,
            "no_day": timetable.elsewhere(laid),
            "ways": _further_pages(reading, bool(draft.pk or sent), lines, theirs)
            + links(reading, "budgets:plan"),
            "left": what_if.left(budget, cost),
            "money": reading.sees("money"),
            "box": money_presenter.big(budget),
            "cost": money_presenter.big(cost, like=budget),
            "invented": notice(figure),
            "warnings": counted_twice.warnings(lines),
            "came_back": _came_back(case, draft),
            "sent": sent,
        },
    )


def _table(reading: Reading, lines):
    """Few columns for the person, all of them for those who decide; sums for those who see them."""
    if not reading.sees("money"):
        return line_tables.plain_table(lines)
    return (
        line_tables.short_table(lines)
        if reading.resident
        else line_tables.plan_table(lines, reading.case.kind)
    )


def _draft_table(reading: Reading, lines, theirs, written):
    link = (
        (lambda line: reverse("budgets:plan_line", args=[reading.case.ref, line.pk]))
        if "lines" in theirs
        else None
    )
    by = (lambda line: written.get(shared_writing.line_place(line.pk), "")) if written else None
    table = line_tables.short_table if reading.sees("money") else line_tables.plain_table
    return table(lines, link=link, written=by)


def _further_pages(reading: Reading, written, lines, theirs):
    """What else helps to write the plan: (words, address). `written`: there is something to
    print.
    """
    args = [reading.case.ref]
    found = [(_("Ideas that cost nothing"), reverse("budgets:plan_ideas", args=args))]
    if "lines" in theirs and reading.sees("money") and any(line.quantity for line in lines):
        found.append(
            (_("What if? Try other hours or prices"), reverse("budgets:plan_what_if", args=args))
        )
    if reading.role != "delegate":
        found.append(
            (
                _("Write the plan together with somebody"),
                reverse("budgets:plan_together", args=args),
            )
        )
    if written:
        found.append(
            (_("Your plan on one page, to print"), reverse("budgets:plan_sheet", args=args))
        )
    return found


def _tasks(reading: Reading, draft, lines, missing, theirs, written):
    """The parts of the plan in their order; one that a helper was not asked to write has no
    link.
    """
    found = []
    for part, (_form, optional) in PARTS.items():
        if part in shared_writing.OF_MONEY and not reading.sees("money"):
            continue
        title, href = (
            str(shared_writing.TITLES[part]),
            _part_url(reading.case, part) if part in theirs else None,
        )
        if part == "routes" and not case_money.funded(lines):
            found.append(
                Task(title, _("Not needed yet"), None, _("First add support that costs money."))
            )
            continue
        done = (
            bool(lines) if part == "lines" else _filled(draft, lines, part)
        ) and part not in missing
        status = _("Done") if done else _("You can leave this out") if optional else _("To do")
        hints = [
            _lines_hint(lines) if part == "lines" and href else "",
            written.get(part, ""),
            "" if href else _("You are not asked to write this."),
        ]
        tone = "" if done or optional or not href else "blue"
        found.append(Task(title, status, href, ". ".join(filter(None, hints)), tone))
    return found


def _part_url(case, part):
    if part == "lines":
        return reverse("budgets:plan_line_add", args=[case.ref])
    return reverse("budgets:plan_part", args=[case.ref, part])


def _lines_hint(lines):
    return _("Add another piece of support, or change one in the table below.") if lines else ""


def _filled(draft, lines, part):
    if part == "routes":
        return all(line.route for line in case_money.funded(lines))
    return bool(getattr(draft, {"contribution": "contribution_seen"}.get(part, part)))


def _came_back(case, draft):
    """Why the last plan came back, for the top of the new draft."""
    signed = case.sign_offs.filter(decision="returned").order_by("-pk").first()
    fresh = (
        signed
        and draft.pk
        and signed.at <= draft.made_at
        and not case.plans.exclude(state="extra")
        .filter(number__gt=signed.plan.number, number__lt=draft.number)
        .exists()
    )
    return signed.reasons if fresh else ""


def _earlier(case):
    return [
        (
            _("Plan %(n)s") % {"n": p.number},
            p.get_state_display(),
            reverse("budgets:plan_version", args=[case.ref, p.number]),
        )
        for p in case.plans.exclude(state__in=("draft", "extra")).order_by("-number")
    ]


def _reading(request, reading: Reading, last, title=""):
    case = reading.case
    lines = list(last.lines.all()) if last else []
    figure, budget = budget_of(case)
    cost = case_money.council_cost(lines)
    paid = case_money.contribution(case)
    return page(
        request,
        reading,
        "budgets/plan_sent.html",
        {
            "title": title or _("The support plan"),
            "plan": last,
            "turns": _turns(case, last),
            "money": reading.sees("money"),
            "table": _table(reading, lines),
            "rows": money_presenter.plan_words(last, money=reading.sees("money")) if last else [],
            "box": money_presenter.big(budget),
            "cost": money_presenter.in_short(cost),
            "route": money_presenter.route_words(lines),
            "author": money_presenter.author_words(last, reader_of(reading.roles)) if last else "",
            "invented": notice(figure),
            "sent": _earlier(case),
            "contribution": money_presenter.contribution_words(paid),
            "warnings": counted_twice.warnings(lines),
            "links": links(reading, "budgets:plan") if case.reached_set_up else [],
            "statement": money_presenter.statement_rows(
                cost, paid, reading.resident, personal_budget.runs_of(lines, _sent_on(last), paid)
            )
            if last
            else [],
            "changes": _changes(case, last, lines),
            "written": shared_writing.written_rows(last, lines, request.user, reading.role),
        },
    )


def _sent_on(plan):
    """From when its lines that say no day are taken to hold."""
    return dates.london_date(plan.submitted_at) if plan.submitted_at else dates.today()


def _turns(case, plan):
    """(words, address) of each plan from its day on, where one is agreed for a later day."""
    found = case_money.plans_in_turn(case) if plan and plan.state == "agreed" else []
    if not any(since for _one, since in found):
        return []
    words = {True: _("Plan %(n)s, from %(day)s on"), False: _("Plan %(n)s, now")}
    return [
        (
            words[since is not None] % {"n": one.number, "day": day(since) if since else ""},
            reverse("budgets:plan_version", args=[case.ref, one.number]),
        )
        for one, since in found
    ]


def _changes(case, plan, lines):
    """What differs from the plan sent before this one; None where there is none."""
    before = (
        case.plans.exclude(state__in=("draft", "extra"))
        .filter(number__lt=plan.number)
        .order_by("-number")
        .first()
        if plan
        else None
    )
    if before is None:
        return None
    rule = case_money.weeks_rule(budget_of(case)[0])
    caption = _("What differs from plan %(number)s") % {"number": before.number}
    return money_presenter.changes_table(
        differences.compare(before.lines.all(), lines, rule), caption
    )


def plan_part(request, ref, part):
    """One part of the plan: read it, write it, save it, and back to the list."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    if (
        part not in PARTS
        or part == "lines"
        or (part in shared_writing.OF_MONEY and not reading.sees("money"))
    ):
        raise Http404
    if part not in shared_writing.parts_for(case, request.user, reading.people):
        return redirect("budgets:plan", ref=case.ref)
    draft = case_money.draft_plan(case) or SupportPlan(case=case)
    lines = list(draft.lines.all()) if draft.pk else []
    before = {} if getattr(draft, part, "") else prefill.prefilled_words(reading, part)
    form = numbered(_part_form(request, case, draft, lines, part, before), reading)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, case, form, part)
            return redirect("budgets:plan", ref=case.ref)
        except NotYet as no:
            if type(no) is not NotYet:
                raise
            form.add_error(no.field if no.field in form.fields else None, str(no.sentence))
    return page(
        request,
        reading,
        "budgets/plan_part.html",
        {
            "form": form,
            "part": part,
            "title": shared_writing.TITLES[part],
            "back": reverse("budgets:plan", args=[case.ref]),
            "contribution": money_presenter.contribution_words(case_money.contribution(case))
            if part == "contribution"
            else "",
            "ways": route_comparison.compared(lines) if part == "routes" else None,
        },
        422 if form.errors else 200,
    )


def _part_form(request, case, draft, lines, part, before):
    data = request.POST or None
    if part == "routes":
        return forms.RoutesForm(data, lines=case_money.funded(lines))
    if part == "enough":
        return forms.EnoughForm(
            data,
            plan=draft,
            over=readiness.over(lines, budget_of(case)[1], case_money.in_force(case)),
        )
    return PARTS[part][0](data, plan=draft, **before)


def _save(request, case, form, part):
    draft = actions.open_plan(case=case, by=request.user)
    if part == "routes":
        return actions.choose_routes(plan=draft, by=request.user, routes=form.routes())
    version = form.cleaned_data["version"] or 1  # opened before there was a draft
    return actions.save_plan_part(plan=draft, by=request.user, version=version, **form.saved())


def submit_plan(request, ref):
    """Everything once more, then send."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    behalf = is_behalf(request, reading)
    stop = stopped(request, reading, "submit_plan", behalf)
    if stop:
        return stop
    draft = case_money.draft_plan(case)
    form = forms.SubmitForm(request.POST or None, case=case, plan=draft)
    if behalf:
        ask_how(form)
    act = partial(_send_plan, request, case, behalf)
    show = partial(_submit_page, request, reading, behalf, draft)
    return move_act(request, reading, "submit_plan", form, act=act, show=show)


def _send_plan(request, case, behalf, form):
    return actions.submit_plan(
        case=case,
        by=request.user,
        on_behalf_of=case.person if behalf else None,
        seen=form.cleaned_data["seen"],
        version=form.cleaned_data["version"],
        note=given_words(form.cleaned_data),
    )


def _submit_page(request, reading: Reading, behalf, draft, form):
    case = reading.case
    lines = list(draft.lines.all()) if draft else []
    figure, budget = budget_of(case)
    gaps = readiness.gaps(draft or SupportPlan(case=case), lines, budget, case_money.in_force(case))
    context = {
        "rows": money_presenter.plan_words(draft) if draft else [],
        "table": _table(reading, lines),
        "cost": money_presenter.in_short(case_money.council_cost(lines)),
        "box": money_presenter.big(budget),
        "gaps": [s for _p, s in gaps],
        "warnings": counted_twice.warnings(lines),
        "contribution": money_presenter.contribution_words(case_money.contribution(case)),
        "route": money_presenter.route_words(lines),
        "back": reverse("budgets:plan", args=[case.ref]),
        "invented": notice(figure),
    }
    return move_page(
        request, reading, "submit_plan", "budgets/submit_plan.html", context, form, behalf
    )
