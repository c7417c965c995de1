"""Acts of money in any order, on days that have been and days to come: after each the books agree,
and nobody is asked for, or paid, more or less than the facts say (`money_checks`).
"""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions import overpayments, undercharges
from budgets.decision import uplift
from budgets.models import Payment
from budgets.payments import money_checks, payment_rules
from budgets.position import case_money, earlier_charge, overpaid, what_came
from cases import actions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.reminders import planned_ends
from tests import sample
from tests.budgets.test_closing import Road
from tests.cast import instead

STEPS_OF_PLANS = ("running", "confirm", "plan")
FITS = {
    "act_resume": lambda case: payment_rules.open_suspension(case) is not None,
    "act_suspend": lambda case: payment_rules.open_suspension(case) is None,
    "act_make_good": lambda case: payment_rules.kept_back(case).exists(),
    "act_take_back_end": lambda case: case.planned_end is not None,
    "act_undo_death": lambda case: case.person.died_on is not None,
    "act_reopen": lambda case: case.step == "closed" and case.person.died_on is None,
    "act_answer_challenge": lambda case: case.clocks.filter(
        kind="challenge", ended_at=None
    ).exists(),
    "act_end_support_for_a_time": lambda case: case.extra_support.filter(
        state="agreed", after=""
    ).exists(),
    "act_charge_earlier": lambda case: bool(told_later(case)),
    "act_overpaid": lambda case: case.payments.exists(),
    "act_more_in_full": lambda case: overpaid.open_overpayment(case) is not None,
    "act_paid_back": lambda case: overpaid.open_overpayment(case) is not None,
    "act_price": lambda case: bool(uplift.lines_to_price(case)),
    "act_what_came": lambda case: bool(what_came.parts_arranged(case)),
    "act_new_plan": lambda case: case.step in STEPS_OF_PLANS,
}
ANYWHERE = ("act_batch", "act_next_batch", "act_answer", "act_charges", "act_challenge")
ROUTES = ("direct_payment", "direct_payment", "council_managed", "provider_held")
STEPS = 60
SEEDS = range(60)
SAMPLE = [(one,) for one in SEEDS if sample.its_turn(one, 20)]


def told_later(case):
    return earlier_charge.told_later(case.contributions.order_by("pk"))


