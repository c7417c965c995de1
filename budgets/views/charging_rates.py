"""The rates of charging of a council: what holds on a day and where it is from, entering one,
loading a file, and correcting a row. No page of a case.
"""

from datetime import date
from functools import partial
from urllib.parse import urlsplit

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import actions
from budgets.actions.charging_rates import MAY_ENTER
from budgets.forms import charging_rates as forms
from budgets.models import ChargingRate
from budgets.models.charging import CHARGING_RATES
from budgets.money import charging_rates, uploads
from budgets.money.charging import rate_words, year_of
from budgets.money.charging_rates import Rate
from budgets.money.uploads import BadUpload
from budgets.views.scope import scope_of
from budgets.views.shared import form_page
from cases.common import dates
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message
from cases.views.menu import in_menu

SHOWN = 50  # rows of the council, the last first
READS = MAY_ENTER | {"worker", "manager", "service_manager", "auditor"}


def address() -> str:
    return reverse("budgets:charging_rates")


def day_address(on: date) -> str:
    """The page of a day, as its form would send it."""
    query = urlencode({"on_day": on.day, "on_month": on.month, "on_year": on.year})
    return f"{address()}?{query}"


@in_menu(gettext_lazy("Rates of charging"), MAY_ENTER)
def charging_rates_page(request):
    """Every rate on a day, each with its source and since when; then the council's own rows."""
    scope = scope_of(request, READS)
    council, may = scope.council, bool(scope.roles & MAY_ENTER)
    given = request.GET if any(name.startswith("on_") for name in request.GET) else None
    form = forms.RatesDayForm(given)
    on = form.cleaned_data["on"] if given and form.is_valid() else dates.today()
    found = charging_rates.in_force(council.pk, on)
    rows = ChargingRate.objects.filter(council=council).select_related(
        "recorded_by", "corrected_by", "corrects"
    )
    last = list(rows.order_by("-pk")[: SHOWN + 1])
    return render(
        request,
        "budgets/charging_rates.html",
        {
            "form": form,
            "on": day(on),
            "year": year_of(on),
            "held": _held(found),
            "missing": [
                (
                    str(CHARGING_RATES[code]),
                    _enter_link(code, on) if may else "",
                    _page_of(code, on),
                )
                for code in charging_rates.missing(found)
            ],
            "may": may,
            "own": _own(last[:SHOWN], may),
            "more": SHOWN if len(last) > SHOWN else 0,
        },
        status=422 if form.errors else 200,
    )


def _enter_link(code: str, on: date) -> str:
    query = urlencode({"rate": code, "from": on.isoformat()})
    return f"{reverse('budgets:enter_charging_rate')}?{query}"


def _page_of(code: str, on: date) -> str:
    """Where a missing rate is to be found; "" where that is not known either."""
    return charging_rates.to_be_found().get((year_of(on), code), "")


def _held(found: dict[str, Rate]) -> Table:
    rows = [
        [
            str(name),
            rate_words(code, found[code].amount),
            day(found[code].valid_from),
            _until(found[code]),
            _source(found[code]),
        ]
        for code, name in CHARGING_RATES.items()
        if code in found
    ]
    head = [_("Rate"), _("How much"), _("From"), _("To"), _("Source")]
    return Table(_("Rates that hold on this day"), head, rows, numeric={1}, empty=_("None holds."))


def _until(rate: Rate | ChargingRate) -> str:
    return day(charging_rates.last_day(rate)) or _("a later rate")


def _source(rate: Rate) -> list:
    """Whose it is and where it is from: a published page is a link named by its site."""
    if rate.own:
        return [_("This council’s own"), rate.source]
    site = urlsplit(rate.source).hostname or rate.source
    link = Link(site, rate.source, hidden=str(CHARGING_RATES[rate.code]))
    return [_("Published"), link, *([rate.note] if rate.note else [])]


def _own(rows: list[ChargingRate], may: bool) -> Table:
    shown = [
        [
            str(CHARGING_RATES[row.code]),
            _("Nothing in its place") if row.amount is None else rate_words(row.code, row.amount),
            day(row.valid_from),
            _until(row),
            row.source,
            _("%(who)s, %(day)s") % {"who": row.recorded_by, "day": day(row.recorded_at)},
            _state(row, may),
        ]
        for row in rows
    ]
    head = [
        _("Rate"),
        _("How much"),
        _("From"),
        _("To"),
        _("Source"),
        _("Entered by"),
        _("Where it stands"),
    ]
    return Table(
        _("Rows that this council entered, the last first"),
        head,
        shown,
        numeric={1},
        empty=_("This council has entered no rate of its own."),
    )


def _state(row: ChargingRate, may: bool) -> list:
    corrected = getattr(row, "corrected_by", None)
    why = [_("Corrects an earlier row: %(why)s") % {"why": row.note}] if row.corrects else []
    if corrected is not None:
        return [Badge(_("Struck"), "red"), corrected.note, *why]
    if row.amount is None or not may:
        return why or [_("Stands")]
    link = reverse("budgets:correct_charging_rate", args=[row.pk])
    hidden = f"{CHARGING_RATES[row.code]}, {day(row.valid_from)}"
    return [*why, Link(_("Correct"), link, hidden=hidden)]


