"""The pages of the yearly uprating: all runs, one run with its rows in pages, and one row. Finance
makes, decides and releases; managers decide the prices of their own cases, or leave one out.
"""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import actions
from budgets.actions.uprating import stops_release, to_decide
from budgets.decision import uprating_presenter as presenter
from budgets.forms import uprating as forms
from budgets.models import Uprating, UpratingRow
from budgets.views.scope import scope_of
from cases.caseload import lists
from cases.common import dates
from cases.views.form_act import confirmed_first, form_act, mark_given, with_message

MAKES = {"finance"}
READS = {"finance", "manager", "service_manager"}
PAGE = 50  # runs, or rows of a run, on a page
DECIDES = {
    "contribution": gettext_lazy("Decide what people pay, as a set"),
    "price": gettext_lazy("Decide the prices of your cases, as a set"),
}


def upratings(request):
    """The runs so far, and one press to begin the next."""
    scope = scope_of(request, READS)
    form = forms.UpratingForm(request.POST or None) if scope.roles & MAKES else None
    made = []

    def make(form):
        given = form.cleaned_data
        made.append(
            actions.make_uprating(
                council=scope.council,
                by=request.user,
                counts_from=given["counts_from"],
                limit_weekly=given["limit_weekly"],
            )
        )

    return form_act(
        request,
        form,
        "make_uprating",
        act=make,
        done=lambda: reverse("budgets:uprating", args=[made[0].number]),
        show=partial(_runs_page, request, scope),
    )


def _runs_page(request, scope, form):
    found = Uprating.objects.filter(council=scope.council).order_by("-number")
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "title": _("The yearly change of rates and prices"),
        "table": presenter.runs_table(list(shown)),
        "page": shown,
        "back": reverse("budgets:finance_home") if scope.roles & MAKES else "",
    }
    return _shown(request, "budgets/upratings.html", context, form)


def _shown(request, template, context, form):
    return render(request, template, context, status=422 if form and form.errors else 200)


def _run_of(request, number):
    """(the run, the reader's scope); nothing is here for anybody else."""
    scope = scope_of(request, READS)
    rows = Uprating.objects.select_related("council", "made_by", "done_by")
    found = rows.filter(council=scope.council, number=number).first()
    if found is None:
        raise Http404
    return found, scope


def _rows_for(request, scope, run):
    """Finance reads every row but those of a relative; a manager those of prices in their own
    cases.
    """
    seen = lists.staff_cases(request.user, scope.council).order_by().values("pk")
    rows = UpratingRow.objects.filter(uprating=run, case__in=seen)
    return rows if scope.roles & MAKES else rows.filter(kind="price")


def uprating_run(request, number):
    """One run: what it proposes, and what the reader may do with it as a whole."""
    run, scope = _run_of(request, number)
    makes, no = bool(scope.roles & MAKES), ""
    if run.state == "ready" and makes:
        no = stops_release(run, request.user, dates.today())
    choices = _choices(request, run, makes, no)
    form = forms.RunForm(request.POST or None, choices=choices) if choices else None
    if request.method == "POST" and form is None:
        return redirect(request.path)
    said = []
    return form_act(
        request,
        form,
        "uprating",
        act=lambda form: said.append(_do(request, run, form.cleaned_data["do"])),
        done=lambda: with_message(request, said[0], request.path),
        show=partial(_run_page, request, scope, run, no),
    )


def _choices(request, run, makes, no) -> dict:
    """What this reader may do now. `no`: why they can't release it."""
    if run.state not in ("proposing", "ready"):
        return {}
    found: dict[str, Any] = {}
    if run.state == "ready":
        found = {
            kind: words
            for kind, words in DECIDES.items()
            if to_decide(run, kind, request.user).exists()
        }
    if makes:
        if run.state == "ready" and not no:
            found["release"] = _("Release what is decided")
        found["withdraw"] = _("Withdraw the whole run")
    return found


