"""An upheld challenge gives the money back from the day it stopped; reviews count from the first
part that really began.
"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from budgets import actions as money
from budgets.payments import standing_payments
from budgets.position import case_money
from cases.common import dates
from cases.common.refusals import NotYet
from tests.budgets.test_batch_pages import file_of
from tests.cast import instead
from tests.walks.doing import act, address, today
from tests.walks.pages import Hands

DAY = timedelta(days=1)
TODAY = timezone.localdate


def payments(case):
    return standing_payments.next_payments(case).payments


def challenge(case, cast, decision, answer, at=None):
    case.move("challenge", by=cast.person, decision=decision, reason="It is wrong", at=at)
    case.move(
        "answer_challenge",
        by=cast.service_manager,
        answer=answer,
        reason="We looked at it again",
        follows="We write to you",
    )
    case.refresh_from_db()


@pytest.fixture
def suspended(a_case, cast):
    """A running case whose payments stopped ten days ago, and what was to come before."""

    def make():
        case = a_case(at="running", days_ago=90)
        before = payments(case)
        then = timezone.now() - 10 * DAY
        case.move(
            "suspend_payment",
            by=cast.finance,
            at=then,
            reason="No papers",
            **instead("Two calls a day", dates.london_date(then)),
        )
        return case, before

    return make


def test_an_upheld_challenge_of_a_suspension_pays_every_day_of_it(suspended, cast):
    case, before = suspended()
    assert payments(case) != before
    challenge(case, cast, "suspended", "upheld")
    held = case.suspensions.get(struck_at=None)
    assert held.make_good and held.ends_on == TODAY() - DAY
    assert payments(case) == before, "as if nothing had stopped"
    with pytest.raises(NotYet, match="No payment is suspended"):
        case.move("resume_payment", by=cast.finance, reason="Again")
    event = case.events.get(verb="answer_challenge")
    letter = Hands(cast.person).open(address(case, "letters", event.seq))
    assert "Days that are paid after all" in letter


@pytest.mark.parametrize(
    ("decision", "answer"), [("suspended", "not_upheld"), ("decided", "upheld")]
)
def test_no_other_answer_and_no_other_challenge_pays_them(suspended, cast, decision, answer):
    case, before = suspended()
    challenge(case, cast, decision, answer)
    assert case.suspensions.get(struck_at=None).ends_on is None
    assert payments(case) != before


def test_days_of_a_suspension_that_is_over_are_paid_too(suspended, cast):
    case, before = suspended()
    case.move("resume_payment", by=cast.finance, reason="Papers came")
    assert payments(case) != before
    challenge(case, cast, "suspended", "upheld")
    assert payments(case) == before


def test_whoever_suspended_does_not_answer(suspended, cast):
    case, _before = suspended()
    case.move("resume_payment", by=cast.finance, reason="Papers came")
    case.move("suspend_payment", by=cast.manager, reason="Again", **instead("Two calls"))
    case.move("challenge", by=cast.person, decision="suspended", reason="It is wrong")
    with pytest.raises(NotYet, match="somebody else answers"):
        case.move(
            "answer_challenge", by=cast.manager, answer="not_upheld", reason="No", follows="Nothing"
        )


@pytest.mark.parametrize("answer", ["upheld", "not_upheld"])
def test_an_end_that_was_wrong_leaves_no_gap_once_the_case_is_open_again(a_case, cast, answer):
    case = a_case(at="running", days_ago=90)
    before = payments(case)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="She said so",
        end_date=TODAY() - 5 * DAY,
        final_account="Finance",
        at=timezone.now() - 5 * DAY,
    )
    assert payments(case) != before
    challenge(case, cast, "ended", answer)
    case.move("reopen", by=cast.worker, to="confirm", reason="It was wrong")
    case.refresh_from_db()
    assert (payments(case) == before) is (answer == "upheld")
    assert (case_money.in_force(case) is not None) is (answer == "upheld")


@pytest.fixture
def ended(a_case, cast):
    """A case whose support ended five days ago, as the council decided."""
    case = a_case(at="running", days_ago=90)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="She said so",
        end_date=TODAY() - 5 * DAY,
        final_account="Finance",
        at=timezone.now() - 5 * DAY,
    )
    return case


AGAIN = "A challenge was upheld: open the case again"


@pytest.mark.parametrize("answer", ["upheld", "partly"])
def test_a_challenge_upheld_after_the_end_is_the_workers_task_until_the_case_is_open(
    ended, cast, answer
):
    assert AGAIN not in Hands(cast.worker).open("/staff/day/")
    challenge(ended, cast, "ended", answer)
    mine = Hands(cast.worker).open("/staff/day/")
    assert AGAIN in mine and "That the support ended" in mine and "Due in 3 days" in mine
    assert act(ended, "reopen") in mine.html
    assert AGAIN not in Hands(cast.manager).open("/staff/day/"), "one person's"
    assert AGAIN not in Hands(cast.finance).open("/staff/day/")
    ended.move("reopen", by=cast.worker, to="confirm", reason="It was wrong")
    assert AGAIN not in Hands(cast.worker).open("/staff/day/")


def test_without_a_worker_it_is_the_managers(ended, cast):
    challenge(ended, cast, "ended", "upheld")
    type(ended).objects.filter(pk=ended.pk).update(worker=None)
    assert AGAIN in Hands(cast.manager).open("/staff/day/")
    assert AGAIN not in Hands(cast.worker).open("/staff/day/")


@pytest.mark.parametrize(
    ("decision", "answer"), [("ended", "not_upheld"), ("suspended", "upheld"), ("other", "upheld")]
)
def test_what_changes_nothing_of_the_end_is_nobodys_task(ended, cast, decision, answer):
    challenge(ended, cast, decision, answer)
    assert AGAIN not in Hands(cast.worker).open("/staff/day/")


def test_a_challenge_upheld_before_the_end_opens_nothing(a_case, cast):
    case = a_case(at="running", days_ago=90)
    challenge(case, cast, "decided", "upheld")
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="She said so",
        end_date=TODAY(),
        final_account="Finance",
    )
    assert AGAIN not in Hands(cast.worker).open("/staff/day/")


# ---- reviews ----


def open_clocks(case):
    kinds = ("first_review", "dp_review", "annual_review")
    rows = case.clocks.filter(kind__in=kinds, ended_at=None, dropped_at=None)
    return {row.kind: dates.london_date(row.began_at) for row in rows}


def mixed(a_case, cast):
    """An agreed plan with a direct payment and a day centre, none of it begun."""
    case = a_case(at="plan", days_ago=60)
    plan = money.open_plan(case=case, by=cast.person)
    parts = {"outcome": "hygiene", "unit": "hour", "quantity": 4, "rate": 10, "weeks": 52}
    words = {"what_matters": "My garden", "goals": "Out", "risks": "A fall", "in_control": "I"}
    money.save_plan_part(
        plan=plan,
        by=cast.person,
        enough="yes",
        helped="yes",
        over_reason="It costs this",
        contribution_seen=True,
        **words,
    )
    for what, route, who in (
        ("My helper", "direct_payment", "pa"),
        ("Day centre", "council_managed", "provider"),
    ):
        money.save_line(plan=plan, by=cast.person, what=what, route=route, who=who, **parts)
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    holder = {"worker": cast.worker, "manager": cast.manager}[case.turn]
    money.agree_plan(case=case, by=holder, reason_code="rate_above", reason_text="It costs this")
    case.refresh_from_db()
    cast.allow_payment(case)
    money.record_agreement(
        case=case,
        by=cast.finance,
        signed_by="Ada Wren",
        signed_on=TODAY() - 20 * DAY,
        account_type="own_account",
        basis="net",
        first_payment_on=TODAY() - 20 * DAY,
    )
    lines = {line.what: line for line in case_money.agreed_plan(case).lines.all()}
    return case, lines


def test_reviews_count_from_the_first_part_that_began_though_the_rest_never_does(a_case, cast):
    case, lines = mixed(a_case, cast)
    assert not open_clocks(case)
    began = TODAY() - 10 * DAY
    money.start_line(case=case, line=lines["My helper"], started_on=began, by=cast.finance)
    case.refresh_from_db()
    assert case.step == "set_up"
    assert open_clocks(case) == dict.fromkeys(("first_review", "dp_review", "annual_review"), began)
    due = case.clocks.get(kind="first_review", ended_at=None).due_at
    assert dates.london_date(due) == began + 57 * DAY
    call_command("check_journey")


def test_a_managed_part_begins_no_review_of_the_direct_payment(a_case, cast):
    case, lines = mixed(a_case, cast)
    money.start_line(case=case, line=lines["Day centre"], started_on=TODAY(), by=cast.worker)
    assert set(open_clocks(case)) == {"first_review", "annual_review"}
    money.start_line(case=case, line=lines["My helper"], started_on=TODAY(), by=cast.finance)
    assert "dp_review" in open_clocks(case)


def test_a_budget_may_run_while_a_part_waits_so_that_a_review_is_possible(a_case, cast):
    case, lines = mixed(a_case, cast)
    finance, page = Hands(cast.finance), address(case, "start_budget")
    finance.refused(page, "have not started yet", waits="No place is free")  # nothing has begun
    money.start_line(case=case, line=lines["My helper"], started_on=TODAY(), by=cast.finance)
    finance.refused(page, "These have not started yet", waits="")
    finance.refused(page, "what keeps the rest", waits="tbc")
    finance.send(page, waits="The day centre has no place before May")
    case.refresh_from_db()
    assert case.step == "running"
    last = case.clocks.get(kind="last_start")
    assert last.ended_at is None, "not all of it runs"
    assert "Day centre" in Hands(cast.worker).open("/staff/day/")
    case.move("start_review", by=cast.worker, kind="initial", reason="Eight weeks")
    case.move("keep_plan", by=cast.worker, achieved="Out twice a week", reason="It works")
    money.start_line(case=case, line=lines["Day centre"], started_on=TODAY(), by=cast.worker)
    last.refresh_from_db()
    assert last.ended_at is not None
    assert "Day centre" not in Hands(cast.worker).open("/staff/day/")
    call_command("check_journey")


def test_what_an_upheld_challenge_gives_back_is_looked_at_first(suspended, cast):
    case, before = suspended()
    case.move("challenge", by=cast.person, decision="suspended", reason="It is wrong")
    hands, page = Hands(cast.service_manager), act(case, "answer_challenge")
    facts = {"answer": "upheld", "reason": "The papers were there", "follows": "We pay"}
    seen = hands.looked(page, **facts)
    assert "was £0.00, will be £80.00: +£80.00" in seen and payments(case) != before
    hands.save(page, page=seen, press="confirm")
    assert payments(case) == before


def test_a_first_payment_in_the_ledgers_file_is_a_start(a_case, cast):
    case, lines = mixed(a_case, cast)
    cast.payee(case)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=today())
    money.release_batch(batch=batch, by=cast.releaser)
    data = file_of(batch).encode()
    found = money.send_answer(batch=batch, by=cast.finance, name="a.csv", data=data)
    money.count_answer(answer=found, by=cast.releaser, ledger_ref="L1")
    lines["My helper"].refresh_from_db()
    assert lines["My helper"].start.started_on == case.payments.get().on


def test_a_confirmed_first_payment_is_a_start(a_case, cast):
    case, lines = mixed(a_case, cast)
    cast.payee(case)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=today())
    money.release_batch(batch=batch, by=cast.releaser)
    assert not open_clocks(case)
    money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L1")
    lines["My helper"].refresh_from_db()
    paid = case.payments.get()
    assert lines["My helper"].start.started_on == paid.on
    assert open_clocks(case)["dp_review"] == paid.on
    assert not hasattr(lines["Day centre"], "start")
