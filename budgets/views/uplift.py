"""New prices: which running plans stand at older ones, and a manager's approval case by case."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import actions
from budgets.decision import uplift
from budgets.forms.overview import PricesForm
from budgets.money import amount_words
from budgets.money.sterling import pounds
from budgets.position import money_presenter
from budgets.views.scope import scope_of
from cases.caseload import lists
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SEES = {"manager", "service_manager"}


def new_prices(request):
    """The proposals of a day; approving those that are ticked. Each stands for itself: one refusal
    stops no other.
    """
    scope = scope_of(request, SEES)
    given = request.GET if any(name.startswith("on_") for name in request.GET) else None
    form = PricesForm(given)
    on = form.cleaned_data["on"] if given and form.is_valid() else dates.today()
    if request.method == "POST":
        return _approve(request, scope, on)
    seen = lists.staff_cases(request.user, scope.council).values_list("pk", flat=True)
    found = [] if form.errors else uplift.proposals(scope.council, on, team=scope.team)
    allowed = set(seen.filter(pk__in=[one.case.pk for one in found]))
    found = [one for one in found if one.case.pk in allowed]
    return render(
        request,
        "budgets/new_prices.html",
        {
            "form": form,
            "on": day(on),
            "proposals": [(one.case, _table(one)) for one in found],
            "most": uplift.SHOWN if len(found) == uplift.SHOWN else 0,
        },
        status=422 if form.errors else 200,
    )


def _table(one) -> Table:
    rows = [
        [
            x.line.what,
            money_presenter.how_much(x.line),
            amount_words.rate(x.line.rate),
            amount_words.rate(x.rate.amount),
            pounds(x.line.annual),
            pounds(x.annual),
        ]
        for x in one.lines
    ]
    rows.append(
        [_("The whole budget"), "", "", "", pounds(one.before.total), pounds(one.after.total)]
    )
    head = [
        _("Support"),
        _("How much"),
        _("Price now"),
        _("New price"),
        _("A year now"),
        _("A year then"),
    ]
    link = Link(one.case.ref, reverse("cases:case", args=[one.case.ref]))
    return Table(
        f"{link.text}, {one.case.person.name}", head, rows, numeric={4, 5}, caption_size="s"
    )


def _approve(request, scope, on):
    wanted = Case.objects.filter(ref__in=request.POST.getlist("case")[: uplift.SHOWN])
    cases = lists.staff_cases(request.user, scope.council).filter(pk__in=wanted.values("pk"))
    done = 0
    for case in cases.order_by("ref"):
        try:
            actions.approve_uplift(case=case, on=on, by=request.user)
            done += 1
        except NotYet as no:
            messages.error(request, f"{case.ref}: {no.sentence}")
    if done:
        messages.success(
            request,
            ngettext("%(n)s plan has its new prices.", "%(n)s plans have their new prices.", done)
            % {"n": done},
        )
    elif not cases:
        messages.error(request, _("Tick at least one plan."))
    query = request.GET.urlencode()
    return redirect(reverse("budgets:new_prices") + (f"?{query}" if query else ""))
