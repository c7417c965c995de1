"""The ledger's answer file for a batch: sent in, shown line by line, and counted once that is
confirmed.
"""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import actions
from budgets.forms import batches as forms
from budgets.ledger.layouts import RETURNED
from budgets.money.sterling import pounds
from budgets.money.uploads import BadUpload
from budgets.payments import ledger_answers
from budgets.views.batches import PAGE, PAYS, batch_of
from budgets.views.scope import scope_of
from budgets.views.shared import form_page
from cases.ui.components import Badge, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message


def send_answer(request, number):
    """An answer file comes in. A sound one is shown; of a wrong one every line is named, and
    nothing is taken.
    """
    found = batch_of(request, scope_of(request, PAYS), number)
    back = reverse("budgets:batch", args=[found.number])
    if found.state != "released":
        return redirect(back)
    sent = request.method == "POST"
    form = forms.AnswerFileForm(request.POST if sent else None, request.FILES if sent else None)
    return form_act(
        request,
        form,
        "send_answer",
        act=partial(_keep, request, found),
        done=lambda: reverse("budgets:ledger_answer", args=[found.number, request.made.pk]),
        show=lambda form: form_page(
            request,
            form,
            _("The ledger’s answer to batch %(n)s") % {"n": found.number},
            back,
            report=form.problems,
            lead=_("All of the file is taken, or nothing."),
            button=_("Read the file"),
        ),
    )


def _keep(request, found, form):
    request.made = actions.send_answer(batch=found, by=request.user, **form.facts())


def ledger_answer(request, number, answer):
    """What the file says, line by line: what came back first. It counts when that is confirmed."""
    found = batch_of(request, scope_of(request, PAYS), number)
    row = found.answers.select_related("batch__council", "sent_by").filter(pk=answer).first()
    if row is None:
        raise Http404
    back = reverse("budgets:batch", args=[found.number])
    if row.counted_at:
        return redirect(back)
    try:
        lines = ledger_answers.answers_of(found, bytes(row.file))
    except BadUpload as wrong:
        words = _("This file can’t be counted any more. %(why)s") % {"why": wrong.problems[0]}
        return redirect(with_message(request, words, back, messages.warning))
    first = ledger_answers.ledger_ref_of(lines)
    return form_act(
        request,
        forms.CountAnswerForm(request.POST if request.method == "POST" else None, ledger_ref=first),
        "count_answer",
        act=lambda form: actions.count_answer(answer=row, by=request.user, **form.facts()),
        done=partial(with_message, request, _("The answer is counted."), back),
        show=partial(_answer_page, request, found, row, lines, back),
    )


def _answer_page(request, found, row, lines, back, form):
    in_order = sorted(lines, key=lambda one: (one.outcome != RETURNED, one.line))
    shown = Paginator(in_order, PAGE).get_page(request.GET.get("page"))
    came_back = sum(one.outcome == RETURNED for one in lines)
    open_lines = found.payments.filter(state="claimed").count() - len(lines)
    return render(
        request,
        "budgets/ledger_answer.html",
        {
            "form": form,
            "title": _("Is this what the ledger answered?"),
            "back": back,
            "facts": [
                (_("Batch"), str(found.number)),
                (_("File"), row.name),
                (_("Sent in"), _who(row)),
                (_("Paid"), str(len(lines) - came_back)),
                (_("Returned"), str(came_back)),
                (_("Not in this file"), _open_words(open_lines)),
            ],
            "table": _answers_table(found, list(shown)),
            "page": shown,
        },
        status=422 if form.errors else 200,
    )


def _who(row) -> str:
    return _("by %(who)s on %(day)s") % {"who": row.sent_by, "day": day(row.sent_at)}


def _open_words(count: int) -> str:
    if not count:
        return _("None: every payment is answered")
    words = ngettext(
        "%(n)s payment stays open until another answer",
        "%(n)s payments stay open until another answer",
        count,
    )
    return words % {"n": count}


def _answers_table(found, lines) -> Table:
    numbers = [one.line for one in lines]
    payments = found.payments.filter(number__in=numbers).select_related("case", "payee")
    by_number = {p.number: p for p in payments}
    rows = []
    for one in lines:
        payment = by_number[one.line]
        returned = one.outcome == RETURNED
        rows.append(
            [
                str(one.line),
                payment.case.ref,
                payment.payee.name if payment.payee else "",
                [
                    Badge(_("Returned"), "red") if returned else _("Paid"),
                    one.reason,
                ],
                day(one.on) if one.on else "",
                pounds(payment.amount),
            ]
        )
    head = [_("Line"), _("Case"), _("Paid to"), _("What it says"), _("On"), _("Amount")]
    return Table(_("Line by line, what came back first"), head, rows, numeric={5})
