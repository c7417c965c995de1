"""Every way of taking the money from the plan to the second review, by the real pages; with an
offer declined, a way refused, a death; and the council's own pages about money that moves.
"""

import csv
import hashlib
from datetime import timedelta
from io import StringIO

import pytest

from budgets.models import MonitoringCheck, Payment, PaymentBatch, Provider
from budgets.position import case_money
from cases.models import Event
from tests.walks.doing import (
    act,
    address,
    agree,
    coming,
    pay_to,
    plan,
    run,
    send_plan,
    sign_agreement,
    soon,
    start,
    steps,
    today,
    whole,
)
from tests.walks.pages import DONE, Hands
from tests.walks.test_bad_input import attack

CARE = {"quantity": "5", "rate": "16"}
PAYMENTS, WAYS, PROVIDERS = "/staff/payments/", "/staff/ways/", "/staff/providers/"


def decided(a_case, cast, lines, over=""):
    """From the plan to set-up, by the person and whoever decides."""
    case, me = a_case(at="plan"), Hands(cast.person)
    plan(me, case, lines, over)
    send_plan(me, case)
    agree(Hands({"worker": cast.worker, "manager": cast.manager}[case.turn]), case)
    assert case.step == "set_up"
    return case


def lines_of(case):
    return {line.what: line for line in case_money.agreed_plan(case).lines.all()}


def review(case, cast, kind):
    """A review that keeps the plan."""
    worker = Hands(cast.worker)
    worker.send(act(case, "start_review"), kind=kind, reason="It is time", dp="yes")
    worker.send(act(case, "keep_plan"), achieved="Out twice a week", reason="It works")
    case.refresh_from_db()
    assert case.step == "running"


def two_reviews(case, cast, between=lambda: None):
    review(case, cast, "initial")
    between()
    review(case, cast, "planned")
    assert [s for s in steps(case) if s in ("running", "review")] == [
        "running",
        "review",
        "running",
        "review",
        "running",
    ]
    whole()


def record(case, name):
    return address(case, "record", name)


def test_a_direct_payment_from_the_plan_to_its_second_review(a_case, cast):
    case = decided(a_case, cast, [("My own helper", "direct_payment", CARE | {"who": "pa"})])
    me, finance, auditor = Hands(cast.person), Hands(cast.finance), Hands(cast.auditor)
    page = finance.open(address(case, "agreement"))
    form = page.form("account_type")
    assert not form.values["account_type"] and len(form.choices["account_type"]) == 4, (
        "no account is chosen beforehand"
    )
    assert form.choices["basis"] == ["net", "gross", "person_first"] and form.values["terms"][0]
    sign_agreement(
        finance,
        case,
        contingency="200",
        surplus_weeks="6",
        others_signed="A. Clerk for the council",
    )
    start(finance, case, lines_of(case)["My own helper"])
    run(finance, case)
    shown = me.open(address(case, "schedule"))
    for words in (
        "A. Clerk for the council",
        "6 weeks of the payment",
        "£200.00",
        "How they are met may change",
    ):
        assert words in shown, words

    pay_to(finance, Hands(cast.releaser), case)

    def new_version():
        finance.send(PAYMENTS, until=today())
        sign = dict(account_type="managed_account", signed_on=today(), first_payment_on=soon(3))
        finance.refused(
            address(case, "agreement"),
            "needs an answer",
            signed_by="Ada Wren",
            signed_as="person",
            basis="net",
            cycle_weeks="2",
            **sign,
        )
        sign_agreement(finance, case, **sign, cycle_weeks="2", why="A payroll service does it now")
        assert case.agreements.count() == 2
        page = me.open(address(case, "schedule"))
        assert "A payroll service does it now" in page and "Being got ready, batch 1" in page
        assert coming(case)[0].covers_from == soon(28), "no day is paid twice"

    two_reviews(case, cast, new_version)
    payment = Payment.objects.get()
    page = auditor.open(address(case, "payments", payment.pk))
    for words in (
        "1. The payment",
        "Number 1, made by Finance",
        "Signed by",
        "Decided by",
        "Agreed by",
        "4. The first idea",
        "5. The answers it began with",
        "My own helper",
        "£320.00",
    ):
        assert words in page, words
    for part in (("schedule",), ("routes",), ("monitoring",)):
        auditor.open(address(case, *part), 404)
    me.open(address(case, "payments", 10**9), 404)


