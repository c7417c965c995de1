"""The pages of the lists of charges: all lists, one list with its lines, what is left out, and the
file for the ledger. Finance makes and releases, an auditor reads.
"""

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import actions
from budgets.actions import charge_batches
from budgets.forms import charges as forms
from budgets.models import ChargeBatch
from budgets.money.sterling import pounds
from budgets.payments import ledger_formats
from budgets.position.charged import days_charged
from budgets.position.money_presenter import signed
from budgets.views.scope import scope_of
from budgets.views.shared import form_page, ledger_file
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message
from cases.views.menu import in_menu

READS = {"finance", "auditor"}
PAGE = 50  # lists, or lines of a list, on a page


@in_menu(gettext_lazy("Charges"), READS)
def charge_lists(request):
    """The lists so far, and one press to make the next."""
    scope = scope_of(request, READS)
    form = forms.ChargesForm(request.POST or None) if "finance" in scope.roles else None
    made = []

    def make(form):
        facts = form.facts()
        made.append(actions.make_charges(council=scope.council, by=request.user, **facts))

    return form_act(
        request,
        form,
        "make_charges",
        act=make,
        done=lambda: reverse("budgets:charge_list", args=[made[0].number]),
        show=partial(_lists_page, request, scope),
    )


def _lists_page(request, scope, form):
    rows = ChargeBatch.objects.filter(council=scope.council).defer("content").order_by("-number")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "title": _("Charges"),
        "table": _lists_table(shown),
        "page": shown,
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/charge_lists.html", context, status=status)


def _lists_table(found) -> Table:
    rows = [
        [
            Link(str(one.number), reverse("budgets:charge_list", args=[one.number])),
            day(one.made_at),
            day(one.until),
            str(one.count),
            signed(one.total),
            str(one.get_state_display()),
        ]
        for one in found
    ]
    head = [
        _("Number"),
        _("Made on"),
        _("Up to"),
        _("Charges"),
        _("Together"),
        _("How it stands"),
    ]
    empty = _("No list was made yet.")
    return Table(_("Lists so far"), head, rows, numeric={3, 4}, empty=empty)


def _list_of(request, number):
    """(the list, the reader's roles); nothing is here for anybody else."""
    scope = scope_of(request, READS)
    rows = ChargeBatch.objects.filter(council=scope.council).defer("content")
    found = rows.select_related("council", "made_by", "released_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found, scope.roles


def charge_list(request, number):
    """One list: its lines, and the release by another officer than the one who made it."""
    found, roles = _list_of(request, number)
    ready = "finance" in roles and found.state == "ready"
    may = ready and found.made_by_id != request.user.pk
    form = forms.ReleaseChargesForm(request.POST or None) if may else None
    if request.method == "POST" and form is None:
        return redirect(request.path)
    return form_act(
        request,
        form,
        "release_charges",
        act=lambda form: actions.release_charges(batch=found, by=request.user),
        done=lambda: with_message(request, _("The list is released."), request.path),
        show=partial(_list_page, request, found, roles),
    )


def _list_page(request, found, roles, form):
    acts = "finance" in roles
    ready = acts and found.state == "ready"
    rows = found.charges.select_related("case").order_by("number")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "title": _("List of charges %(n)s") % {"n": found.number},
        "facts": _list_rows(found),
        "waits": ready and form is None,
        "file": reverse("budgets:charge_file", args=[found.number])
        if found.released_at and found.count
        else "",
        "table": _lines_table(found, shown, acts, ready),
        "page": shown,
        "back": reverse("budgets:charge_lists"),
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/charge_list.html", context, status=status)


def _list_rows(found) -> list:
    made = {"who": found.made_by, "day": day(found.made_at)}
    rows = [
        (_("How it stands"), str(found.get_state_display())),
        (_("Made"), _("by %(who)s on %(day)s") % made),
        (_("For what was over by"), day(found.until)),
        (_("Charges"), str(found.count)),
        (_("Together"), signed(found.total)),
        (_("Fingerprint of the file (SHA-256)"), found.sha256),
    ]
    if not found.released_at:
        return rows
    released = {"who": found.released_by, "day": day(found.released_at)}
    waiting = charge_batches.untold(found).values("case").distinct().count()
    letters = ngettext(
        "%(n)s person still waits for theirs. It goes out by itself.",
        "%(n)s people still wait for theirs. They go out by themselves.",
        waiting,
    )
    return [
        *rows,
        (_("Released"), _("by %(who)s on %(day)s") % released),
        (_("Letters"), letters % {"n": waiting} if waiting else _("All are written.")),
    ]


def _lines_table(found, shown, acts, ready) -> Table:
    """`acts`: may the reader open the money of a case; `ready`: and leave lines out."""
    rows = [
        [
            str(row.number),
            Link(row.case.ref, reverse("budgets:contribution", args=[row.case.ref]))
            if acts
            else row.case.ref,
            days_charged(row),
            pounds(row.amount),
            pounds(row.credit) if row.credit else "",
            signed(row.to_pay),
            _stands(found, row, ready),
        ]
        for row in shown
    ]
    head = [
        _("Line"),
        _("Case"),
        _("For"),
        _("Charged"),
        _("Taken off"),
        _("To pay"),
        _("How it stands"),
    ]
    return Table(_("Charges of this list"), head, rows, numeric={3, 4, 5})


def _stands(found, row, ready):
    if ready and row.state == "claimed":
        address = reverse("budgets:leave_charge_out", args=[found.number, row.number])
        return Link(_("Leave out"), address, hidden=_("line %(n)s") % {"n": row.number})
    if row.state == "left_out":
        return [Badge(_("Left out"), "grey"), row.state_reason]
    return str(row.get_state_display())


def leave_charge_out(request, number, line):
    """Take a line out of a list that has not left, with the reason."""
    found, roles = _list_of(request, number)
    row = found.charges.select_related("case", "batch__council").filter(number=line).first()
    if row is None or "finance" not in roles:
        raise Http404
    back = reverse("budgets:charge_list", args=[found.number])
    if request.method != "POST" and (found.state != "ready" or row.state != "claimed"):
        return redirect(back)
    words = {"n": row.number, "ref": row.case.ref, "sum": signed(row.to_pay)}
    lead = _(
        "Line %(n)s, case %(ref)s: %(sum)s. The later lines of this person are left out with it. "
        "They come again in the next list, as things stand then."
    )
    return form_act(
        request,
        forms.LeaveChargeOutForm(request.POST or None),
        "leave_charge_out",
        act=lambda form: actions.leave_charge_out(charge=row, by=request.user, **form.facts()),
        done=lambda: with_message(request, _("It is left out of this list."), back),
        show=lambda form: form_page(
            request,
            form,
            _("Leave a charge out"),
            back,
            lead=lead % words,
            button=_("Leave it out"),
        ),
    )


def charge_file(request, number):
    """The file of a released list, the same bytes each time."""
    found, _roles = _list_of(request, number)
    if not found.released_at or not found.count:
        raise Http404
    layout = ledger_formats.layout_of_charges(found)
    return ledger_file(found.content.encode(layout.encoding), layout, f"charges-{found.number}")
