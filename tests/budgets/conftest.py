"""Cases whose money runs, for every test of budgets that needs one. What tests say of them is in
`running_money`.
"""

from datetime import date
from decimal import Decimal

import pytest

from budgets import actions as money
from budgets.models import UnitRate
from budgets.position import case_money
from tests.budgets.running_money import TODAY, ago, agree, pay, sign, week, write


@pytest.fixture
def budget(a_case, cast):
    """`budget(lines, from_=day, signed=day)`: a case whose plan holds from a day, with an agreement
    from a day and a verified payee. Nothing is paid yet.
    """

    def make(*lines, from_=None, signed=None, days_ago=30):
        case = a_case(at="plan", days_ago=days_ago)
        write(cast, case, *lines)
        money.submit_plan(case=case, by=cast.person)
        agree(cast, case, effective_from=from_)
        sign(cast, case, signed or TODAY())
        cast.payee(case)
        return case

    return make


@pytest.fixture
def priced(budget, cast):
    """£100 a week by the council's price of £20 an hour, paid for four weeks; a new price is
    there.
    """
    UnitRate.objects.all().delete()
    common = {"council": cast.council, "service": "pa", "unit": "hour", "source": "Cabinet"}
    first = ago(20)
    old = UnitRate.objects.create(amount=Decimal(20), valid_from=date(2025, 4, 1), **common)
    line = week(20, unit="hour", quantity=Decimal(5), unit_rate=old)
    case = budget(line, from_=first, signed=first)
    for one in case_money.agreed_plan(case).lines.all():
        money.start_line(case=case, line=one, started_on=first, by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    UnitRate.objects.filter(pk=old.pk).update(valid_to=ago(7))
    UnitRate.objects.create(amount=Decimal(21), valid_from=ago(7), **common)
    assert pay(cast).total == 400
    return case
