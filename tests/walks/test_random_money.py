"""Acts of money in any order, on days that have been and days to come: after each the books agree,
and nobody is asked for, or paid, more or less than the facts say (`money_checks`).
"""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets import actions as money
from budgets.models import Payment
from budgets.payments import money_checks
from cases.common import dates
from cases.common.refusals import NotYet
from tests import sample
from tests.cast import instead

ROUTES = ("direct_payment", "direct_payment", "council_managed", "provider_held")
STEPS = 60
SEEDS = range(60)
SAMPLE = [(one,) for one in SEEDS if sample.its_turn(one, 20)]


class Months:
    """Some cases, a clock that goes on from the first of them until today, and what was done."""

    def __init__(self, cast, seed):
        self.cast, self.rng, self.done = cast, random.Random(seed), Counter()
        self.at = timezone.now() - timedelta(days=190)
        self.cases = [self.case(route) for route in ROUTES]

    def case(self, route):
        return self.cast.a_case(
            at="running",
            days_ago=200,
            weekly=Decimal(self.rng.choice((80, 117, 243))),
            route=route,
            person=self.cast.new_person(),
        )

    def day(self, least, most):
        return dates.london_date(self.at) + timedelta(days=self.rng.randint(least, most))

    def pounds(self, most):
        return Decimal(self.rng.randint(1, most * 100)) / 100

    def go_on(self):
        self.at = min(self.at + timedelta(days=self.rng.randint(1, 5)), timezone.now())
        name = self.rng.choice([name for name in dir(self) if name.startswith("act_")])
        case = self.rng.choice(self.cases)
        case.refresh_from_db()
        try:
            getattr(self, name)(case)
        except NotYet:
            return
        self.done[name] += 1

    def move(self, case, name, **facts):
        case.move(name, by=self.cast.manager, at=self.at, reason="It changed", **facts)

    def act_contribution(self, case):
        money.record_contribution(
            case=case,
            by=self.cast.finance,
            state="recorded",
            weekly=self.pounds(30),
            valid_from=self.day(-40, 60),
            source="By letter",
            at=self.at,
        )

    def act_extra(self, case):
        money.pay_extra(
            case=case,
            by=self.cast.finance,
            on=self.day(0, 30),
            amount=self.pounds(200),
            why="A taxi",
            at=self.at,
        )

    def act_suspend(self, case):
        there = instead("Home care goes on", dates.london_date(self.at))
        self.move(case, "suspend_payment", **there)

    def act_resume(self, case):
        self.move(case, "resume_payment", make_good=self.rng.random() < 0.5)

    def act_end(self, case):
        if self.rng.random() < 0.3:
            self.move(
                case,
                "end_support",
                end="own_wish",
                end_date=dates.london_date(self.at),
                final_account="Finance writes to the family",
            )

    def act_payee(self, case):
        payee = money.name_payee(
            case=case,
            by=self.cast.finance,
            kind="person",
            name=case.person.name,
            creditor=f"S{self.rng.randint(1000, 9999)}",
            at=self.at,
        )
        money.verify_payee(payee=payee, by=self.cast.releaser, at=self.at)

    def act_batch(self, _case):
        batch = money.make_batch(
            council=self.cast.council,
            by=self.cast.finance,
            until=self.day(0, 7),
            extra=self.rng.random() < 0.2,
            at=self.at,
        )
        lines = list(batch.payments.order_by("number"))
        if len(lines) > 1 and self.rng.random() < 0.3:
            money.leave_out(payment=lines[0], by=self.cast.finance, why="Bank details", at=self.at)
        asked = [line.pk for line in lines]
        money.release_batch(batch=batch, by=self.cast.releaser, confirmed=asked, at=self.at)

    act_next_batch = act_batch

    def act_answer(self, _case):
        waits = Payment.objects.filter(state="claimed", batch__released_at__isnull=False)
        first = waits.order_by("batch__number", "number").first()
        if first is None:
            raise NotYet("Nothing is with the ledger.")
        returned = {first.pk: "Account closed"} if self.rng.random() < 0.4 else {}
        money.confirm_batch(
            batch=first.batch,
            by=self.cast.finance,
            ledger_ref="L1",
            returned=returned,
            at=self.at,
        )

    def act_charges(self, _case):
        batch = money.make_charges(
            council=self.cast.council,
            by=self.cast.finance,
            until=dates.london_date(self.at),
            at=self.at,
        )
        money.release_charges(batch=batch, by=self.cast.releaser, at=self.at)


@pytest.mark.parametrize("seed", sample.params([(one,) for one in SEEDS], SAMPLE), ids=str)
def test_whatever_is_done_about_money_the_books_agree(cast, seed):
    months = Months(cast, seed)
    for _step in range(STEPS):
        months.go_on()
        found = list(money_checks.differences())
        assert not found, f"after {months.done}: {found}"
    kinds = {name for name in dir(Months) if name.startswith("act_")}
    assert len(set(months.done)) > len(kinds) / 2, months.done
