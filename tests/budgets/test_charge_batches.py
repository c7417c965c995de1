"""Lists of charges: read from the facts, numbered, made by one officer and released by another, a
letter to each person, and what was charged too much back by itself.
"""

import csv
import hashlib
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets.actions import charge_batches
from budgets.entitlement.answer import answer
from budgets.ledger.layout_file import as_text
from budgets.models import Charge, ChargeBatch, Contribution, LineStart
from budgets.payments import money_checks
from budgets.position import entitlement_facts
from cases.actions import record_death
from cases.common.refusals import NotYet
from cases.models import Letter, Message, User
from cases.ui.date_words import day
from tests.budgets.test_ledger_formats import NARROW, set_format
from tests.budgets.test_plan_pages import form_of, text
from tests.budgets.test_plan_pages import send as send_form
from tests.budgets.test_running_money import rows_of
from tests.cast import Cast
from tests.race import together
from tests.statements import counted
from tests.walks.pages import Hands
from tests.walks.test_bad_input import attack

TODAY = timezone.localdate


def managed(cast, weekly="10", days_ago=100, told_ago=None, **more):
    """A case with support that the council arranges, for which the person pays so much a week,
    told so many days ago (as soon as it begins, unless said otherwise).
    """
    case = cast.a_case(at="running", route="council_managed", days_ago=days_ago, **more)
    row = money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(weekly),
        valid_from=first_day(case),
        source="Finance",
    )
    told = TODAY() - timedelta(days=told_ago) if told_ago else first_day(case)
    as_told(row, told)
    return case


def first_day(case):
    return LineStart.objects.filter(line__plan__case=case).order_by("pk").first().started_on


def as_told(row, day):
    """As if the letter had gone on a day that is over: a row of its own in place of the last."""
    Contribution.objects.create(
        case=row.case,
        state=row.state,
        weekly=row.weekly,
        valid_from=row.valid_from,
        told_on=day,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )


def make(cast, until=None, **more):
    return money.make_charges(council=cast.council, by=cast.finance, until=until or TODAY(), **more)


def release(cast, batch):
    return money.release_charges(batch=batch, by=cast.releaser)


def made_and_released(cast, *until):
    return release(cast, make(cast, *until))


def claimed(batch):
    rows = batch.charges.order_by("number")
    return [(c.case_id, c.covers_from, c.covers_to, c.amount, c.credit) for c in rows]


def lines(batch):
    return list(csv.DictReader(StringIO(batch.content)))


def read(case, until=None):
    return answer(entitlement_facts.facts_of_case(case), until or TODAY())


def end_now(case, cast):
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY(),
        final_account="x",
    )


def test_the_letter_of_an_end_says_what_was_charged_and_what_is_still_to_be(cast):
    case = managed(cast)
    release(cast, make(cast, TODAY() - timedelta(days=40)))
    last = case.charges.order_by("-covers_to").first().covers_to
    end_now(case, cast)
    said = rows_of(case, "end_support")
    assert said["Charged already"] == f"The days up to {day(last)}."
    left = sum(one.amount for one in read(case, TODAY() + timedelta(days=60)).charges)
    assert left > 0
    assert said["Still to be charged"].startswith(f"£{left} for the days up to {day(TODAY())}.")
    assert "Charged too much" not in said


def test_the_letter_of_an_end_says_what_was_charged_too_much(cast):
    case = managed(cast)
    release(cast, make(cast))
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY() - timedelta(days=50),
        final_account="x",
    )
    said = rows_of(case, "end_support")
    back = read(case).charged_too_much
    assert back > 0 and said["Charged too much"].startswith(f"£{back}.")
    assert said["Still to be charged"] == "Nothing more."


CHARGE_COLUMNS = {
    "format": "csv",
    "separator": ";",
    "columns": [
        {"field": "constant", "text": "AR", "heading": "kind"},
        {"field": "line"},
        {"field": "what", "codes": {"charge": "INV"}},
        {"field": "narrative", "heading": "invoice"},
        *({"field": name} for name in ("reference", "covers_from", "covers_to", "amount")),
    ],
}


