"""Going live with money already running: cases that wait, the tables they came from, and the pay
days on which ours lies beside the ledger's. For finance; auditors read. No page of a case.
"""

from decimal import Decimal
from functools import partial

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import actions
from budgets.actions import running_money
from budgets.actions.small_balances import settle_small_balances
from budgets.forms import going_live as forms
from budgets.models import EnteredCase, ParallelLine, ParallelRun, RunningImport
from budgets.money.sterling import pounds
from budgets.payments import first_balances, money_standings, parallel
from budgets.views.scope import scope_of
from budgets.views.shared import form_page
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message

PAYS = {"finance"}
READS = PAYS | {"auditor"}
PAGE = 50  # cases or differences on a page
SHOWN = 20  # tables and pay days, the last first


def home_address() -> str:
    return reverse("budgets:going_live")


def home(request):
    """Where every case stands that is not paid from here yet, and who may let it go."""
    scope = scope_of(request, READS)
    council, pays = scope.council, "finance" in scope.roles
    waiting = parallel.waiting(council).select_related("case").order_by("reference")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    shown = parallel.with_last_lines(page.object_list)
    choices = [
        (one.entry.case_id, f"{one.entry.reference} ({one.entry.case.ref})")
        for one in shown
        if one.ready
    ]
    form = forms.LiveForm(request.POST or None, choices=choices) if pays and choices else None
    return form_act(
        request,
        form,
        "go_live",
        act=lambda form: actions.go_live(
            council=council, cases=form.cleaned_data["cases"], by=request.user
        ),
        done=lambda: with_message(request, _live_words(form), home_address()),
        show=partial(_home_page, request, council, pays, page, shown),
    )


def _live_words(form) -> str:
    count = len(form.cleaned_data["cases"])
    words = ngettext("%(n)s case is paid from here.", "%(n)s cases are paid from here.", count)
    return words % {"n": count}


def _home_page(request, council, pays, page, shown, form):
    imports = RunningImport.objects.filter(council=council).select_related("made_by")[:SHOWN]
    runs = ParallelRun.objects.filter(council=council).select_related("laid_by")[:SHOWN]
    return render(
        request,
        "budgets/going_live.html",
        {
            "form": form,
            "pays": pays,
            "page": page,
            "waiting": _waiting_table(shown),
            "imports": _imports_table(imports),
            "runs": _runs_table(runs),
            "live": EnteredCase.objects.filter(council=council, live_at__isnull=False).count(),
        },
        status=422 if form and form.errors else 200,
    )


# ---- balances before the first payment ----


def balances(request):
    """How cases stand that were paid elsewhere before, until they are paid from here."""
    scope = scope_of(request, READS)
    council, pays = scope.council, "finance" in scope.roles
    money_standings.follow_changes(council)
    most, small = first_balances.small(council, dates.today())
    sums = {row.case_id: row.paid_too_much for row in small}
    form = forms.SmallBalancesForm(request.POST or None, sums=sums) if pays and sums else None
    if request.method == "POST" and not pays:
        raise Http404
    done = partial(with_message, request, _("These sums are settled."), request.path)
    return form_act(
        request,
        form,
        "settle_small_balances",
        act=lambda form: settle_small_balances(
            council=council, by=request.user, sums=form.looked_at()
        ),
        done=done,
        show=partial(_balances_page, request, council, most, sums),
    )


