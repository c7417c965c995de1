"""A batch of payments and the check of the books, over every case of a council.

Cases of the data are given a plan in force, an agreement, a payee and a contribution, each with its
event and letter; four weeks' money is claimed as one batch and released, and the books are compared
with each other: they must agree, or nothing is handed on. The memory of the batch is held against
that of a batch with a tenth of the cases. All of it is rolled back. `python -m bench.running_money`
"""

import os
import time
import tracemalloc
from datetime import date, timedelta
from decimal import Decimal

from bench import setting
from bench.rounds import hand_on, machine, number, versions

LIMIT = 120  # seconds of one core for the check of 10,000 cases
MEGABYTE = 1e6
LINES = (  # unit, quantity, rate
    ("hour", "12", "17.85"),
    ("week", "1", "31.40"),
    ("year", "1", "480.00"),
)
VERBS = "agree_plan record_agreement name_payee verify_payee".split()
VERBS += "record_contribution write_contribution".split()


def prepare(today: date, share: int) -> tuple:
    """Money for the first `share`-th of the cases, from today on: (council, its two officers)."""
    from cases.models import Case, Council, Seat, User  # needs Django

    council = Council.objects.get()
    officers = []
    for place in ("first", "second"):
        user = User.objects.create_user(f"{place}-finance@example.org", name=f"Finance {place}")
        Seat.objects.create(user=user, council=council, role="finance", valid_from=today)
        officers.append(user)
    cases = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    cases = cases[: len(cases) // share]
    for start in range(0, len(cases), 1000):
        give_money(cases[start : start + 1000], officers, today)
    return council, *officers


def give_money(cases: list[int], officers: list, today: date) -> None:
    """A plan, its lines, an agreement, a payee and a contribution for each of these cases."""
    from django.utils import timezone  # needs Django

    from budgets.models import (
        Contribution,
        DirectPaymentAgreement,
        Payee,
        PlanInForce,
        PlanLine,
        SupportPlan,
    )

    first, second = officers
    now = timezone.now() - timedelta(minutes=1)
    common = {"recorded_by": first, "recorded_at": now}
    plans = SupportPlan.objects.bulk_create(
        SupportPlan(case_id=pk, number=9, state="agreed") for pk in cases
    )
    PlanLine.objects.bulk_create(line for plan in plans for line in lines_of(plan))
    PlanInForce.objects.bulk_create(
        PlanInForce(case_id=plan.case_id, plan=plan, begins_on=today, **common) for plan in plans
    )
    signed = DirectPaymentAgreement.objects.bulk_create(
        agreement(plan, today, now, first) for plan in plans
    )
    verified = {"verified_at": now, "verified_by": second}
    payee = {"kind": "person", "name": "A. Person", **verified, **common}
    paid = Payee.objects.bulk_create(
        Payee(case_id=pk, creditor=f"{pk:08}", **payee) for pk in cases
    )
    weekly = {"state": "recorded", "weekly": Decimal("23.45"), "told_on": today}
    told = Contribution.objects.bulk_create(
        Contribution(case_id=pk, valid_from=today, **weekly, **common) for pk in cases
    )
    say(plans, "agree_plan", "plan", now)
    say(signed, "record_agreement", "agreement", now)
    say(paid, "name_payee", "payee", now)
    say(paid, "verify_payee", "payee", now)
    say(told, "record_contribution", "contribution", now, letter_follows=True)
    say(told, "write_contribution", "contribution", now)


def say(rows: list, verb: str, name: str, at, **codes) -> None:
    """The event of each row, by which it was recorded, and the letter where one is owed."""
    from cases.letters.phrases import kind_owed  # needs Django
    from cases.models import Council, Event, Letter

    council, seq = Council.objects.get(), 9001 + VERBS.index(verb)  # after those of the data
    common = {"council": council, "seq": seq, "verb": verb, "role": "finance"}
    common |= {"at": at, "recorded_at": at}
    events = Event.objects.bulk_create(
        Event(case_id=row.case_id, codes={name: row.pk, **codes}, **common) for row in rows
    )
    if kind_owed(verb):
        Letter.objects.bulk_create(
            Letter(event=event, case_id=event.case_id, content={}) for event in events
        )


def agreement(plan, today: date, now, officer):
    """The agreement under which a plan is paid, not saved."""
    from budgets.models import DirectPaymentAgreement  # needs Django

    return DirectPaymentAgreement(
        case_id=plan.case_id,
        plan=plan,
        version=1,
        signed_by="A. Person",
        signed_on=today,
        account_type="own_account",
        basis="net",
        first_payment_on=today,
        made_by=officer,
        made_at=now,
    )


def lines_of(plan) -> list:
    """The direct payment lines of a plan, not saved."""
    from budgets.models import PlanLine  # needs Django
    from budgets.money.sterling import line_cost

    lines = []
    for place, (unit, quantity, rate) in enumerate(LINES, 1):
        weeks = None if unit == "year" else "52"
        cost = line_cost(Decimal(quantity), Decimal(rate), weeks=weeks)
        lines.append(
            PlanLine(
                plan=plan,
                position=place,
                outcome="home",
                what="Support",
                who="agency",
                quantity=Decimal(quantity),
                unit=unit,
                rate=Decimal(rate),
                route="direct_payment",
                annual=cost.annual,
                weekly=(cost.annual / 52).quantize(Decimal("0.01")),
            )
        )
    return lines


class Measured:
    """One council's batch and check: counted, in seconds of the processor and bytes at most."""

    def __init__(self, share: int) -> None:
        from django.db import transaction  # needs Django

        from cases.common import dates

        today = dates.today()
        with transaction.atomic():
            self.batch(*prepare(today, share), today)
            transaction.set_rollback(True)

    def batch(self, council, first, second, today: date) -> None:
        from budgets.actions import batch_release, payment_batches  # needs Django
        from budgets.payments import money_checks

        tracemalloc.start()
        made = payment_batches.make_batch(council=council, by=first, until=today)
        self.peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        batch_release.release_batch(batch=made, by=second)
        self.count = made.count
        began = time.process_time()
        differences = [words for _ref, words in money_checks.differences()]
        self.check = time.process_time() - began
        if differences:
            raise SystemExit(f"The books differ: {differences[:3]}; nothing is handed on.")


def main() -> None:
    setting.start()
    size = os.environ["BENCH_SIZE"]
    print(f"\npayments and the check of the books, {size} cases: {machine()}, {versions()}")
    tenth, whole = Measured(10), Measured(1)
    for one in (tenth, whole):
        print(
            f"  {one.count:,} payments: {number(one.peak / MEGABYTE)} MB at most, "
            f"checked in {number(one.check)} s of one core"
        )
    growth = whole.peak / tenth.peak
    print(f"  ten times as many payments take {number(growth)} times the memory")
    hand_on("running_money.memory", size=size, **pair(whole.peak, tenth.peak))
    hand_on("running_money.check", size=size, **pair(whole.check, LIMIT))


def pair(over: float, under: float) -> dict:
    """One measurement against another, as the gates read a ratio."""
    found = over / under
    return {"over": over, "under": under, "ratio": found, "low": found, "high": found}


if __name__ == "__main__":
    main()
