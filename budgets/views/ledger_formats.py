"""The settings of a council's finance ledger: the columns of its files and the shape of its
creditor numbers. No page of a case.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import actions
from budgets.actions.ledger_formats import MAY_SET, check_format
from budgets.forms.ledger_formats import LedgerFormatForm
from budgets.models import LedgerFormat
from budgets.money.uploads import BadUpload
from budgets.payments import ledger_formats
from budgets.views.scope import scope_of
from cases.common.refusals import NotYet
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message
from cases.views.menu import in_menu

SHOWN = 20  # earlier settings
LEADS = {
    "outgoing": gettext_lazy(
        "Each batch from now on is written so. Batches that were made already keep their columns."
    ),
    "charges": gettext_lazy(
        "Each list of charges from now on is written so. Lists that were made already keep their "
        "columns."
    ),
    "answer": gettext_lazy("An answer file that comes in from now on is read so."),
    "creditor": gettext_lazy(
        "Each creditor number that is entered from now on must have this shape."
    ),
}
UNSET = {
    "creditor": gettext_lazy("Any number"),
    "charges": gettext_lazy("As the payments, where those columns say what a charge is"),
}


def address() -> str:
    return reverse("budgets:ledger_formats")


@in_menu(gettext_lazy("Finance ledger"), {"admin"})
def ledger_formats_page(request):
    """How each stands, since when and by whom, with what was set before."""
    scope = scope_of(request, MAY_SET | {"auditor"})
    council, may = scope.council, bool(scope.roles & MAY_SET)
    now = ledger_formats.standing(council)
    rows = LedgerFormat.objects.filter(council=council).select_related("recorded_by")
    return render(
        request,
        "budgets/ledger_formats.html",
        {
            "now": _now_table(now, may),
            "before": _before_table(rows.order_by("-pk")[:SHOWN]),
        },
    )


def _now_table(now, may) -> Table:
    rows = [
        [
            str(name),
            _short(kind, now.get(kind)),
            _who(now[kind]) if kind in now else "",
            _change_link(kind, name) if may else "",
        ]
        for kind, name in LedgerFormat.KINDS.items()
    ]
    head = [_("What"), _("How it stands"), _("Set by"), _("Do")]
    return Table(_("How the ledger writes"), head, rows)


def _change_link(kind, name) -> Link:
    address_of = reverse("budgets:set_ledger_format", args=[kind])
    return Link(_("Look at it or change it"), address_of, hidden=str(name))


def _short(kind, row) -> str:
    if row is None or not row.text:
        return str(UNSET.get(kind, _("As this service comes")))
    return row.text if kind == "creditor" else _("The council’s own columns")


def _who(row) -> str:
    return _("%(who)s, %(day)s") % {"who": row.recorded_by, "day": day(row.recorded_at)}


def _before_table(rows) -> Table:
    shown = [
        [day(r.recorded_at), str(r.get_kind_display()), _short(r.kind, r), _who(r)] for r in rows
    ]
    head = [_("On"), _("What"), _("How it was set"), _("By")]
    empty = _("Nothing was set: all is as this service comes.")
    return Table(_("What was set, the last first"), head, shown, empty=empty)


def set_format(request, kind):
    """One of them: what it makes is shown first, and it counts only after that."""
    council = scope_of(request, MAY_SET).council
    if kind not in LedgerFormat.KINDS:
        raise Http404
    row = ledger_formats.last(council, kind)
    first = {"text": ledger_formats.text_of(row, kind), "seen": row.pk if row else 0}
    form = LedgerFormatForm(request.POST or None, kind=kind, initial=first)
    looks = "look" in request.POST
    if looks and form.is_valid():
        _check(kind, form)
    show = partial(_format_page, request, kind)
    if looks or request.method != "POST":
        return show(form)
    return form_act(
        request,
        form,
        "set_ledger_format",
        act=lambda form: actions.set_ledger_format(
            council=council,
            by=request.user,
            kind=kind,
            text=form.cleaned_data["text"],
            seen=form.cleaned_data["seen"],
        ),
        done=partial(with_message, request, _("It is set, from now on."), address()),
        show=show,
    )


def _check(kind, form):
    try:
        check_format(kind, form.cleaned_data["text"].strip())
    except NotYet as no:
        form.refuse(no)


def _format_page(request, kind, form):
    return render(
        request,
        "budgets/ledger_format.html",
        {
            "form": form,
            "title": LedgerFormat.KINDS[kind],
            "lead": LEADS[kind],
            "back": address(),
            "report": form.problems if len(form.problems) > 1 else [],
            "sample": _sample(kind, form),
            "sample_title": _("A sample file, with invented charges")
            if kind == "charges"
            else _("A sample file, with invented payments"),
            "layout": kind != "creditor",
        },
        status=422 if form.errors else 200,
    )


def _sample(kind, form) -> str:
    """The file that what stands in the form makes; nothing while it is wrong."""
    if kind == "creditor" or form.errors:
        return ""
    text = form.cleaned_data["text"] if form.is_bound else form.initial["text"]
    try:
        return ledger_formats.sample(kind, text.strip() or ledger_formats.DEFAULTS[kind])
    except BadUpload:
        return ""
