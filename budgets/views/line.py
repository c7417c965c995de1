"""A line of the plan: what and who on one page, what it costs on the next, dates and payer on a
third; taking it out.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.forms.plan import CostForm, LineForm, TermsForm
from budgets.models import PlanLine, UnitRate
from budgets.money import rates
from budgets.money.amount_words import rate
from budgets.plan import local_ideas, shared_writing, what_if
from budgets.position import case_money
from budgets.views.shared import budget_of, numbered, page, readable_case
from cases import access, journey
from cases.access import Reading
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.views.form_act import form_act


def _may(reading: Reading) -> bool:
    return "lines" in shared_writing.parts_for(reading.case, reading.user, reading.people)


def _line(reading: Reading, pk) -> PlanLine:
    """A line of the draft, for whoever may write in it; 404 for any other."""
    draft = case_money.draft_plan(reading.case)
    line = draft.lines.filter(pk=pk).first() if draft and _may(reading) else None
    if line is None:
        raise Http404
    return line


def plan_line_add(request, ref):
    """A new piece of support; sent twice, it is added once."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    if not _may(reading):
        return redirect("budgets:plan", ref=case.ref)
    form = LineForm(
        request.POST or None, case=case, idea=local_ideas.one(case, request.GET.get("idea"))
    )

    def add(form):
        plan = actions.open_plan(case=case, by=request.user)
        return _next(reading, actions.save_line(plan=plan, by=request.user, **form.saved()))

    title = _("What support do you want?")
    show = partial(_show, request, reading, title=title, row=None)
    return form_act(request, form, "plan_line_add", act=add, show=show)


def plan_line(request, ref, line):
    """Change what a line is; its cost is the next page."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    row = _line(reading, line)
    form = LineForm(request.POST or None, case=reading.case, line=row)
    if request.method == "POST" and form.is_valid() and _saved(request, row, form):
        return redirect(_next(reading, row))
    return _show(request, reading, form, _("Change this support"), row)


def _next(reading: Reading, row) -> str:
    """The page after what a line is: its cost, for those who see the money."""
    case = reading.case
    if not reading.sees("money"):
        return reverse("budgets:plan", args=[case.ref])
    return reverse("budgets:plan_line_cost", args=[case.ref, row.pk])


def plan_line_cost(request, ref, line):
    """How much of it and what one costs."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    row = _line(reading, line)
    listed = rates.list_on(case.council_id, row.begins_on or dates.today())
    form = CostForm(request.POST or None, line=row, price_hint=_price_hint(case, row), rates=listed)
    sums = None
    if request.method == "POST" and form.is_valid():
        if "work_out" in request.POST:
            sums = _worked_out(case, row, form)
        elif _saved(request, row, form):
            return redirect("budgets:plan", ref=case.ref)
    title = (
        _("How much help do they give?")
        if row.who == "family"
        else _("How much of it, and what does it cost?")
    )
    return _show(request, reading, form, title, row, sums)


def _worked_out(case, row, form):
    """The line and the whole plan as they would cost, beside the budget; None where that can't be
    worked out.
    """
    figure, budget = budget_of(case)
    fields = form.saved()
    listed = fields.get("unit_rate")
    if listed:
        fields |= {"rate": listed.amount, "oncost_pct": listed.oncost_pct}
    try:
        trial = what_if.tried(row.plan.lines.all(), {row.pk: fields}, case_money.weeks_rule(figure))
    except NotYet as no:
        form.add_error(no.field if no.field in form.fields else None, str(no.sentence))
        return None
    mine = next(line for line in trial.after if line.pk == row.pk)
    return what_if.sums(trial.cost, budget, mine)


def plan_line_terms(request, ref, line):
    """From when until when, who pays, and whether it is met through another person's plan."""
    reading = readable_case(request, access.get_case(request, ref))
    row = _line(reading, line)
    other = row.met_through
    known = other is None or bool(access.roles_of(other, request.user) & journey.WORKER)
    form = TermsForm(
        request.POST or None, line=row, elsewhere=bool(reading.roles & journey.WORKER) and known
    )
    if request.method == "POST" and form.is_valid() and _saved(request, row, form):
        return redirect("budgets:plan", ref=reading.case.ref)
    return _show(request, reading, form, _("From when until when, and who pays?"), row)


def plan_line_remove(request, ref, line):
    """Take a line out, after a look at it."""
    reading = readable_case(request, access.get_case(request, ref), "plan")
    case = reading.case
    row = _line(reading, line)
    if request.method == "POST":
        actions.remove_line(plan=row.plan, line=row, by=request.user)
        return redirect("budgets:plan", ref=case.ref)
    back = reverse("budgets:plan_line", args=[case.ref, row.pk])
    return page(
        request,
        reading,
        "budgets/plan_line_remove.html",
        {"title": _("Take this out of the plan?"), "line": row, "back": back},
    )


def _saved(request, row, form) -> bool:
    try:
        version = form.cleaned_data["version"]
        actions.save_line(plan=row.plan, line=row, by=request.user, version=version, **form.saved())
        return True
    except Stale as no:
        typed = [
            (str(f.label), str(form.data.get(f.html_name, "")), "") for f in form.visible_fields()
        ]
        raise Stale(no.sentence, changes=[row for row in typed if row[1]]) from no
    except NotYet as no:
        form.add_error(no.field if no.field in form.fields else None, str(no.sentence))
        return False


def _show(request, reading: Reading, form, title, row, sums=None):
    case = reading.case
    numbered(form, reading)
    return page(
        request,
        reading,
        "budgets/plan_line.html",
        {
            "form": form,
            "costs": isinstance(form, CostForm),
            "sums": sums,
            "title": title,
            "line": row,
            "back": reverse("budgets:plan", args=[case.ref]),
            "remove": reverse("budgets:plan_line_remove", args=[case.ref, row.pk]) if row else "",
            "terms": reverse("budgets:plan_line_terms", args=[case.ref, row.pk])
            if row and reading.sees("money") and not isinstance(form, TermsForm)
            else "",
        },
        422 if form.errors else 200,
    )


def _price_hint(case, row) -> str:
    """What the council pays today for the nearest service, as published."""
    wanted = {"pa": "assistant", "agency": "agency"}.get(row.who)
    if not wanted:
        return ""
    listed = UnitRate.objects.filter(
        council_id=case.council_id, service__icontains=wanted
    ).order_by("-valid_from")
    on = row.begins_on or dates.today()
    found = listed.filter(UnitRate.on(on)).first()
    if found is None:
        last = listed.filter(valid_to__lte=on).first()
        return rates.none_on(case.council_id, last.service, on) if last else ""
    words = {"service": found.service, "rate": rate(found.amount), "unit": found.unit}
    return _("The council's published rate: %(service)s, %(rate)s for one %(unit)s.") % words
