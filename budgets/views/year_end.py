"""The end of a financial year for finance: payments and charges across it, each with what belongs
to either year, on pages and as a file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.forms.overview import YearForm
from budgets.money.sterling import pounds
from budgets.payments import year_end
from budgets.payments.year_end import Parted
from budgets.position import money_presenter
from budgets.spend.committed_spend import Year, year_of
from budgets.views.batches import whole_number
from budgets.views.scope import scope_of
from cases.common import dates
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from cases.ui.spreadsheets import cell

READS = {"finance", "auditor"}
PAGE = 50


@dataclass(frozen=True)
class Kind:
    """Payments or charges. `before`: have they a part for days before them?"""

    title: Any
    rows: Any
    less: Any
    before: bool


KINDS = {
    "payments": Kind(
        gettext_lazy("Payments across the end of the year"),
        year_end.payments_across,
        gettext_lazy("Taken off, as agreed"),
        before=True,
    ),
    "charges": Kind(
        gettext_lazy("Charges across the end of the year"),
        year_end.charges_across,
        gettext_lazy("Taken off, charged too much before"),
        before=False,
    ),
}


class _Echo:
    """A file that hands on each line as it is written."""

    def write(self, line: str) -> str:
        return line


def year_end_page(request, of):
    """The rows across the end of one year, so many a page."""
    council, kind = scope_of(request, READS).council, KINDS[of]
    form, year = _year(request)
    rows = kind.rows(council, _last(year))
    start = whole_number(request.GET.get("after", ""))
    found = list(rows.filter(pk__gt=start)[: PAGE + 1])
    shown = year_end.parted(found[:PAGE], _last(year))
    table = Table(
        _("What is of which year"),
        _head(kind, year),
        [_cells(kind, one) for one in shown],
        numeric=set(range(4, len(_head(kind, year)))),
        empty=_("Nothing that left is for days of both years."),
        csv=_address(of, year, "_csv"),
        each_alone=True,
    )
    onward = {"after": shown[-1].row.pk} if len(found) > PAGE else {}
    return render(
        request,
        "budgets/year_end.html",
        {
            "form": form,
            "title": kind.title,
            "last": day(_last(year)),
            "first": day(year.after),
            "count": rows.count(),
            "table": table,
            "onward": _address(of, year, **onward) if onward else "",
            "other_kinds": [
                (str(other.title), _address(code, year))
                for code, other in KINDS.items()
                if code != of
            ],
            "back": reverse("budgets:finance_home"),
        },
        status=422 if form.errors else 200,
    )


def year_end_csv(request, of):
    """All of them as a file, read and sent so many at a time; the last line is their sum."""
    council, kind = scope_of(request, READS).council, KINDS[of]
    form, year = _year(request)
    if form.errors:
        raise Http404
    answer = StreamingHttpResponse(_lines(kind, council, year), content_type="text/csv")
    name = f"{of}-{_last(year).isoformat()}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(kind: Kind, council, year: Year) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow([cell(value) for value in _head(kind, year)])
    sums = [Decimal("0.00")] * 5
    for one in year_end.in_turn(kind.rows(council, _last(year)), _last(year)):
        yield writer.writerow([cell(value) for value in _cells(kind, one)])
        parts = one.before, one.until, one.after, one.less, one.whole
        sums = [a + b for a, b in zip(sums, parts, strict=True)]
    together = [_("Together"), "", "", "", *_sums(kind, sums)]
    yield writer.writerow([cell(value) for value in together])


def _year(request) -> tuple[YearForm, Year]:
    """(the form, the year whose end is asked for): else the one that ended last."""
    this = year_of(dates.today())
    ended = year_of(this.first - timedelta(days=1))
    form = YearForm({"year": request.GET.get("year") or str(ended.first.year)})
    if not form.is_valid():
        return form, ended
    return form, year_of(date(int(form.cleaned_data["year"]), 4, 1))


def _last(year: Year) -> date:
    return year.after - timedelta(days=1)


def _address(of: str, year: Year, file: str = "", **more) -> str:
    query = urlencode({"year": year.first.year} | more)
    return f"{reverse(f'budgets:year_end_{of}{file}')}?{query}"


def _head(kind: Kind, year: Year) -> list[str]:
    return [
        _("Number"),
        _("Case"),
        _("Due") if kind.before else _("Sent on"),
        _("For"),
        *([_("Owed for days before")] if kind.before else []),
        _("Until %(day)s") % {"day": day(_last(year))},
        _("From %(day)s") % {"day": day(year.after)},
        str(kind.less),
        _("Together"),
    ]


def _cells(kind: Kind, one: Parted) -> list:
    row, parts = one.row, (one.before, one.until, one.after, one.less, one.whole)
    if kind.before:
        number = f"{row.batch.number}-{row.number}" if row.batch else _("From before")
        when = day(row.on)
        cells = [Link(number, reverse("budgets:trace", args=[row.case.ref, row.pk])), row.case.ref]
    else:
        when = day(row.state_at) or ""
        cells = [row.written_number or _("From before"), row.case.ref]
    return [*cells, when, money_presenter.covered(row), *_sums(kind, parts)]


def _sums(kind: Kind, parts) -> list[str]:
    before, *others = (pounds(one) for one in parts)
    return [before, *others] if kind.before else others
