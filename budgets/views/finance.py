"""Where a finance officer begins the day: what waits, each with how many, the oldest day and its
list; finding a case; and whether the books agreed last night.
"""

import secrets
from datetime import date, datetime

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets.forms.finance import FindForm
from budgets.models import MoneyCheck
from budgets.money.sterling import pounds
from budgets.payments import (
    finance_lists,
    money_standings,
    returned_payments,
    uprating_tasks,
)
from budgets.payments.finance_lists import LISTS, Desk
from budgets.payments.payees_waiting import LEAD
from budgets.payments.undercharge_tasks import decide_link
from budgets.position import aftercare, money_presenter
from budgets.views.batches import whole_number
from budgets.views.route import paid_badge
from budgets.views.scope import scope_of
from cases import journey
from cases.common import dates
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day, last_day
from cases.views.menu import in_menu

WORKS = {"finance"}
PAGE = 50
KEPT = 10  # searches remembered in a session


def _desk(request) -> Desk:
    return Desk(scope_of(request, WORKS).council, request.user, dates.today())


@in_menu(gettext_lazy("Money today"), WORKS)
def finance_home(request):
    """What waits for a finance officer today, in a few statements however many cases there are."""
    desk = _desk(request)
    searched = request.session.get("searches", {}).get(request.GET.get("search", ""))
    if searched and searched["council"] == desk.council.pk:
        return _found_page(request, desk, searched["words"])
    return _home_page(request, desk, FindForm())


def _home_page(request, desk, form):
    behind = money_standings.follow_changes(desk.council)
    check = MoneyCheck.objects.filter(council=desk.council).order_by("-pk").first()
    return render(
        request,
        "budgets/finance.html",
        {
            "form": form,
            "table": _counts_table(desk),
            "check": _check_words(check),
            "differences": check.first if check and check.found else [],
            "behind": behind,
        },
        status=422 if form.errors else 200,
    )


def _counts_table(desk) -> Table:
    rows = []
    for code, one in LISTS.items():
        count, oldest = one.count(desk)
        to = reverse("budgets:finance_list", args=[code])
        rows.append([Link(str(one.title), to), _how_many(code, count), _oldest(one, oldest)])
    head = [_("What waits"), _("How many"), _("The oldest")]
    return Table(_("What waits today"), head, rows, numeric={1})


def _how_many(code, count):
    return Badge(str(count), "red") if count and code in ("overdue", "returned") else str(count)


def _check_words(check) -> str:
    if check is None:
        return _("The books have not been compared yet. That happens every night.")
    when = {"day": day(check.at), "time": dates.clock_time(check.at)}
    if not check.found:
        return _("The books agreed on %(day)s at %(time)s.") % when
    words = ngettext(
        "%(n)s thing did not agree in the books on %(day)s at %(time)s:",
        "%(n)s things did not agree in the books on %(day)s at %(time)s:",
        check.found,
    )
    return words % (when | {"n": check.found})


def finance_search(request):
    """Remember the words under a token: names and numbers never stand in an address."""
    desk = _desk(request)
    if request.method != "POST":
        return redirect("budgets:finance_home")
    form = FindForm(request.POST)
    if not form.is_valid():
        return _home_page(request, desk, form)
    token = secrets.token_urlsafe(8)
    kept = list(request.session.get("searches", {}).items())[-KEPT + 1 :]
    request.session["searches"] = dict(kept) | {
        token: {"words": form.cleaned_data["words"], "council": desk.council.pk}
    }
    return redirect(f"{reverse('budgets:finance_home')}?{urlencode({'search': token})}")


def _found_page(request, desk, words):
    cases = finance_lists.found(desk, words, PAGE + 1)
    payees = finance_lists.payees_of(cases[:PAGE])
    last = finance_lists.last_payments_of(cases[:PAGE])
    rows = [_found_row(case, payees.get(case.pk), last.get(case.pk)) for case in cases[:PAGE]]
    head = [
        _("Case"),
        _("Paid to"),
        _("Last payment"),
        _("Next payment due"),
        _("Paid too much"),
        _("Do"),
    ]
    caption = _("Cases found for “%(words)s”") % {"words": words}
    empty = _("No case that you may see fits this.")
    return render(
        request,
        "budgets/finance_found.html",
        {
            "form": FindForm(initial={"words": words}),
            "table": Table(caption, head, rows, numeric={4}, empty=empty, titled=True),
            "more": len(cases) > PAGE,
            "back": reverse("budgets:finance_home"),
        },
    )


def _found_row(case, payee, last) -> list:
    stands = getattr(case, "money_standing", None)
    return [
        _case_cell(case),
        _paid_to(payee),
        _last_payment(last),
        (day(stands.due_on) if stands else "") or _("None due"),
        pounds(stands.paid_too_much) if stands and stands.paid_too_much else "",
        Link(_("Payments"), reverse("budgets:schedule", args=[case.ref]), hidden=case.ref),
    ]


def _paid_to(payee) -> list:
    if payee is None:
        return [_("Nobody")]
    waits = "" if payee.verified_at else Badge(_("Not verified yet"), "yellow")
    return [payee.name, payee.creditor, waits]


