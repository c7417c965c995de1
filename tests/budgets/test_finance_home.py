"""Where a finance officer begins the day: what waits, with how many, the oldest day and its list;
in as many statements for many cases as for few.
"""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets import tasks
from budgets.models import (
    ChargeBatch,
    EnteredCase,
    LedgerAnswer,
    MoneyCheck,
    MoneyStanding,
    ParallelRun,
    Payee,
    RunningImport,
    Uprating,
    UpratingRow,
)
from budgets.payments import finance_lists, money_standings, second_officer
from budgets.views import batches as batch_views
from budgets.views import finance as finance_views
from cases.common import dates
from cases.models import Representation
from cases.ui.components import Link
from tests.budgets.test_plan_pages import text
from tests.statements import counted

SUMS = {"Due by today", "Amount", "Paid too much", "Charged too little", "Together"}
HOME = "/staff/finance/"


def today():
    return timezone.localdate()


def counts(client):
    """Code of the list -> (how many, the oldest day), as the page shows them."""
    rows = client.get(HOME).context["table"].rows
    return {
        row[0].href.rstrip("/").rpartition("/")[2]: (getattr(row[1], "text", row[1]), row[2])
        for row in rows
    }


def batch(cast, by=None, **more):
    return money.make_batch(council=cast.council, by=by or cast.finance, until=today(), **more)


def released(cast):
    return money.release_batch(batch=batch(cast), by=cast.releaser)


# ---- how money stands ----


def test_a_standing_is_what_the_facts_say_and_follows_them(a_case, cast):
    case = a_case(at="running", days_ago=60)
    assert money_standings.waiting(timezone.now()).count() == 1
    assert money_standings.refresh() == 1 and money_standings.refresh() == 0
    first = MoneyStanding.objects.get()
    assert (first.due_total, first.owed, first.paid_too_much) == (640, 0, 0)
    assert first.due_on == case.agreements.get().first_payment_on
    # a batch leaves no event of the case
    made = batch(cast)
    assert money_standings.refresh() == 1
    stands = MoneyStanding.objects.get()
    assert stands.due_on > today() and stands.due_total == 0
    money.leave_out(payment=made.payments.get(number=2), by=cast.releaser, why="Wait")
    assert money_standings.refresh() == 1 and MoneyStanding.objects.get().due_total == 320
    # an event does
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(10), source="x"
    )
    assert money_standings.refresh() == 1


def test_what_fell_due_since_is_added_up_again(a_case, cast):
    a_case(at="running", days_ago=60)
    batch(cast)
    money_standings.refresh()
    stands = MoneyStanding.objects.get()
    later = timezone.now() + timedelta(days=(stands.due_on - today()).days)
    assert money_standings.waiting(timezone.now()).count() == 0
    assert money_standings.refresh(later) == 1
    assert MoneyStanding.objects.get().due_total == 320
    assert money_standings.refresh(later) == 0


def test_paid_too_much_keeps_the_day_on_which_it_was_first_seen(a_case, cast):
    case = a_case(at="running", days_ago=60)
    released(cast)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=today() - timedelta(days=20),
        final_account="x",
    )
    money_standings.refresh()
    first = MoneyStanding.objects.get()
    assert first.paid_too_much > 0 and first.too_much_since == today()
    money_standings.refresh(timezone.now() + timedelta(days=29))
    again = MoneyStanding.objects.get()
    assert again.too_much_since == today() and again.worked_out_at > first.worked_out_at
    money.settle(
        case=case,
        by=cast.finance,
        on=today(),
        amount=first.paid_too_much,
        how="written_off",
        why="x",
    )
    money_standings.refresh()
    assert MoneyStanding.objects.get().too_much_since is None


# ---- the page ----