def test_a_managed_budget_from_the_plan_to_its_second_review(a_case, cast):
    case = decided(a_case, cast, [("Help to wash", "council_managed", CARE)])
    me, worker = Hands(cast.person), Hands(cast.worker)
    line = lines_of(case)["Help to wash"]
    worker.send(
        record(case, "record_unmet"),
        line=line.pk,
        wanted="Help at seven in the morning",
        reason="times",
    )
    worker.refused(
        record(case, "record_choice"),
        "Say what differs",
        line=line.pk,
        offered="Block contract",
        chosen="Kin and Co",
        chosen_by="Ada and her sister",
        chosen_on=today(),
    )
    worker.send(
        record(case, "record_choice"),
        line=line.pk,
        offered="Block contract",
        chosen="Kin and Co",
        chosen_by="Ada and her sister",
        chosen_on=today(),
        differs="They know her",
    )
    worker.send(
        record(case, "place_order"),
        line=line.pk,
        provider="Kin and Co",
        what="5 hours a week",
        begins_on=soon(2),
    )
    case.refresh_from_db()
    assert case.turn == "provider", "set-up waits on whoever the line waits on"
    page = me.open(address(case, "routes"))
    for words in (
        "Ada and her sister",
        "Block contract",
        "They know her",
        "Kin and Co",
        "Help at seven",
        "Waits for: Provider",
    ):
        assert words in page, words
    assert not [words for _href, words in page.read.links if "Order support" in words], (
        "the person orders nothing"
    )
    for name in ("place_order", "record_choice", "settle_account", "ask_balance", "no_such"):
        me.gone(record(case, name))
    start(worker, case, line)
    run(worker, case)
    two_reviews(case, cast)
    assert "Help at seven in the morning" in Hands(cast.service_manager).open(WAYS)
    assert not coming(case) and not Payment.objects.exists()


def test_an_account_held_by_a_provider_from_the_plan_to_its_second_review(a_case, cast):
    case = decided(
        a_case, cast, [("Supported living", "provider_held", CARE | {"who": "provider"})]
    )
    me, worker = Hands(cast.person), Hands(cast.worker)
    worker.send(
        record(case, "record_held_account"),
        provider="Elm House",
        directed_by="Ada",
        signed_on=today(),
        contingency="20",
        surplus_weeks="4",
        terms="The money is Ada's to direct\nA statement each month",
    )
    case.refresh_from_db()
    assert case.turn == "provider"
    start(worker, case, lines_of(case)["Supported living"])
    run(worker, case)
    entry = record(case, "record_held_entry")
    worker.refused(entry, "more than £0", kind="paid_in", amount="0", on=today(), what="April")
    worker.refused(entry, "in the future", kind="paid_in", amount="5", on=soon(1), what="April")
    worker.send(entry, kind="paid_in", amount="£1,320.00", on=today(), what="April to July")

    def wrong_and_right():
        worker.send(entry, kind="spent", amount="900", on=today(), what="Support in April")
        wrong = case.held_entries.get(kind="spent")
        worker.send(
            entry, kind="spent", amount="80", on=today(), what="Support in April", corrects=wrong.pk
        )

    two_reviews(case, cast, wrong_and_right)
    page = me.open(address(case, "routes"))
    # 1,320 in, 80 out, 20 set aside; four weeks of 80 may stay
    for words in (
        "Elm House",
        "A statement each month",
        "£1,240.00",
        "£1,220.00",
        "£320.00",
        "£900.00",
        "Corrected",
    ):
        assert words in page, words


