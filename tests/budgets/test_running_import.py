"""Money that runs already is entered by two officers, whole or not at all, and the books are even
on the first day.
"""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions import running_money
from budgets.actions.running_money import ImportRefused
from budgets.entitlement.answer import answer
from budgets.ledger.running import Table
from budgets.models import (
    BudgetFigure,
    Charge,
    EnteredCase,
    MonitoringCheck,
    Payment,
    PaymentBatch,
    RunningImport,
    SupportPlan,
)
from budgets.payments import charge_reviews, money_checks, monitoring, standing_payments
from budgets.position import case_money, entitlement_facts
from budgets.position.charged import charges_table, days_charged
from cases.common.refusals import NotYet
from cases.journey.replay import disagreements
from cases.models import Case, Person, Seat
from tests.cast import SINCE, Cast
from tests.race import together

TODAY = timezone.localdate
BEGAN = TODAY() - timedelta(days=400)
PAID_TO = TODAY() + timedelta(days=6)
CASE = {
    "case": "SW-17",
    "name": "Ada Lark",
    "born": "1/5/1950",
    "contact_by": "phone",
    "phone": "01632 960001",
    "need_group": "physical",
    "team": "North team",
    "worker": "worker@example.org",
    "decided_from": BEGAN.isoformat(),
    "plan": "3",
    "agreement_from": BEGAN.isoformat(),
    "basis": "net",
    "account": "own_account",
    "payee_kind": "person",
    "creditor_number": "s 7001",
    "contribution_weekly": "20.00",
    "contribution_from": BEGAN.isoformat(),
    "told_on": BEGAN.isoformat(),
    "paid_to": PAID_TO.isoformat(),
    "balance_held": "812.20",
    "reviewed_on": (TODAY() - timedelta(days=90)).isoformat(),
}
LINE = {
    "case": "SW-17",
    "line": "a",
    "what": "Personal assistant",
    "who": "pa",
    "outcome": "hygiene",
    "route": "direct_payment",
    "unit": "hour",
    "quantity": "20",
    "rate": "15.605",
    "from": BEGAN.isoformat(),
}
MEALS = {
    "case": "SW-18",
    "line": "a",
    "what": "Meals",
    "who": "agency",
    "route": "council_managed",
    "unit": "week",
    "amount": "70",
    "from": BEGAN.isoformat(),
}
MANAGED = {"case": "SW-18", "name": "Cy Dunn", "decided_from": BEGAN.isoformat(), "plan": "1"}


def table(name, rows):
    heads = list(dict.fromkeys(head for row in rows for head in row))
    lines = [heads, *([row.get(head, "") for head in heads] for row in rows)]
    return Table(name, "\n".join(",".join(cells) for cells in lines).encode())


def tables(cases, lines):
    return {"cases": table("cases.csv", cases), "lines": table("lines.csv", lines)}


def recorded(cast, cases=(CASE,), lines=(LINE,), by=None):
    return money.record_import(council=cast.council, by=by or cast.finance, **tables(cases, lines))


def entered(cast, cases=(CASE,), lines=(LINE,)):
    money.release_import(imported=recorded(cast, cases, lines), by=cast.releaser)
    return [entry.case for entry in EnteredCase.objects.filter(council=cast.council)]


def problems(cast, cases=(CASE,), lines=(LINE,)):
    with pytest.raises(ImportRefused) as refused:
        recorded(cast, cases, lines)
    return refused.value.problems


def nothing_written():
    return not any(
        model.objects.exists() for model in (Case, Person, SupportPlan, Payment, EnteredCase)
    )


def test_a_creditor_number_has_the_shape_that_the_council_set(cast):
    money.set_ledger_format(council=cast.council, by=cast.admin, kind="creditor", text="A9999")
    (said,) = problems(cast, [CASE | {"creditor_number": "SX7001"}])
    assert "Line 2" in said and "The number has a letter too many: “SX7001”" in said
    (case,) = entered(cast)
    assert case.payees.get().creditor == "S7001"


