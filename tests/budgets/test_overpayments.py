"""Paid too much: found by the reading, one officer's with a day, written about, answered and
decided by a person; nothing is taken without the letter, and a decision is not asked for twice.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets.actions import money_round, overpayments
from budgets.decision import charge_letters, letter_facts, overpayment_letters
from budgets.models import Instalment, Overpayment, Settlement, SurplusDecision, Undercharge
from budgets.payments import money_checks, money_standings, standing_payments
from budgets.position.overpaid import standing_of_case
from cases.common.refusals import NotYet
from cases.models import Heartbeat, Letter, Message, Representation, Seat
from cases.ui import date_words
from tests.cast import Cast
from tests.race import together

TODAY = timezone.localdate
WORDS = "The day centre took over for a week, and we paid for it twice"


def overpaid_case(cast, days=40, **more):
    """A case that was paid ahead when its payments were suspended so many days ago."""
    case = cast.a_case(at="running", days_ago=90, **more)
    money.release_batch(
        batch=money.make_batch(council=cast.council, by=cast.finance, until=TODAY()),
        by=cast.releaser,
    )
    case.suspensions.create(
        begins_on=TODAY() - timedelta(days=days),
        ends_on=TODAY() - timedelta(days=days - 7),
        recorded_at=timezone.now(),
        carried=True,  # by no act here
    )  # a week without support: £80
    return case


def stands(case):
    return standing_of_case(case, TODAY())


def found(case):
    overpayments.look_at([case.pk], timezone.now())
    return overpayments.open_overpayment(case)


def write(case, cast, **more):
    facts = {"words": WORDS, "reply_by": TODAY() + timedelta(days=28)} | more
    return money.write_about_overpayment(case=case, by=cast.finance, **facts)


def reply(case, cast, by=None):
    return money.reply_to_overpayment(case=case, by=by or cast.person, reply="It is spent")


def decide(case, cast, decision, **more):
    return money.decide_overpayment(
        case=case, by=cast.finance, decision=decision, reason="Our mistake", **more
    )


def agreed(**more):
    return {
        "agreed_on": TODAY(),
        "pay_back": Decimal("50"),
        "each": Decimal("20"),
        "first_on": TODAY(),
        "needs_met": "The sister helps",
    } | more


def test_what_the_facts_say_becomes_one_officers_task_with_a_day(cast, as_):
    case = overpaid_case(cast)
    assert stands(case).whole == stands(case).undecided > 0
    done = money_round.look_after_money()
    assert done.overpaid == 1
    row = overpayments.open_overpayment(case)
    assert (row.amount, row.owner) == (stands(case).whole, cast.finance)
    assert row.decide_by == TODAY() + timedelta(days=14)
    assert money_round.look_after_money().overpaid == 0 and Overpayment.objects.count() == 1
    queue = reverse("cases:queue")
    assert "Paid too much: yours to decide" in as_(cast.finance).get(queue).content.decode()
    assert "Paid too much: yours" not in as_(cast.releaser).get(queue).content.decode()
    # the next one is the other officer's, who has fewer
    other = overpaid_case(cast, person=cast.new_person("Bo Finch"))
    assert found(other).owner == cast.releaser


def test_a_day_begins_with_the_cases_where_something_may_stand(cast, monkeypatch):
    """By how the money of each case stands; what that can't say is read from the facts."""
    case = overpaid_case(cast)
    sound = cast.a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    money.release_batch(batch=batch, by=cast.releaser)
    read: list[int] = []
    look_at = overpayments.look_at
    monkeypatch.setattr(
        overpayments, "look_at", lambda cases, at: read.extend(cases) or look_at(cases, at)
    )

    def first_round():
        read.clear()
        Heartbeat.objects.filter(job=overpayments.JOB).delete()
        made = overpayments.find_overpaid(timezone.now())
        return made, list(read)

    assert first_round() == (1, [case.pk, sound.pk]), "none is worked out yet"
    money_standings.refresh()
    assert first_round() == (0, [case.pk])
    # a fact that leaves no event of the case is seen once its standing is read again
    money_standings.mark_stale([sound.pk])
    assert first_round() == (0, [case.pk, sound.pk])
    money_standings.refresh()
    # what was decided about is followed until nothing of it is left
    write(case, cast)
    reply(case, cast)
    decide(case, cast, "write_off")
    money_standings.refresh()
    assert first_round() == (0, [])