def test_a_mix_from_the_plan_to_its_second_review_with_a_change_of_way_between(a_case, cast):
    case = decided(
        a_case,
        cast,
        [
            ("My own helper", "direct_payment", CARE | {"who": "pa"}),
            (
                "Day centre",
                "council_managed",
                {
                    "who": "council",
                    "outcome": "community",
                    "quantity": "1",
                    "unit": "day",
                    "rate": "45",
                },
            ),
        ],
        over="Both are needed",
    )
    me, worker, finance = Hands(cast.person), Hands(cast.worker), Hands(cast.finance)
    lines = lines_of(case)
    sign_agreement(finance, case)
    start(finance, case, lines["My own helper"], soon(-2))
    case.refresh_from_db()
    assert case.turn == "worker"
    worker.send(
        record(case, "place_order"),
        line=lines["Day centre"].pk,
        provider="Council day service",
        what="Mondays",
        begins_on=today(),
    )
    start(worker, case, lines["Day centre"])
    run(worker, case)
    page = address(case, "switch_route")

    def change():
        me.refused(address(case, "ask_switch"), "Nothing would change")
        me.send(
            address(case, "ask_switch"),
            **{f"route_{lines['Day centre'].pk}": "direct_payment"},
            wish="I know a better place",
        )
        case.refresh_from_db()
        assert case.clocks.get(kind="switch").ended_at is None and case.route == "mixed"
        for hands in (worker, finance):
            attack(hands, page)
        worker.refused(page, "today or earlier", started_on=soon(1))
        worker.send(page, started_on=today())
        case.refresh_from_db()
        assert case.route == "direct_payment" and case.clocks.get(kind="switch").ended_at
        assert me.open(address(case, "routes")) and "Day centre" in me.open(address(case, "routes"))
        new = lines_of(case)
        assert (
            new["My own helper"].start.started_on == soon(-2)
            and new["Day centre"].start.started_on == today()
        )
        assert case_money.in_force(case).weekly == 125
        assert coming(case)[-1].amount == 4 * 125, "all of it is a direct payment now"

    two_reviews(case, cast, change)


def test_an_offer_that_is_declined_leads_to_a_plan_that_runs(a_case, cast):
    case, me = a_case(at="plan"), Hands(cast.person)
    plan(me, case, [("Help to wash", "council_managed", CARE)])
    send_plan(me, case)
    decider = Hands({"worker": cast.worker, "manager": cast.manager}[case.turn])
    line = case.plans.get().lines.get()
    change = {
        f"quantity_{line.pk}": "4",
        f"differs_{line.pk}": "4 hours",
        f"why_{line.pk}": "The sister helps",
        f"still_met_{line.pk}": "Each weekday",
    }
    decider.send(address(case, "offer_changed"), **change)
    me.send(address(case, "answer_offer"), answer="decline", reason="My sister is ill")
    case.refresh_from_db()
    assert case.step == "plan" and case.offers.get().state == "declined"
    send_plan(me, case)
    agree(Hands({"worker": cast.worker, "manager": cast.manager}[case.turn]), case)
    worker = Hands(cast.worker)
    start(worker, case, lines_of(case)["Help to wash"])
    run(worker, case)
    assert case_money.in_force(case).annual == 4160
    two_reviews(case, cast)


def test_a_way_that_is_refused_names_the_condition_and_another_way_is_taken(a_case, cast):
    case = decided(a_case, cast, [("My own helper", "direct_payment", CARE | {"who": "agency"})])
    me, finance, worker = Hands(cast.person), Hands(cast.finance), Hands(cast.worker)
    finance.refused(
        act(case, "refuse_route"), "needs an answer", reason="No one can help", others=""
    )
    finance.send(
        act(case, "refuse_route"),
        condition="cannot_manage",
        reason="Nobody was found to help with it",
        others="A managed budget, or an account held by a provider",
    )
    told = Event.objects.get(case=case, verb="refuse_route")
    letter = me.open(address(case, "letters", told.seq))
    for words in (
        "It cannot be managed, even with help",
        "Nobody was found",
        "A managed budget, or an account",
    ):
        assert words in letter, words
    line = lines_of(case)["My own helper"]
    me.send(address(case, "ask_switch"), **{f"route_{line.pk}": "council_managed"})
    worker.send(address(case, "switch_route"), started_on=today())
    case.refresh_from_db()
    assert (case.step, case.route) == ("set_up", "council_managed")
    run(worker, case)
    assert case.step == "running" and not case.agreements.exists()
    two_reviews(case, cast)
    assert "fewer than 5" in Hands(cast.manager).open(WAYS)