def test_a_case_stands_where_money_runs_with_all_that_was_said(cast):
    (case,) = entered(cast)
    assert (case.step, case.worker, case.team) == ("running", cast.worker, cast.team)
    assert (case.route, case.need_group, case.age_band) == ("direct_payment", "physical", "65-84")
    person = case.person
    assert (person.name, person.born, person.contact_by) == (
        "Ada Lark",
        date(1950, 5, 1),
        "phone",
    )
    plan, figure = case_money.agreed_plan(case), case_money.in_force(case)
    assert (plan.number, plan.state, bool(plan.digest)) == (3, "agreed", True)
    assert (figure.weekly, figure.effective_from) == (D("312.10"), BEGAN)
    assert figure.recorded_by == cast.finance
    (line,) = plan.lines.all()
    assert (line.start.started_on, line.outcome, line.who) == (BEGAN, "hygiene", "pa")
    agreement, payee = case.agreements.get(), standing_payments.payees_of([case.pk])[case.pk]
    assert (agreement.basis, agreement.pay_day) == ("net", PAID_TO + timedelta(days=1))
    assert (payee.creditor, payee.recorded_by, payee.verified_by) == (
        "S7001",
        cast.finance,
        cast.releaser,
    )
    (row,) = case.contributions.all()
    assert (row.weekly, row.told_on, row.state) == (D("20.00"), BEGAN, "recorded")
    assert [one.case for one in charge_reviews.reviews_due(cast.council, TODAY())] == [case]
    assert not disagreements(case) and not list(money_checks.differences(cast.council))


def test_one_opening_payment_makes_the_books_even(cast):
    (case,) = entered(cast)
    (paid,) = case.payments.all()
    days = (PAID_TO - BEGAN).days + 1
    whole = (D("292.10") * days / 7).quantize(D("0.01"), rounding="ROUND_HALF_UP")
    assert (paid.covers_from, paid.covers_to, paid.amount) == (BEGAN, PAID_TO, whole)
    assert (paid.batch, paid.state) == (None, "paid")
    found = answer(entitlement_facts.facts_of_case(case), PAID_TO + timedelta(days=29))
    assert (found.owed, found.paid_too_much) == (0, 0)
    first = found.payments[0]
    assert first.on == first.covers_from == PAID_TO + timedelta(days=1)
    assert first.amount == 4 * D("292.10")


def test_the_balance_stands_where_money_left_over_is_read(cast):
    (case,) = entered(cast)
    check = MonitoringCheck.objects.get(case=case)
    assert (check.balance, check.period_to) == (D("812.20"), PAID_TO)
    assert monitoring.surplus_of(check).free == D("812.20")


def test_what_was_paid_before_the_case_was_entered_counts_as_paid(cast):
    """Before the first batch of the council, and after it while others still pay."""
    (case,) = entered(cast)
    later = PAID_TO + timedelta(days=40)
    assert monitoring.paid(case, TODAY()).first == BEGAN
    assert monitoring.paid(case, PAID_TO).last == PAID_TO
    fell_due = monitoring.paid(case, later)
    assert (fell_due.first, fell_due.due) == (BEGAN, BEGAN) and fell_due.last > later
    PaymentBatch.objects.create(
        council=cast.council, number=1, until=TODAY(), made_by=cast.finance, state="ready"
    )
    assert monitoring.paid(case, later) == fell_due, "paid elsewhere, as before"
    EnteredCase.objects.update(
        live_at=timezone.now(), live_by=cast.releaser, checked_by=cast.finance
    )
    assert monitoring.paid(case, later) == (BEGAN, BEGAN, PAID_TO), "in no batch of ours yet"


def test_a_case_that_is_not_live_is_in_no_batch(cast):
    (case,) = entered(cast)
    later = TODAY() + timedelta(days=28)
    with pytest.raises(NotYet, match="Nothing is due"):
        money.make_batch(council=cast.council, by=cast.finance, until=later)
    EnteredCase.objects.update(
        live_at=timezone.now(), live_by=cast.releaser, checked_by=cast.finance
    )
    batch = money.make_batch(council=cast.council, by=cast.finance, until=later)
    assert [p.case_id for p in batch.payments.all()] == [case.pk]


