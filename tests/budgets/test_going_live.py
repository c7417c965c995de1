"""A pay day of the ledger beside ours: each difference has its reason, nothing is sent, and a case
is paid from here once two pay days were in order and a second officer lets it go.
"""

from datetime import timedelta
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions.going_live import PayDayRefused
from budgets.actions.small_balances import settle_small_balances
from budgets.entitlement.answer import answer
from budgets.models import (
    EnteredCase,
    MoneyStanding,
    ParallelRun,
    Payment,
    PaymentBatch,
    SmallBalanceLimit,
)
from budgets.payments import first_balances, money_checks, money_standings
from budgets.position import entitlement_facts
from cases import ledger
from cases.common.refusals import NotYet, Stale
from cases.models import Seat
from tests.budgets import test_running_import as running
from tests.budgets.test_running_import import CASE, LINE, table
from tests.cast import SINCE, Cast
from tests.race import together

TODAY = timezone.localdate
PAID_TO = TODAY() - timedelta(days=29)  # so that two pay days have been since
FIRST, SECOND = PAID_TO + timedelta(days=1), PAID_TO + timedelta(days=29)
FOUR_WEEKS = D("1168.40")  # 4 x (312.10 - 20.00)
ONE = CASE | {"paid_to": PAID_TO.isoformat()}
TWO = ONE | {"case": "SW-18", "name": "Bo Reed", "creditor_number": "S7002"}
TWO |= {"contribution_weekly": "", "contribution_from": "", "told_on": ""}
OTHER_LINE = LINE | {"case": "SW-18"}


def paid(on=FIRST, amount=FOUR_WEEKS, weeks=4, **more):
    """A row of the ledger's own list."""
    row = {"reference": "SW-17", "creditor": "", "amount": str(amount), "date": on.isoformat()}
    row |= {"from": on.isoformat(), "to": (on + timedelta(days=7 * weeks - 1)).isoformat()}
    return row | more


def lay(cast, rows, on=FIRST, by=None):
    return money.lay_pay_day(
        council=cast.council, by=by or cast.finance, on=on, table=table("ledger.csv", rows)
    )


def close(cast, run, by=None):
    return money.close_pay_day(run=run, by=by or cast.releaser)


def go(cast, case, by=None):
    return money.go_live(council=cast.council, cases=[case.pk], by=by or cast.releaser)


@pytest.fixture
def case(cast):
    (found,) = running.entered(cast, [ONE], [LINE])
    return found


def due(case, until):
    return answer(entitlement_facts.facts_of_case(case), until)


def third_officer(cast):
    Seat.objects.create(user=cast.admin, council=cast.council, role="finance", valid_from=SINCE)
    return cast.admin


def test_what_is_paid_elsewhere_is_not_overdue_here(cast, case, as_):
    """The ledger pays it: of what it is owed here nothing waits for anybody."""
    money_standings.refresh()
    assert MoneyStanding.objects.get(case=case).due_on == FIRST < TODAY()
    address = "/staff/finance/overdue/"
    assert case.ref not in as_(cast.finance).get(address).content.decode()
    EnteredCase.objects.filter(case=case).update(
        live_at=timezone.now(), live_by=cast.releaser, checked_by=cast.finance
    )
    assert case.ref in as_(cast.finance).get(address).content.decode()


def test_two_pay_days_without_a_difference_and_the_case_is_paid_from_here(cast, case):
    for on in (FIRST, SECOND):
        with pytest.raises(NotYet, match="no two pay days in order"):
            go(cast, case)
        run = lay(cast, [paid(on)], on)
        (line,) = run.lines.all()
        assert (line.ours, line.theirs, line.causes) == (FOUR_WEEKS, FOUR_WEEKS, [])
        close(cast, run)
    assert not PaymentBatch.objects.exists()
    (entry,) = go(cast, case)
    assert (entry.live_by, entry.checked_by) == (cast.releaser, cast.finance)
    assert case.events.filter(verb="go_live", by=cast.releaser).count() == 1
    assert not due(case, TODAY()).payments
    third = SECOND + timedelta(days=28)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=third)
    (row,) = batch.payments.all()
    assert (row.covers_from, row.amount) == (third, FOUR_WEEKS)
    assert not list(money_checks.differences(cast.council))


