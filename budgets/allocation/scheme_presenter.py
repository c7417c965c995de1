"""A scheme version as people read it: its facts, questions, tables and rules, each number of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.allocation.schemes import Option, Scheme
from budgets.allocation.trace_tables import rounding_words
from budgets.models import SchemeVersion
from budgets.money.amount_words import number, rate
from budgets.money.sterling import pounds
from cases.assessment import questions
from cases.ui.components import Table
from cases.ui.date_words import day

METHOD_NAMES = {
    "table": gettext_lazy("Points, looked up in a table"),
    "reckoner": gettext_lazy("Hours at an hourly rate"),
    "linear": gettext_lazy("Points times one price"),
    "domain_prices": gettext_lazy("A price for each answer"),
    "bands": gettext_lazy("A band for a one-off award"),
    "external": gettext_lazy("A figure from another tool"),
}


def facts(version: SchemeVersion, read: Scheme) -> list[tuple[str, Any]]:
    """Who approved it, from when it holds, and by which rules it counts."""
    rows = [
        (_("For"), str(version.scheme.get_population_display())),
        (_("Version"), str(version.number)),
        (_("How it counts"), str(METHOD_NAMES[read.method])),
        (_("In force from"), day(version.valid_from)),
    ]
    if version.published_at:
        approved = version.approved_by
        if version.approved_on:
            approved = _("%(who)s, on %(day)s") % {"who": approved, "day": day(version.approved_on)}
        rows += [(_("Approved by"), approved), (_("Published on"), day(version.published_at))]
    rows += [(_("Service dates to"), day(read.valid_to))] if read.valid_to else []
    rows += [(_("Source"), read.source)] if read.source else []
    rows += [(_("The other tool"), read.tool)] if read.tool else []
    rows += [(_("Weeks in a year"), read.weeks)] if read.weeks else []
    if read.method == "linear":
        rows.append(
            (_("Price of a point"), _("%(amount)s a year") % {"amount": rate(read.price_per_point)})
        )
    if read.threshold_points is not None:
        rows.append((_("Fewest points with a budget"), number(read.threshold_points)))
    if read.allow_between:
        rows.append((_("Between two answers"), _("A score between two printed ones may be agreed")))
    for what, (unit, mode) in read.rounding.items():
        rows.append(
            (
                _("Rounding: %(what)s") % {"what": what.replace("_", " ")},
                rounding_words({"unit": str(unit), "mode": mode}, points=what == "points"),
            )
        )
    return rows + ([(_("Checksum"), version.checksum[:16])] if version.checksum else [])


def questions_tables(read: Scheme) -> list[Table]:
    """Each question with what each of its answers counts."""
    unit = {
        "table": _("Points"),
        "linear": _("Points"),
        "reckoner": _("Hours a week"),
        "bands": _("Award"),
        "domain_prices": _("A year"),
    }
    found = []
    for domain in read.domains:
        rows = [[o.label, _value(read.method, o)] for o in domain.options]
        rows += [[_("Does not apply"), _("counts nothing")]] if domain.may_not_apply else []
        found.append(
            Table(
                domain.question,
                [_("Answer"), unit[read.method]],
                rows,
                numeric={1},
                caption_size="s",
            )
        )
    return found


def _value(method: str, option: Option) -> str:
    if option.value is None:
        return _("met by universal services")
    if method not in ("bands", "domain_prices"):
        return number(option.value)
    return (_("up to ") if option.up_to else "") + pounds(option.value)


def tables(read: Scheme) -> list[Table]:
    """What stands beside the questions: unpaid help, the table of points, hourly rates, add-ons and
    limits.
    """
    found = [*_unpaid(read), *_rows(read), *_rates(read)]
    if read.add_ons:
        rates = {r.code: r.label for r in read.rates}
        rows = [[a.label, rates.get(a.rate, a.rate)] for a in read.add_ons]
        head = [_("What may be added"), _("At the rate of")]
        found.append(Table(_("Added outside the points: hours a day × rate × days"), head, rows))
    if read.caps:
        rows = [[name, pounds(most)] for name, most in read.caps]
        caption = _("Limits: above one, a person decides; the figure is not reduced")
        found.append(Table(caption, [_("Limit"), _("A year")], rows, numeric={1}))
    return found


def _unpaid(read: Scheme) -> list[Table]:
    rows = [
        [str(questions.UNPAID.get(k, k)), f"{number(v * 100)}%"]
        for k, v in read.multipliers.items()
    ]
    caption = _("What stays of an answer when family or friends help")
    return [Table(caption, [_("They do"), _("Stays")], rows, numeric={1})] if rows else []


def _rows(read: Scheme) -> list[Table]:
    rows = [
        [
            _("%(a)s to %(b)s") % {"a": number(r.start), "b": number(r.end)},
            _("met by universal services") if r.amount is None else pounds(r.amount),
        ]
        for r in read.table
    ]
    return (
        [Table(_("From points to pounds a year"), [_("Points"), _("A year")], rows, numeric={1})]
        if rows
        else []
    )


def _rates(read: Scheme) -> list[Table]:
    rows = [
        [
            r.label,
            rate(r.amount),
            day(r.valid_from),
            day(r.valid_to) if r.valid_to else _("no end published"),
        ]
        for r in read.rates
    ]
    head = [_("What"), _("An hour"), _("From"), _("To")]
    return [Table(_("Prices of one hour"), head, rows, numeric={1})] if rows else []


def examples(definition: dict[str, Any]) -> Table | None:
    """The worked examples that travel with a version: what has to come out."""
    rows = []
    for vector in definition.get("vectors") or []:
        expected = vector.get("expected") or {}
        year = expected.get("amount_year")
        text = str(expected.get("error", "")) if year is None else pounds(Decimal(str(year)))
        rows.append([str(vector.get("name", "")), str(expected.get("total_points") or ""), text])
    head = [_("Example"), _("Points"), _("A year, or once")]
    return (
        Table(_("Worked examples: each came out right before this was published"), head, rows)
        if rows
        else None
    )