def test_a_death_holds_what_is_to_come_and_the_final_account_is_settled_with_somebody(a_case, cast):
    case = a_case(at="running", days_ago=60)
    worker, finance, me = Hands(cast.worker), Hands(cast.finance), Hands(cast.person)
    finance.send(PAYMENTS, until=today())
    worker.send(act(case, "record_death"), died_on=soon(-30), contact="Her son Ben")
    case.refresh_from_db()
    estate = {"name": "Ben Wren", "standing": "executor", "way": "letter"}
    worker.send(record(case, "name_estate"), **estate, reached_at="4 Mill Lane")
    page = finance.open(record(case, "settle_account"))
    assert "Her son Ben" in page
    given = {
        "contact": "Her son Ben",
        "balance": "£1,000.50",
        "owed": "0",
        "letter_on": today(),
        "reason": "The last statement",
        "assistants": "nothing",
    }
    finance.refused(page.path, "no more than", **given | {"balance": "1" * 12})
    finance.refused(page.path, "letter first", **given | {"letter_on": soon(1)})
    finance.send(page.path, **given)
    assert (
        "£1,000.50" in finance.open(address(case, "monitoring"))
        and case.final_accounts.get().outcome == "recovery"
    )
    assert not coming(case), "nothing is to come, and what left for days after it is no secret"
    assert "Paid too much" in finance.open(address(case, "schedule"))
    assert finance.open(PAYMENTS) and me.open(address(case)).status == 200
    finance.refused(PAYMENTS, "Nothing is due", until=today())
    whole()


# ---- the council's own pages ----


def test_who_is_paid_is_named_by_one_and_verified_by_another(a_case, cast):
    case = a_case(at="set_up", days_ago=60)
    finance, releaser, worker = Hands(cast.finance), Hands(cast.releaser), Hands(cast.worker)
    sign_agreement(finance, case)
    assert case.ref in finance.open("/staff/day/"), "nobody is named: that is something to do"
    page = address(case, "payee")
    attack(finance, page)
    given = {"kind": "person", "name": "Ada Wren", "creditor": "S1001"}
    finance.refused(page, "letters, figures and hyphens", **given | {"creditor": "S/1001"})
    finance.refused(PAYMENTS, "Nothing is due", until=today())
    finance.send(page, **given)
    assert "Waits to be verified" in worker.open(address(case, "schedule"))
    finance.refused(PAYMENTS, "Nothing is due", until=today())
    assert finance.open(page).form("creditor"), "who named it is offered no verifying"
    assert case.ref in releaser.open("/staff/day/")
    attack(releaser, page)
    shown = releaser.open(page)
    assert "S1001" in shown and "Ada Wren" in shown
    finance.send(page, **given | {"creditor": "S1002"})
    releaser.conflict(page, "verified or replaced already", page=shown)
    assert not case.payees.exclude(verified_at=None).exists(), "nobody verifies what was not shown"
    shown = releaser.open(page)
    releaser.send(page, page=shown)
    late = releaser.post(page, shown.forms[0].values)
    assert late.status in DONE
    assert list(case.payees.order_by("pk").values_list("creditor", "verified_by")) == [
        ("S1001", None),
        ("S1002", cast.releaser.pk),
    ]
    assert "Waits to be verified" not in worker.open(address(case, "schedule"))
    assert "S1002" not in worker.open(address(case, "schedule")), "the number is finance's"
    for hands in (worker, Hands(cast.person)):
        assert not hands.open(page).forms, "only finance is asked"
    finance.send(PAYMENTS, until=today())
    whole()