def test_what_the_ledger_paid_stands_as_paid_and_a_difference_goes_on(cast, case):
    run = lay(cast, [paid(amount=FOUR_WEEKS - 10)])
    assert not case.payments.filter(on=FIRST).exists()
    money_standings.refresh()
    assert MoneyStanding.objects.get().due_on == FIRST
    close(cast, run)
    money_standings.refresh()
    assert MoneyStanding.objects.get().owed == D("10.00")  # no event of the case said so
    row = case.payments.get(on=FIRST)
    assert (row.amount, row.state, row.batch) == (FOUR_WEEKS - 10, "paid", None)
    found = due(case, FIRST)
    assert (found.owed, found.paid_too_much) == (D("10.00"), 0)
    (line,) = lay(cast, [paid(SECOND)], SECOND).lines.all()
    assert (line.difference, line.causes) == (D("10.00"), ["before"])


CAUSES = [
    ({"amount": FOUR_WEEKS + D("0.03")}, "-0.03", ["pence"]),
    ({"amount": FOUR_WEEKS + 80}, "-80.00", ["contribution"]),
    ({"amount": FOUR_WEEKS + 77}, "-77.00", ["price"]),
    ({"amount": FOUR_WEEKS / 2, "weeks": 2}, "584.20", ["days"]),
]


@pytest.mark.parametrize(("change", "difference", "causes"), CAUSES)
def test_a_difference_has_what_may_explain_it(cast, case, change, difference, causes):
    (line,) = lay(cast, [paid(**change)]).lines.all()
    assert (line.difference, line.causes) == (D(difference), causes)


def test_who_is_paid_by_one_of_the_two_alone_is_named(cast):
    running.entered(cast, [ONE, TWO], [LINE, OTHER_LINE])
    run = lay(cast, [paid(), paid(reference="OTHER-1", amount=D("50"))])
    found = {line.reference: (line.theirs, line.causes) for line in run.lines.all()}
    assert found == {
        "SW-17": (FOUR_WEEKS, []),
        "SW-18": (D("0.00"), ["ledger_none"]),
        "OTHER-1": (D("50.00"), ["not_here"]),
    }


def test_what_we_would_not_pay_has_its_reason_and_is_mended_in_the_facts(cast, case):
    money.name_payee(case=case, by=cast.finance, kind="person", name="Ada", creditor="S9")
    run = lay(cast, [paid()])
    assert run.lines.get().causes == ["payee"]
    money.verify_payee(payee=case.payees.last(), by=cast.releaser)
    assert money.lay_again(run=run, by=cast.finance).lines.get().difference == 0
    money.withdraw_pay_day(run=run, by=cast.finance)
    case.suspensions.create(begins_on=FIRST, recorded_by=cast.finance)
    assert lay(cast, [paid()]).lines.get().causes == ["suspended"]


def test_a_creditor_number_names_the_case_where_it_is_the_only_one(cast, case):
    run = lay(cast, [paid(reference="", creditor="s7001")])
    assert run.lines.get().case == case
    money.withdraw_pay_day(run=run, by=cast.finance)
    running.entered(cast, [TWO | {"creditor_number": "S7001"}], [OTHER_LINE])
    with pytest.raises(PayDayRefused) as refused:
        lay(cast, [paid(reference="", creditor="S7001")])
    assert refused.value.problems == [
        "Line 2: several cases are paid to this creditor: write the reference."
    ]


def test_a_difference_is_accepted_by_name_and_stays_so_while_it_is_the_same(cast, case):
    run = lay(cast, [paid(amount=FOUR_WEEKS + 10)])

    def accept(reason="An old bonus", by=cast.releaser, number=1):
        return money.accept_difference(run=run, number=number, reason=reason, by=by)

    for given, said in (
        ({"reason": " "}, "Say why"),
        ({"by": cast.worker}, "not yours"),
        ({"number": 2}, "no such difference"),
    ):
        with pytest.raises(NotYet, match=said):
            accept(**given)
    accept()
    with pytest.raises(NotYet, match="already"):
        accept()
    event = case.events.get(verb="accept_difference")
    assert (event.by, event.codes["amount"]) == (cast.releaser, "-10.00")
    again = money.lay_again(run=run, by=cast.finance).lines.get()
    assert (again.reason, again.accepted_by) == ("An old bonus", cast.releaser)
    money.pay_extra(case=case, by=cast.finance, on=FIRST, amount=D("4"), why="A taxi")
    changed = money.lay_again(run=run, by=cast.finance).lines.get()
    assert (changed.difference, changed.accepted_by) == (D("-6.00"), None)


