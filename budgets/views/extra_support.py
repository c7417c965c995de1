"""The pages of support for a time: what was decided, a new decision, the answer to what waits, and
what follows its end.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.actions.extra_support import DECIDES
from budgets.forms import extra_support as forms
from budgets.models import ExtraSupport
from budgets.models.decision import DECIDING
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import pounds
from budgets.position import extra_support, money_presenter
from budgets.views.record import links
from budgets.views.shared import page, readable_case
from cases import access, journey
from cases.access import Reading
from cases.casefile import case_presenter
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message

COLOURS = {"proposed": "yellow", "agreed": "green", "refused": "grey"}


def extra_page(request, ref):
    """What was decided; for whoever may decide, the form of a new one."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:
        return redirect(before)
    opens = _decides(reading) and case.step != "closed"
    form = forms.ExtraSupportForm(request.POST or None, case=case) if opens else None
    return form_act(
        request,
        form,
        "start_interim",
        act=lambda form: actions.propose_extra_support(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **form.facts()
        ),
        done=partial(_after_proposal, request, case),
        show=partial(_list_page, request, reading),
        conflict_page=True,
        reading=reading,
    )


def _decides(reading: Reading) -> bool:
    return bool(reading.roles & DECIDES)


def _after_proposal(request, case) -> str:
    row = extra_support.decided(case)[0]
    words = (
        _agreed_words(row)
        if row.state == "agreed"
        else _("It waits to be agreed by: %(role)s.") % {"role": row.get_waits_for_display()}
    )
    return with_message(request, words, _url(case))


def _agreed_words(row: ExtraSupport) -> str:
    """That it is agreed, and what has to be done before the first direct payment of it."""
    words = _("Agreed, from %(day)s.") % {"day": day(row.begins_on)}
    direct = any(journey.may_pay_directly(line.route) for line in row.plan.lines.all())
    if not direct or row.case.agreements.exists():
        return words
    later = _(
        "It is paid once the worker has confirmed that it may be, and finance has recorded the "
        "signed agreement."
    )
    return f"{words} {later}"


def _url(case, name="start_interim", *args) -> str:
    return reverse(f"budgets:{name}", args=[case.ref, *args])


def _list_page(request, reading: Reading, form):
    case = reading.case
    head = [_("Support"), _("From"), _("Until"), _("Cost"), _("State"), _("Do now")]
    decides = _decides(reading) and case.step != "closed"
    rows = [
        [
            [_line_words(line) for line in row.plan.lines.all()] + [row.why],
            day(row.begins_on),
            day(row.last_day),
            money_presenter.week_and_once(row.weekly, row.one_off),
            [Badge(str(row.get_state_display()), COLOURS[row.state]), *_said(row)],
            _next(case, row, reading.roles) if decides else "",
        ]
        for row in extra_support.decided(case)
        if not reading.resident or row.state != "proposed"  # what was only asked for is staff's
    ]
    return page(
        request,
        reading,
        "budgets/extra_support.html",
        {
            "form": form,
            "title": _("Support for a time"),
            "links": links(reading, "budgets:start_interim"),
            "table": Table(_("What was decided"), head, rows, empty=_("Nothing was decided yet.")),
        },
        422 if form and form.errors else 200,
    )


def _line_words(line) -> str:
    parts = [line.provider, line.what, money_presenter.how_much(line)]
    return ", ".join([*filter(None, parts), str(ROUTE_NAMES[line.route])])


def _said(row) -> list[str]:
    if row.state == "proposed":
        return [_("Waits for: %(role)s") % {"role": row.get_waits_for_display()}]
    if row.after:
        return [str(row.get_after_display()), row.after_words]
    return [row.reasons] if row.reasons else []


def _next(case, row, roles):
    """What this reader may do with it; what waits is for the role it waits for, and those above."""
    order = list(DECIDING)
    if row.state == "proposed" and roles & set(order[order.index(row.waits_for) :]):
        return Link(_("Agree it or not"), _url(case, "answer_extra", row.pk), hidden=row.why[:40])
    if row.state == "agreed" and not row.after:
        return Link(_("Say what follows"), _url(case, "end_extra", row.pk), hidden=row.why[:40])
    return ""


def _row_of(request, ref, number, **state):
    """(reading, the decision) for whoever may decide; nothing is here for anybody else."""
    reading = readable_case(request, access.get_case(request, ref))
    row = extra_support.decided(reading.case).filter(pk=number).first()
    if row is None or not _decides(reading):
        raise Http404
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    done = any(getattr(row, name) != value for name, value in state.items())
    if before or (done and request.method != "POST"):
        return reading, row, redirect(before or _url(reading.case))
    return reading, row, None


def answer_extra(request, ref, number):
    """Agree what waits, or say no with the reason."""
    reading, row, away = _row_of(request, ref, number, state="proposed")
    if away:
        return away
    case = reading.case
    return form_act(
        request,
        forms.AnswerExtraForm(request.POST or None, case=case),
        f"answer_extra:{number}",
        act=partial(_answer, request, case, row),
        done=partial(_after_answer, request, case, row),
        show=partial(_one_page, request, reading, row, _("Agree support for a time")),
        reading=reading,
    )


def _after_answer(request, case, row) -> str:
    row.refresh_from_db()
    words = _agreed_words(row) if row.state == "agreed" else _("Recorded: it is not agreed.")
    return with_message(request, words, _url(case))


def _answer(request, case, row, form):
    if form.cleaned_data["answer"] == "yes":
        return actions.agree_extra_support(case=case, extra=row, by=request.user)
    reason = form.cleaned_data["reason"]
    return actions.refuse_extra_support(case=case, extra=row, by=request.user, reason=reason)


def end_extra(request, ref, number):
    """Its last day, and what follows."""
    reading, row, away = _row_of(request, ref, number, state="agreed", after="")
    if away:
        return away
    case = reading.case
    return form_act(
        request,
        forms.EndExtraForm(request.POST or None, case=case, row=row),
        f"end_extra:{number}",
        act=lambda form: actions.end_extra_support(
            case=case, extra=row, by=request.user, **form.facts()
        ),
        done=partial(with_message, request, _("Recorded."), _url(case)),
        show=partial(_one_page, request, reading, row, _("What follows support for a time")),
        reading=reading,
    )


def _one_page(request, reading: Reading, row: ExtraSupport, title, form):
    facts = [
        (_("Support"), "\n".join(_line_words(line) for line in row.plan.lines.all())),
        (_("Why it is needed now"), row.why),
        (_("From"), day(row.begins_on)),
        (_("Until"), day(row.ends_on)),
        (_("Cost a week"), pounds(row.weekly)),
        *([(_("Cost once"), pounds(row.one_off))] if row.one_off else []),
        (_("Asked for by"), str(row.proposed_by)),
    ]
    return page(
        request,
        reading,
        "budgets/record.html",
        {
            "form": form,
            "title": title,
            "intro": "",
            "facts": facts,
            "back": _url(reading.case),
        },
        422 if form.errors else 200,
    )