def enter_rate(request):
    """One rate of the council's own. `?rate=` and `?from=` come from the list of what is
    missing.
    """
    council = scope_of(request, MAY_ENTER).council
    form = forms.ChargingRateForm(request.POST or None, initial=_wanted(request.GET))
    lead = _(
        "It is used beside the published rate: whichever leaves a person more holds. It is never "
        "changed afterwards; a later row with a later day takes over."
    )
    return form_act(
        request,
        form,
        "enter_charging_rate",
        act=lambda form: actions.record_charging_rates(
            council=council, rates=[form.rate()], by=request.user
        ),
        done=lambda: day_address(form.cleaned_data["valid_from"]),
        show=partial(_form_page, request, _("Enter a rate of charging"), lead),
    )


def _wanted(query) -> dict:
    found = {"code": query.get("rate")} if query.get("rate") in CHARGING_RATES else {}
    try:
        return found | {"valid_from": date.fromisoformat(query.get("from", ""))}
    except ValueError:
        return found


def correct_rate(request, number):
    """Another row in the place of one that is wrong; that one stays on record, struck."""
    council = scope_of(request, MAY_ENTER).council
    row = get_object_or_404(
        ChargingRate.objects.select_related("council"),
        council=council,
        pk=number,
        amount__isnull=False,
        corrected_by=None,
    )
    words = {
        "rate": CHARGING_RATES[row.code],
        "amount": rate_words(row.code, row.amount),
        "day": day(row.valid_from),
    }
    title = _("Correct: %(rate)s, %(amount)s from %(day)s") % words
    lead = _("The row that is wrong stays on record and is marked as struck.")
    return form_act(
        request,
        forms.CorrectRateForm(request.POST or None, row=row),
        "correct_charging_rate",
        act=lambda form: actions.correct_charging_rate(
            row=row, rate=form.rate(), why=form.cleaned_data["note"], by=request.user
        ),
        done=lambda: day_address(row.valid_from),
        show=partial(_form_page, request, title, lead),
    )


def _form_page(request, title, lead, form):
    return form_page(request, form, title, address(), lead=lead, button=_("Record"))


def load_rates(request):
    """A file of rates: read, shown as it would be entered, and entered once that is confirmed. All
    or nothing.
    """
    council = scope_of(request, MAY_ENTER).council
    if request.method != "POST":
        return _load_page(request, forms.RatesFileForm(), [])
    if "lines" in request.POST:
        return _confirmed(request, council)
    form = forms.RatesFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _load_page(request, form, [])
    try:
        lines = uploads.read_lines(*form.content())
        rates, rows = forms.rates_of(lines)
    except BadUpload as wrong:
        return _load_page(request, form, wrong.problems)
    beside = [charging_rates.as_rate(row) for row in charging_rates.standing(council.pk)]
    problems = charging_rates.refused(rates, beside)
    if problems:
        return _load_page(request, form, forms.report(problems, rows))
    confirm = forms.ConfirmRatesForm(initial={"lines": forms.carried(lines)})
    return render(
        request,
        "budgets/charging_rates_check.html",
        {"form": confirm, "back": request.path, "table": _read(rates, rows)},
    )


def _confirmed(request, council):
    """What was shown is entered, if nothing has come between; otherwise the report says what."""
    form, again = forms.ConfirmRatesForm(request.POST), forms.RatesFileForm()
    if not form.is_valid():
        return _load_page(request, again, [_("Choose the file again.")])
    try:
        rates, rows = form.read()
    except BadUpload as wrong:
        return _load_page(request, again, wrong.problems)
    told = ngettext("%(n)s rate is entered.", "%(n)s rates are entered.", len(rates))
    return form_act(
        request,
        form,
        "load_charging_rates",
        act=lambda _form: actions.record_charging_rates(
            council=council, rates=rates, by=request.user
        ),
        done=partial(with_message, request, told % {"n": len(rates)}, address()),
        show=lambda form: _load_page(request, again, form.report(rows)),
    )


def _load_page(request, form, report):
    if report and form.is_bound:
        told = _("The file is refused, and nothing of it was taken. The report names each place.")
        form.add_error("file", told)
    names = Table(
        _("Names of the rates in a file"),
        [_("In the file"), _("What it is")],
        [[code, str(name)] for code, name in CHARGING_RATES.items()],
        caption_size="s",
    )
    return render(
        request,
        "budgets/charging_rates_load.html",
        {"form": form, "back": address(), "report": report, "names": names},
        status=422 if report or form.errors else 200,
    )


def _read(rates: list[Rate], rows) -> Table:
    shown = [
        [
            str(line),
            str(CHARGING_RATES[rate.code]),
            rate_words(rate.code, rate.amount),
            day(rate.valid_from),
            _until(charging_rates.ended(rate)),
            rate.source,
        ]
        for line, rate in zip(rows.lines, rates, strict=True)
    ]
    head = [_("Line"), _("Rate"), _("How much"), _("From"), _("To"), _("Source")]
    return Table(_("What the file would enter"), head, shown, numeric={2}, first_is_header=False)