def test_whoever_checked_or_accepted_does_not_let_it_go_live(cast, case):
    third = third_officer(cast)
    run = lay(cast, [paid(amount=FOUR_WEEKS + 10)])
    money.accept_difference(run=run, number=1, reason="An old bonus", by=third)
    close(cast, run)
    # what was paid too much is no part of the next payment: nothing is taken back by itself
    close(cast, lay(cast, [paid(SECOND)], SECOND))
    for who in (cast.finance, third):
        with pytest.raises(NotYet, match="another officer lets it go live"):
            go(cast, case, by=who)
    with pytest.raises(NotYet, match="not yours"):
        go(cast, case, by=cast.manager)
    go(cast, case)
    with pytest.raises(NotYet, match="live already"):
        go(cast, case)
    with pytest.raises(DatabaseError), transaction.atomic():
        EnteredCase.objects.update(live_at=None, live_by=None, checked_by=None)


def test_a_difference_that_nobody_accepted_keeps_the_case_where_it_is(cast, case):
    close(cast, lay(cast, [paid()]))
    close(cast, lay(cast, [paid(SECOND, amount=D("1"))], SECOND))
    with pytest.raises(NotYet, match="no two pay days in order"):
        go(cast, case)
    with pytest.raises(NotYet, match="Choose at least one"):
        money.go_live(council=cast.council, cases=[], by=cast.releaser)
    assert not EnteredCase.objects.exclude(live_at=None).exists()


def test_all_that_are_chosen_go_live_or_none(cast, case):
    close(cast, lay(cast, [paid()]))
    close(cast, lay(cast, [paid(SECOND)], SECOND))
    running.entered(cast, [TWO], [OTHER_LINE])
    both = list(EnteredCase.objects.values_list("case", flat=True))
    with pytest.raises(NotYet, match="Case “SW-18” has no two pay days"):
        money.go_live(council=cast.council, cases=both, by=cast.releaser)
    assert not EnteredCase.objects.exclude(live_at=None).exists()


def test_another_officer_closes_a_pay_day_and_one_is_open_at_a_time(cast, case):
    run = lay(cast, [paid()])
    with pytest.raises(NotYet, match="another officer closes it"):
        close(cast, run, by=cast.finance)
    with pytest.raises(NotYet, match="not yours"):
        close(cast, run, by=cast.auditor)
    for act in (lambda: lay(cast, [paid(SECOND)], SECOND), lambda: go(cast, case)):
        with pytest.raises(NotYet, match="still open"):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        ParallelRun.objects.filter(pk=run.pk).update(
            state="closed", done_by=cast.finance, done_at=timezone.now()
        )
    money.withdraw_pay_day(run=run, by=cast.finance)
    assert not Payment.objects.filter(on=FIRST).exists()
    late = paid(date=SECOND.isoformat())
    second = lay(cast, [late, paid(SECOND)], SECOND)  # a pay day that was missed comes with it
    assert (second.number, second.lines.get().difference) == (2, 0)
    close(cast, second)
    with pytest.raises(NotYet, match="later pay day is closed"):
        lay(cast, [paid()])
    with pytest.raises(NotYet, match="already"):
        lay(cast, [paid(SECOND)], SECOND)