def _last_payment(payment) -> list:
    """What the caller asks: how much, due when, and what became of it."""
    if payment is None:
        return [_("None yet")]
    facts = {"sum": pounds(payment.amount), "day": day(payment.on)}
    return [_("%(sum)s, due on %(day)s") % facts, paid_badge(payment, payment.batch)]


def _case_cell(case) -> list:
    return [Link(case.person.name, reverse("cases:case", args=[case.ref])), case.ref]


def finance_list(request, code):
    """One of the lists in pages, the oldest first."""
    desk = _desk(request)
    one = LISTS.get(code)
    if one is None:
        raise Http404
    start = whole_number(request.GET.get("from", ""))
    money_standings.follow_changes(desk.council)
    rows = one.rows(desk, start, PAGE + 1)
    head, row_of = ROWS[code]
    table = Table(
        str(one.title),
        [str(words) for words in head()],
        [row_of(desk, row) for row in rows[:PAGE]],
        numeric={2} if code in SUMS else set(),
        empty=_("Nothing waits here."),
        titled=True,
    )
    return render(
        request,
        "budgets/finance_list.html",
        {
            "title": one.title,
            "about": one.about,
            "table": table,
            "onward": f"?from={start + PAGE}" if len(rows) > PAGE else "",
            "back": reverse("budgets:finance_home"),
            "batches": reverse("budgets:batches") if code in ("due", "overdue", "returned") else "",
        },
    )


# What a row of each list says: (its headings, its cells).


def _to(case, name, words) -> Link:
    return Link(words, reverse(f"budgets:{name}", args=[case.ref]), hidden=case.ref)


def _due_row(desk, row) -> list:
    stands, link = _waits_for(row)
    return [_case_cell(row.case), day(row.due_on), pounds(row.due_total), stands, link]


def _waits_for(row) -> tuple[str, Link]:
    """What keeps a due payment from leaving, and where that is done."""
    if not row.named:
        return _("Nobody is named to be paid"), _to(row.case, "payee", _("Name who is paid"))
    if row.verified is None:
        return _("Its payee waits to be verified"), _to(row.case, "payee", _("Who is paid"))
    if row.missed:
        by = returned_payments.goes_by(row.due_on, row.verified)
        words = _("Mended: goes in an extra batch by %(day)s") % {"day": day(by)}
        return words, Link(_("The extra batch"), reverse("budgets:batches"), hidden=row.case.ref)
    return _("The next batch"), _to(row.case, "schedule", _("Payments"))


def _returned_row(desk, row) -> list:
    if row.mended_at:
        again = returned_payments.goes_again_by(row.state_at, row.mended_at)
        stands = _("Mended: goes again by %(day)s") % {"day": day(again)}
    else:
        stands = _("Its payee waits to be mended")
    return [
        _case_cell(row.case),
        [day(row.state_at), row.state_reason],
        pounds(row.amount),
        stands,
        _to(row.case, "payee", _("Who is paid")),
    ]


def _name_row(desk, case) -> list:
    return [_case_cell(case), day(case.signed_at), _to(case, "payee", _("Name who is paid"))]


def _verify_row(desk, row) -> list:
    own = row.recorded_by_id == desk.user.pk
    stands = getattr(row.case, "money_standing", None)
    by = dates.working_day_before(stands.due_on, LEAD) if stands and stands.due_on else None
    return [
        _case_cell(row.case),
        [row.name, row.creditor],
        _("%(who)s, %(day)s") % {"who": row.recorded_by, "day": day(row.recorded_at)},
        Badge(day(by), "red") if by and by < desk.today else day(by) or "",
        _("You named it: another officer verifies it")
        if own
        else _to(row.case, "payee", _("Compare and verify")),
    ]


def _too_much_row(desk, row) -> list:
    link = _to(row.case, "overpayment", _("What is done about it"))
    return [_case_cell(row.case), day(row.too_much_since), pounds(row.paid_too_much), link]


def _too_little_row(desk, row) -> list:
    own = row.owner_id == desk.user.pk
    whose = _("Yours") if own else str(row.owner or _("Nobody yet"))
    return [_case_cell(row.case), day(row.decide_by), pounds(row.amount), whose, decide_link(row)]


def _release_row(desk, made) -> list:
    return [
        Link(made.title, made.address),
        _("%(who)s, %(day)s") % {"who": made.name, "day": day(made.at)},
        made.sum_words,
        made.do(desk.user),
    ]


def _answer_row(desk, batch) -> list:
    number = {"n": batch.number}
    to, words = reverse("budgets:send_answer", args=[batch.number]), _("Send in the answer file")
    if batch.read:
        to = reverse("budgets:ledger_answer", args=[batch.number, batch.read])
        words = _("Look at the answer, and count it")
    return [
        Link(_("Batch %(n)s") % number, reverse("budgets:batch", args=[batch.number])),
        day(batch.released_at),
        pounds(batch.total),
        Link(words, to, hidden=_("batch %(n)s") % number),
    ]