def test_each_list_has_its_number_its_oldest_day_and_its_rows(a_case, cast, as_):
    finance = as_(cast.finance)
    empty = counts(finance)
    assert set(empty) == set(finance_lists.LISTS)
    assert {number for number, _day in empty.values()} == {"0"}
    case = a_case(at="running", days_ago=60)
    money_standings.refresh()
    due = case.agreements.get().first_payment_on
    found = counts(finance)
    assert found["overdue"] == ("1", f"{due.day} {due:%B %Y}") and found["due"][0] == "0"
    listed = text(finance.get(f"{HOME}overdue/"))
    assert case.person.name in listed and "£640.00" in listed

    made = batch(cast, by=cast.releaser)
    assert counts(finance)["release"][0] == "1"
    assert "Batch 1" in text(finance.get(f"{HOME}release/"))
    money.release_batch(batch=made, by=cast.finance)
    money.confirm_batch(
        batch=made, by=cast.finance, ledger_ref="L-1", returned={2: "Account closed"}
    )
    found = counts(finance)
    assert found["returned"][0] == found["name"][0] == "1" and found["release"][0] == "0"
    listed = text(finance.get(f"{HOME}returned/"))
    assert "Account closed" in listed and "waits to be mended" in listed

    money.name_payee(case=case, by=cast.releaser, kind="person", name="Ada", creditor="S7007")
    found = counts(finance)
    assert found["verify"][0] == "1" and found["name"][0] == "0"
    assert "Compare and verify" in text(finance.get(f"{HOME}verify/"))
    assert "another officer verifies it" in text(as_(cast.releaser).get(f"{HOME}verify/"))
    money.verify_payee(payee=case.payees.last(), by=cast.finance)
    again = dates.working_day_after(today(), 1)
    assert f"goes again by {again.day} {again:%B %Y}" in text(finance.get(f"{HOME}returned/"))

    money.record_contribution(case=case, by=cast.worker, state="estimated", weekly=Decimal(10))
    assert counts(finance)["contributions"][0] == "1"
    assert "£10.00" in text(finance.get(f"{HOME}contributions/"))


def test_a_financial_assessment_is_owed_with_its_clock_before_finance_sees_the_case(
    a_case, cast, as_
):
    case = a_case(at="plan", days_ago=60)
    finance = as_(cast.finance)
    clock = case.clocks.get(kind="financial")
    due = dates.london_date(clock.due_at) - timedelta(days=1)  # the last day that is in time
    assert counts(finance)["assessments"] == ("1", f"{due.day} {due:%B %Y}")
    listed = finance.get(f"{HOME}assessments/").content.decode()
    assert case.ref in listed and case.person.name not in listed, "no name of a case of no reach"
    assert f"/cases/{case.ref}/" not in listed
    Representation.objects.create(
        user=cast.finance, person=case.person, kind="family", valid_from=today()
    )
    assert counts(finance)["assessments"][0] == "0", "nor anything of a relative's"


def test_what_is_to_be_set_up_and_to_be_settled_is_listed(a_case, cast, as_):
    case = a_case(at="set_up", days_ago=60)
    closed = a_case(at="closed", days_ago=60, person=cast.new_person("Bo Finch"))
    finance = as_(cast.finance)
    found = counts(finance)
    assert found["accounts"][0] == "1"
    assert closed.ref in text(finance.get(f"{HOME}accounts/"))
    waits = case.turn == "finance"
    assert found["set-up"][0] == str(int(waits))
    assert (case.ref in text(finance.get(f"{HOME}set-up/"))) == waits


def test_of_a_closed_case_what_came_back_still_waits_for_its_payee(a_case, cast, as_):
    case = a_case(at="running", days_ago=60)
    made = released(cast)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=today(),
        final_account="x",
    )
    money.confirm_batch(batch=made, by=cast.finance, ledger_ref="L-1", returned={2: "Closed"})
    finance = as_(cast.finance)
    assert counts(finance)["name"][0] == "1"
    money.name_payee(case=case, by=cast.releaser, kind="person", name="B", creditor="S6")
    found = counts(finance)
    assert (found["name"][0], found["verify"][0]) == ("0", "1")