WRONG = [
    ({"amount": "-5"}, 'Line 2, column "amount": The amount cannot be less'),
    ({"amount": "12.345"}, 'Line 2, column "amount"'),
    ({"date": "2020-01-06"}, "Line 2, column “date”: 2020-01-06 is not the pay day"),
    ({"from": ""}, "Line 2, column “from”: a payment has both days"),
    ({"to": "2020-01-06"}, "Line 2, column “to”: the last day, 2020-01-06, is before"),
    ({"reference": ""}, "Line 2, column “reference”: write the reference, or the creditor"),
    ({"from": PAID_TO.isoformat()}, f"Line 2: days up to {PAID_TO} are paid already"),
    ({"creditor": "S7002"}, "Line 2: the creditor number is that of another case"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_file_is_taken_whole_or_not_at_all(cast, change, said):
    running.entered(cast, [ONE, TWO], [LINE, OTHER_LINE])
    with pytest.raises(PayDayRefused) as refused:
        lay(cast, [paid() | change, paid(reference="SW-18")])
    assert len(refused.value.problems) == 1 and refused.value.problems[0].startswith(said)
    assert not ParallelRun.objects.exists()


def test_days_twice_in_a_file_and_a_day_far_ahead_are_refused(cast, case):
    with pytest.raises(PayDayRefused, match="nothing of it was taken") as refused:
        lay(cast, [paid(), paid(weeks=1)])
    assert "another line of this file covers the same days" in refused.value.problems[0]
    with pytest.raises(NotYet, match="days ahead"):
        lay(cast, [paid()], TODAY() + timedelta(days=29))


def test_a_live_case_that_the_ledger_still_pays_is_named_and_never_accepted(cast, case):
    close(cast, lay(cast, [paid()]))
    close(cast, lay(cast, [paid(SECOND)], SECOND))
    go(cast, case)
    running.entered(cast, [TWO], [OTHER_LINE])
    third = SECOND + timedelta(days=7)
    run = lay(cast, [paid(third, weeks=1)], third)
    found = {line.reference: line for line in run.lines.all()}
    assert found["SW-17"].causes == ["live"]
    with pytest.raises(NotYet, match="no such difference"):
        money.accept_difference(
            run=run, number=found["SW-17"].number, reason="Why", by=cast.releaser
        )
    close(cast, run)
    assert not case.payments.filter(on=third).exists()


def test_nobody_of_another_council_lays_or_closes_or_lets_go(cast, case):
    Seat.objects.create(user=cast.stranger, council=cast.other, role="finance", valid_from=SINCE)
    run = lay(cast, [paid()])
    for act in (
        lambda: lay(cast, [paid()], by=cast.stranger),
        lambda: close(cast, run, by=cast.stranger),
        lambda: money.lay_again(run=run, by=cast.stranger),
        lambda: money.withdraw_pay_day(run=run, by=cast.stranger),
        lambda: go(cast, case, by=cast.stranger),
    ):
        with pytest.raises(NotYet, match="not yours"):
            act()
    with pytest.raises(NotYet, match="not here"):
        money.withdraw_pay_day(run=run, by=cast.finance)
        money.go_live(council=cast.other, cases=[case.pk], by=cast.stranger)


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_once():
    cast = Cast.make()
    running.entered(cast, [ONE], [LINE])
    run = lay(cast, [paid()])
    made, wrong = together(2, lambda: close(cast, run).state)
    assert made == ["closed"] and [type(one) for one in wrong] == [NotYet]
    assert Payment.objects.filter(on=FIRST).count() == 1


# ---- balances before the first payment from here ----


@pytest.fixture
def uneven(cast, case):
    """Live, with £10 that the ledger paid too little on the first day and too much on none."""
    run = lay(cast, [paid(amount=FOUR_WEEKS - 10)])
    accept(cast, run)
    close(cast, run)
    run = lay(cast, [paid(SECOND)], SECOND)
    accept(cast, run)
    close(cast, run)
    money.go_live(council=cast.council, cases=[case.pk], by=third_officer(cast))
    return case


def accept(cast, run):
    return money.accept_difference(run=run, number=1, reason="Rounded", by=cast.finance)


def test_the_first_batch_waits_until_somebody_has_looked_at_the_balances(cast, uneven, as_):
    until = {"council": cast.council, "by": cast.finance, "until": SECOND + timedelta(days=28)}
    with pytest.raises(NotYet, match="have a balance") as no:
        money.make_batch(**until)
    assert no.value.field == "balances" and not PaymentBatch.objects.exists()
    assert "balance of 1 case" in as_(cast.finance).get("/staff/payments/").content.decode()
    page = as_(cast.finance).get("/staff/going-live/balances/")
    shown = page.content.decode()
    assert uneven.ref in shown and "£10.00" in shown
    assert as_(cast.finance).get("/staff/going-live/").content.decode().count("/balances/") == 1
    batch = money.make_batch(balances=True, **until)
    money.release_batch(batch=batch, by=cast.releaser)
    assert first_balances.before_first_payments(cast.council) == 0, "it was paid from here"
    assert uneven.ref not in as_(cast.finance).get("/staff/going-live/balances/").content.decode()


def test_a_case_that_stands_even_and_one_that_was_never_paid_elsewhere_ask_nothing(cast, case):
    for on in (FIRST, SECOND):
        close(cast, lay(cast, [paid(on)], on))
    go(cast, case)
    cast.a_case(at="running", days_ago=60, person=cast.new_person("Di Reed"))
    money_standings.refresh()
    assert first_balances.before_first_payments(cast.council) == 0
    MoneyStanding.objects.update(stale=True)
    assert first_balances.before_first_payments(cast.council) == 1, "its balance is not known"
    assert list(first_balances.unread(cast.council)) == [case]
    assert money.make_batch(council=cast.council, by=cast.finance, until=TODAY()).number == 1


def test_what_an_upgrade_brought_is_looked_at_too(cast, a_case):
    case = a_case(at="running", days_ago=60)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    money.release_batch(batch=batch, by=cast.releaser)
    assert not first_balances.cases(cast.council).exists()
    ledger.disarm(connection)
    PaymentBatch.objects.update(released_by=None)
    ledger.arm(connection)
    assert list(first_balances.cases(cast.council)) == [case]


def test_the_command_lists_them_and_refuses_a_council_that_is_not_there(cast, uneven):
    out = StringIO()
    call_command("first_balances", council=cast.council.slug, stdout=out)
    assert f"{uneven.ref}  owed 10.00  too much 0.00" in out.getvalue()
    assert "1 of 1 cases have a balance" in out.getvalue()
    with pytest.raises(CommandError, match="no council") as no:
        call_command("first_balances", council="nowhere")
    assert no.value.returncode == 2


def test_who_reads_the_balances(cast, uneven, as_):
    for user in (cast.person, cast.worker, cast.manager, cast.outsider):
        assert as_(user).get("/staff/going-live/balances/").status_code in (302, 403, 404), user
    assert as_(cast.finance).get("/staff/going-live/balances/?page=x").status_code == 200


def live(cast, case, more):
    """Live, with so many pounds that the ledger paid too much on the first day."""
    run = lay(cast, [paid(amount=FOUR_WEEKS + more)])
    accept(cast, run)
    close(cast, run)
    close(cast, lay(cast, [paid(SECOND)], SECOND))
    money.go_live(council=cast.council, cases=[case.pk], by=third_officer(cast))
    money_standings.refresh()


def limit(cast, most="5.00", **dated):
    dated = {"valid_from": FIRST} | dated
    return SmallBalanceLimit.objects.create(
        council=cast.council, most=D(most), reason="Cabinet", **dated
    )


BALANCES = "/staff/going-live/balances/"


def test_small_sums_paid_too_much_elsewhere_are_settled_within_the_councils_limit(cast, case, as_):
    live(cast, case, D("2.40"))
    client = as_(cast.finance)
    assert client.get(BALANCES).context["form"] is None, "no limit is set: none is settled so"
    limit(cast)
    shown = client.get(BALANCES)
    assert "1 sum of no more than £5.00 was paid too much: £2.40." in shown.content.decode()
    sent = {name: shown.context["form"][name].value() for name in ("key", "looked")}
    assert as_(cast.auditor).post(BALANCES, sent).status_code == 404
    for _press in "12":
        assert client.post(BALANCES, sent).status_code == 302
    row = case.settlements.get()
    assert (row.amount, row.how) == (D("2.40"), "written_off")
    assert "£5.00" in row.why and case.events.filter(verb="settle_small_balance").count() == 1
    assert first_balances.before_first_payments(cast.council) == 0
    assert not list(money_checks.of_cases([case.pk]))
    assert answer(entitlement_facts.facts_of_case(case), TODAY()).paid_too_much == 0


@pytest.mark.parametrize("most", ["2.39", "0.01"])
def test_a_sum_above_the_limit_is_decided_like_any_other(cast, case, most):
    live(cast, case, D("2.40"))
    limit(cast, most)
    assert first_balances.small(cast.council, TODAY()) == (D(most), [])


def test_a_limit_of_another_day_or_council_settles_nothing(cast, case):
    live(cast, case, D("2.40"))
    limit(cast, valid_from=TODAY() + timedelta(days=1))
    limit(cast, valid_from=FIRST, valid_to=TODAY())
    SmallBalanceLimit.objects.create(council=cast.other, most=5, valid_from=FIRST, reason="Theirs")
    assert first_balances.small(cast.council, TODAY()) == (D(0), [])


@pytest.mark.parametrize("looked", ["", "x", "[]", "{}", '{"1": "NaN"}', '{"x": "2.40"}', "null"])
def test_another_list_than_was_looked_at_changes_nothing(cast, case, as_, looked):
    live(cast, case, D("2.40"))
    limit(cast)
    answered = as_(cast.finance).post(BALANCES, {"looked": looked, "key": ""})
    assert answered.status_code == 422 and not case.settlements.exists()
    with pytest.raises(Stale):
        settle_small_balances(council=cast.council, by=cast.finance, sums={case.pk: D("2.39")})