def test_support_that_the_council_arranges_is_live_at_once_and_charged_no_day_twice(cast):
    sums = {"contribution_weekly": "20.00", "contribution_from": BEGAN.isoformat()}
    charged = MANAGED | sums | {"told_on": BEGAN.isoformat()}
    assert problems(cast, [charged], [MEALS]) == [
        f"Case “SW-18”, column “charged_to”: a part is charged since {BEGAN}: "
        "write the last day that was charged."
    ]
    last = TODAY() - timedelta(days=1)
    (case,) = entered(cast, [charged | {"charged_to": last.isoformat()}], [MEALS])
    row = Charge.objects.get(case=case)
    days = (last - BEGAN).days + 1
    assert row.amount == (D(20) * days / 7).quantize(D("0.01"), rounding="ROUND_HALF_UP")
    assert (row.batch, row.covers_from, row.covers_to) == (None, BEGAN, last)
    found = answer(entitlement_facts.facts_of_case(case), TODAY() + timedelta(days=60))
    assert found.charges and all(one.covers_from > last for one in found.charges)
    assert (found.charged_too_much, found.charged_too_little) == (0, 0)
    assert EnteredCase.objects.get(case=case).live_at and not case.payments.exists()
    make = {"council": cast.council, "by": cast.finance}
    for ahead in (60, 120):
        with time_machine.travel(timezone.now() + timedelta(days=ahead)):
            batch = money.make_charges(until=TODAY(), **make)
            money.release_charges(batch=batch, by=cast.releaser)
    rows = charges_table(case, 50).rows
    assert [row[0].split("-")[0] for row in rows][:1] == ["C2"]
    assert rows[-1][:3] == ["", days_charged(row), "Before it was entered here"]


def test_weeks_of_a_year_and_a_sum_without_a_quantity_are_kept(cast):
    lines = [
        LINE | {"weeks": "50"},
        LINE | {"line": "b", "quantity": "", "rate": "", "amount": "33.33", "unit": "day"},
        LINE | {"line": "c", "quantity": "", "rate": "", "amount": "500", "unit": "month"},
        LINE | {"line": "d", "quantity": "", "rate": "", "amount": "999", "unit": "once"},
    ]
    (case,) = entered(cast, lines=lines)
    found = entitlement_facts.facts_of_case(case).lines
    assert [(one.unit, one.amount, one.weeks or 52) for one in found] == [
        ("hour", D("312.10"), 50),
        ("week", D("33.33"), 52),
        ("month", D("500.00"), 52),
        ("once", D("999.00"), 52),
    ]


def test_a_person_who_is_here_keeps_one_record(a_case, cast):
    known = a_case(at="running")
    row = CASE | {"person": known.ref, "name": "", "phone": "", "contact_by": ""}
    case = next(one for one in entered(cast, [row]) if one != known)
    assert case.person == known.person and Person.objects.count() == 1
    ready = running_money.read_import(
        cast.council,
        *tables(
            [CASE | {"case": "SW-99", "name": known.person.name, "born": ""}],
            [LINE | {"case": "SW-99"}],
        ).values(),
        TODAY(),
    )
    assert running_money.namesakes(cast.council, ready) == {"SW-99"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"worker": "stranger@example.org"}, "“stranger@example.org” is not one of this council."),
        ({"team": "First kontact"}, "“First kontact” is not one of this council."),
        ({"person": "ZZ99ZZ"}, "there is no case “ZZ99ZZ” in this council."),
        ({"paid_to": "", "balance_held": ""}, "write the last day that is paid."),
    ],
)
def test_what_is_not_of_this_council_or_not_said_is_refused_and_nothing_kept(cast, change, said):
    (found,) = problems(cast, [CASE | change])
    assert said in found
    assert nothing_written() and not RunningImport.objects.exists()


def test_a_price_that_no_plan_holds_is_refused(cast):
    (found,) = problems(
        cast, lines=[LINE | {"quantity": "", "rate": "", "amount": "2000000", "unit": "once"}]
    )
    assert "Case “SW-17”" in found


def test_one_officer_records_and_another_lets_in(cast):
    for who in (cast.worker, cast.manager, cast.person, cast.auditor):
        with pytest.raises(NotYet, match="not yours"):
            recorded(cast, by=who)
    imported = recorded(cast)
    assert nothing_written()
    with pytest.raises(NotYet, match="another officer lets them in"):
        money.release_import(imported=imported, by=cast.finance)
    with pytest.raises(NotYet, match="not yours"):
        money.release_import(imported=imported, by=cast.worker)
    money.release_import(imported=imported, by=cast.releaser)
    for again in (money.release_import, money.withdraw_import):
        with pytest.raises(NotYet, match="dealt with these tables already"):
            again(imported=imported, by=cast.releaser)
    assert Case.objects.count() == 1
    with pytest.raises(ImportRefused) as twice:
        recorded(cast)
    assert "was entered before" in twice.value.problems[0]