def _balances_page(request, council, most, sums, form):
    rows = first_balances.uneven(council)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "words": _("Settle these sums"),
        "why": _small_words(most, sums) if form else "",
        "title": _("Balances before the first payment from here"),
        "facts": _balance_rows(council, rows),
        "table": _balances_table(page.object_list),
        "page": page,
        "back": home_address(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/going_live_page.html", context, status=status)


def _small_words(most, sums) -> str:
    words = ngettext(
        "%(n)s sum of no more than %(most)s was paid too much: %(all)s. This council settles such "
        "a sum. The person keeps the money, and what they get goes on as it is.",
        "%(n)s sums of no more than %(most)s each were paid too much, %(all)s in all. This council "
        "settles such sums. The people keep the money, and what they get goes on as it is.",
        len(sums),
    )
    return words % {
        "n": len(sums),
        "most": pounds(most),
        "all": pounds(sum(sums.values(), Decimal(0))),
    }


def _balance_rows(council, rows) -> list:
    sums = list(rows.values_list("owed", "paid_too_much"))  # added up here, to the penny
    return [
        (_("Cases not paid from here yet"), str(first_balances.cases(council).count())),
        (_("With a balance"), str(len(sums))),
        (_("Not read yet"), str(first_balances.unread(council).count())),
        (_("Owed in all"), pounds(sum((owed for owed, _more in sums), Decimal(0)))),
        (_("Paid too much in all"), pounds(sum((more for _owed, more in sums), Decimal(0)))),
    ]


def _balances_table(shown) -> Table:
    rows = [
        [
            _case_link(row.case),
            pounds(row.owed),
            pounds(row.paid_too_much),
            day(row.due_on) or _("None due"),
            Link(
                _("What is done about it"),
                reverse("budgets:overpayment", args=[row.case.ref]),
                hidden=row.case.ref,
            )
            if row.paid_too_much
            else _("It goes with the next payment"),
        ]
        for row in shown
    ]
    head = [
        _("Case"),
        _("Owed"),
        _("Paid too much"),
        _("Next payment due"),
        _("What follows"),
    ]
    empty = _("No case has a balance.")
    return Table(_("Cases with a balance"), head, rows, numeric={1, 2}, empty=empty)


def _waiting_table(shown) -> Table:
    rows = [
        [
            one.entry.reference,
            Link(one.entry.case.ref, reverse("cases:case", args=[one.entry.case.ref])),
            [_pay_day_words(line) for line in one.lines] or _("None yet"),
            Badge(_("Ready"), "green") if one.ready else _("Not yet"),
        ]
        for one in shown
    ]
    head = [_("Council’s reference"), _("Case"), _("Last pay days"), _("May go live")]
    return Table(
        _("Cases that the ledger still pays by its own list"), head, rows, empty=_("None waits.")
    )


def _pay_day_words(line: ParallelLine) -> str:
    words = {"day": day(line.run.on), "sum": _signed(line.difference)}
    if not line.difference:
        return _("%(day)s: no difference") % words
    if line.accepted_by_id:
        return _("%(day)s: %(sum)s, accepted") % words
    return _("%(day)s: %(sum)s, not accepted") % words


def _signed(amount: Decimal) -> str:
    """Ours less the ledger's."""
    if not amount:
        return pounds(amount)
    words = _("%(sum)s more") if amount > 0 else _("%(sum)s less")
    return words % {"sum": pounds(abs(amount))}


def _imports_table(found) -> Table:
    rows = [
        [
            Link(
                str(one.number),
                reverse("budgets:running_import", args=[one.number]),
                hidden=_("tables"),
            ),
            str(one.count),
            _("%(who)s, %(day)s") % {"who": one.made_by, "day": day(one.made_at)},
            str(one.get_state_display()),
        ]
        for one in found
    ]
    head = [_("Number"), _("Cases"), _("Recorded by"), _("How it stands")]
    return Table(_("Tables of cases"), head, rows, numeric={1}, empty=_("None was recorded yet."))


def _runs_table(found) -> Table:
    rows = [
        [
            Link(day(one.on), reverse("budgets:pay_day", args=[one.number]), hidden=_("pay day")),
            _("%(who)s, %(day)s") % {"who": one.laid_by, "day": day(one.laid_at)},
            str(one.get_state_display()),
        ]
        for one in found
    ]
    head = [_("Pay day"), _("Laid by"), _("How it stands")]
    return Table(_("Pay days beside the ledger’s"), head, rows, empty=_("None was laid yet."))


def _numbered(rows, council, number):
    return get_object_or_404(rows, council=council, number=number)


# ---- tables of cases ----


def enter(request):
    """Two tables: every line that is wrong, or they are kept for a second officer."""
    council, made = scope_of(request, PAYS).council, []
    form = forms.TablesForm(request.POST or None, request.FILES or None)

    def act(form):
        cases, lines = form.tables()
        made.append(
            actions.record_import(council=council, by=request.user, cases=cases, lines=lines)
        )

    return _upload(
        request,
        form,
        "record_import",
        act=act,
        done=lambda: reverse("budgets:running_import", args=[made[0].number]),
        title=_("Enter cases whose money runs already"),
        lead=_(
            "Nobody is entered by this step. You see what the tables say of each case, and a "
            "second officer lets them in. All of them, or none."
        ),
    )


def _upload(request, form, name, *, act, done, title, lead):
    """A page with files. A refusal that names places is shown as a list of them."""
    report: list[str] = []

    def reported(form):
        try:
            act(form)
        except NotYet as no:
            report.extend(getattr(no, "problems", []))
            raise

    def show(form):
        words = {"lead": lead, "button": _("Read the files"), "report": report}
        return form_page(request, form, title, home_address(), **words)

    return form_act(request, form, name, act=reported, done=done, show=show)


def running_import(request, number):
    """Two tables: what they would enter, case by case, and what happened to them."""
    scope = scope_of(request, READS)
    rows = RunningImport.objects.select_related("made_by", "done_by")
    found = _numbered(rows, scope.council, number)
    form = None
    if found.state == "waiting" and "finance" in scope.roles:
        form = forms.DoForm(request.POST or None, choices=_import_acts(found, request.user))
    acts = {"release": actions.release_import, "withdraw": actions.withdraw_import}
    return form_act(
        request,
        form,
        "running_import",
        act=lambda form: acts[form.cleaned_data["do"]](imported=found, by=request.user),
        done=lambda: request.path,
        show=partial(_import_page, request, found),
    )


def _import_acts(found: RunningImport, user) -> dict:
    acts = {"withdraw": _("Withdraw the tables: nobody is entered")}
    if found.made_by_id != user.pk:
        acts = {"release": _("Let these cases in"), **acts}
    return acts


def _import_page(request, found: RunningImport, form):
    report: list[str] = []
    table = page = None
    if found.state == "waiting":
        try:
            tables = running_money.tables_of(found)
            ready = running_money.read_import(found.council, *tables, dates.today())
            page = Paginator(ready, PAGE).get_page(request.GET.get("page"))
            shown = list(page.object_list)
            table = _openings_table(shown, running_money.namesakes(found.council, shown))
        except running_money.ImportRefused as refused:
            report = refused.problems
    context = {
        "form": form,
        "title": _("Tables %(n)s") % {"n": found.number},
        "facts": _import_rows(found),
        "table": table,
        "page": page,
        "report": report,
        "waits": found.state == "waiting" and found.made_by_id == request.user.pk,
        "waits_words": _("Another finance officer lets these cases in."),
        "back": home_address(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/going_live_page.html", context, status=status)


def _import_rows(found: RunningImport) -> list:
    made = {"who": found.made_by, "day": day(found.made_at)}
    rows = [
        (_("How it stands"), str(found.get_state_display())),
        (_("Cases"), str(found.count)),
        (_("Recorded"), _("by %(who)s on %(day)s") % made),
        (_("Fingerprint of both files (SHA-256)"), found.sha256),
    ]
    if found.done_at:
        done = {"who": found.done_by, "day": day(found.done_at)}
        rows.append((str(found.get_state_display()), _("by %(who)s on %(day)s") % done))
    return rows


def _openings_table(ready, known: set[str]) -> Table:
    rows = [
        [
            one.case.case,
            _whose(one, known),
            [f"{line.what}: {pounds(line.weekly)}" for line in one.lines],
            _covered(one.paid) if one.paid else _("Nothing"),
            pounds(one.paid.amount) if one.paid else "-",
            _next_words(one.next_payment),
        ]
        for one in ready
    ]
    head = [
        _("Council’s reference"),
        _("Who"),
        _("Support, and its average week"),
        _("Paid elsewhere"),
        _("How much that is"),
        _("Our first payment"),
    ]
    return Table(_("What the tables would enter"), head, rows, numeric={4})


def _whose(one, known: set[str]):
    who = one.case.person
    if who.case_here:
        return _("The person of case %(ref)s") % {"ref": who.case_here}
    if one.case.case in known:
        return [
            who.name,
            Badge(_("Twice?"), "red"),
            _("Somebody of this name and birthday is here already."),
        ]
    return who.name


def _covered(row) -> str:
    return _("%(a)s to %(b)s") % {"a": day(row.covers_from), "b": day(row.covers_to)}


def _next_words(due):
    if due is None:
        return _("None due")
    words = {"sum": pounds(due.amount), "day": day(due.on)}
    return [_("%(sum)s on %(day)s") % words, _covered(due) if due.covers_from else ""]


# ---- pay days ----


def lay_pay_day(request):
    """The ledger's own payments of a pay day, laid beside ours."""
    council, made = scope_of(request, PAYS).council, []
    form = forms.PayDayForm(request.POST or None, request.FILES or None)

    def act(form):
        given = form.cleaned_data
        made.append(
            actions.lay_pay_day(
                council=council, by=request.user, on=given["on"], table=form.table()
            )
        )

    return _upload(
        request,
        form,
        "lay_pay_day",
        act=act,
        done=lambda: reverse("budgets:pay_day", args=[made[0].number]),
        title=_("Lay a pay day beside the ledger’s"),
        lead=_("Nothing is sent and nobody is paid by this. You see where the two differ."),
    )


def pay_day(request, number):
    """A pay day: where the two differ, what may explain it, and what was accepted by whom."""
    scope = scope_of(request, READS)
    rows = ParallelRun.objects.select_related("laid_by", "done_by")
    found = _numbered(rows, scope.council, number)
    form, pays = None, "finance" in scope.roles
    if found.state == "open" and pays:
        form = forms.DoForm(request.POST or None, choices=_pay_day_acts(found, request.user))
    acts = {
        "again": actions.lay_again,
        "close": actions.close_pay_day,
        "withdraw": actions.withdraw_pay_day,
    }
    return form_act(
        request,
        form,
        "pay_day",
        act=lambda form: acts[form.cleaned_data["do"]](run=found, by=request.user),
        done=lambda: request.path,
        show=partial(_pay_day_page, request, found, pays),
    )


def _pay_day_acts(found: ParallelRun, user) -> dict:
    acts = {
        "again": _("Work ours out again, after something was put right"),
        "withdraw": _("Withdraw it: the wrong file, or the wrong day"),
    }
    if found.laid_by_id != user.pk:
        acts["close"] = _("Close it: what the ledger paid stands in our books as paid")
    return acts


def _pay_day_page(request, found: ParallelRun, pays: bool, form):
    differing = ~Q(ours=F("theirs")) | Q(case=None)
    lines = found.lines.filter(differing).select_related("case", "accepted_by")
    page = Paginator(lines.order_by("number"), PAGE).get_page(request.GET.get("page"))
    may = pays and found.state == "open"
    context = {
        "form": form,
        "title": _("Pay day %(day)s") % {"day": day(found.on)},
        "facts": _pay_day_rows(found, page.paginator.count),
        "table": _lines_table(found, list(page.object_list), may),
        "page": page,
        "report": [],
        "waits": may and found.laid_by_id == request.user.pk,
        "waits_words": _("Another finance officer closes this pay day."),
        "back": home_address(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "budgets/going_live_page.html", context, status=status)


def _pay_day_rows(found: ParallelRun, differing: int) -> list:
    laid = {"who": found.laid_by, "day": day(found.laid_at)}
    rows = [
        (_("How it stands"), str(found.get_state_display())),
        (_("Cases"), str(found.lines.count())),
        (_("With a difference"), str(differing)),
        (_("Laid"), _("by %(who)s on %(day)s") % laid),
        (_("Fingerprint of the file (SHA-256)"), found.sha256),
    ]
    if found.done_at:
        done = {"who": found.done_by, "day": day(found.done_at)}
        rows.append((str(found.get_state_display()), _("by %(who)s on %(day)s") % done))
    return rows


def _lines_table(found: ParallelRun, lines: list[ParallelLine], may: bool) -> Table:
    rows = [
        [
            [line.reference, _case_link(line.case)] if line.case else line.reference,
            _sum_words(line.ours, line.ours_from, line.ours_to),
            _sum_words(line.theirs, line.theirs_from, line.theirs_to),
            _signed(line.difference),
            [str(parallel.CAUSES[code]) for code in line.causes],
            _accepted(found, line, may),
        ]
        for line in lines
    ]
    head = [
        _("Case"),
        _("Ours"),
        _("The ledger’s"),
        _("Ours is"),
        _("What may explain it"),
        _("Accepted"),
    ]
    return Table(_("Where the two differ"), head, rows, empty=_("There is no difference."))


def _case_link(case: Case) -> Link:
    return Link(case.ref, reverse("budgets:schedule", args=[case.ref]))


def _sum_words(amount, first, last):
    if first is None:
        return pounds(amount)
    return [pounds(amount), _("%(a)s to %(b)s") % {"a": day(first), "b": day(last)}]


def _accepted(found: ParallelRun, line: ParallelLine, may: bool):
    if line.accepted_by:
        words = {"who": line.accepted_by, "day": day(line.accepted_at), "why": line.reason}
        return _("%(who)s, %(day)s: %(why)s") % words
    if may and line.case and "live" not in line.causes:
        address = reverse("budgets:accept_difference", args=[found.number, line.number])
        return Link(_("Accept"), address, hidden=line.reference)
    return _("No")


def accept_difference(request, number, line):
    """One difference, and why it may stand."""
    scope = scope_of(request, PAYS)
    found = _numbered(ParallelRun.objects, scope.council, number)
    row = found.lines.filter(number=line, case__isnull=False).select_related("case").first()
    if row is None:
        raise Http404
    back = reverse("budgets:pay_day", args=[number])
    words = {"ours": pounds(row.ours), "theirs": pounds(row.theirs), "ref": row.reference}
    lead = _("Case %(ref)s: ours is %(ours)s, the ledger’s is %(theirs)s.") % words
    return form_act(
        request,
        forms.AcceptForm(request.POST or None),
        "accept_difference",
        act=lambda form: actions.accept_difference(
            run=found, number=line, reason=form.cleaned_data["reason"], by=request.user
        ),
        done=lambda: back,
        show=lambda form: form_page(
            request,
            form,
            _("Accept a difference"),
            back,
            lead=" ".join([lead, *(str(parallel.CAUSES[code]) for code in row.causes)]),
            button=_("Accept it"),
        ),
    )