def test_what_was_paid_too_much_is_listed(a_case, cast, as_):
    case = a_case(at="running", days_ago=60)
    released(cast)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=today() - timedelta(days=20),
        final_account="x",
    )
    money_standings.refresh()
    finance = as_(cast.finance)
    assert counts(finance)["too-much"][0] == "1"
    sum_ = MoneyStanding.objects.get().paid_too_much
    listed = finance.get(f"{HOME}too-much/")
    assert f"£{sum_}" in text(listed)
    decided_at = reverse("budgets:overpayment", args=[case.ref])
    assert f'href="{decided_at}"' in listed.content.decode()
    pages = [listed, *(finance.get(to) for to in (decided_at, reverse("budgets:overpayments")))]
    titles = {re.search(r"<title>(.*?)</title>", page.content.decode())[1] for page in pages}
    assert len(titles) == 3, titles


def test_finance_lands_here_and_nobody_else_finds_it(a_case, cast, as_):
    a_case(at="running", days_ago=60)
    assert as_(cast.finance).get("/home/").url == HOME
    assert f'href="{HOME}"' in as_(cast.finance).get(HOME).content.decode()
    for user in (cast.worker, cast.manager, cast.auditor, cast.admin, cast.panel, cast.stranger):
        for address in (HOME, f"{HOME}overdue/", f"{HOME}search/"):
            assert as_(user).get(address).status_code == 404, (user, address)
    assert as_(cast.finance).get(f"{HOME}nothing/").status_code == 404


def test_another_councils_money_is_on_no_list(a_case, cast, as_):
    from cases.models import Seat, User

    a_case(at="running", days_ago=60)
    a_case(at="plan", days_ago=60, person=cast.new_person("Bo Finch"))
    money_standings.refresh()
    other = User.objects.create_user("theirs@example.org", name="Theirs")
    Seat.objects.create(
        user=other, council=cast.other, role="finance", valid_from=today() - timedelta(days=9)
    )
    assert {n for n, _day in counts(as_(other)).values()} == {"0"}
    found = as_(other).post(f"{HOME}search/", {"words": "Ada"}, follow=True)
    assert found.context["table"].rows == []


def test_a_case_is_found_by_name_reference_and_payee(a_case, cast, as_):
    case = a_case(at="running", days_ago=60)
    a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    money.name_payee(case=case, by=cast.finance, kind="provider", name="Kite Care", creditor="K9")
    finance = as_(cast.finance)
    for asked in ("Wren", "ada w", case.ref.lower(), "kite", " k 9"):
        answer = finance.post(f"{HOME}search/", {"words": asked})
        assert asked not in answer["Location"], "no name stands in an address"
        rows = finance.get(answer["Location"]).context["table"].rows
        assert [row[0][1] for row in rows] == [case.ref], asked
    both = finance.post(f"{HOME}search/", {"words": "s 1001"}, follow=True)
    assert len(both.context["table"].rows) == 2
    for wrong in ("", "x" * 101, "\0"):
        assert finance.post(f"{HOME}search/", {"words": wrong}).status_code == 422
    assert finance.get(f"{HOME}search/").status_code == 302
    assert finance.get(f"{HOME}?search=nonsense").status_code == 200
    none = finance.post(f"{HOME}search/", {"words": "%"}, follow=True)
    assert none.status_code == 200 and none.context["table"].rows == []


def test_sums_stand_under_each_other_on_every_list(cast, as_):
    """A list with a sum in its third column says so; the words of a list are no number."""
    finance = as_(cast.finance)
    for code in finance_lists.LISTS:
        table = finance.get(f"{HOME}{code}/").context["table"]
        sums = {n for n, words in enumerate(table.head) if words in SUMS}
        assert table.numeric == sums, (code, table.head)


def test_what_is_due_says_what_keeps_it_from_leaving(a_case, cast, as_):
    ready = a_case(at="running", days_ago=60)
    held = a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    money.name_payee(case=held, by=cast.finance, kind="person", name="Bo Finch", creditor="K9")
    finance = as_(cast.finance)
    rows = finance.get(f"{HOME}overdue/").context["table"].rows
    assert {row[0][1]: row[3] for row in rows} == {
        ready.ref: "The next batch",
        held.ref: "Its payee waits to be verified",
    }
    shown = text(finance.get("/staff/payments/"))
    assert (
        "1 case has a payment that is due" in shown
        and "1 more is due and can’t be paid yet" in shown
    )
    held.payees.update(struck_at=timezone.now(), struck_for="x")
    rows = finance.get(f"{HOME}overdue/").context["table"].rows
    assert {row[3] for row in rows} == {"The next batch", "Nobody is named to be paid"}