def test_the_files_are_kept_only_while_they_wait(cast):
    imported = recorded(cast)
    assert b"Ada Lark" in bytes(imported.cases_file)
    money.withdraw_import(imported=imported, by=cast.finance)
    imported.refresh_from_db()
    assert (imported.state, bytes(imported.cases_file), imported.done_by) == (
        "withdrawn",
        b"",
        cast.finance,
    )
    assert len(imported.sha256) == 64 and nothing_written()
    with pytest.raises(DatabaseError), transaction.atomic():
        RunningImport.objects.update(state="waiting", done_by=None, done_at=None)


def test_an_officer_of_another_council_can_do_nothing_here(cast):
    Seat.objects.create(user=cast.stranger, council=cast.other, role="finance", valid_from=SINCE)
    imported = recorded(cast)
    with pytest.raises(NotYet, match="not yours"):
        recorded(cast, by=cast.stranger)
    for act in (money.release_import, money.withdraw_import):
        with pytest.raises(NotYet, match="not yours"):
            act(imported=imported, by=cast.stranger)
    same = money.record_import(council=cast.other, by=cast.stranger, **tables([MANAGED], [MEALS]))
    assert (same.number, imported.number) == (1, 1)


def test_what_came_between_is_refused_at_the_release_and_nothing_is_written(cast):
    first, second = recorded(cast), recorded(cast)
    money.release_import(imported=first, by=cast.releaser)
    with pytest.raises(ImportRefused) as refused:
        money.release_import(imported=second, by=cast.releaser)
    assert "was entered before" in refused.value.problems[0]
    second.refresh_from_db()
    assert second.state == "waiting" and Case.objects.count() == 1


def test_a_failure_in_the_last_case_leaves_none_of_them(cast, monkeypatch):
    imported = recorded(cast, [CASE, MANAGED], [LINE, MEALS])
    real = BudgetFigure.objects.create

    def breaks(**columns):
        if BudgetFigure.objects.exists():
            raise RuntimeError("the disk is full")
        return real(**columns)

    monkeypatch.setattr(BudgetFigure.objects, "create", breaks)
    with pytest.raises(RuntimeError):
        money.release_import(imported=imported, by=cast.releaser)
    imported.refresh_from_db()
    assert nothing_written() and imported.state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_let_them_in_once():
    cast = Cast.make()
    imported = recorded(cast)
    made, wrong = together(
        2, lambda: money.release_import(imported=imported, by=cast.releaser).state
    )
    assert made == ["released"] and Case.objects.count() == 1
    assert [type(one) for one in wrong] == [NotYet]


def run(tmp_path, *options, cases=(CASE,), lines=(LINE,), **more):
    names = []
    for name, rows in (("cases.csv", cases), ("lines.csv", lines)):
        (tmp_path / name).write_bytes(table(name, rows).data)
        names.append(str(tmp_path / name))
    call_command("import_running", *names, *options, **more)


def test_the_command_shows_records_and_lets_in(cast, tmp_path, capsys):
    council, by = "--council=brackenshire", "--by=finance@example.org"
    run(tmp_path, council, by, "--dry-run")
    assert "SW-17" in capsys.readouterr().out and not RunningImport.objects.exists()
    run(tmp_path, council, by)
    assert RunningImport.objects.get().state == "waiting" and nothing_written()
    with pytest.raises(CommandError, match="another officer"):
        call_command("import_running", council, by, "--release=1")
    call_command("import_running", council, "--by=releaser@example.org", "--release=1")
    assert Case.objects.get().step == "running"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--council=nowhere", "--by=finance@example.org"], "no council “nowhere”"),
        (["--council=brackenshire", "--by=nobody@example.org"], "nobody who signs in"),
        (["--council=brackenshire", "--by=worker@example.org"], "not yours"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong(cast, tmp_path, options, said):
    with pytest.raises(CommandError, match=said):
        run(tmp_path, *options)
    assert not RunningImport.objects.exists()


def test_the_command_lists_every_line_that_is_wrong(cast, tmp_path, capsys):
    with pytest.raises(CommandError, match="nothing of them was taken"):
        run(
            tmp_path,
            "--council=brackenshire",
            "--by=finance@example.org",
            cases=[CASE | {"basis": "nett", "paid_to": "soon"}],
        )
    report = capsys.readouterr().err
    assert 'Line 2, column "basis"' in report and 'column "paid_to"' in report
    with pytest.raises(CommandError, match="can't be read"):
        call_command(
            "import_running",
            str(tmp_path / "none.csv"),
            str(tmp_path / "none.csv"),
            "--council=brackenshire",
            "--by=finance@example.org",
        )
