"""New prices: which running plans stand at older ones, and a manager's approval case by case."""

from functools import partial

from django.contrib import messages
from django.db import transaction
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
from cases import access
from cases.caseload import lists
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from cases.ui.look import ANSWER, CHECK, LOOKED, PRESS, Look
from cases.views.form_act import Unconfirmed, look_first, mark_given

SEES = {"manager", "service_manager"}


def new_prices(request):
    """The proposals of a day; approving those that are ticked. Each stands for itself: one refusal
    stops no other.
    """
    scope = scope_of(request, SEES)
    given = request.GET if any(name.startswith("on_") for name in request.GET) else None
    form = PricesForm(given)
    on = form.cleaned_data["on"] if given and form.is_valid() else dates.today()
    sent = request.method == "POST" and not form.errors  # else on another day than was asked for
    looks = _approve(request, scope, on) if sent else {}
    if sent and not looks:
        query = request.GET.urlencode()
        return redirect(reverse("budgets:new_prices") + (f"?{query}" if query else ""))
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
            "proposals": [(one.case, _table(one), looks.get(one.case.ref)) for one in found],
            "looks": looks,
            "buttons": {"name": PRESS, "check": CHECK},
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


def _approve(request, scope, on) -> dict[str, Look]:
    """Approve what is ticked; each case stands for itself. Returns, by reference, what changes
    where it has to be looked at first.
    """
    wanted = Case.objects.filter(ref__in=request.POST.getlist("case")[: uplift.SHOWN])
    cases = lists.staff_cases(request.user, scope.council).filter(pk__in=wanted.values("pk"))
    done, looks = 0, {}
    for case in cases.order_by("ref"):
        try:
            _approve_one(request, case, on)
            done += 1
        except NotYet as no:
            messages.error(request, f"{case.ref}: {no.sentence}")
        except Unconfirmed as first:
            looks[case.ref] = first.look
    if done:
        messages.success(
            request,
            ngettext("%(n)s plan has its new prices.", "%(n)s plans have their new prices.", done)
            % {"n": done},
        )
    elif not cases:
        messages.error(request, _("Tick at least one plan."))
    return looks


def _approve_one(request, case, on) -> None:
    """Take the new prices into one plan, once what they change was looked at."""
    act = partial(actions.approve_uplift, case=case, on=on, by=request.user)
    given = mark_given(request, f"{LOOKED}_{case.ref}")
    with transaction.atomic():
        reading = access.get_case(request, case.ref)
        answer = request.POST.get(f"{ANSWER}_{case.ref}", "")
        look_first(reading, act, given=given, typed=on, answer=answer)