def _do(request, run, what) -> str:
    """Do it, and say so. What a release changes in all is looked at first."""
    if what == "release":
        look = presenter.release_look(run)
        confirmed_first(look, given=mark_given(request), typed=what)
        actions.release_uprating(run=run, by=request.user)
        return _("The set is released.")
    if what == "withdraw":
        actions.withdraw_uprating(run=run, by=request.user)
        return _("The run is withdrawn. Nothing of it counts.")
    count = actions.decide_uprating(run=run, kind=what, by=request.user)
    words = ngettext("%(n)s row is decided.", "%(n)s rows are decided.", count)
    return words % {"n": count}


def _run_page(request, scope, run, no, form):
    rows = _rows_for(request, scope, run)
    wanted = request.GET.get("show", "")
    shown_rows = rows.filter(state=wanted) if wanted in UpratingRow.STATES else rows
    found = shown_rows.select_related("case__person", "decided_by", "uprating").order_by("number")
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kinds = [kind for kind in UpratingRow.KINDS if scope.roles & MAKES or kind == "price"]
    context = {
        "form": form,
        "title": _("The yearly change: run %(n)s") % {"n": run.number},
        "facts": presenter.run_facts(run, no),
        "counts": presenter.counts_table(run, rows, kinds),
        "table": presenter.rows_table(run, shown),
        "page": shown,
        "query": f"show={wanted}&" if wanted in UpratingRow.STATES else "",
        "back": reverse("budgets:upratings"),
    }
    return _shown(request, "budgets/uprating.html", context, form)


# ---- one row ----


def uprating_row(request, number, line):
    """One row: the sum behind it, and what is done with it."""
    run, scope = _run_of(request, number)
    rows = _rows_for(request, scope, run).select_related(
        "case__person", "case__council", "uprating__council", "decided_by", "state_by"
    )
    one = rows.filter(number=line).first()
    if one is None:
        raise Http404
    back = reverse("budgets:uprating", args=[number])
    choices = _row_choices(one, bool(scope.roles & MAKES))
    form = forms.RowForm(request.POST or None, choices=choices) if choices else None
    if request.method == "POST" and form is None:
        return redirect(request.path)
    return form_act(
        request,
        form,
        "uprating_row",
        act=lambda form: _do_row(request, one, form.cleaned_data),
        done=lambda: with_message(request, _("It is recorded."), back),
        show=partial(_row_page, request, one, back),
    )


def _row_choices(one, makes) -> dict:
    """What can be done with a row; a manager, whose rows are those of prices, leaves it out."""
    run, found = one.uprating, {}
    if run.state == "withdrawn":
        return {}
    if makes and run.state == "ready":
        if one.state == "exception" and one.code == "above_limit":
            found["take_in"] = _("Take it into the set: the change is right")
        if one.state in ("exception", "proposed"):
            found["again"] = _("Work it out again: what was missing is entered now")
    if one.state in ("proposed", "exception", "decided"):
        found["leave_out"] = _("Leave it out: the old sum holds")
    elif one.state == "left_out" and not one.reason:
        found["leave_out"] = _("I have dealt with it")
    return found


def _do_row(request, one, given) -> None:
    if given["do"] == "again":
        actions.propose_row_again(row=one, by=request.user)
    elif given["do"] == "take_in":
        actions.take_row_in(row=one, by=request.user, why=given["why"])
    else:
        actions.leave_row_out(row=one, by=request.user, why=given["why"])


def _row_page(request, one, back, form):
    of_price = one.kind == "price"
    name, about = ("new_prices", []) if of_price else ("contribution", [one.case.ref])
    no_evidence = one.code == "no_evidence"
    context = {
        "form": form,
        "title": _("%(what)s: %(who)s") % {"what": one.get_kind_display(), "who": one.case.person},
        "facts": presenter.row_facts(one),
        "sum": [(words, value) for words, value in one.why],
        "case": reverse("cases:case", args=[one.case.ref]),
        "by_hand": reverse(f"budgets:{name}", args=about),
        "estimate": reverse("budgets:estimate", args=[one.case.ref]) if no_evidence else "",
        "back": back,
    }
    return _shown(request, "budgets/uprating_row.html", context, form)