def test_a_batch_is_made_released_downloaded_and_confirmed_once(a_case, cast):
    case = a_case(at="running", days_ago=60)
    finance, releaser = Hands(cast.finance), Hands(cast.releaser)
    auditor, me = Hands(cast.auditor), Hands(cast.person)
    attack(finance, PAYMENTS)
    finance.refused(PAYMENTS, "days ahead", until=soon(300))
    page = finance.open(PAYMENTS)
    assert case.ref in page and "£320.00" in page, "what is due is shown before it is claimed"
    answers = [finance.sent(PAYMENTS, page=page, until=today()) for _press in "12"]
    assert {a.status for a in answers} <= set(DONE) and len(
        {a.response["Location"] for a in answers}
    ) == 1
    batch = PaymentBatch.objects.get()
    here = f"{PAYMENTS}{batch.number}/"
    for hands in (finance, releaser, auditor):
        hands.open(f"{here}file.csv", 404)
    assert "Another finance officer releases this batch" in finance.open(here)
    assert not finance.open(here).forms and finance.post(here, {}).status == 302
    attack(releaser, here)
    assert "£320.00" in releaser.open(here)
    press = releaser.open(here)
    answers = [releaser.sent(here, page=press) for _press in "12"]
    assert {a.status for a in answers} <= set(DONE)
    batch.refresh_from_db()
    assert (batch.state, batch.released_by) == ("released", cast.releaser)
    files = [finance.client.get(f"{here}file.csv") for _time in "12"]
    assert files[0].content == files[1].content and files[0]["Content-Type"].startswith("text/csv")
    assert hashlib.sha256(
        files[0].content
    ).hexdigest() == batch.sha256 and batch.sha256 in finance.open(here)
    lines = list(csv.DictReader(StringIO(files[0].content.decode())))
    assert len(lines) == batch.count and {one["creditor"] for one in lines} == {"S1001"}
    assert "Ada" not in files[0].content.decode(), "the ledger knows the payee by its number"
    attack(finance, here)
    assert not auditor.open(here).forms and not auditor.open(PAYMENTS).forms, (
        "an auditor reads and pays nobody"
    )
    finance.send(here, ledger_ref="L-77")
    assert "L-77" in auditor.open(here) and finance.post(here, {"ledger_ref": "L-78"}).status == 302
    assert PaymentBatch.objects.get().ledger_ref == "L-77"
    assert "Paid, batch 1" in me.open(address(case, "schedule"))
    whole()


def test_a_payment_that_came_back_goes_again_once_its_payee_is_mended(a_case, cast):
    case = a_case(at="running", days_ago=60)
    finance, releaser = Hands(cast.finance), Hands(cast.releaser)
    finance.send(PAYMENTS, until=today())
    here = f"{PAYMENTS}1/"
    releaser.send(here)
    said = {"ledger_ref": "L-1"}
    finance.refused(here, "Begin each line", returned="account closed", **said)
    finance.refused(here, "not in this batch", returned="99 account closed", **said)
    finance.refused(here, "named twice", returned="1 closed\n1 closed", **said)
    assert PaymentBatch.objects.get().state == "released"
    last = Payment.objects.order_by("number").last()
    finance.send(here, returned=f"{last.number} account closed", **said)
    assert "account closed" in finance.open(here)
    assert "Returned by the bank" in Hands(cast.person).open(address(case, "schedule"))
    finance.refused(PAYMENTS, "Nothing is due", until=today())
    pay_to(finance, releaser, case, "S2002")
    finance.send(PAYMENTS, until=today())
    again = PaymentBatch.objects.get(number=2)
    assert again.total == last.amount and again.payments.get().payee.creditor == "S2002"
    whole()