def _oldest(one, oldest) -> str:
    """A deadline is the midnight after the last day that is in time."""
    if oldest is None:
        return ""
    return last_day(oldest) if one.day == "due_at" else day(oldest)


def _review_row(desk, clock_row) -> list:
    late = clock_row.due_at and _day_of(clock_row.due_at) <= desk.today
    by = last_day(clock_row.due_at) if clock_row.due_at else ""
    return [
        _case_cell(clock_row.case),
        day(clock_row.began_at),
        Badge(by, "red") if late else by,
        _to(clock_row.case, "contribution", _("Record what they pay now")),
    ]


def _agreement_row(desk, row) -> list:
    link = _to(row.case, "agreement", _("Record the agreement"))
    return [_case_cell(row.case), day(row.begins_on), link]


def _not_live_row(desk, entry) -> list:
    link = Link(_("Going live"), reverse("budgets:going_live"), hidden=entry.case.ref)
    return [_case_cell(entry.case), entry.reference, day(entry.imported.done_at), link]


def _set_up_row(desk, case) -> list:
    return [_case_cell(case), day(case.turn_since), str(journey.STEPS[case.step].short)]


def _account_row(desk, case) -> list:
    to = reverse("budgets:record", args=[case.ref, "settle_account"])
    link = Link(_("Settle the final account"), to, hidden=case.ref)
    return [_case_cell(case), day(case.step_since), link]


def _contribution_row(desk, row) -> list:
    return [
        _case_cell(row.case),
        day(row.recorded_at),
        money_presenter.contribution_words(row),
        _to(row.case, "contribution", _("What the person pays")),
    ]


def _assessment_row(desk, clock_row) -> list:
    case = clock_row.case
    late = clock_row.due_at and _day_of(clock_row.due_at) <= desk.today
    shown = last_day(clock_row.due_at) if clock_row.due_at else ""
    return [
        _case_cell(case) if case.reached_set_up else case.ref,
        day(clock_row.began_at),
        Badge(shown, "red") if late else shown,
        str(case.worker or ""),
    ]


def _aftercare_row(desk, line) -> list:
    case, by = line.plan.case, aftercare.split_by(line)
    whose = str(case.worker or _("The team’s manager"))
    when = Badge(day(by), "red") if by < desk.today else day(by)
    return [_case_cell(case), line.what, when, whose, _to(case, "plan", _("Read the plan"))]


def _uprating_row(desk, row) -> list:
    by = Badge(day(row.do_by), "red") if row.do_by and row.do_by < desk.today else day(row.do_by)
    what = [str(row.get_kind_display()), str(row.get_code_display())]
    return [_case_cell(row.case), what, by, uprating_tasks.link_to(row)]


def _day_of(moment: datetime) -> date:
    return dates.london_date(moment)


ROWS = {
    "overdue": (
        lambda: [_("Case"), _("Due since"), _("Due by today"), _("Waits for"), _("Do")],
        _due_row,
    ),
    "due": (lambda: [_("Case"), _("Due"), _("Amount"), _("Waits for"), _("Do")], _due_row),
    "returned": (
        lambda: [_("Case"), _("Came back"), _("Amount"), _("How it stands"), _("Do")],
        _returned_row,
    ),
    "name": (lambda: [_("Case"), _("Signed agreement recorded"), _("Do")], _name_row),
    "verify": (
        lambda: [_("Case"), _("Paid to"), _("Named by"), _("Verify by"), _("Do")],
        _verify_row,
    ),
    "too-much": (lambda: [_("Case"), _("Since"), _("Paid too much"), _("Do")], _too_much_row),
    "too-little": (
        lambda: [_("Case"), _("Decide by"), _("Charged too little"), _("Whose"), _("Do")],
        _too_little_row,
    ),
    "release": (lambda: [_("What"), _("Made by"), _("Together"), _("Do")], _release_row),
    "answers": (lambda: [_("Batch"), _("Left on"), _("Together"), _("Do")], _answer_row),
    "reviews": (lambda: [_("Case"), _("Decided on"), _("Review by"), _("Do")], _review_row),
    "agreements": (lambda: [_("Case"), _("From"), _("Do")], _agreement_row),
    "not-live": (
        lambda: [_("Case"), _("Council’s reference"), _("Entered on"), _("Do")],
        _not_live_row,
    ),
    "set-up": (lambda: [_("Case"), _("Waits since"), _("Step")], _set_up_row),
    "accounts": (lambda: [_("Case"), _("Closed since"), _("Do")], _account_row),
    "contributions": (lambda: [_("Case"), _("Since"), _("Amount"), _("Do")], _contribution_row),
    "assessments": (
        lambda: [_("Case"), _("Since"), _("In time until"), _("Social worker")],
        _assessment_row,
    ),
    "aftercare": (
        lambda: [_("Case"), _("Support"), _("By"), _("Whose"), _("Do")],
        _aftercare_row,
    ),
    "yearly-change": (lambda: [_("Case"), _("What"), _("By"), _("Do")], _uprating_row),
}
SUMS = set(
    "overdue due returned too-much too-little release answers contributions".split()
)  # in the third