def test_no_officer_is_asked_about_a_relative(cast, as_):
    case = overpaid_case(cast)
    found(case)
    queue, words = reverse("cases:queue"), "Paid too much: yours to decide"
    every = reverse("budgets:overpayments")
    assert words in as_(cast.finance).get(queue).content.decode()
    assert case.ref in as_(cast.finance).get(every).content.decode()
    Representation.objects.create(
        user=cast.finance, person=case.person, kind="family", valid_from=TODAY()
    )
    assert words not in as_(cast.finance).get(queue).content.decode()
    assert case.ref not in as_(cast.finance).get(every).content.decode()
    assert case.ref in as_(cast.auditor).get(every).content.decode()


def test_what_was_an_officers_who_has_left_is_the_others_to_do(cast, as_):
    row = found(overpaid_case(cast))
    assert row.owner == cast.finance
    queue = reverse("cases:queue")
    assert "Paid too much: yours" not in as_(cast.releaser).get(queue).content.decode()
    Seat.objects.filter(user=cast.finance).update(valid_to=TODAY())
    page = as_(cast.releaser).get(queue).content.decode()
    assert "Paid too much: yours to decide" in page and row.case.ref in page


def test_a_finding_that_nobody_was_told_of_goes_away_with_the_facts(cast):
    case = overpaid_case(cast)
    row = found(case)
    case.suspensions.update(struck_at=timezone.now(), struck_for="By mistake")
    assert found(case) is None
    row.refresh_from_db()
    assert row.gone_at and not row.decided_at


def test_the_letter_says_how_much_and_until_when_something_can_be_said(cast):
    case = overpaid_case(cast)
    too_soon = TODAY() + timedelta(days=27)
    for more, words in (
        ({"words": " "}, "Write what the person will read"),
        ({"reply_by": too_soon}, "at least 28 days"),
    ):
        with pytest.raises(NotYet, match=words):
            write(case, cast, **more)
    for who in (cast.worker, cast.manager, cast.person, cast.auditor, cast.stranger):
        with pytest.raises(NotYet, match="not yours"):
            money.write_about_overpayment(
                case=case, by=who, words=WORDS, reply_by=TODAY() + timedelta(days=30)
            )
    assert not Overpayment.objects.exists()
    row = write(case, cast)
    letter = Letter.objects.get(event__verb="write_about_overpayment")
    assert f"£{row.written_amount:,.2f}" in str(letter.content) and WORDS in str(letter.content)
    easy = [words for _picture, words in letter.content["easy"]]
    assert f"You can tell us until: {date_words.day(row.reply_by)}." in easy
    assert Message.objects.filter(template="write_about_overpayment").exists()
    with pytest.raises(NotYet, match="written already"):
        write(case, cast)
    assert standing_payments.next_payments(case).payments[0].of.recovered == 0  # nothing is taken


def test_the_answer_is_the_persons_and_there_is_one(cast):
    case = overpaid_case(cast)
    with pytest.raises(NotYet, match="no letter"):
        reply(case, cast)
    write(case, cast)
    with pytest.raises(NotYet, match="not yours"):
        reply(case, cast, by=cast.outsider)
    with pytest.raises(NotYet, match="Write your answer"):
        money.reply_to_overpayment(case=case, by=cast.person, reply=" ")
    row = reply(case, cast)
    assert row.decide_by == TODAY() + timedelta(days=14)
    with pytest.raises(NotYet, match="no letter"):
        reply(case, cast)


