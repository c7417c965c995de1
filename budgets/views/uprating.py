"""The pages of the yearly uprating: all runs, one run with its rows in pages, and one row. Finance
makes, decides and releases; managers decide the prices of their own cases.
"""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import actions
from budgets.actions.uprating import to_decide
from budgets.forms import uprating as forms
from budgets.models import Uprating, UpratingRow
from budgets.money.sterling import pounds
from budgets.payments.uprating_tasks import letters_by
from budgets.position.money_presenter import plus_minus
from budgets.views.scope import scope_of
from cases.caseload import lists
from cases.common import dates
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message

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
    rows = [
        [
            Link(
                _("Run %(n)s") % {"n": one.number}, reverse("budgets:uprating", args=[one.number])
            ),
            day(one.counts_from),
            day(one.made_at),
            str(one.count),
            str(one.get_state_display()),
        ]
        for one in shown
    ]
    head = [_("Run"), _("Counts from"), _("Begun on"), _("Rows"), _("How it stands")]
    context = {
        "form": form,
        "title": _("The yearly change of rates and prices"),
        "table": Table(_("Runs so far"), head, rows, numeric={3}, empty=_("None yet.")),
        "page": shown,
        "back": reverse("budgets:finance_home") if scope.roles & MAKES else "",
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/upratings.html", context, status=status)


def _link(run) -> Link:
    to = reverse("budgets:uprating", args=[run.number])
    return Link(_("Run %(n)s") % {"n": run.number}, to)


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
    choices = _choices(request, scope, run)
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
        show=partial(_run_page, request, scope, run),
    )


def _choices(request, scope, run) -> dict:
    """What this reader may do now."""
    if run.state not in ("proposing", "ready"):
        return {}
    found: dict[str, Any] = {}
    if run.state == "ready":
        found = {
            kind: words
            for kind, words in DECIDES.items()
            if to_decide(run, kind, request.user).exists()
        }
    if scope.roles & MAKES:
        if _may_release(request, run):
            found["release"] = _("Release what is decided")
        found["withdraw"] = _("Withdraw the whole run")
    return found


def _may_release(request, run) -> bool:
    rows = run.rows.order_by()
    waits = run.state != "ready" or rows.filter(state="proposed").exists()
    decided = rows.filter(state="decided")
    own = decided.filter(decided_by=request.user)
    return not waits and decided.exists() and not own.exists()


def _do(request, run, what) -> str:
    """Do it, and say so."""
    if what == "release":
        actions.release_uprating(run=run, by=request.user)
        return _("The set is released.")
    if what == "withdraw":
        actions.withdraw_uprating(run=run, by=request.user)
        return _("The run is withdrawn. Nothing of it counts.")
    count = actions.decide_uprating(run=run, kind=what, by=request.user)
    words = ngettext("%(n)s row is decided.", "%(n)s rows are decided.", count)
    return words % {"n": count}


def _run_page(request, scope, run, form):
    rows = _rows_for(request, scope, run)
    wanted = request.GET.get("show", "")
    shown_rows = rows.filter(state=wanted) if wanted in UpratingRow.STATES else rows
    found = shown_rows.select_related("case__person", "decided_by").order_by("number")
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "title": _("The yearly change: run %(n)s") % {"n": run.number},
        "facts": _facts(run),
        "counts": _counts_table(rows, run, scope),
        "table": _rows_table(run, shown),
        "page": shown,
        "query": f"show={wanted}&" if wanted in UpratingRow.STATES else "",
        "back": reverse("budgets:upratings"),
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/uprating.html", context, status=status)


def _facts(run) -> list:
    made = {"who": run.made_by, "day": day(run.made_at)}
    rows = [
        (_("How it stands"), str(run.get_state_display())),
        (_("Counts from"), day(run.counts_from)),
        (_("Last day for letters and calls"), day(letters_by(run.counts_from))),
        (_("A person looks at changes above"), pounds(run.limit_weekly)),
        (_("Begun"), _("by %(who)s on %(day)s") % made),
    ]
    if run.done_by:
        done = {"who": run.done_by, "day": day(run.done_at)}
        rows.append((_("Released or withdrawn"), _("by %(who)s on %(day)s") % done))
    return rows


