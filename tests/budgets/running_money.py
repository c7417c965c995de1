"""Money that runs, in the words of the tests: a piece of support, an agreement that is signed, what
is due, what is paid. Its cases (`budget`, `priced`) are in `conftest`.
"""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from budgets import actions as money
from budgets.entitlement.answer import answer
from budgets.position.entitlement_facts import facts_of_case

TODAY = timezone.localdate
FAR = 3650  # days: nothing after it is nothing at all
WHY = {"reason_code": "need_not_scored", "reason_text": "Nights were left out"}


def ago(days):
    """So many days ago."""
    return TODAY() - timedelta(days=days)


def week(amount, **more):
    """A piece of support that is priced by the week and paid direct."""
    line = {
        "outcome": "hygiene",
        "what": "Help to dress",
        "who": "pa",
        "quantity": Decimal(1),
        "unit": "week",
        "rate": Decimal(amount),
        "route": "direct_payment",
    }
    return line | more


def write(cast, case, *lines):
    """A plan with these pieces of support, ready to be sent."""
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(
        plan=plan,
        by=cast.person,
        what_matters="My garden",
        goals="Out twice a week",
        enough="yes",
        helped="yes",
        over_reason="It costs this much",
        contribution_seen=True,
    )
    for line in lines:
        money.save_line(plan=plan, by=cast.person, **line)


def agree(cast, case, **more):
    """Whoever's turn it is agrees the plan."""
    case.refresh_from_db()
    money.agree_plan(case=case, by=getattr(cast, case.turn), **WHY | more)


def sign(cast, case, day, **more):
    cast.allow_payment(case)
    given = {"signed_by": "Ada Wren", "signed_on": day, "first_payment_on": day, "basis": "net"}
    given["meant"] = [day]
    money.record_agreement(case=case, by=cast.finance, account_type="own_account", **given | more)


def due(case, days=FAR):
    """What is still to be paid, due within so many days from today."""
    return answer(facts_of_case(case), TODAY() + timedelta(days=days)).payments


def amounts(payments):
    return [str(payment.amount) for payment in payments]


def pay(cast, until=None, *, confirmed=()):
    """A batch that is made and released."""
    batch = money.make_batch(council=cast.council, by=cast.finance, until=until or TODAY())
    return money.release_batch(batch=batch, by=cast.releaser, confirmed=confirmed)


def paid(case):
    return sum(p.amount for p in case.payments.filter(state__in=("claimed", "paid")))


def pence(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