class Months:
    """Some cases, a clock that goes on from the first of them until today, and what was done."""

    def __init__(self, cast, seed):
        self.cast, self.rng, self.done = cast, random.Random(seed), Counter()
        self.at = timezone.now() - timedelta(days=180)
        self.cases = [self.case(route) for route in ROUTES]

    def case(self, route):
        return self.cast.a_case(
            at="running",
            days_ago=200,
            weekly=Decimal(self.rng.choice((80, 117, 243))),
            route=route,
            person=self.cast.new_person(),
        )

    def fits(self, name, case):
        """May it be done at all? The others are refused, and a walk of refusals goes nowhere."""
        if name in FITS:
            return FITS[name](case)
        return name in ANYWHERE or case.step != "closed"

    def day(self, least, most):
        return dates.london_date(self.at) + timedelta(days=self.rng.randint(least, most))

    def pounds(self, most):
        return Decimal(self.rng.randint(1, most * 100)) / 100

    def go_on(self):
        self.at = min(self.at + timedelta(days=self.rng.randint(1, 5)), timezone.now())
        with time_machine.travel(self.at, tick=True):  # some rules look at the day itself
            self.act()

    def act(self):
        if self.rng.random() < 0.7:
            planned_ends.close_ended()
        self.at = timezone.now()  # after what the service did
        for case in self.cases:
            case.refresh_from_db()
        names = sorted(name for name in dir(self) if name.startswith("act_"))
        fitting = {name: [case for case in self.cases if self.fits(name, case)] for name in names}
        name = self.rng.choice([name for name in names if fitting[name]])
        try:
            getattr(self, name)(self.rng.choice(fitting[name]))
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

    def act_charge_earlier(self, case):
        row = self.rng.choice(told_later(case))
        day = row.valid_from + timedelta(days=self.rng.randint(0, 20))
        money.charge_from_earlier(
            case=case,
            by=self.cast.finance,
            contribution=row,
            charged_from=day,
            meant=[day],
            why="She had it on paper",
        )

    def act_overpaid(self, case):
        """What was paid too much: found, written about, answered, decided, each as it comes."""
        overpayments.look_at([case.pk], timezone.now())
        row, by = overpaid.open_overpayment(case), self.cast.finance
        if row is None:
            raise NotYet("Nothing was paid too much.")
        if row.written_at is None:
            by_day = self.day(28, 40)
            money.write_about_overpayment(case=case, by=by, words="Twice", reply_by=by_day)
        elif row.replied_at is None and self.rng.random() < 0.5:
            money.reply_to_overpayment(case=case, by=self.cast.worker, reply="It is spent")
        else:
            self.decide_overpaid(case, by)

    def decide_overpaid(self, case, by):
        today, half = self.day(0, 0), Decimal("20.00")
        agreed = {"agreed_on": today, "first_on": today, "pay_back": half, "each": half / 4}
        decision = self.rng.choice(("leave", "write_off", "instalments"))
        more = agreed | {"needs_met": "As before"} if decision == "instalments" else {}
        money.decide_overpayment(case=case, by=by, decision=decision, reason="Seen", **more)

    def act_more_in_full(self, case):
        money.pay_in_full(case=case, by=self.cast.finance)
        self.act_extra(case)

    def act_paid_back(self, case):
        money.record_paid_back(
            case=case,
            by=self.cast.finance,
            on=self.day(0, 0),
            amount=self.pounds(20),
            why="By bank",
        )

    def act_suspend(self, case):
        self.move(
            case, "suspend_payment", **instead("Home care goes on", dates.london_date(self.at))
        )

    def act_resume(self, case):
        self.move(case, "resume_payment", make_good=self.rng.random() < 0.5)

    def act_make_good(self, case):
        money.make_suspension_good(
            case=case,
            by=self.rng.choice((self.cast.finance, self.cast.manager)),
            suspension=payment_rules.kept_back(case).first(),
            reason="Her papers were here",
        )

    def act_end(self, case):
        if self.rng.random() < 0.3:
            self.move(
                case,
                "end_support",
                end="own_wish",
                end_date=dates.london_date(self.at),
                final_account="Finance writes to the family",
            )

    def act_plan_end(self, case):
        actions.make_move(
            case=case,
            name="end_support",
            by=self.cast.manager,
            end="own_wish",
            reason="It changed",
            end_date=self.day(1, 40),
            final_account="Finance writes to the family",
        )

    def act_take_back_end(self, case):
        actions.make_move(case=case, name="take_back_end", by=self.cast.manager, reason="She stays")

    def act_death(self, case):
        if self.rng.random() < 0.1:
            day = self.day(-9, 0)
            actions.record_death(case=case, by=self.cast.worker, died_on=day, contact="Her son")

    def act_undo_death(self, case):
        actions.undo_death(case=case, by=self.cast.manager, reason="A namesake")

    def act_reopen(self, case):
        case.move("reopen", by=self.cast.worker, to="confirm", reason="It did not work")

    def act_new_plan(self, case):
        if case.step == "running":
            Road(self.cast, case).to("set_up")
        elif case.step == "confirm":
            actions.determine(
                case=case,
                by=self.cast.worker,
                eligible=True,
                arises=True,
                impact=True,
                areas=["dignity"],
                reasons="As before",
                findings={
                    o: {"tests": ["assistance"], "reason": "Seen"}
                    for o in ("nutrition", "hygiene", "home_safely")
                },
                agreed={},
            )
        else:
            plan = money.open_plan(case=case, by=self.cast.person)
            Road(self.cast, case).send("set_up", plan)

    def act_challenge(self, case):
        case.move(
            "challenge",
            by=self.cast.person,
            decision=self.rng.choice(("ended", "suspended")),
            reason="No",
        )

    def act_answer_challenge(self, case):
        case.move(
            "answer_challenge",
            by=self.cast.service_manager,
            answer=self.rng.choice(("upheld", "upheld", "not_upheld")),
            reason="Seen",
            follows="It goes on",
        )

    def act_support_for_a_time(self, case):
        first = self.day(-10, 20)
        line = {
            "what": "A carer",
            "who": "agency",
            "quantity": Decimal(self.rng.randint(1, 9)),
            "unit": self.rng.choice(("week", "hour", "once")),
            "rate": self.pounds(30),
            "route": self.rng.choice(ROUTES),
        }
        money.propose_extra_support(
            case=case,
            by=self.cast.service_manager,
            why="Her sister fell ill",
            begins_on=first,
            ends_on=first + timedelta(days=self.rng.randint(0, 60)),
            lines=[line],
        )

    def act_end_support_for_a_time(self, case):
        row = case.extra_support.filter(state="agreed", after="").first()
        money.end_extra_support(
            case=case,
            extra=row,
            by=self.cast.service_manager,
            last_day=min(self.day(0, 20), row.ends_on),
            after="ended",
            words="She is well",
        )

    def act_price(self, case):
        money.change_price(
            case=case,
            line=uplift.lines_to_price(case)[0],
            rate=self.pounds(60),
            on=self.day(-20, 40),
            reason="Agreed",
            by=self.cast.service_manager,
        )

    def act_switch(self, case):
        line = self.rng.choice(case_money.funded(case_money.agreed_plan(case).lines.all()))
        route = self.rng.choice([one for one in ROUTES if one != line.route])
        with transaction.atomic():  # or the wish would wait for ever
            money.ask_switch(case=case, by=self.cast.person, wanted={line.pk: route}, at=self.at)
            money.switch_route(
                case=case, by=self.cast.worker, started_on=self.day(-10, 0), at=self.at
            )

    def act_what_came(self, case):
        part = self.rng.choice(what_came.parts_arranged(case))
        first = self.day(-40, 10)
        came = self.rng.choice(("none", "none", "less", "all"))
        money.record_what_came(
            case=case,
            by=self.rng.choice((self.cast.worker, self.cast.manager, self.cast.finance)),
            line=part.line,
            came=came,
            cost=self.pounds(60) if came == "less" else None,
            begins_on=first,
            ends_on=first + timedelta(days=self.rng.randint(0, 20)),
            reason="The agency wrote",
        )

    def act_too_little(self, case):
        undercharges.find_undercharged()
        money.decide_undercharge(
            case=case,
            by=self.cast.finance,
            decision=self.rng.choice(("charge", "charge", "leave")),
            reason="As told",
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
        asked = [line.number for line in lines if line.asks_second and self.rng.random() < 0.8]
        money.release_batch(batch=batch, by=self.cast.releaser, confirmed=asked, at=self.at)

    act_next_batch = act_batch

    def act_answer(self, _case):
        waits = Payment.objects.filter(state="claimed", batch__released_at__isnull=False)
        first = waits.order_by("batch__number", "number").first()
        if first is None:
            raise NotYet("Nothing is with the ledger.")
        returned = {first.number: "Account closed"} if self.rng.random() < 0.4 else {}
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
    kinds = {name for name in dir(Months) if name.startswith("act_")}
    for step in range(2 * STEPS):
        if step >= STEPS and len(set(months.done)) > len(kinds) / 2:
            break  # a walk in which somebody dies early goes on until it has seen as much
        months.go_on()
        found = list(money_checks.differences(every_day=True))
        assert not found, f"after {months.done}: {found}"
    assert len(set(months.done)) > len(kinds) / 2, months.done
