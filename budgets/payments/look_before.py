"""Was, will be, difference: what an act changes of the money, in words, to be looked at before it
is confirmed. Imported once, in `BudgetsConfig.ready`.

Whatever writes a fact of money is looked at by itself (`cases.views.form_act`): the facts are read
before the act and after it, and the act is taken back until somebody has confirmed it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets.entitlement.facts import Facts
from budgets.money.sterling import pounds
from budgets.payments.changes_ahead import Changed, Changes, Rows, changes
from budgets.payments.set_off_question import Asked, SetOffChoice
from budgets.position.entitlement_facts import facts_of_cases
from budgets.position.money_presenter import covered, plus_minus
from budgets.position.overpaid_presenter import NOT_BY_ITSELF, waiting_parts_rows
from cases import access
from cases.access import Reading
from cases.common import dates
from cases.journey import hooks
from cases.models import Case
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.ui.look import Look


@hooks.looked_at
def money_that_changes(reading: Reading, answer: str = "") -> Callable[[], Look | None]:
    """What an act on a case changes of its money, and of the person's other cases as far as the
    reader may read it: a death ends them all. Before any plan is agreed nothing is paid. `answer`:
    to the question whether more for days gone by is set off, where it is asked.
    """
    case = reading.case
    refs = {case.pk: ""} | {other.pk: other.ref for other in _others(reading)}
    before = facts_of_cases([pk for pk in refs if pk != case.pk or case.reached_set_up])
    choice = SetOffChoice(reading, answer)

    def after() -> Look | None:
        known = [pk for pk in refs if pk in before]
        if case.pk not in before and case.plans_in_force.exists():
            known.insert(0, case.pk)
        now, today = facts_of_cases(known) if known else {}, dates.today()
        was = {pk: before.get(pk) or Facts(now[pk].pay_calendar) for pk in known}
        asked = choice.asked(was[case.pk], now[case.pk], today) if case.pk in before else None
        if case.pk in before and not asked:
            was[case.pk], now[case.pk] = choice.unasked(was[case.pk], now[case.pk], today)
        found = {pk: changes(was[pk], now[pk], today) for pk in known}
        if asked:
            found.pop(case.pk)
        looks = [_look(was[pk], now[pk], one, refs[pk]) for pk, one in found.items() if one]
        return _together([*([_question(asked)] if asked else []), *looks])

    return after


def _others(reading: Reading) -> list[Case]:
    """The person's other cases with money that the reader may read."""
    rows = access.visible_to(reading.user, "money").filter(
        person_id=reading.case.person_id, reached_set_up=True
    )
    return list(rows.exclude(pk=reading.case.pk).order_by("pk").only("pk", "ref"))


def _together(looks: list[Look]) -> Look | None:
    if len(looks) < 2:
        return looks[0] if looks else None
    return Look(
        [row for one in looks for row in one.rows],
        [part for one in looks for part in one.parts],
        [one.state for one in looks],
        question=looks[0].question,
    )


def _question(asked: Asked) -> Look:
    """What changes where it is set off; and beside it what is paid where it is not."""
    old, new = asked.state
    look = _look(old, new, asked.set_off, "")
    too_much, words = _("Paid too much"), _("Paid too much, if it is set off")
    look.rows = [(words if said == too_much else said, value) for said, value in look.rows]
    paid = asked.in_full.payments
    if paid.shown:
        caption = _("Payments that change, if all of it is paid")
        cycle = new.pay_calendar.cycle_weeks
        table = _table(paid, caption, _("Paid on"))
        look.parts.append((table, _and_so_on(paid, asked.in_full, cycle)))
    look.rows += [
        (_("%(what)s, if all of it is paid") % {"what": words}, value)
        for words, value in waiting_parts_rows(asked.waiting)
    ]
    look.state = (look.state, paid, asked.waiting)
    look.question = asked
    return look


def _look(before: Facts, after: Facts, found: Changes, ref: str) -> Look:
    """`ref`: of another case than the act's own, "" of that."""
    cycle = after.pay_calendar.cycle_weeks
    parts = [
        (_table(rows, _of_case(caption, ref), empty), _and_so_on(rows, found, cycle))
        for rows, caption, empty in (
            (found.payments, _("Payments that change"), _("Paid on")),
            (found.charges, _("Charges that change"), _("From")),
        )
        if rows.shown
    ]
    rows = [*_in_short(found), *_begin_no_more(before, after)]
    short = [(_of_case(words, ref), value) for words, value in rows]
    return Look(short, parts, (before, found.payments, found.charges, found.since))