def test_charges_have_columns_of_their_own_where_the_council_set_them(cast, as_):
    case = managed(cast)
    before = make(cast, TODAY() - timedelta(days=60))
    release(cast, before)
    set_format(cast, "outgoing", NARROW)
    signless = {**NARROW, "columns": [c for c in NARROW["columns"] if c["field"] != "what"]}
    for wrong, words in (
        (signless, "column “amount”"),  # what is paid back has a sign
        ({**CHARGE_COLUMNS, "columns": [{"field": "line"}]}, "none for “amount”"),
    ):
        with pytest.raises(NotYet, match=words):
            set_format(cast, "charges", wrong)
    admin, address = as_(cast.admin), "/staff/ledger/charges/"
    shown = admin.post(
        address, form_of(admin, address) | {"text": as_text(CHARGE_COLUMNS), "look": "on"}
    )
    page = text(shown)
    assert "AR;1;INV;C12-1;K7WQ2M" in page and "invented charges" in page
    send_form(admin, address, text=as_text(CHARGE_COLUMNS))
    batch = release(cast, make(cast))
    first = batch.content.split("\r\n")[1].split(";")
    assert first[:5] == ["AR", "1", "INV", "C2-1", case.ref]
    assert "The council’s own columns" in text(admin.get("/staff/ledger/"))
    # a list that was made before keeps its columns, and its file its fingerprint
    assert before.content.startswith("batch,") and not differences()
    set_format(cast, "charges", "")
    assert not differences()


def test_a_list_takes_each_period_that_is_over_once_and_adds_up(cast):
    case = managed(cast)
    due = read(case).charges
    assert len(due) >= 2 and due[-1].covers_to < TODAY()
    assert all(one.amount == 40 for one in due[1:])  # the first period may have begun half way
    batch = make(cast)
    assert (batch.number, batch.state, batch.count) == (1, "ready", len(due))
    assert claimed(batch) == [
        (case.pk, one.covers_from, one.covers_to, one.amount, 0) for one in due
    ]
    assert (
        batch.total
        == sum(one.amount for one in due)
        == sum(Decimal(row["amount"]) for row in lines(batch))
    )
    assert batch.sha256 == hashlib.sha256(batch.content.encode()).hexdigest()
    assert {(row["reference"], row["what"]) for row in lines(batch)} == {(case.ref, "charge")}
    assert [row["payment"] for row in lines(batch)][:2] == ["C1-1", "C1-2"]
    assert case.person.name not in batch.content
    with pytest.raises(NotYet, match="List 1 is not released yet"):
        make(cast)
    release(cast, batch)
    with pytest.raises(NotYet, match="nothing to charge"):
        make(cast)
    assert ChargeBatch.objects.count() == 1


def test_nothing_is_charged_for_days_before_the_person_was_told(cast):
    case = managed(cast, told_ago=70)
    told = TODAY() - timedelta(days=70)
    assert first_day(case) < told
    batch = made_and_released(cast)
    days = [row.covers_from for row in batch.charges.all()]
    assert min(days) == told and sum(row.amount for row in batch.charges.all()) < 100
    # a higher sum that nobody was told of is never taken
    Contribution.objects.create(
        case=case,
        state="recorded",
        weekly=Decimal("25"),
        valid_from=first_day(case),
        told_on=None,
        recorded_at=timezone.now(),
    )
    found = read(case)
    assert (found.charged_too_little, found.charges) == (0, ())


def test_a_direct_payment_nets_it_and_only_what_is_above_is_charged(a_case, cast):
    case = a_case(at="running", days_ago=100)  # £80 a week
    row = money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal("10"), valid_from=TODAY()
    )
    as_told(row, TODAY() - timedelta(days=90))
    with pytest.raises(NotYet, match="nothing to charge"):
        make(cast)
    assert case.charges.count() == 0