def test_nothing_is_taken_without_letter_and_time_to_answer(cast):
    case = overpaid_case(cast)
    with pytest.raises(NotYet, match="without a letter"):
        decide(case, cast, "instalments", **agreed())
    write(case, cast)
    with pytest.raises(NotYet, match="may answer until"):
        decide(case, cast, "instalments", **agreed())
    row = overpayments.open_overpayment(case)
    with pytest.raises(IntegrityError), transaction.atomic():  # nor by a way round the act
        Overpayment.objects.create(
            case=cast.a_case(at="request", person=cast.new_person("Bo Finch")),
            amount=5,
            found_at=timezone.now(),
            decide_by=TODAY(),
            decision="instalments",
            reason="x",
            decided_by=cast.finance,
            decided_at=timezone.now(),
        )
    assert not Instalment.objects.exists() and row.decided_at is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pay_back": None}, "what was agreed"),
        ({"pay_back": Decimal("0")}, "no more than the letter says"),
        ({"pay_back": Decimal("10000")}, "no more than the letter says"),
        ({"pay_back": Decimal("NaN")}, "no more than the letter says"),
        ({"each": Decimal("60")}, "in all"),
        ({"each": Decimal("0.001")}, "in all"),
        ({"each": Decimal("0.01")}, "more than 130 payments"),
        ({"agreed_on": TODAY() + timedelta(days=1)}, "agreed in writing"),
        ({"agreed_on": TODAY() - timedelta(days=1)}, "agreed in writing"),
        ({"first_on": TODAY() - timedelta(days=1)}, "from today on"),
        ({"first_on": TODAY() + timedelta(days=401)}, "from today on"),
        ({"needs_met": " "}, "needs are still met"),
    ],
)
def test_an_agreement_that_can_not_be_meant_is_refused_and_changes_nothing(cast, more, words):
    case = overpaid_case(cast)
    write(case, cast)
    reply(case, cast)
    with pytest.raises(NotYet, match=words):
        decide(case, cast, "instalments", **agreed(**more))
    assert not Instalment.objects.exists() and not Settlement.objects.exists()
    assert overpayments.open_overpayment(case)


def test_instalments_come_off_later_payments_one_each_and_the_rest_is_written_off(cast):
    case = overpaid_case(cast)
    whole = stands(case).whole
    write(case, cast)
    reply(case, cast)
    decide(case, cast, "instalments", **agreed())
    assert [one.amount for one in case.instalments.order_by("on")] == [20, 20, 10]
    coming = standing_payments.next_payments(case).payments
    assert [one.of.recovered for one in coming[:4]] == [20, 20, 10, 0]
    assert all(one.amount == one.of.regular - one.of.recovered for one in coming[:4])
    (off,) = case.settlements.all()
    assert (off.amount, off.how, off.why) == (whole - 50, "written_off", "Our mistake")
    assert (stands(case).whole, stands(case).undecided) == (50, 0)
    assert found(case) is None  # decided is decided
    letter = str(Letter.objects.get(event__verb="decide_overpayment").content)
    assert "3 times £20.00" in letter and "The last one is £10.00" in letter
    assert "Written off" in letter and "The sister helps" in letter
    # what is taken lowers what stands, and is no new finding
    batch = money.make_batch(
        council=cast.council, by=cast.finance, until=TODAY() + timedelta(days=28)
    )
    taken = sum(one.recovered for one in batch.payments.all())
    assert taken > 0 and stands(case).whole == 50 - taken
    assert (stands(case).undecided, found(case)) == (0, None)
    assert not list(money_checks.differences())


def test_left_is_left_and_only_what_is_new_is_found_again(cast):
    case = overpaid_case(cast)
    whole = stands(case).whole
    decide(case, cast, "leave")  # without a letter: nothing is taken
    assert (stands(case).whole, stands(case).decided, found(case)) == (whole, whole, None)
    assert standing_payments.next_payments(case).payments[0].of.recovered == 0
    case.suspensions.create(
        begins_on=TODAY() - timedelta(days=20),
        ends_on=TODAY() - timedelta(days=14),
        recorded_at=timezone.now(),
        carried=True,  # by no act here
    )
    assert found(case).amount == 80 == stands(case).undecided
    assert stands(case).whole == whole + 80
    decide(case, cast, "write_off")
    assert (stands(case).whole, stands(case).undecided, found(case)) == (whole, 0, None)
    # and what was left and is set off meanwhile hides nothing later
    case.suspensions.update(struck_at=timezone.now(), struck_for="By mistake")
    assert found(case) is None
    with pytest.raises(NotYet, match="Nothing stands"):
        decide(case, cast, "leave")