def test_what_came_back_after_the_end_of_a_case_is_paid_too(a_case, cast):
    case = a_case(at="running", days_ago=60)
    finance, releaser = Hands(cast.finance), Hands(cast.releaser)
    Hands(cast.person).send(act(case, "withdraw"), reason="My niece moves in")
    finance.send(PAYMENTS, until=today())
    releaser.send(f"{PAYMENTS}1/")
    last = Payment.objects.order_by("number").last()
    finance.send(f"{PAYMENTS}1/", ledger_ref="L-1", returned=f"{last.number} account closed")
    assert "Nobody is named to be paid" in finance.open("/staff/day/")
    assert finance.open(address(case, "schedule")).link("Who is paid")
    pay_to(finance, releaser, case, "S2002")
    finance.send(PAYMENTS, until=today())
    assert PaymentBatch.objects.get(number=2).total == last.amount and not coming(case)
    for path in ("/staff/day/", address(case, "schedule")):
        assert address(case, "payee") not in finance.open(path).html, "then it is over"
    finance.open(address(case, "payee"))
    assert not finance.open(address(case, "payee")).forms
    whole()


def test_only_those_meet_the_councils_pages_who_may(a_case, cast):
    case = a_case(at="running", days_ago=60)
    finance = Hands(cast.finance)
    finance.send(PAYMENTS, until=today())
    Hands(cast.releaser).send(f"{PAYMENTS}1/")
    for user in (
        cast.person,
        cast.worker,
        cast.manager,
        cast.panel,
        cast.admin,
        cast.stranger,
        cast.outsider,
    ):
        for path in (PAYMENTS, f"{PAYMENTS}1/", f"{PAYMENTS}1/file.csv"):
            Hands(user).open(path, 404)
    for user in (cast.stranger, cast.outsider):
        Hands(user).open(address(case, "payee"), 404)
    for user in (cast.person, cast.worker, cast.panel, cast.admin, cast.stranger):
        Hands(user).open(WAYS, 404)
        Hands(user).open(f"{WAYS}funnel.csv", 404)
    for user in (cast.person, cast.panel, cast.auditor):
        Hands(user).open(PROVIDERS, 404)
    Hands(cast.finance).open(f"{PAYMENTS}99/", 404)
    Hands(cast.manager).open(f"{WAYS}nothing.csv", 404)


def test_the_directory_is_open_to_any_name_and_keeps_its_history(a_case, cast):
    admin, worker = Hands(cast.admin), Hands(cast.worker)
    attack(admin, PROVIDERS)
    admin.send(PROVIDERS, name="Willow Care", offers="Help at home", framework="yes")
    admin.refused(PROVIDERS, "today already", name="willow care", framework="no")
    Provider.objects.update(valid_from=today() - timedelta(days=30))
    admin.send(PROVIDERS, name="Willow Care", framework="no")
    assert list(Provider.objects.order_by("pk").values_list("framework", "valid_to")) == [
        (True, today()),
        (False, None),
    ]
    assert "Willow Care" in worker.open(PROVIDERS) and not worker.open(PROVIDERS).forms