def test_a_caller_hears_what_became_of_the_last_payment(a_case, cast, as_):
    a_case(at="running", days_ago=60)
    finance = as_(cast.finance)

    def last():
        rows = finance.post(f"{HOME}search/", {"words": "Wren"}, follow=True).context["table"].rows
        return [getattr(part, "text", part) for part in rows[0][2]]

    assert last() == ["None yet"]
    made = batch(cast)
    assert last()[1] == "Being got ready, batch 1" and last()[0].startswith("£320.00, due on")
    money.release_batch(batch=made, by=cast.releaser)
    assert last()[1] == "Sent to be paid, batch 1"


def test_the_page_sends_as_many_statements_for_many_cases_as_for_few(
    a_case, cast, as_, monkeypatch
):
    monkeypatch.setattr(finance_views, "PAGE", 1)
    names = iter("Ada Bo Cy Di Eve Fay Gus Hal Ivy Jo".split())

    def more(count):
        for _one in range(count):
            for at in ("running", "plan"):
                person = cast.new_person(f"{next(names)} Lark")
                case = a_case(at=at, days_ago=60, person=person)
                if at == "running":
                    cast.payee(case, "S5")
                    money.name_payee(
                        case=case, by=cast.releaser, kind="person", name="B", creditor="S6"
                    )
                    money.record_contribution(
                        case=case, by=cast.worker, state="estimated", weekly=Decimal(10)
                    )
        money_standings.refresh()

    more(1)
    finance = as_(cast.finance)
    addresses = [HOME, *(f"{HOME}{code}/" for code in finance_lists.LISTS)]

    def costs():
        found = []
        for address in addresses:
            finance.get(address)
            with counted() as cost:
                assert finance.get(address).status_code == 200
            found.append(len(cost.statements))
        return found

    few = costs()
    assert few[0] <= len(finance_lists.LISTS) + 9, few
    more(4)
    assert costs() == few
    assert counts(finance)["overdue"][0] == "5"