def test_what_is_paid_back_lowers_what_stands(cast):
    case = overpaid_case(cast)
    whole = found(case).amount
    back = {"case": case, "by": cast.finance, "why": "By bank"}
    for more, words in (
        ({"on": TODAY() + timedelta(days=1), "amount": Decimal("1")}, "future"),
        ({"on": TODAY(), "amount": whole + 1}, "no more than stands"),
        ({"on": TODAY(), "amount": Decimal("0")}, "no more than stands"),
    ):
        with pytest.raises(NotYet, match=words):
            money.record_paid_back(**back, **more)
    money.record_paid_back(**back, on=TODAY(), amount=Decimal("30"))
    row = overpayments.open_overpayment(case)
    assert row.amount == whole - 30 == stands(case).whole
    money.record_paid_back(**back, on=TODAY(), amount=whole - 30)
    assert overpayments.open_overpayment(case) is None


def test_who_decides_and_how(cast):
    case = overpaid_case(cast)
    for who in (cast.worker, cast.manager, cast.person, cast.auditor, cast.stranger):
        with pytest.raises(NotYet, match="not yours"):
            money.decide_overpayment(case=case, by=who, decision="leave", reason="x")
    for decision, reason, words in (("take", "x", "Choose one"), ("leave", " ", "Say why")):
        with pytest.raises(NotYet, match=words):
            money.decide_overpayment(case=case, by=cast.finance, decision=decision, reason=reason)
    row = decide(case, cast, "leave")
    for change in ({"decision": "write_off"}, {"reason": "y"}, {"amount": 1}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Overpayment.objects.filter(pk=row.pk).update(**change)


def test_nothing_is_taken_while_a_decision_is_challenged(cast):
    case = overpaid_case(cast)
    write(case, cast)
    reply(case, cast)
    case.move("challenge", by=cast.person, decision="other", reason="It is wrong")
    with pytest.raises(NotYet, match="is challenged"):
        decide(case, cast, "instalments", **agreed())
    assert decide(case, cast, "write_off").decided_at


def test_without_a_payment_to_come_nothing_can_be_taken_off(cast):
    case = overpaid_case(cast)
    write(case, cast)
    reply(case, cast)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY(),
        final_account="x",
    )
    with pytest.raises(NotYet, match="No payment is to come"):
        decide(case, cast, "instalments", **agreed())
    assert decide(case, cast, "write_off").decided_at and stands(case).whole == 0


# ---- pages ----


def test_from_the_letter_to_the_decision_by_the_pages(cast, as_):
    case = overpaid_case(cast)
    finance, person = as_(cast.finance), as_(cast.person)
    one = reverse("budgets:overpayment", args=[case.ref])
    assert one in person.get(reverse("budgets:schedule", args=[case.ref])).content.decode()
    assert "Write about what was paid too much" in finance.get(one).content.decode()
    day = TODAY() + timedelta(days=30)
    send(finance, case, "write_about_overpayment", words=WORDS, reply_by=day)
    assert WORDS in person.get(one).content.decode()
    send(person, case, "reply_to_overpayment", reply="It is spent")
    page = send(finance, case, "decide_overpayment", decision="instalments", reason="As agreed")
    assert page.status_code == 422 and "Enter what was agreed" in page.content.decode()
    facts = agreed()
    page = send(finance, case, "decide_overpayment", decision="instalments", reason="x", **facts)
    assert page.status_code == 200 and overpayments.open_overpayment(case).decided_at is None
    page = confirmed(finance, page)
    assert page.status_code == 302 and page["Location"] == one
    assert Overpayment.objects.get(case=case).decision == "instalments"
    shown = person.get(one).content.decode()
    assert "taken off later payments" in shown and "Is taken off a payment" in shown
    everywhere = reverse("budgets:overpayments")
    assert case.ref not in finance.get(everywhere).content.decode()


def test_money_paid_back_is_looked_at_before_it_is_recorded(cast, as_):
    case, finance = overpaid_case(cast), as_(cast.finance)
    whole = found(case).amount
    facts = {"on": TODAY(), "amount": "30", "why": "By bank"}
    page = send(finance, case, "record_paid_back", **facts)
    assert page.status_code == 200 and "Not recorded yet" in page.content.decode()
    assert stands(case).whole == whole and not Settlement.objects.exists()
    assert confirmed(finance, page).status_code == 302
    assert stands(case).whole == whole - 30 and Settlement.objects.count() == 1