def _counts_table(rows, run, scope) -> Table:
    """How many rows of each kind that the reader sees stand how, each with a way to those alone."""
    kinds = {
        k: words for k, words in UpratingRow.KINDS.items() if scope.roles & MAKES or k == "price"
    }
    counted = rows.order_by().values("kind", "state").annotate(n=Count("pk"))
    found = {(row["kind"], row["state"]): row["n"] for row in counted}
    to = reverse("budgets:uprating", args=[run.number])
    lines = [
        [
            Link(str(words), f"{to}?show={state}"),
            *(str(found.get((kind, state), 0)) for kind in kinds),
        ]
        for state, words in UpratingRow.STATES.items()
    ]
    head = [_("How they stand"), *(str(words) for words in kinds.values())]
    return Table(_("Rows of this run"), head, lines, numeric=set(range(1, len(head))))


def _rows_table(run, shown) -> Table:
    rows = [
        [
            [one.case.person.name, one.case.ref],
            str(one.get_kind_display()),
            pounds(one.was),
            "–" if one.will_be is None else pounds(one.will_be),
            "–" if one.difference is None else plus_minus(one.difference),
            _stands(one),
            Link(
                _("Look at it"),
                reverse("budgets:uprating_row", args=[run.number, one.number]),
                hidden=one.case.ref,
            ),
        ]
        for one in shown
    ]
    head = [
        _("Case"),
        _("What"),
        _("Was, a week"),
        _("Will be, a week"),
        _("Difference"),
        _("How it stands"),
        _("Do"),
    ]
    words = {"day": day(run.counts_from)}
    caption = _("What changes from %(day)s") % words
    return Table(caption, head, rows, numeric={2, 3, 4}, empty=_("There is none."))


def _stands(row) -> list:
    colour = {"exception": "yellow", "left_out": "grey", "done": "green"}.get(row.state)
    words = str(row.get_state_display())
    found = [Badge(words, colour) if colour else words]
    found += [str(row.get_code_display())] if row.code and row.state != "proposed" else []
    return found + ([row.reason] if row.reason else [])


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
    choices = _row_choices(one) if scope.roles & MAKES else {}
    form = forms.RowForm(request.POST or None, choices=choices) if choices else None
    if request.method == "POST" and form is None:
        return redirect(request.path)
    return form_act(
        request,
        form,
        "uprating_row",
        act=lambda form: _do_row(request, one, form.cleaned_data),
        done=lambda: with_message(request, _("It is recorded."), back),
        show=partial(_row_page, request, run, one, back),
    )


def _row_choices(one) -> dict:
    run, found = one.uprating, {}
    if run.state == "withdrawn":
        return {}
    if run.state == "ready" and one.state == "exception" and one.code == "above_limit":
        found["take_in"] = _("Take it into the set: the change is right")
    if run.state == "ready" and one.state in ("exception", "proposed"):
        found["again"] = _("Work it out again: what was missing is entered now")
    waits = one.state == "left_out" and not one.reason
    if one.state in ("proposed", "exception", "decided"):
        found["leave_out"] = _("Leave it out: the old sum holds")
    elif waits:
        found["leave_out"] = _("I have dealt with it")
    return found


def _do_row(request, one, given) -> None:
    if given["do"] == "again":
        actions.propose_row_again(row=one, by=request.user)
    elif given["do"] == "take_in":
        actions.take_row_in(row=one, by=request.user, why=given["why"])
    else:
        actions.leave_row_out(row=one, by=request.user, why=given["why"])


def _row_page(request, run, one, back, form):
    name = "new_prices" if one.kind == "price" else "contribution"
    to = reverse(f"budgets:{name}", args=[] if one.kind == "price" else [one.case.ref])
    facts = [
        (_("How it stands"), str(one.get_state_display())),
        (_("From"), day(run.counts_from)),
        (_("Was, a week"), pounds(one.was)),
        (_("Will be, a week"), _("Not known") if one.will_be is None else pounds(one.will_be)),
    ]
    if one.difference is not None:
        facts.append((_("Difference"), plus_minus(one.difference)))
    if one.code:
        facts.append((_("Why a person looks at it"), str(one.get_code_display())))
    if one.do_by and not one.reason:
        facts.append((_("To be done by"), _by_words(one.do_by)))
    if one.reason:
        facts.append((_("What was said"), one.reason))
    if one.decided_by:
        facts.append((_("Decided by"), str(one.decided_by)))
    context = {
        "form": form,
        "title": _("%(what)s: %(who)s") % {"what": one.get_kind_display(), "who": one.case.person},
        "facts": facts,
        "sum": [(words, value) for words, value in one.why],
        "case": reverse("cases:case", args=[one.case.ref]),
        "by_hand": to,
        "estimate": reverse("budgets:estimate", args=[one.case.ref])
        if one.code == "no_evidence"
        else "",
        "back": back,
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/uprating_row.html", context, status=status)


def _by_words(by):
    return Badge(day(by), "red") if by < dates.today() else day(by)