def _begin_no_more(before: Facts, after: Facts) -> list[tuple[str, str]]:
    """What the person was to pay from a day ahead, and is not any more: a sum decided later from an
    earlier day holds on.
    """
    today, begin = dates.today(), {one.begins for one in after.contributions}
    gone = [one for one in before.contributions if one.begins > today and one.begins not in begin]
    words = _("%(sum)s a week from %(day)s")
    said = [words % {"sum": pounds(one.weekly), "day": day(one.begins)} for one in gone]
    return [(_("What the person was to pay, and does not"), "\n".join(said))] if said else []


def _of_case(words: str, ref: str) -> str:
    said = {"what": words, "ref": ref}
    return _("%(what)s, in their other case %(ref)s") % said if ref else words


def _in_short(found: Changes) -> list[tuple[str, str]]:
    rows = [(_("Counts from"), _since(found))] if found.since else []
    paid, charged = zip(found.week_before, found.week_after, strict=True)
    weeks = ((_("A week of the payment"), paid), (_("A week of the charge"), charged))
    rows += [(words, _was_and_will_be(*sums)) for words, sums in weeks if sums[0] != sums[1]]
    if found.gone_by[0] != found.gone_by[1]:
        rows.append((_("Charged for days gone by, in all"), _was_and_will_be(*found.gone_by)))
    words = _("Committed spend in %(year)s, before what the person pays")
    rows += [(words % {"year": year.name}, _was_and_will_be(*sums)) for year, *sums in found.costs]
    return rows + _standing(found)


def _since(found: Changes) -> str:
    if found.until is None:
        return day(found.since)
    return _("%(a)s, until %(b)s") % {"a": day(found.since), "b": day(found.until)}


def _was_and_will_be(was: Decimal, will_be: Decimal) -> str:
    words = {"was": pounds(was), "now": pounds(will_be), "diff": plus_minus(will_be - was)}
    return _("was %(was)s, will be %(now)s: %(diff)s") % words


def _standing(found: Changes) -> list[tuple[str, str]]:
    """What stands for days gone by, and what becomes of it."""
    before, after = found.before, found.after
    kinds = (
        ("owed", _("Owed for days before"), _in_which(found)),
        (
            "paid_too_much",
            _("Paid too much"),
            str(NOT_BY_ITSELF),
        ),
        ("charged_too_much", _("Charged too much"), _("It is given back by itself.")),
        ("charged_too_little", _("Charged too little"), _("Somebody decides about it.")),
    )
    return [
        (words, f"{_was_and_will_be(getattr(before, name), getattr(after, name))}. {follows}")
        for name, words, follows in kinds
        if getattr(before, name) != getattr(after, name)
    ]


def _in_which(found: Changes) -> str:
    """The payment in which what is owed comes."""
    coming = next((p for p in found.after.payments if p.of and p.of.owed), None)
    if coming is None:
        return ""
    words = _("It comes with the payment of %(day)s.")
    if coming.on <= dates.today():
        words = _("It comes with the next payments that are made, due on %(day)s.")
    return words % {"day": day(coming.on)}


def _table(rows: Rows, caption: str, first: str) -> Table:
    head = [first, _("For"), _("Was"), _("Will be"), _("Difference")]
    return Table(caption, head, [_cells(one) for one in rows.shown], numeric={2, 3, 4})


def _cells(one: Changed) -> list:
    days = [covered(one)]
    if one.owed and one.covers_from:
        days.append(_("and %(sum)s owed for days before") % {"sum": pounds(one.owed)})
    sums = [_("Nothing") if value is None else pounds(value) for value in (one.was, one.will_be)]
    return [day(one.on), days, *sums, plus_minus(one.difference)]


def _and_so_on(rows: Rows, found: Changes, cycle: int) -> str:
    """What comes after those that are shown."""
    if not rows.more or rows.last is None:
        return ""
    if not rows.alike:
        words = ngettext(
            "One later one changes too, on %(last)s.",
            "%(n)s later ones change too, as far as is known until %(last)s.",
            rows.more,
        )
        return words % {"n": rows.more, "last": day(rows.last)}
    facts = {"diff": plus_minus(rows.shown[-1].difference), "n": cycle, "last": day(rows.last)}
    if rows.last > found.ahead - timedelta(days=2 * 7 * cycle):
        return _("And so on, every %(n)s weeks: %(diff)s.") % facts
    return _("And so on, every %(n)s weeks until %(last)s: %(diff)s.") % facts