def send(client, case, name, **typed):
    address = reverse("budgets:record", args=[case.ref, name])
    form = client.get(address).context["form"]
    data = {field: form[field].value() or "" for field in ("seen", "key")}
    for field, value in typed.items():
        if hasattr(value, "year"):
            parts = {"day": value.day, "month": value.month, "year": value.year}
            data |= {f"{field}_{part}": number for part, number in parts.items()}
        else:
            data[field] = str(value)
    return client.post(address, data)


def confirmed(client, page):
    """What it changes of the money was looked at: the press after it."""
    form = page.context["form"]
    data = {name: form.data[name] for name in form.data} | {"looked": form.look.mark}
    return client.post(page.request["PATH_INFO"], data | {"press": "confirm"})


def test_who_sees_the_pages(cast, as_):
    case = overpaid_case(cast)
    found(case)
    everywhere = reverse("budgets:overpayments")
    one = reverse("budgets:overpayment", args=[case.ref])
    for who in (cast.finance, cast.auditor):
        assert case.ref in as_(who).get(everywhere).content.decode()
    for who in (cast.worker, cast.manager, cast.panel, cast.admin, cast.person, cast.stranger):
        assert as_(who).get(everywhere).status_code == 404, who
    for who in (cast.outsider, cast.stranger, cast.admin, cast.auditor):
        assert as_(who).get(one).status_code == 404, who
    assert one in as_(cast.finance).get(everywhere).content.decode()
    assert one not in as_(cast.auditor).get(everywhere).content.decode()
    for who in (cast.person, cast.worker):
        page = as_(who).get(one)
        assert page.status_code == 200 and "Decide about" not in page.content.decode(), who
    for name in ("write_about_overpayment", "decide_overpayment", "record_paid_back"):
        address = reverse("budgets:record", args=[case.ref, name])
        assert as_(cast.worker).get(address).status_code == 404
        assert as_(cast.person).post(address, {}).status_code == 404
    assert overpayments.open_overpayment(case).decided_at is None


def test_the_page_of_all_reads_no_more_for_more(cast, as_):
    found(overpaid_case(cast))
    finance, address = as_(cast.finance), reverse("budgets:overpayments")
    few = _statements(finance, address)
    for number in range(4):
        found(overpaid_case(cast, person=cast.new_person(f"Ada {number}")))
    assert _statements(finance, address) == few <= 9


def _statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        client.get(address)
    return len(made)


def test_a_round_looks_at_what_changed_and_once_a_day_at_all(cast, monkeypatch):
    with time_machine.travel(timezone.now().replace(hour=12)):
        case = overpaid_case(cast)
        money_round.look_after_money()
        looked = []
        monkeypatch.setattr(overpayments, "look_at", lambda cases, now: looked.append(cases) or 0)
        overpayments.find_overpaid(timezone.now() + timedelta(hours=3))
        overpayments.find_overpaid(timezone.now() + timedelta(days=1))
    assert looked == [[], [case.pk]]


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
def test_two_findings_at_once_are_one():
    cast = Cast.make()
    case = overpaid_case(cast)
    made, wrong = together(3, lambda: overpayments.look_at([case.pk], timezone.now()))
    assert not wrong and sum(made) == 1 and Overpayment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_one_wins_and_the_other_is_told():
    cast = Cast.make()
    case = overpaid_case(cast)
    found(case)
    answers = iter(["write_off", "leave"])
    made, wrong = together(2, lambda: decide(case, cast, next(answers)).decision)
    (no,) = wrong
    assert isinstance(no, NotYet) and "Nothing stands" in str(no) and len(made) == 1
    assert Overpayment.objects.get().decision == made[0]
    assert Settlement.objects.count() == (made == ["write_off"])


def test_each_decision_about_money_has_words_for_the_person():
    """A letter says what becomes of it, not what an officer is to do."""
    for offered, said in (
        (Overpayment.DECISIONS, overpayment_letters.DECIDED),
        (Undercharge.DECISIONS, charge_letters.DECIDED),
        (SurplusDecision.ACTIONS, letter_facts.SURPLUS_DECIDED),
    ):
        assert set(offered) == set(said)
        assert not any("the person" in str(words) or ":" in str(words) for words in said.values())
