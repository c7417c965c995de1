"""What the yearly uprating proposes for one case: its budget at the council's new prices, and what
the person pays by the rates of that day. Reading only.

Prices are those of `uplift`, contributions those of `budgets.money.charging`: nothing is worked out
here. Not here: who decides, and how it is recorded (`actions.uprating`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from budgets.decision import uplift
from budgets.models import BudgetFigure, Circumstances, Contribution, UnitRate, Uprating
from budgets.models import UpratingRow as Row
from budgets.money import amount_words, charging, charging_rates, rates
from budgets.money.charging import NoEstimate, RateSet
from budgets.money.sterling import pounds
from budgets.payments.uprating_tasks import letters_by
from budgets.position import case_money, earlier_charge
from budgets.position.case_money import DECIDED
from budgets.position.money_presenter import how_much, plus_minus
from cases import journey
from cases.models import Case, Message
from cases.ui.date_words import day

ZERO = Decimal("0.00")
BY_HAND = ("letter", "phone")
ASKED = ("group", "income", "capital", "housing", "disability", "premium", "enhanced")


@dataclass(frozen=True)
class Terms:
    """By what a run works: from which day, the change above which a person looks, the rates of
    charging and the prices (service -> rate) of that day.
    """

    counts_from: date
    limit: Decimal
    rates: RateSet
    prices: dict[str, UnitRate]


def terms_of(run: Uprating) -> Terms:
    """The terms of a run, by what the council has entered now."""
    on = run.counts_from
    found = charging_rates.rates_on(run.council_id, on)
    prices = {row.service: row for row in rates.list_on(run.council_id, on)}
    return Terms(on, run.limit_weekly, found, prices)


def rates_as_kept(found: RateSet) -> dict[str, str]:
    """Rates in the form in which a run keeps them, to be compared later."""
    return {code: f"{amount:.2f}" for code, amount in sorted(found.amounts.items())}


def candidates(run: Uprating) -> QuerySet[Case]:
    """The cases that are still to be looked at, in their order: with a decided budget, not
    closed.
    """
    decided = BudgetFigure.objects.filter(case=OuterRef("pk"), kind__in=DECIDED)
    rows = Case.objects.filter(Exists(decided), council=run.council_id, pk__gt=run.reached)
    return rows.filter(person__died_on=None).exclude(step="closed").order_by("pk")


def rows_of(case: Case, terms: Terms) -> list[Row]:
    """What would change for one case, prices first; not saved. A case whose money has ended, or
    which nobody has decided about, has none.
    """
    figure = case_money.in_force(case)
    if figure is None or figure.plan is None:
        return []
    price = _price(case, figure, terms)
    goes_up = price is not None and price.state == "proposed" and price.will_be is not None
    cost = price.will_be if price and goes_up else figure.weekly
    found = [price, _contribution(case, cost, terms)]
    return [row for row in found if row is not None]


def row_again(case: Case, kind: str, terms: Terms) -> Row | None:
    """The same for one kind; None where nothing is to change any more."""
    return next((row for row in rows_of(case, terms) if row.kind == kind), None)


# ---- prices ----


def _price(case: Case, figure: BudgetFigure, terms: Terms) -> Row | None:
    if figure.effective_from > terms.counts_from:
        return None
    found = uplift.revalued_figure(figure, terms.prices)
    if found is None:
        return None
    row = Row(case=case, kind="price", was=found.before.dearest, will_be=found.after.dearest)
    runs = found.runs(terms.counts_from)
    row.why = [
        [
            one.line.what,
            _("%(much)s: %(was)s, then %(now)s")
            % {
                "much": how_much(one.line),
                "was": amount_words.rate(one.line.rate),
                "now": amount_words.rate(one.rate.amount),
            },
        ]
        for one in found.lines
    ]
    row.why += [
        [
            old.days,
            _("was %(was)s a week, will be %(now)s: %(diff)s")
            % {
                "was": pounds(old.cost),
                "now": pounds(new.cost),
                "diff": plus_minus(new.cost - old.cost),
            },
        ]
        for old, new in runs
    ]
    row.why.append([_("The whole budget, a year"), pounds(found.after.total)])
    change = max((abs(new.cost - old.cost) for old, new in runs), default=ZERO)
    code = "" if case.step in journey.idle_steps() else "open_plan"
    return _weighed(row, terms, code, change)


# ---- contributions ----


def last_decided(case: Case) -> Contribution | None:
    """The contribution that was decided last."""
    return case.contributions.filter(state="recorded").order_by("-pk").first()


def _contribution(case: Case, cost: Decimal | None, terms: Terms) -> Row | None:
    """None where no contribution was ever decided, or one for that day or a later one is."""
    last = last_decided(case)
    if last is None or last.valid_from >= terms.counts_from:
        return None
    row = Row(case=case, kind="contribution", was=_held(case, terms.counts_from), before=last)
    facts = circumstances_on(case, terms.counts_from)
    if facts is None:
        return _weighed(row, terms, "no_evidence")
    try:
        found = charging.estimate(terms.rates, cost=cost, **asked_of(facts))
    except NoEstimate as no:
        row.why = [[_("Why there is no sum"), str(no)]]
        return _weighed(row, terms, "no_sum")
    row.will_be = found.weekly
    row.why = [[str(words), str(value)] for words, value in found.rows]
    return _weighed(row, terms, "")


def _held(case: Case, on: date) -> Decimal:
    """The week's sum that holds on a day by what is decided now."""
    told = earlier_charge.told_of(case)
    return next((one.weekly for one in reversed(told) if one.begins <= on), ZERO)


def circumstances_on(case: Case, on: date) -> Circumstances | None:
    """What the sum is worked out from on a day."""
    rows = case.circumstances.filter(valid_from__lte=on)
    return rows.order_by("-valid_from", "-pk").first()


def asked_of(facts: Circumstances) -> dict[str, Any]:
    """As `charging.estimate` takes them."""
    return {name: getattr(facts, name) for name in ASKED}


def ends_before(case: Case, counts_from: date) -> bool:
    """Is the support planned to end before the day? Then nothing counts from it, and nobody is
    written to as if it did.
    """
    return case.planned_end is not None and case.planned_end < counts_from


def _weighed(row: Row, terms: Terms, code: str, most: Decimal = ZERO) -> Row:
    """In the set, or for a person, with the day by which they look. `most`: the largest change of a
    week, where it is not the same all the time.
    """
    change = row.difference
    if ends_before(row.case, terms.counts_from):
        code = "ended"
        row.why = [*row.why, [_("The last day with support"), day(row.case.planned_end)]]
    if not code and change is not None and max(abs(change), most) > terms.limit:
        code = "above_limit"
    row.code, row.state = code, "exception" if code else "proposed"
    row.do_by = letters_by(terms.counts_from) if code else None
    return row


# ---- who can be told in time ----


def late(case: Case, counts_from: date, today: date) -> bool:
    """Can the person no longer be told before the day? By their safe way; and not where a message
    to them did not arrive, and nobody has decided about it yet.
    """
    by_hand = case.person.contact_by in BY_HAND
    last = letters_by(counts_from) if by_hand else counts_from - timedelta(days=1)
    if today > last:
        return True
    lost = Message.objects.filter(to_person=case.person_id, state__in=Message.UNDELIVERED)
    return lost.exists()