def test_what_is_written_for_those_who_commission_runs_in_no_spreadsheet(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    worker, manager = Hands(cast.worker), Hands(cast.manager)
    line = case_money.agreed_plan(case).lines.get(who="pa")
    worker.send(record(case, "record_unmet"), line=line.pk, wanted="=HYPERLINK(1)", reason="full")
    for table in (
        "funnel",
        "drops",
        "funnel_age",
        "funnel_need",
        "frameworks",
        "unmet",
        "burden",
        "limits",
    ):
        file = manager.client.get(f"{WAYS}{table}.csv")
        assert file.status_code == 200, table
        assert "\n=" not in file.content.decode() and ",=" not in file.content.decode()
    assert "'=HYPERLINK(1)" in manager.client.get(f"{WAYS}unmet.csv").content.decode()
    assert case.ref not in manager.client.get(f"{WAYS}unmet.csv").content.decode()


def test_a_check_a_letter_an_answer_and_a_decision_by_their_pages(a_case, cast):
    case = a_case(at="running", days_ago=400)
    cast.help(case, scope=("see",))
    me, helper, finance, worker = (
        Hands(cast.person),
        Hands(cast.delegate),
        Hands(cast.finance),
        Hands(cast.worker),
    )
    shown = me.open(address(case, "monitoring"))
    for words in ("Light", "It employs somebody", "Every 52 weeks", "What is in the account?"):
        assert words in shown, words
    assert "papers" not in shown, "the light tier asks for none"
    me.gone(record(case, "ask_balance"))
    finance.send(record(case, "ask_balance"))
    path = record(case, "give_balance")
    helper.open(path, 404)
    attack(me, path)
    assert not [k for k in me.open(path).form("balance").kinds.values() if k == "file"], (
        "nothing is uploaded"
    )
    for wrong in ("a lot", "1.2345678901234", "NaN", "99999999999"):
        me.refused(path, "What is in the account?", balance=wrong)
    me.refused(path, "Say what it is meant for", balance="1,000", planned_use="£300")
    me.send(path, balance="£1,000.00", planned_use="£300", planned_for="A holiday", minutes="6")
    letter = record(case, "write_about_surplus")
    attack(finance, letter)
    finance.refused(letter, "at least 28 days", words="What is it for?", reply_by=soon(3))
    decision = record(case, "decide_surplus")
    finance.refused(
        decision, "without a letter", action="reclaim", amount="60", reason="Not needed"
    )
    finance.send(letter, words="What is it for?", reply_by=soon(30))
    told = Event.objects.get(case=case, verb="write_about_surplus")
    assert "£60.00" in me.open(address(case, "letters", told.seq))
    finance.refused(
        decision, "may answer until", action="reclaim", amount="60", reason="Not needed"
    )
    attack(me, record(case, "reply_to_surplus"))
    me.send(record(case, "reply_to_surplus"), reply="It is for my winter coat")
    attack(finance, decision)
    finance.send(decision, action="agreed_use", reason="A coat is what it is for")
    page = me.open(address(case, "monitoring"))
    for words in (
        "It is for my winter coat",
        "A coat is what it is for",
        "£1,000.00",
        "£700.00",
        "£640.00",
    ):
        assert words in page, words
    worker.send(
        record(case, "raise_concern"),
        reason="MARKER of a worry",
        safeguarding="no",
        support_first="help",
    )
    helper.open(address(case, "monitoring"), 404)
    for hands in (me, helper, finance):
        if hands is not helper:  # who was not given the money
            assert "MARKER" not in hands.open(address(case, "monitoring")).html
        assert "MARKER" not in hands.open(address(case)).html and "worry" not in me.open(
            address(case)
        )
    concern = record(case, "close_concern")
    worker.gone(concern)
    attack(Hands(cast.manager), concern)
    Hands(cast.manager).send(
        concern, concern=case.concerns.get().pk, outcome="helped", finding="Payroll was late"
    )
    finance.send(
        record(case, "restrict_use"),
        what="Cash",
        legal_reason="An order of a court",
        owner="Head of service",
        begins_on=today(),
        ends_on=soon(90),
    )
    attack(finance, record(case, "lift_restriction"))
    assert "An order of a court" in me.open(address(case, "monitoring"))
    assert (
        case.ref in Hands(cast.service_manager).open(WAYS)
        and MonitoringCheck.objects.get().minutes == 6
    )
    finance.send(record(case, "lift_restriction"), restriction=case.restrictions.get().pk)
    whole()


@pytest.mark.parametrize("part", ["routes", "monitoring", "schedule"])
def test_the_pages_show_what_is_there_at_every_step(a_case, cast, part):
    for step in ("request", "plan", "set_up", "review", "closed"):
        case = a_case(at=step, person=cast.new_person(step))
        assert Hands(cast.service_manager).open(address(case, part)).status == 200
