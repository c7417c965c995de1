"""A batch on its pages: its lines, leaving one out, the release, the ledger's answer file, and what
came back and goes again.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.models import LedgerAnswer, Payee, Payment, PaymentBatch
from budgets.payments import (
    money_checks,
    money_standings,
    returned_payments,
    since_claimed,
    standing_payments,
)
from budgets.views import batches as batch_views
from cases.actions import end_support, record_death
from cases.common import dates
from cases.common.refusals import NotYet
from tests.budgets.running_money import week
from tests.budgets.test_plan_pages import form_of, send, text
from tests.cast import Cast, instead
from tests.race import together
from tests.statements import counted

HERE = "/staff/payments/1/"
ANSWER = f"{HERE}answer/"
HEAD = "batch,line,reference,amount,outcome,reason,ledger_ref,on"


def today():
    return timezone.localdate()


def made(cast, **more):
    return money.make_batch(council=cast.council, by=cast.finance, until=today(), **more)


def released(cast, batch=None, **more):
    return money.release_batch(batch=batch or made(cast), by=cast.releaser, **more)


def file_of(batch, returned=(), only=None, **change):
    """The answer file of a ledger: all paid but `returned`. `change`: cells that say other."""
    rows = [HEAD]
    for p in batch.payments.exclude(state="left_out").order_by("number").select_related("case"):
        if only and p.number not in only:
            continue
        outcome, why = ("returned", "Account closed") if p.number in returned else ("paid", "")
        cells = {"batch": batch.number, "line": p.number, "ref": p.case.ref, "amount": p.amount}
        cells |= {"outcome": outcome, "why": why, "number": "L-9", "on": today()} | change
        rows.append(",".join(str(cell) for cell in cells.values()))
    return "\r\n".join(rows) + "\r\n"


def sent(client, content, name="answer.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(ANSWER, form_of(client, ANSWER) | {"file": SimpleUploadedFile(name, data)})


def states(batch):
    return dict(batch.payments.order_by("number").values_list("number", "state"))


@pytest.fixture
def batch(a_case, cast):
    a_case(at="running", days_ago=60)
    return released(cast)


# ---- the lines ----


def test_lines_come_in_pages_and_by_their_state(a_case, cast, as_, monkeypatch):
    case = a_case(at="running", days_ago=220)
    made(cast)
    monkeypatch.setattr(batch_views, "PAGE", 3)
    auditor = as_(cast.auditor)
    first = auditor.get(HERE)
    table = first.context["table"]
    assert [row[0] for row in table.rows] == ["1", "2", "3"] and "Leave it out" not in text(first)
    onward = first.context["onward"]
    assert [row[0] for row in auditor.get(onward).context["table"].rows] == ["4", "5", "6"]
    asks = auditor.get(f"{HERE}?show=asks&ref={case.ref.lower()}").context["table"].rows
    numbers = list(Payment.objects.filter(asks_second=True).values_list("number", flat=True))
    assert [row[0] for row in asks] == [str(n) for n in sorted(numbers)[:3]]
    assert auditor.get(f"{HERE}?show=paid").context["table"].rows == []
    for odd in ("show=x", "after=-1", "after=%00", "after=" + "9" * 40, "ref=" + "x" * 999):
        assert auditor.get(f"{HERE}?{odd}").status_code == 200, odd


def test_a_line_is_left_out_with_its_reason_before_the_release(a_case, cast, as_):
    a_case(at="running", days_ago=60)
    batch = made(cast)
    address = f"{HERE}lines/2/leave-out/"
    finance = as_(cast.releaser)
    assert address in finance.get(HERE).content.decode()
    for why in ("", "  ", "x" * 201, "\0"):
        assert send(finance, address, why=why).status_code == 422
    assert states(batch) == {1: "claimed", 2: "claimed"}
    assert send(finance, address, why="The person rang")["Location"] == HERE
    batch.refresh_from_db()
    assert states(batch) == {1: "claimed", 2: "left_out"} and batch.count == 1
    assert "Left out: The person rang" in text(finance.get(HERE))
    assert send(finance, address, why="Again").status_code == 422
    released(cast, batch)
    late = send(finance, f"{HERE}lines/1/leave-out/", why="Late")
    assert late.status_code == 422 and "left already" in text(late)
    assert finance.get(f"{HERE}lines/9/leave-out/").status_code == 404
    for user in (cast.auditor, cast.worker, cast.stranger, cast.person):
        assert as_(user).get(address).status_code == 404, user


def test_the_second_officer_ticks_what_is_far_back_however_long_the_batch(
    a_case, cast, as_, monkeypatch
):
    a_case(at="running", days_ago=220)
    batch = made(cast)
    asking = list(batch.payments.filter(asks_second=True).values_list("number", flat=True))
    monkeypatch.setattr(batch_views, "PAGE", 1)
    assert "Another finance officer releases this batch" in text(as_(cast.finance).get(HERE))
    second = as_(cast.releaser)
    wrong = second.post(HERE, form_of(second, HERE) | {"confirmed": ["999"]})
    assert wrong.status_code == 422 and batch.payments.filter(state="left_out").count() == 0
    assert second.get(f"{HERE}file.csv").status_code == 404
    second.post(HERE, form_of(second, HERE) | {"confirmed": [str(n) for n in asking]})
    batch.refresh_from_db()
    assert batch.state == "released" and not batch.payments.filter(state="left_out").exists()
    file = second.get(f"{HERE}file.csv")
    assert hashlib.sha256(file.content).hexdigest() == batch.sha256


def test_more_lines_than_a_press_takes_come_in_pages_and_none_is_left_out_unseen(
    a_case, cast, as_, monkeypatch
):
    a_case(at="running", days_ago=220)
    batch = made(cast)
    asking = [str(n) for n in since_claimed.asking(batch).values_list("number", flat=True)]
    assert len(asking) == 5
    monkeypatch.setattr(batch_views, "SHOWN", 2)
    second = as_(cast.releaser)
    page = second.get(HERE)
    stale = form_of(second, HERE)
    assert "5 lines ask for it" in text(page) and "Release the batch" not in text(page)
    second.post(HERE, form_of(second, HERE) | {"confirmed": asking[:1]})
    batch.refresh_from_db()
    assert batch.state == "ready" and batch.count == batch.payments.count() - 1
    # whoever had the page before open leaves nothing out of what they never saw
    assert second.post(HERE, stale | {"key": "other"}).status_code == 422
    second.post(HERE, form_of(second, HERE) | {"confirmed": asking[2:4]})
    assert "Release the batch" in text(second.get(HERE))
    second.post(HERE, form_of(second, HERE) | {"confirmed": asking[4:]})
    batch.refresh_from_db()
    left = [str(n) for n, state in states(batch).items() if state == "left_out"]
    assert batch.state == "released" and left == asking[1:2]
    said = batch.payments.filter(seconded_by=cast.releaser, seconded_at__isnull=False)
    assert said.count() == 4 and not list(money_checks.differences(cast.council))


def test_a_release_that_did_not_see_every_line_releases_nothing(a_case, cast):
    a_case(at="running", days_ago=220)
    batch = made(cast)
    asking = list(since_claimed.asking(batch).values_list("number", flat=True))
    with pytest.raises(NotYet, match="Other lines ask"):
        released(cast, batch, confirmed=asking[:2], shown=asking[:2])
    for by, words in ((cast.finance, "another officer"), (cast.manager, "not yours")):
        with pytest.raises(NotYet, match=words):
            money.say_second_word(batch=batch, by=by, shown=asking)
    batch.refresh_from_db()
    assert batch.state == "ready" and not batch.payments.exclude(seconded_at=None).exists()
    assert set(states(batch).values()) == {"claimed"}


def test_a_batch_with_every_line_left_out_is_done_and_waits_for_nobody(a_case, cast, as_):
    a_case(at="running", days_ago=20)
    batch = made(cast)
    money.leave_out(payment=batch.payments.get(), by=cast.releaser, why="The person rang")
    second = as_(cast.releaser)
    second.post(HERE, form_of(second, HERE))
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by, batch.ledger_ref) == ("confirmed", cast.releaser, "")
    page = text(second.get(HERE))
    assert "nothing went to the ledger" in page and "Send in" not in page
    assert "Download the file" not in page and "ledger’s number" not in page
    assert second.get(f"{HERE}file.csv").status_code == 404
    assert "nothing went to the ledger" in text(second.get("/staff/payments/"))
    assert not list(money_checks.differences(cast.council))
    assert made(cast).count == 1, "it is owed still"


# ---- what changed between the making and the release ----


def whys(batch):
    rows = batch.payments.filter(state="left_out").order_by("number")
    return list(rows.values_list("case", "state_reason"))


def test_who_died_since_the_batch_was_made_is_left_out_with_the_reason(a_case, cast, as_):
    case = a_case(at="running", days_ago=60)
    other = a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    batch = made(cast)
    record_death(case=case, by=cast.worker, died_on=today(), contact="Her son")
    second = as_(cast.releaser)
    second.post(HERE, form_of(second, HERE))
    assert "2 lines were left out" in text(second.get(HERE))
    batch.refresh_from_db()
    assert whys(batch) == [(case.pk, "The person has died.")] * 2
    sent = batch.payments.filter(state="claimed")
    assert {p.case_id for p in sent} == {other.pk} and batch.count == 2
    assert case.ref not in bytes(batch.file).decode()
    # what is for days before the death is owed: the next batch has it, and no day more
    again = made(cast, extra=False)
    assert {p.case_id for p in again.payments.all()} == {case.pk}
    assert all(p.covers_to <= today() for p in again.payments.all())
    released(cast, again)
    assert whys(again) == [], "made after the death, by the facts"
    assert not list(money_checks.differences(cast.council))


@pytest.mark.parametrize("ahead", [0, 1, 9])  # days: an end of today, or one that is planned
def test_days_after_an_end_since_the_batch_was_made_are_left_out(a_case, cast, ahead):
    ends = today() + timedelta(days=ahead)
    case = a_case(at="running", days_ago=60)
    batch = money.make_batch(
        council=cast.council, by=cast.finance, until=today() + timedelta(days=28)
    )
    lines = list(batch.payments.order_by("number"))
    beyond = [p.number for p in lines if p.covers_to > ends]
    assert 0 < len(beyond) < len(lines)
    end_support(
        case=case,
        by=cast.manager,
        end="own_wish",
        reason="She moves",
        end_date=ends,
        final_account="Finance writes to the family",
    )
    released(cast, batch)
    out = batch.payments.filter(state="left_out")
    assert sorted(out.values_list("number", flat=True)) == beyond
    assert {why for _case, why in whys(batch)} == {
        "The support ends before the days that this is for."
    }


def test_who_has_another_payee_since_is_left_out_and_a_suspension_takes_nothing(a_case, cast):
    held = a_case(at="running", days_ago=20)
    moved = a_case(at="running", days_ago=20, person=cast.new_person("Bo Finch"))
    struck = a_case(at="running", days_ago=20, person=cast.new_person("Cy Lark"))
    batch = made(cast)
    held.move("suspend_payment", by=cast.finance, reason="No papers", **instead("Home care"))
    money.name_payee(
        case=moved, by=cast.finance, kind="nominated", name="Di Teal", creditor="S2002"
    )
    Payee.objects.filter(case=struck).update(
        struck_at=timezone.now(), struck_by=cast.finance, struck_for="A payment came back."
    )
    released(cast, batch)
    why = "Somebody else is named to be paid, or nobody is any more."
    assert whys(batch) == [(moved.pk, why), (struck.pk, why)]
    assert batch.payments.get(state="claimed").case == held


# ---- the ledger's answer file ----


def test_an_answer_file_is_shown_line_by_line_and_counts_once(batch, cast, as_):
    finance = as_(cast.finance)
    shown = sent(finance, file_of(batch, returned=[2]))
    address = shown["Location"]
    assert states(batch) == {1: "claimed", 2: "claimed"}, "nothing counts before it is confirmed"
    page = finance.get(address)
    rows = page.context["table"].rows
    assert [row[0] for row in rows] == ["2", "1"] and "Account closed" in text(page)
    assert page.context["form"]["ledger_ref"].value() == "L-9", "as the file says"
    typed = form_of(finance, address) | {"ledger_ref": "L-9"}
    assert finance.post(address, typed | {"ledger_ref": " "}).status_code == 422
    for _press in range(2):
        assert finance.post(address, typed)["Location"] == HERE
    batch.refresh_from_db()
    assert states(batch) == {1: "paid", 2: "returned"}
    assert (batch.state, batch.ledger_ref, batch.confirmed_by) == ("confirmed", "L-9", cast.finance)
    assert finance.get(address)["Location"] == HERE
    assert "1 paid, 1 returned, 0 not answered yet" in text(finance.get(HERE))
    assert not list(money_checks.differences(cast.council))


WRONG = [
    ("a line twice", lambda text: text + text.split("\r\n")[1] + "\r\n", "answered already"),
    ("a sum changed", lambda text: text.replace("320.00", "320.01", 1), "the answer says £320.01"),
    ("another batch", lambda text: text.replace("\r\n1,", "\r\n7,"), "it is for batch “7”"),
    ("a value too many", lambda text: text.replace("L-9,", "L-9,x,", 1), "columns"),
    ("a line we never sent", lambda text: text.replace("1,2,", "1,9,", 1), "had no line “9”"),
    ("no reason", lambda text: text.replace(",paid,", ",returned,", 1), "no reason"),
    ("an unknown outcome", lambda text: text.replace(",paid,", ",lost,", 1), "is not known"),
    ("nothing", lambda text: " ", "empty"),
    ("headings alone", lambda text: HEAD, "no answers"),
    ("Windows-1252", lambda text: text.replace(",L-9,", ",Łé,").encode("cp1250"), "UTF-8"),
    ("no text", lambda text: b"\x89PNG\0\0", "not UTF-8 text"),
    ("too large", lambda text: b"x" * 5_000_001, "larger than 5 MB"),
]


@pytest.mark.parametrize(("name", "change", "words"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_answer_file_is_refused_whole_in_clear_sentences(
    batch, cast, as_, name, change, words
):
    finance = as_(cast.finance)
    shown = sent(finance, change(file_of(batch)))
    assert shown.status_code == 422 and words in text(shown), text(shown)[:1500]
    assert not LedgerAnswer.objects.exists() and set(states(batch).values()) == {"claimed"}


def test_another_councils_answer_is_known_by_its_references(batch, cast, as_):
    strange = file_of(batch, ref="ZZZZZZ")
    shown = sent(as_(cast.finance), strange)
    assert shown.status_code == 422 and "went out as" in text(shown)
    assert "Is it the answer to another batch" in text(shown)
    assert not LedgerAnswer.objects.exists()


def test_a_fixed_width_answer_of_another_width_is_refused(batch, cast, as_):
    from budgets.ledger import layouts
    from budgets.ledger.layout_file import as_text
    from tests.budgets.ledger_layouts import fixed

    layout = as_text(fixed(layouts.DEFAULT_ANSWER))
    money.set_ledger_format(council=cast.council, by=cast.admin, kind="answer", text=layout)
    finance = as_(cast.finance)
    shown = sent(finance, "000000000001" * 3 + "\r\n")
    assert shown.status_code == 422 and "characters, but its columns have" in text(shown)
    assert sent(finance, file_of(batch)).status_code == 422, "nor one with commas"
    assert not LedgerAnswer.objects.exists()


def test_what_a_file_does_not_name_stays_open_until_another_does(batch, cast, as_):
    finance = as_(cast.finance)
    address = sent(finance, file_of(batch, only=[2]))["Location"]
    second = sent(finance, file_of(batch))["Location"]
    assert "1 payment stays open" in text(finance.get(address))
    finance.post(address, form_of(finance, address) | {"ledger_ref": "L-9"})
    batch.refresh_from_db()
    assert states(batch) == {1: "claimed", 2: "paid"} and batch.state == "released"
    # the other file was sound when it came: it answers a line again now
    assert finance.get(second)["Location"] == HERE
    assert "can’t be counted any more" in text(finance.get(HERE))
    with pytest.raises(NotYet, match="answered already"):
        money.count_answer(answer=LedgerAnswer.objects.last(), by=cast.finance, ledger_ref="L-10")
    last = sent(finance, file_of(batch, only=[1]))["Location"]
    finance.post(last, form_of(finance, last) | {"ledger_ref": "L-10"})
    batch.refresh_from_db()
    assert batch.state == "confirmed" and batch.ledger_ref == "L-10"
    assert finance.get(ANSWER)["Location"] == HERE, "nothing more to answer"


def test_an_answer_is_finances_and_stays_as_it_came(batch, cast, as_):
    row = money.send_answer(
        batch=batch, by=cast.finance, name="a.csv", data=file_of(batch).encode()
    )
    for user in (cast.auditor, cast.worker, cast.manager, cast.stranger, cast.person):
        for address in (ANSWER, f"{ANSWER}{row.pk}/"):
            assert as_(user).get(address).status_code == 404, (user, address)
    for user in (cast.auditor, cast.manager):
        with pytest.raises(NotYet, match="not yours"):
            money.count_answer(answer=row, by=user, ledger_ref="L-1")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerAnswer.objects.filter(pk=row.pk).update(file=b"x")
    assert as_(cast.finance).get(f"{ANSWER}{row.pk + 1}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts_and_the_other_is_told():
    cast = Cast.make()
    cast.a_case(at="running", days_ago=60)
    batch = released(cast)
    files = [file_of(batch), file_of(batch, returned=[1])]
    rows = iter(
        [
            money.send_answer(batch=batch, by=cast.finance, name="a", data=data.encode())
            for data in files
        ]
    )
    done, wrong = together(
        2, lambda: money.count_answer(answer=next(rows), by=cast.finance, ledger_ref="L-1").pk
    )
    (no,) = wrong
    assert isinstance(no, NotYet) and "answered" in str(no) and len(done) == 1
    batch.refresh_from_db()
    assert batch.state == "confirmed" and LedgerAnswer.objects.exclude(counted_at=None).count() == 1
    assert sorted(states(batch).values()) in (["paid", "paid"], ["paid", "returned"])


# ---- what came back, and what was held up ----


def named(cast, case):
    return money.name_payee(
        case=case, by=cast.finance, kind="person", name="Ada Wren", creditor="S2002"
    )


def test_what_a_hold_kept_back_goes_in_an_extra_batch_once_the_payee_is_verified(
    budget, a_case, cast, as_
):
    """£200 a week for four weeks was in no batch; another case was paid, a third is held still."""
    day = timedelta(days=1)
    case, other = budget(week(200)), a_case(at="running", days_ago=60)
    waits = budget(week(100))
    payee, still = named(cast, case), named(cast, waits)
    regular = released(cast)
    assert set(regular.payments.values_list("case", flat=True)) == {other.pk}
    assert not returned_payments.held_up(cast.council, today()).exists()
    finance = as_(cast.finance)
    assert "Make the extra batch" not in text(finance.get("/staff/payments/"))
    with pytest.raises(NotYet, match="Nothing is due"):
        made(cast, extra=True)
    money.verify_payee(payee=payee, by=cast.releaser)
    page = text(finance.get("/staff/payments/"))
    by = dates.date_words(dates.working_day_after(today(), 1))
    assert "before its payee was verified" in page and by in page and "£800.00" in page
    waiting = text(finance.get("/staff/finance/due/"))
    assert f"Mended: goes in an extra batch by {by}" in waiting
    assert "Its payee waits to be verified" in waiting
    (row,) = returned_payments.held_up(cast.council, today())
    assert (row.case_id, row.due_total) == (case.pk, 800)
    extra = made(cast, extra=True)
    line = extra.payments.get()
    assert extra.extra and (line.case, line.payee, line.amount) == (case, payee, 800)
    assert (line.regular, line.covers_from, line.covers_to) == (800, today(), today() + 27 * day)
    released(cast, extra)
    for more in ({}, {"extra": True}):
        with pytest.raises(NotYet, match="Nothing is due"):
            made(cast, **more)
    assert "Make the extra batch" not in text(finance.get("/staff/payments/"))
    assert not list(money_checks.differences(cast.council))
    assert not still.verified_at and not waits.payments.exists()


def test_verified_the_day_after_its_pay_day_it_goes_in_the_extra_batch_of_the_next_working_day(
    budget, a_case, cast
):
    case, _other = budget(week(200)), a_case(at="running", days_ago=60)
    payee = named(cast, case)
    assert case.pk not in released(cast).payments.values_list("case", flat=True)
    after = timezone.now() + timedelta(days=1)
    due_on = today()
    goes = returned_payments.goes_by(due_on, after)
    assert goes == dates.working_day_after(dates.london_date(after), 1)
    with time_machine.travel(after, tick=True):
        money.verify_payee(payee=payee, by=cast.releaser)
    with time_machine.travel(dates.london_midnight(goes) + timedelta(hours=12), tick=True):
        line = released(cast, made(cast, extra=True)).payments.get()
        assert (line.case, line.on, line.amount, line.regular) == (case, due_on, 800, 800)
        for more in ({}, {"extra": True}):
            with pytest.raises(NotYet, match="Nothing is due"):
                made(cast, **more)
        assert not list(money_checks.differences(cast.council))


def test_a_payment_that_no_batch_was_made_for_is_held_up_by_nobody(budget, cast):
    """Verified before its day: the regular batch is late, not the payee. Verified after it: held,
    whether a batch was made or not.
    """
    due_on = today() - timedelta(days=3)
    case = budget(week(200), from_=due_on, signed=due_on)
    money_standings.refresh()
    payee = case.payees.get()
    early = timezone.now() - timedelta(days=4)
    assert case.money_standing.due_on == due_on
    Payee.objects.filter(pk=payee.pk).update(verified_at=early)
    assert not returned_payments.held_up(cast.council, today()).exists()
    with pytest.raises(NotYet, match="Nothing is due"):
        made(cast, extra=True)
    Payee.objects.filter(pk=payee.pk).update(verified_at=timezone.now())
    assert made(cast, extra=True).payments.get().amount == 800


def test_one_verified_after_an_early_batch_goes_on_its_own_day():
    due_on = date(2026, 5, 11)  # a Monday
    friday = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert returned_payments.goes_by(due_on, friday) == due_on
    assert returned_payments.goes_by(date(2026, 5, 10), friday) == date(2026, 5, 8), "a Sunday"
    late = datetime(2026, 5, 15, 12, tzinfo=UTC)
    assert returned_payments.goes_by(due_on, late) == date(2026, 5, 18), "over the weekend"


def returned(cast, batch, numbers):
    return money.confirm_batch(
        batch=batch, by=cast.finance, ledger_ref="L-1", returned=dict.fromkeys(numbers, "Closed")
    )


def test_what_came_back_goes_again_by_itself_once_the_payee_is_mended(a_case, cast, as_):
    """The first of two payments: the second stands, so its sum would wait for the next pay day."""
    case = a_case(at="running", days_ago=60)
    batch = released(cast)
    total = batch.total
    returned(cast, batch, [1])
    (row,) = returned_payments.open_returns(cast.council)
    assert (row.number, row.mended_at) == (1, None)
    assert not returned_payments.to_go_again(cast.council).exists()
    finance = as_(cast.finance)
    assert "Make the extra batch" not in text(finance.get("/staff/payments/"))
    with pytest.raises(NotYet, match="Nothing is due"):
        made(cast, extra=True)
    payee = cast.payee(case, creditor="S2002")
    (row,) = returned_payments.to_go_again(cast.council)
    assert returned_payments.goes_again_by(row.state_at, row.mended_at) == (
        dates.working_day_after(today(), 1)
    )
    with pytest.raises(NotYet, match="Nothing is due"):
        made(cast)  # a batch of its own, or the next pay day
    page = "/staff/payments/"
    key = finance.get(page).context["extra"]["key"].value()
    for _press in range(2):
        assert finance.post(page, {"key": key, "extra": "on"})["Location"] == "/staff/payments/2/"
    again = PaymentBatch.objects.get(number=2)
    line = again.payments.get()
    assert again.extra and (line.amount, line.owed, line.regular) == (320, 320, 0)
    assert line.payee == payee and line.covers_from is None
    assert not returned_payments.open_returns(cast.council).exists()
    released(cast, again)
    assert not list(money_checks.differences(cast.council))
    stands = standing_payments.next_payments(case)
    assert (stands.owed, stands.paid_too_much) == (0, 0)
    paid = Payment.objects.filter(case=case, state__in=Payment.STANDING)
    assert sum(p.amount for p in paid) == total


def test_a_return_strikes_every_payee_of_before_but_none_named_since(a_case, cast):
    case = a_case(at="running", days_ago=60)
    cast.payee(case, creditor="S2002")
    batch = released(cast)
    assert {p.payee.creditor for p in batch.payments.all()} == {"S2002"}
    since = cast.payee(case, creditor="S3003")
    returned(cast, batch, [1, 2])
    assert standing_payments.payees_of([case.pk]) == {case.pk: since}
    assert Payee.objects.filter(case=case, struck_at=None).get() == since
    (again,) = {p.payee for p in made(cast).payments.all()}
    assert again == since


def test_an_extra_batch_leaves_everybody_else_for_the_regular_one(a_case, cast):
    came_back = a_case(at="running", days_ago=60)
    returned(cast, released(cast), [2])
    cast.payee(came_back)
    other = a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    assert {p.case_id for p in made(cast, extra=True).payments.all()} == {came_back.pk}
    assert {p.case_id for p in made(cast).payments.all()} == {other.pk}


def test_a_page_of_a_batch_costs_the_same_whatever_its_length(a_case, cast, as_, monkeypatch):
    monkeypatch.setattr(batch_views, "PAGE", 2)
    a_case(at="running", days_ago=60)
    made(cast)
    auditor, finance = as_(cast.auditor), as_(cast.releaser)
    for client in (auditor, finance):
        client.get(HERE)
    costs = []
    for number in range(2):
        with counted() as few:
            auditor.get(f"/staff/payments/{number + 1}/")
        with counted() as more:
            finance.get(f"/staff/payments/{number + 1}/")
        costs.append((len(few.statements), few.rows, len(more.statements), more.rows))
        for name in ("Bo Finch", "Cy Lark", "Di Teal"):
            a_case(at="running", days_ago=60, person=cast.new_person(name))
        made(cast)
    (first, second) = costs
    assert second == (first[0], first[1] + 1, first[2], first[3] + 1), "one line more than a page"


def test_later_days_are_refused_for_a_regular_batch_alone(cast):
    with pytest.raises(NotYet, match="days ahead"):
        money.make_batch(council=cast.council, by=cast.finance, until=today() + timedelta(days=99))