def test_who_may_make_and_release(cast):
    managed(cast)
    for who, council in (
        (cast.worker, cast.council),
        (cast.auditor, cast.council),
        (cast.finance, cast.other),
        (cast.person, cast.council),
    ):
        with pytest.raises(NotYet, match="not yours"):
            money.make_charges(council=council, by=who, until=TODAY())
    with pytest.raises(NotYet, match="today or an earlier day"):
        make(cast, TODAY() + timedelta(days=1))
    batch = make(cast)
    for who, words in (
        (cast.finance, "another officer releases it"),
        (cast.manager, "not yours"),
        (cast.auditor, "not yours"),
    ):
        with pytest.raises(NotYet, match=words):
            money.release_charges(batch=batch, by=who)
    with pytest.raises(DatabaseError), transaction.atomic():  # nor by a way round the act
        ChargeBatch.objects.filter(pk=batch.pk).update(
            state="released", released_by=cast.finance, released_at=timezone.now()
        )
    assert release(cast, batch).released_by == cast.releaser
    with pytest.raises(NotYet, match="released already"):
        release(cast, batch)


def test_what_was_released_never_changes(cast):
    batch = made_and_released(cast) if managed(cast) else None
    for change in ({"content": "x"}, {"total": 1}, {"state": "ready"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            ChargeBatch.objects.filter(pk=batch.pk).update(**change)
    for change in ({"amount": 900}, {"credit": 1}, {"state": "left_out", "state_reason": "x"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Charge.objects.filter(batch=batch).update(**change)


def test_a_line_left_out_takes_the_later_ones_with_it_and_comes_again(cast):
    case = managed(cast)
    other = managed(cast, person=cast.new_person("Bo Finch"))
    batch = make(cast)
    before = claimed(batch)
    row = batch.charges.filter(case=case).order_by("number")[1]
    for why, who, words in (
        (" ", cast.releaser, "Say why"),
        ("x" * 201, cast.releaser, "200 characters"),
        ("x", cast.worker, "not yours"),
    ):
        with pytest.raises(NotYet, match=words):
            money.leave_charge_out(charge=row, by=who, why=why)
    money.leave_charge_out(charge=row, by=cast.finance, why="The day centre was closed")
    with pytest.raises(NotYet, match="left out already"):
        money.leave_charge_out(charge=row, by=cast.finance, why="Again")
    batch.refresh_from_db()
    states = [r.state for r in batch.charges.filter(case=case).order_by("number")]
    assert states == ["claimed"] + ["left_out"] * (len(states) - 1)
    assert batch.count == 1 + batch.charges.filter(case=other).count() == len(lines(batch))
    assert batch.total == sum(Decimal(one["amount"]) for one in lines(batch))
    assert batch.sha256 == hashlib.sha256(batch.content.encode()).hexdigest()
    release(cast, batch)
    with pytest.raises(NotYet, match="released already"):
        money.leave_charge_out(
            charge=batch.charges.get(number=1), by=cast.finance, why="Too late for that"
        )
    assert claimed(make(cast)) == [one for one in before if one[0] == case.pk][1:]


def charge_code(codes):
    """The council's columns, in which the word for what a line is has these codes."""
    columns = [dict(column) for column in NARROW["columns"] if column["field"] != "payee_kind"]
    columns[2]["codes"] = {**columns[2]["codes"], **codes}
    return NARROW | {"amounts": {"unit": "pence", "sign": "leading"}, "columns": columns}


def test_a_list_is_written_in_the_councils_own_columns_as_they_stood_when_it_was_made(cast, as_):
    case = managed(cast)
    set_format(cast, "outgoing", charge_code({"charge": "£"}))
    batch = make(cast)
    row = batch.charges.first()
    first = batch.content.splitlines()[0]
    assert (first[:12], first[12:19]) == ("0001        ", f"£{case.ref}")
    assert first[-9:] == f"{row.amount * 100:09.0f}"
    assert batch.sha256 == hashlib.sha256(batch.content.encode("cp1252")).hexdigest()
    set_format(cast, "outgoing", "")
    money.leave_charge_out(charge=batch.charges.last(), by=cast.finance, why="Not yet")
    batch.refresh_from_db()
    assert batch.content.splitlines()[0] == first and not differences()
    release(cast, batch)
    answered = as_(cast.finance).get(reverse("budgets:charge_file", args=[1]))
    assert answered["Content-Type"] == "text/plain; charset=windows-1252"
    assert 'filename="charges-1.txt"' in answered["Content-Disposition"]
    assert hashlib.sha256(answered.content).hexdigest() == batch.sha256


def test_columns_that_know_no_charge_are_not_taken_for_a_list(cast):
    managed(cast)
    for layout in (
        charge_code({}),
        {"format": "csv", "columns": [{"field": name} for name in ("line", "creditor", "amount")]},
    ):
        set_format(cast, "outgoing", layout)
        batch = make(cast)
        assert {row["what"] for row in lines(batch)} == {"charge"}
        money.leave_charge_out(charge=batch.charges.get(number=1), by=cast.finance, why="Again")
        release(cast, batch)


def test_a_list_of_which_all_is_left_out_is_closed_by_its_release(cast, as_):
    managed(cast)
    batch = make(cast)
    money.leave_charge_out(charge=batch.charges.get(number=1), by=cast.finance, why="All wrong")
    release(cast, batch)
    batch.refresh_from_db()
    assert (batch.count, batch.total, batch.content, batch.state) == (0, 0, "", "released")
    assert as_(cast.finance).get(reverse("budgets:charge_file", args=[1])).status_code == 404
    assert not Letter.objects.filter(event__verb="send_charge").exists()
    assert make(cast).number == 2


def test_what_was_charged_too_much_is_taken_off_the_next_charge(cast):
    case = managed(cast, days_ago=130)
    first = make(cast, TODAY() - timedelta(days=30))
    release(cast, first)
    charged = first.total
    assert not differences()
    cheaper(case, cast, "6")  # from the first day: less than was charged
    found = read(case)
    assert found.charged_too_much > 0 and found.charges
    batch = make(cast)
    assert sum(row.credit for row in batch.charges.all()) == found.charged_too_much
    assert all(row.credit <= row.amount for row in batch.charges.all() if row.covers_from)
    assert batch.total == sum(one.amount for one in found.charges) - found.charged_too_much
    release(cast, batch)
    after = read(case)
    assert (after.charged_too_much, after.charged_too_little) == (0, 0)
    # all lists together have asked for what the facts say, to the penny
    days = max(row.covers_to for row in batch.charges.all() if row.covers_to)
    whole = sum(run.contribution_charged for run in read(case, days).entitlement)
    assert charged + batch.total == whole
    assert not differences()


def test_what_does_not_agree_is_found(cast):
    case = managed(cast)
    batch = make(cast)
    money.leave_charge_out(charge=batch.charges.last(), by=cast.finance, why="Not yet")
    assert not differences()
    ChargeBatch.objects.filter(pk=batch.pk).update(total=1)
    assert len(differences()) == 1 and "the list says 1" in differences()[0][1]
    ChargeBatch.objects.filter(pk=batch.pk).update(total=batch.total, content="x")
    assert any("its file is not the one" in what for _about, what in differences())
    row = Charge.objects.filter(batch=batch).first()
    Charge.objects.create(
        case=case,
        batch=batch,
        number=99,
        covers_from=row.covers_from,
        covers_to=row.covers_from,
        amount=1,
    )
    found = differences()
    assert any("is charged twice" in what for _about, what in found)
    assert any(about == case.ref and "the facts say" in what for about, what in found)


def test_a_further_list_costs_the_check_of_the_books_one_statement(cast):
    """Each list against its lines; its cases are read once, and not once for each list."""
    managed(cast, days_ago=130)
    made_and_released(cast, TODAY() - timedelta(days=60))
    with counted() as one:
        assert not differences()
    for back in (30, 0):
        made_and_released(cast, TODAY() - timedelta(days=back))
    with counted() as three:
        assert not differences()
    assert len(three.statements) == len(one.statements) + 2


def differences():
    """What differs, but for the contribution, which `managed` records by hand."""
    return [one for one in money_checks.differences() if "no event says" not in one[1]]


def test_what_no_charge_is_left_for_is_paid_back_once(cast):
    case = managed(cast, days_ago=130)
    first = made_and_released(cast)
    cheaper(case, cast, "0")
    batch = make(cast)
    (row,) = batch.charges.all()
    assert (row.covers_from, row.amount, row.credit) == (None, 0, first.total)
    assert batch.total == -first.total and lines(batch)[0]["amount"] == f"-{first.total}"
    release(cast, batch)
    assert read(case).charged_too_much == 0
    with pytest.raises(NotYet, match="nothing to charge"):
        make(cast)
    letter = Letter.objects.filter(event__case=case, event__verb="send_charge").last()
    assert "We pay you back" in str(letter.content)


def test_what_is_paid_back_is_said_as_a_sum_below_nothing(cast, as_):
    case = managed(cast, days_ago=130)
    first = made_and_released(cast)
    cheaper(case, cast, "0")
    make(cast)
    page = as_(cast.releaser).get(_address(2)).content.decode()
    assert f"-£{first.total}" in page and "£-" not in page


def cheaper(case, cast, weekly):
    """A lower sum, from the first day on."""
    return money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(weekly),
        valid_from=first_day(case),
        source="Put right",
    )


def test_after_a_death_nothing_is_charged_by_itself(cast):
    case = managed(cast)
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    with pytest.raises(NotYet, match="nothing to charge"):
        make(cast)
    assert case.charges.count() == 0


def test_whoever_has_died_since_the_list_was_made_is_not_charged_by_its_release(cast):
    case, other = managed(cast), managed(cast, person=cast.new_person("Bo Finch"))
    batch = make(cast)
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    batch = release(cast, batch)
    assert {row.state for row in case.charges.all()} == {"left_out"}
    assert {row["reference"] for row in lines(batch)} == {other.ref}
    assert batch.count == other.charges.filter(state="charged").count() > 0
    assert batch.total == sum(Decimal(row["amount"]) for row in lines(batch))
    assert not differences()


def test_after_the_end_the_days_before_it_are_charged(cast):
    case = managed(cast)
    end_now(case, cast)
    batch = made_and_released(cast)
    assert batch.charges.filter(case=case, state="charged").exists()


def test_each_person_gets_one_letter_about_their_charges_and_it_stays(cast, as_):
    case = managed(cast)
    managed(cast, person=cast.new_person("Bo Finch"))
    batch = make(cast)
    assert not Letter.objects.filter(event__verb="send_charge").exists()
    release(cast, batch)
    letters = Letter.objects.filter(event__verb="send_charge")
    assert letters.count() == 2
    assert Message.objects.filter(case=case, template="send_charge").exists()
    content = str(letters.get(case=case).content)
    own = batch.charges.filter(case=case)
    assert "What you pay for your support" in content and "C1-1" in content
    assert f"£{sum(row.to_pay for row in own):,.2f}" in content and "£10.00 from" in content
    assert all(row.event_id for row in batch.charges.all())
    mine = as_(cast.person)
    page = mine.get(reverse("budgets:contribution", args=[case.ref])).content.decode()
    assert "C1-1" in page
    seq = letters.get(case=case).event.seq
    for shape in ("print", "large", "easy", "audio"):
        address = reverse("cases:letter", args=[case.ref, seq])
        assert mine.get(f"{address}?as={shape}").status_code == 200
    assert charge_batches.send_letters() == 0  # nobody is told twice


def test_letters_that_the_release_left_are_written_by_the_job(cast, monkeypatch):
    for name in ("Ada Wren", "Bo Finch", "Cy Lark"):
        managed(cast, person=cast.new_person(name))
    monkeypatch.setattr(charge_batches, "LETTERS_AT_ONCE", 1)
    batch = made_and_released(cast)
    letters = Letter.objects.filter(event__verb="send_charge")
    assert letters.count() == 1 and charge_batches.untold(batch).count()
    monkeypatch.setattr(charge_batches, "LETTERS_A_ROUND", 1)
    assert charge_batches.send_letters() == 1 and charge_batches.send_letters() == 1
    assert (charge_batches.send_letters(), letters.count()) == (0, 3)
    assert letters.values("case").distinct().count() == 3


# ---- pages ----


def test_the_pages_of_a_list_from_making_to_the_file(cast, as_):
    case = managed(cast)
    finance, second, auditor = as_(cast.finance), as_(cast.releaser), as_(cast.auditor)
    lists = reverse("budgets:charge_lists")
    assert "Make the list" not in auditor.get(lists).content.decode()
    made = send(finance, lists, until=TODAY())
    one = reverse("budgets:charge_list", args=[1])
    assert made.status_code == 302 and made["Location"] == one
    page = finance.get(one).content.decode()
    assert "Another finance officer releases this list" in page and "Release the list" not in page
    assert case.ref in page and "Leave out" in page
    file = reverse("budgets:charge_file", args=[1])
    assert finance.get(file).status_code == 404  # nothing leaves before its release
    out = reverse("budgets:leave_charge_out", args=[1, 2])
    assert send(finance, out, why="").status_code == 422
    assert send(finance, out, why="The day centre was closed")["Location"] == one
    assert "The day centre was closed" in auditor.get(one).content.decode()
    assert "Release the list" in second.get(one).content.decode()
    assert send(second, one).status_code == 302
    batch = ChargeBatch.objects.get()
    given = auditor.get(file)
    assert hashlib.sha256(given.content).hexdigest() == batch.sha256
    assert finance.get(reverse("budgets:charge_lists")).status_code == 200
    assert finance.get(out)["Location"] == one  # too late for that: back to the list


def send(client, address, *, until=None, **typed):
    """The form of a page, filled in and sent as a browser does."""
    page = client.get(address)
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | typed
    if until:
        data |= {"until_day": until.day, "until_month": until.month, "until_year": until.year}
    return client.post(address, data)


@pytest.mark.parametrize("year", ["", "20x6", "1066", "99999"])
def test_a_day_that_is_none_is_said_and_makes_no_list(cast, as_, year):
    managed(cast)
    lists = reverse("budgets:charge_lists")
    finance = as_(cast.finance)
    key = finance.get(lists).context["form"]["key"].value()
    day = {"until_day": "1", "until_month": "2", "until_year": year, "key": key}
    answered = finance.post(lists, day)
    assert answered.status_code == 422 and f'value="{year}"' in answered.content.decode()
    assert not ChargeBatch.objects.exists()


def test_whatever_is_sent_is_told_and_a_release_pressed_twice_happens_once(cast):
    managed(cast)
    finance, second = Hands(cast.finance), Hands(cast.releaser)
    attack(finance, reverse("budgets:charge_lists"))
    batch = make(cast)
    one = reverse("budgets:charge_list", args=[batch.number])
    attack(finance, reverse("budgets:leave_charge_out", args=[batch.number, 2]))
    attack(second, one)
    shown = second.open(one)
    for _press in "12":
        assert second.save(one, page=shown).response["Location"] == one
    batch.refresh_from_db()
    assert (batch.state, batch.released_by) == ("released", cast.releaser)


def test_other_roles_and_other_councils_find_nothing(cast, as_):
    managed(cast)
    batch = made_and_released(cast)
    pages = [
        reverse("budgets:charge_lists"),
        reverse("budgets:charge_list", args=[batch.number]),
        reverse("budgets:leave_charge_out", args=[batch.number, 1]),
        reverse("budgets:charge_file", args=[batch.number]),
    ]
    for who in (cast.worker, cast.manager, cast.panel, cast.admin, cast.person, cast.stranger):
        for address in pages:
            assert as_(who).get(address).status_code == 404, (who, address)
            assert as_(who).post(address, {}).status_code == 404, (who, address)
    theirs = User.objects.create_user("theirs@example.org", name="Theirs")
    theirs.seats.create(council=cast.other, role="finance", valid_from=TODAY() - timedelta(days=9))
    assert as_(theirs).get(pages[0]).status_code == 200
    assert "Released" not in as_(theirs).get(pages[0]).content.decode()
    for address in pages[1:]:
        assert as_(theirs).get(address).status_code == 404
    auditor = as_(cast.auditor)
    assert auditor.get(pages[2]).status_code == 404
    assert auditor.post(pages[0], {}).status_code == 200  # an auditor has nothing to send
    assert ChargeBatch.objects.count() == 1


def test_another_officers_queue_shows_the_list_to_release(cast, as_):
    managed(cast)
    make(cast)
    queue = reverse("cases:queue")
    assert "List of charges 1" in as_(cast.releaser).get(queue).content.decode()
    assert "List of charges 1" not in as_(cast.finance).get(queue).content.decode()


def test_a_page_of_a_list_reads_no_more_for_a_longer_list(cast, as_):
    managed(cast)
    release(cast, make(cast))
    finance, lists = as_(cast.finance), reverse("budgets:charge_lists")
    few = [_statements(finance, lists), _statements(finance, _address(1))]
    for number in range(6):
        managed(cast, person=cast.new_person(f"Ada {number}"))
    release(cast, make(cast))
    many = [_statements(finance, lists), _statements(finance, _address(2))]
    assert many == few and max(few) <= 14


def _address(number):
    return reverse("budgets:charge_list", args=[number])


def _statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


def test_a_list_is_paged(cast, as_, monkeypatch):
    from budgets.views import charges

    managed(cast)
    batch = make(cast)
    monkeypatch.setattr(charges, "PAGE", 1)
    finance = as_(cast.finance)
    first = finance.get(_address(1)).content.decode()
    last = finance.get(_address(1) + f"?page={batch.count}").content.decode()
    assert "/1/1/leave-out/" in first and "/1/2/leave-out/" not in first
    assert f"/1/{batch.count}/leave-out/" in last


def test_making_a_list_reads_the_same_for_few_and_for_many(cast):
    managed(cast)
    with CaptureQueriesContext(connection) as one:
        batch = make(cast)
    release(cast, batch)
    for number in range(5):
        managed(cast, person=cast.new_person(f"Ada {number}"))
    with CaptureQueriesContext(connection) as five:
        make(cast)
    assert len(five) <= len(one) + 1


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
def test_two_at_once_charge_nobody_twice():
    cast = Cast.make()
    for name in ("Ada Wren", "Bo Finch"):
        managed(cast, person=cast.new_person(name))
    made, wrong = together(3, lambda: make(cast).number)
    assert made == [1] and len(wrong) == 2 and all(isinstance(no, NotYet) for no in wrong), wrong
    rows = list(Charge.objects.values_list("case", "covers_from"))
    assert rows and len(set(rows)) == len(rows)


@pytest.mark.django_db(transaction=True)
def test_a_line_is_left_out_or_released_never_both():
    cast = Cast.make()
    managed(cast)
    batch = make(cast)
    row = batch.charges.get(number=2)
    acts = iter(
        [
            lambda: release(cast, ChargeBatch.objects.get()).pk,
            lambda: money.leave_charge_out(charge=row, by=cast.finance, why="Not this").pk,
        ]
    )
    _made, wrong = together(2, lambda: next(acts)())
    batch.refresh_from_db()
    row.refresh_from_db()
    assert batch.state == "released" and all(isinstance(no, NotYet) for no in wrong), wrong
    assert row.state in ("left_out", "charged") and (row.state == "left_out") == (not wrong)
    assert len(lines(batch)) == batch.count == batch.charges.filter(state="charged").count()


@pytest.mark.django_db(transaction=True)
def test_two_rounds_of_letters_at_once_write_each_once(monkeypatch):
    cast = Cast.make()
    managed(cast)
    monkeypatch.setattr(charge_batches, "LETTERS_AT_ONCE", 0)
    made_and_released(cast)
    made, wrong = together(2, charge_batches.send_letters)
    assert not wrong and sorted(made) == [0, 1]
    assert Letter.objects.filter(event__verb="send_charge").count() == 1