def test_what_is_due_goes_on_in_pages_as_other_lists_do(a_case, cast, as_, monkeypatch):
    monkeypatch.setattr(batch_views, "PAGE", 1)
    refs = {a_case(at="running", days_ago=60).ref}
    refs.add(a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch")).ref)
    money_standings.refresh()
    finance, address = as_(cast.finance), "/staff/payments/"
    first = finance.get(address)
    assert 'href="?page=2"' in first.content.decode() and "A batch takes all." in text(first)
    pages = [first, finance.get(f"{address}?page=2")]
    shown = [ref for page in pages for ref in refs if ref in str(page.context["due"].rows)]
    assert sorted(shown) == sorted(refs)
    for nonsense in ("x", "-1", "9" * 30):
        assert finance.get(address, {"page": nonsense}).status_code == 200


# ---- what one officer made and another lets go ----


def test_every_kind_that_a_second_officer_lets_go_is_on_the_page():
    """Found in the models: whoever adds a rule of two officers adds its list."""
    two = re.compile("second_officer|by_another")
    found = {
        model
        for model in apps.get_app_config("budgets").get_models()
        if any(two.search(rule.name) for rule in model._meta.constraints)
    }
    listed = {kind.model for kind in second_officer.KINDS.values()}
    elsewhere = {EnteredCase: "not-live", UpratingRow: "yearly-change", Payee: "verify"}
    assert found <= listed | set(elsewhere), found - listed - set(elsewhere)
    assert len(found) >= 5, "it finds them"
    assert set(elsewhere.values()) <= set(finance_lists.LISTS)
    assert all(kind.state in kind.model.STATES for kind in second_officer.KINDS.values())


def test_whatever_waits_for_another_officer_is_counted_and_has_its_link(a_case, cast, as_):
    a_case(at="running", days_ago=60)
    who = {"council": cast.council, "number": 7}
    made = who | {"made_by": cast.finance}
    batch(cast)
    charges = ChargeBatch.objects.create(**made, until=today(), made_at=timezone.now(), total=-3)
    Uprating.objects.create(**made, counts_from=today(), limit_weekly=5, rates={}, state="ready")
    RunningImport.objects.create(
        **made, cases_name="c.csv", lines_name="l.csv", sha256="0" * 64, count=3
    )
    ParallelRun.objects.create(**who, on=today(), sha256="0" * 64, laid_by=cast.finance)
    assert counts(as_(cast.finance))["release"][0] == str(len(second_officer.KINDS))
    for user, links in ((cast.releaser, 5), (cast.finance, 2)):
        page = as_(user).get(f"{HOME}release/")
        last = [row[-1] for row in page.context["table"].rows]
        assert all(last), "a row with nothing to do says why"
        assert sum(isinstance(one, Link) for one in last) == links
        for one in last:
            assert isinstance(one, str) or as_(user).get(one.href).status_code == 200
    assert "-£3.00" in text(page)
    queue = as_(cast.releaser).get(reverse("cases:queue")).content.decode()
    assert "To be released by another officer" in queue
    assert reverse("budgets:charge_list", args=[charges.number]) in queue


def test_a_batch_waits_for_the_ledgers_answer_until_it_is_counted(a_case, cast, as_):
    a_case(at="running", days_ago=60)
    made = released(cast)
    finance = as_(cast.finance)
    assert counts(finance)["answers"][0] == "1"
    assert "Send in the answer file" in text(finance.get(f"{HOME}answers/"))
    read = LedgerAnswer.objects.create(
        batch=made, name="a.csv", file=b"", sha256="0" * 64, sent_by=cast.finance
    )
    to = reverse("budgets:ledger_answer", args=[made.number, read.pk])
    assert f'href="{to}"' in finance.get(f"{HOME}answers/").content.decode()
    money.confirm_batch(batch=made, by=cast.finance, ledger_ref="L-1", returned={})
    assert counts(finance)["answers"][0] == "0"


def test_no_list_repeats_its_heading_above_its_table_nor_has_the_name_of_a_link(cast, as_):
    finance = as_(cast.finance)
    for code in finance_lists.LISTS:
        page = finance.get(f"{HOME}{code}/").content.decode()
        title = str(finance_lists.LISTS[code].title)
        seen = re.sub(r'<caption class="[^"]*visually-hidden[^>]*>.*?</caption>', "", page)
        assert len(re.findall(f">{re.escape(html.escape(title))}<", seen)) == 1, code
    home = finance.get(HOME).content.decode()
    words = [w.lower().removeprefix("the ") for w in re.findall(r'govuk-link"[^>]*>([^<]+)<', home)]
    assert len(words) == len(set(words)), words


# ---- the books ----


def test_what_the_last_comparison_found_is_said_first(a_case, cast, as_):
    finance = as_(cast.finance)
    assert "have not been compared yet" in text(finance.get(HOME))
    a_case(at="running", days_ago=60)
    made = released(cast)
    call_command("check_money", verbosity=0)
    assert "The books agreed on" in text(finance.get(HOME))
    made.payments.filter(number=2).update(state="left_out", state_reason="by a way round")
    with pytest.raises(CommandError, match="differ"):
        call_command("check_money", verbosity=0)
    last = MoneyCheck.objects.filter(council=cast.council).latest("pk")
    assert last.found >= 1
    shown = text(finance.get(HOME))
    assert "did not agree in the books" in shown and "batch 1" in shown
    assert not MoneyCheck.objects.filter(council=cast.other, found__gt=0).exists()
    # the nightly job keeps what it found as well
    before = MoneyCheck.objects.count()
    tasks.check_money()
    assert MoneyCheck.objects.count() == before + 2, "one for each council"
    assert MoneyCheck.objects.filter(council=cast.council).latest("pk").first == last.first
