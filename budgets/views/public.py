"""How the money is worked out, for everybody: a council's schemes, each version as it was published."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from cases import questions
from cases.components import Link, Table
from cases.letters import day
from cases.models import Council

from .. import explaining, schemes
from ..models import SchemeVersion
from ..money import pounds
from ..words import number, rate


@login_not_required
def schemes_page(request, council):
    """Open to all: guidance 11.24 asks that the way of working out budgets is published."""
    request.council = get_object_or_404(Council, slug=council)
    found = SchemeVersion.objects.filter(state="published", scheme__council=request.council)
    rows = [
        [Link(str(v.scheme), f"{v.scheme.code}/{v.number}/"), str(v.scheme.get_population_display()), str(v.number), day(v.valid_from)]
        for v in found.select_related("scheme").order_by("scheme__population", "-valid_from", "-number")
    ]  # fmt: skip
    head = [_("Scheme"), _("For"), _("Version"), _("In force from")]
    table = Table(_("How we work out a budget"), head, rows, empty=_("This council has not published its way yet."))
    return render(request, "budgets/schemes.html", {"table": table, "name": request.council.name, "form": None})


@login_not_required
def scheme_version(request, council, scheme, number):
    """Open to all, as is the list: every question, point, price and rounding rule; there are no secret weights."""
    request.council = get_object_or_404(Council, slug=council)
    found = SchemeVersion.objects.select_related("scheme").filter(
        scheme__council=request.council, scheme__code=scheme, number=number, state="published"
    )
    version = found.first()
    if version is None:
        raise Http404
    read = schemes.parse_scheme(version.definition)
    invented, more = explaining.invented(version)
    return render(request, "budgets/scheme_version.html", {
        "version": version, "invented": invented, "invented_more": more, "notes": read.notes, "form": None,
        "facts": _facts(version, read), "questions": _questions(read), "tables": _tables(read),
    })  # fmt: skip


def _facts(version, read) -> list:
    rows = [
        (_("For"), str(version.scheme.get_population_display())), (_("Version"), str(version.number)),
        (_("In force from"), day(version.valid_from)), (_("Approved by"), version.approved_by),
        (_("Published on"), day(version.published_at)),
    ]  # fmt: skip
    rows += [(_("Source"), read.source)] if read.source else []
    rows += [(_("Weeks in a year"), read.weeks)] if read.weeks else []
    for what, (unit, mode) in read.rounding.items():
        rows.append((_("Rounding: %(what)s") % {"what": what.replace("_", " ")},
                     _("to %(unit)s, %(mode)s") % {"unit": unit, "mode": mode.replace("_", " ")}))  # fmt: skip
    return [*rows, (_("Checksum"), version.checksum[:16])]


def _questions(read) -> list[Table]:
    unit = {"table": _("Points"), "reckoner": _("Hours a week"), "bands": _("Award")}[read.method]
    found = []
    for domain in read.domains:
        rows = [[o.label, _value(read.method, o)] for o in domain.options]
        found.append(Table(domain.question, [_("Answer"), unit], rows, numeric={1}, caption_size="s"))
    return found


def _value(method, option) -> str:
    if method != "bands":
        return number(option.value)
    if option.value is None:
        return _("met by universal services")
    return (_("up to ") if option.up_to else "") + pounds(option.value)


def _tables(read) -> list[Table]:
    found = []
    if read.multipliers:
        rows = [[str(questions.UNPAID.get(k, k)), f"{number(v * 100)}%"] for k, v in read.multipliers.items()]
        found.append(
            Table(
                _("What stays of an answer when family or friends help"),
                [_("They do"), _("Stays")],
                rows,
                numeric={1},
            )
        )
    if read.table:
        rows = [[_("%(a)s to %(b)s") % {"a": number(r.start), "b": number(r.end)},
                 _("met by universal services") if r.amount is None else pounds(r.amount)] for r in read.table]  # fmt: skip
        found.append(Table(_("From points to pounds a year"), [_("Points"), _("A year")], rows, numeric={1}))
    if read.rates:
        rows = [[r.label, rate(r.amount), day(r.valid_from), day(r.valid_to) if r.valid_to else _("no end published")]
                for r in read.rates]  # fmt: skip
        found.append(Table(_("Prices of one hour"), [_("What"), _("An hour"), _("From"), _("To")], rows, numeric={1}))
    return found
