"""A council's own rates of charging: entered or loaded, all or nothing; the kinder of two holds; a
row is corrected by another and never changed.
"""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions.charging_rates import RatesRefused
from budgets.models import ChargingRate
from budgets.money import charging_rates
from budgets.money.charging_rates import Rate
from cases.common.refusals import NotYet
from tests.budgets.test_plan_pages import a_date, form_of, send, text, url
from tests.race import together

PAGE = "/staff/charging-rates/"
NEW, LOAD = f"{PAGE}new/", f"{PAGE}load/"
MAY, EARLIER = date(2026, 5, 1), date(2025, 5, 1)
KINDER = {"lower": "20000", "upper": "50000", "tariff": "0.50"}
LIMITS = {"lower": "14250", "upper": "23250", "tariff": "1", "step": "250"}


def a_rate(code="25", amount="120.40", begins=date(2026, 4, 6), after=None, source="Circular, p 3"):
    return Rate(code, Decimal(amount), begins, after, source, own=True)


@pytest.fixture
def enter(cast):
    def entered(*rates, by=None):
        return money.record_charging_rates(council=cast.council, rates=rates, by=by or cast.finance)

    return entered


def held(cast, code, on=MAY):
    found = charging_rates.in_force(cast.council.pk, on).get(code)
    return found and (found.amount, found.own)


# ---- which holds ----


def test_the_kinder_of_two_rates_holds_and_ends_with_its_year(cast, enter):
    assert held(cast, "25") is None and held(cast, "lower", EARLIER) == (14250, False)
    enter(a_rate(), *(a_rate(code, n, EARLIER) for code, n in KINDER.items()))
    assert held(cast, "25") == (Decimal("120.40"), True)
    assert held(cast, "25", date(2027, 4, 11)) and held(cast, "25", date(2027, 4, 12)) is None
    assert held(cast, "lower", EARLIER) == (20000, True)
    assert held(cast, "tariff", EARLIER) == (Decimal("0.50"), True)
    assert held(cast, "lower", date(2025, 4, 30)) == (14250, False)
    enter(a_rate("lower", "14250", date(2025, 10, 1)))
    assert held(cast, "lower", date(2025, 10, 1)) == (14250, False), "a later day takes over"
    assert charging_rates.in_force(cast.other.pk, EARLIER)["lower"].amount == 14250


def test_a_rate_that_is_entered_is_counted_with_and_the_sum_says_whose_it_is(
    a_case, cast, as_, enter
):
    case = a_case(at="plan")
    typed = {"group": "25", "income": "200", "capital": "14250.01"} | a_date("on", MAY)
    assert send(as_(cast.person), url("estimate", case), **typed).status_code == 422
    enter(a_rate(), *(a_rate(code, amount) for code, amount in LIMITS.items()))
    shown = text(send(as_(cast.person), url("estimate", case), **typed))
    assert "About £80.60 a week" in shown, "200 + 1 - 120.40"
    assert "own rates in this sum" in shown


# ---- what is refused ----

REFUSED = [
    (a_rate("18-24", "95.39"), "amount", "£95.40"),
    (a_rate("25", "112.49"), "amount", "2025/26, which is £112.50"),
    (a_rate("lower", "14249.99"), "amount", "A council may only leave them more"),
    (a_rate("lower", "14249", date(2028, 1, 1)), "amount", "2025/26"),
    (a_rate("upper", "20000"), "amount", "£23,250.00"),
    (a_rate("tariff", "1.01"), "amount", "£1.00"),
    (a_rate("step", "249"), "amount", "£250.00"),
    (a_rate("step", "0"), "amount", "more than £0"),
    (a_rate("lower", "23250", EARLIER), "amount", "the upper one £23,250.00"),
    (a_rate("percentage", "100.01"), "amount", "between 0 and 100"),
    (a_rate("maximum", "NaN"), "amount", "0 or more"),
    (a_rate("maximum", "-1"), "amount", "0 or more"),
    (a_rate("maximum", "9", source=" "), "source", "where the rate is from"),
    (a_rate("maximum", "9", date(2015, 3, 31)), "valid_from", "1 April 2015"),
    (a_rate("maximum", "9", MAY, MAY), "valid_to", "before the first"),
    (a_rate("maximum", "9", MAY, date(2037, 1, 1)), "valid_to", "10 years"),
    (a_rate(after=date(2027, 4, 13)), "valid_to", "11 April 2027"),
]


@pytest.mark.parametrize(("rate", "field", "words"), REFUSED)
def test_what_a_council_may_not_enter_is_refused_with_a_sentence(cast, enter, rate, field, words):
    with pytest.raises(NotYet, match=words) as no:
        enter(a_rate("disability", "10"), rate)
    assert no.value.field == field and list(no.value.problems) == [1]
    assert not ChargingRate.objects.exists()


def test_rows_beside_each_other_leave_no_gap_and_do_not_overlap(cast, enter):
    year = {"begins": date(2026, 4, 1), "after": date(2027, 4, 1)}
    enter(a_rate("maximum", "400", **year))
    for begins, words in (
        (date(2026, 4, 1), "begins on 1 April 2026 already"),
        (date(2027, 3, 1), "overlap: one holds to 31 March 2027"),
        (date(2027, 5, 1), "there is a gap"),
    ):
        with pytest.raises(NotYet, match=words):
            enter(a_rate("maximum", "410", begins))
    enter(a_rate("maximum", "410", date(2027, 4, 1)), a_rate("maximum", "420", date(2028, 4, 1)))
    with pytest.raises(NotYet, match="overlap"):
        enter(a_rate("maximum", "405", date(2026, 3, 1), date(2026, 4, 2)))
    enter(a_rate("25", "120.40"), a_rate("25", "130", date(2029, 5, 1)))
    assert held(cast, "maximum", date(2027, 4, 1)) == (410, True)


def test_only_finance_and_administrators_of_the_council_enter(cast, enter):
    for by in (cast.worker, cast.manager, cast.person, cast.stranger):
        with pytest.raises(NotYet, match="finance team or an administrator"):
            enter(a_rate(), by=by)
    assert len(enter(a_rate(), by=cast.admin)) == 1


# ---- a mistake ----


def test_a_mistake_is_corrected_by_another_row_and_the_struck_one_stays(cast, enter):
    (wrong,) = enter(a_rate("maximum", "4000"))
    correct = {"row": wrong, "by": cast.admin}
    with pytest.raises(NotYet, match="Say what was wrong"):
        money.correct_charging_rate(rate=None, why=" ", **correct)
    with pytest.raises(NotYet, match="0 or more"):
        money.correct_charging_rate(rate=a_rate("maximum", "-1"), why="A slip", **correct)
    right = money.correct_charging_rate(rate=a_rate("maximum", "400"), why="A slip", **correct)
    assert held(cast, "maximum") == (400, True) and ChargingRate.objects.count() == 2
    with pytest.raises(NotYet, match="corrected this row already"):
        money.correct_charging_rate(rate=None, why="Me too", **correct)
    gone = money.correct_charging_rate(row=right, rate=None, why="No such rule", by=cast.finance)
    assert gone.amount is None and held(cast, "maximum") is None
    with pytest.raises(NotYet, match="corrected this row already"):
        money.correct_charging_rate(row=gone, rate=None, why="Again", by=cast.finance)
    enter(a_rate("maximum", "410"))
    assert held(cast, "maximum") == (410, True)


def test_no_row_is_changed_or_removed_and_the_database_knows_what_a_row_is(cast, enter):
    (row,) = enter(a_rate())
    for act in (
        lambda: ChargingRate.objects.filter(pk=row.pk).update(amount=1),
        lambda: ChargingRate.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    whole = {
        "council": cast.council,
        "code": "maximum",
        "amount": 1,
        "valid_from": MAY,
        "source": "x",
        "recorded_by": cast.finance,
        "recorded_at": timezone.now(),
    }
    for wrong in (
        {"code": "other"},
        {"amount": -1},
        {"amount": None},
        {"corrects": row},
        {"valid_to": MAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ChargingRate.objects.create(**whole | wrong)


# ---- two at once ----


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_or_correct_the_same_at_once_one_is_told(cast, enter):
    done, wrong = together(4, lambda: enter(a_rate("maximum", "400")))
    assert len(done) == 1 and {type(no) for no in wrong} == {RatesRefused}
    row = ChargingRate.objects.get()

    def correct():
        fresh = ChargingRate.objects.select_related("council").get(pk=row.pk)
        return money.correct_charging_rate(row=fresh, rate=None, why="A slip", by=cast.finance)

    done, wrong = together(4, correct)
    assert len(done) == 1 and len(wrong) == 3
    assert all("corrected this row already" in str(no) for no in wrong)
    assert ChargingRate.objects.count() == 2


# ---- the pages ----


def test_the_page_shows_each_rate_with_its_source_and_names_what_is_missing(cast, as_, enter):
    enter(a_rate("disability", "10.40", source="Cabinet, 3 March"))
    for reader in (cast.finance, cast.admin):
        client = as_(reader)
        shown = client.get(PAGE, a_date("on", MAY))
        words = text(shown)
        assert "£95.40" in words and "www.brumdaily.uk" in words and "Cabinet, 3 March" in words
        assert "These rates are not at hand for 2026/27" in words
        for code in ("25", "premium", "enhanced", "lower", "upper", "tariff", "step"):
            assert f"/new/?rate={code}&amp;from=2026-05-01" in shown.content.decode()
        circular = (
            "/social-care-charging-for-care-and-support-2026-to-2027-local-authority-circular"
        )
        assert shown.content.decode().count(f'{circular}"') == 7, "where each is to be read"
        assert words.count("where it stands") == words.count("not read yet)") == 7
        assert "rate=pension" not in shown.content.decode()
        assert f'href="{PAGE}"' in client.get("/").content.decode()
    assert "not at hand" not in text(client.get(PAGE, a_date("on", date(2025, 5, 1))))
    wrong = client.get(PAGE, a_date("on", MAY) | {"on_month": "13"})
    assert wrong.status_code == 422 and "Enter a real date" in text(wrong)
    for other in (cast.worker, cast.manager, cast.panel, cast.auditor, cast.person, cast.outsider):
        for address in (NEW, LOAD, f"{PAGE}{ChargingRate.objects.get().pk}/correct/"):
            assert as_(other).get(address).status_code == 404, (other, address)
    for other in (cast.worker, cast.manager, cast.auditor):  # they read where a figure is from
        shown = as_(other).get(PAGE, a_date("on", MAY)).content.decode()
        assert "Cabinet, 3 March" in shown and NEW not in shown and "/correct/" not in shown
    for other in (cast.panel, cast.person, cast.outsider):
        assert as_(other).get(PAGE).status_code == 404, other


def test_a_rate_is_entered_once_and_what_is_wrong_is_said_at_its_field(cast, as_):
    finance = as_(cast.finance)
    asked = f"{NEW}?rate=25&from=2026-05-01"
    assert 'value="25" selected' in finance.get(asked).content.decode()
    assert finance.get(f"{NEW}?rate=nonsense&from=soon").status_code == 200
    typed = form_of(finance, NEW) | {"code": "25", "amount": "120.40", "source": "Circular"}
    typed |= a_date("valid_from", date(2026, 4, 6))
    for wrong, words in (
        ({"amount": "120%"}, "without a percent sign"),
        ({"amount": "a lot"}, "number"),
        ({"amount": "90"}, "A council may only leave them more"),
        ({"amount": "1e3"}, "number"),
        ({"code": "x"}, "Choose one of the rates"),
        ({"source": ""}, "“Where is it from?” needs an answer"),
        ({"valid_from_month": "13"}, "Enter a real date"),
        ({"valid_from_year": "1"}, "four figures"),
        (a_date("valid_to", date(2026, 4, 1)), "before the first"),
        ({"key": ""}, "without its number"),
    ):
        shown = finance.post(NEW, typed | wrong)
        assert shown.status_code == 422 and words in text(shown), (wrong, text(shown)[:2000])
        assert not ChargingRate.objects.exists()
    for _press in range(2):
        assert finance.post(NEW, typed).status_code == 302
    row = ChargingRate.objects.get()
    assert (row.code, row.amount, row.valid_to) == ("25", Decimal("120.40"), date(2027, 4, 12))
    again = send(finance, NEW, **{k: v for k, v in typed.items() if k != "key"})
    assert again.status_code == 422 and "already" in text(again)


def test_a_row_is_corrected_on_its_page_and_both_are_shown(cast, as_, enter):
    (row,) = enter(a_rate("maximum", "4000"))
    finance, address = as_(cast.finance), f"{PAGE}{row.pk}/correct/"
    assert 'value="4000.00"' in finance.get(address).content.decode()
    typed = {"amount": "400", "source": "Cabinet", "note": "A nought too many"}
    typed |= a_date("valid_from", row.valid_from)
    assert send(finance, address, **typed | {"note": ""}).status_code == 422
    key = form_of(finance, address)
    assert finance.post(address, key | typed).status_code == 302
    late = finance.post(address, key | typed)
    assert late.status_code in (302, 404), "the second press changes nothing"
    shown = text(finance.get(PAGE, a_date("on", MAY)))
    assert "Struck" in shown and "£4,000.00" in shown and "£400.00" in shown
    assert "Corrects an earlier row: A nought too many" in shown
    assert finance.get(address).status_code == 404
    assert as_(cast.stranger).get(address).status_code == 404


# ---- a file ----

HEAD = "rate,amount,from,to,source\n"
GOOD = (
    HEAD
    + '25,120.40,2026-04-06,,"Circular, page 3"\n'
    + "Lower capital limit,20000,2026-04-06,,Cabinet\n"
    + "maximum,400,2026-04-01,2027-03-31,Cabinet\n"
    + "maximum,410,2027-04-01,,Cabinet\n"
)


def loaded(client, content, name="rates.csv"):
    return client.post(LOAD, {"file": SimpleUploadedFile(name, content.encode())})


def hidden(response):
    """The key and the lines of the page that asks whether this is right."""
    form = response.context["form"]
    return {name: str(form[name].value()) for name in ("key", "lines")}


def test_a_file_is_shown_first_and_entered_once_when_that_is_confirmed(cast, as_):
    finance = as_(cast.finance)
    shown = loaded(finance, GOOD)
    words = text(shown)
    assert shown.status_code == 200 and "Is this right?" in words and "11 April 2027" in words
    assert not ChargingRate.objects.exists()
    sent = hidden(shown)
    for _press in range(2):
        assert finance.post(LOAD, sent).status_code == 302
    assert ChargingRate.objects.count() == 4 and "4 rates are entered." in text(finance.get(PAGE))
    assert held(cast, "lower") == (20000, True)
    assert held(cast, "maximum", date(2027, 4, 1)) == (410, True)


def test_what_came_between_the_look_and_the_press_stops_all_of_it(cast, as_, enter):
    finance = as_(cast.finance)
    sent = hidden(loaded(finance, GOOD))
    enter(a_rate("maximum", "390", date(2026, 4, 1)), by=cast.admin)
    late = finance.post(LOAD, sent)
    assert late.status_code == 422 and "Line 4" in text(late) and "already" in text(late)
    assert ChargingRate.objects.count() == 1
    for lines in (
        "",
        "[",
        "7",
        '[["x", ["rate"]]]',
        '[[1, ["rate"]], [2, ["maximum"]]]',
        '{"a": 1}',
    ):
        wrong = finance.post(LOAD, sent | {"lines": lines})
        assert wrong.status_code == 422, lines
    many = json.dumps([[n, ["x"]] for n in range(500)])
    assert finance.post(LOAD, sent | {"lines": many}).status_code == 422
    assert ChargingRate.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("maximum,400,2026-04-01,2026-12-31,x\nmaximum,410,2027-04-01,,x", "Line 4.*gap"),
        ("maximum,400,2026-04-01,2027-04-01,x\nmaximum,410,2027-04-01,,x", "Line 4.*overlap"),
        ("maximum,400,2026-04-01,,x\nmaximum,410,2026-04-01,,x", "Line 4.*already"),
        ("percentage,80%,2026-04-01,,x", "Line 3.*without a percent sign"),
        ("lower,14000,2026-04-06,,x", "Line 3.*£14,250.00"),
        ("pension,240,2026-04-06,,x\n18-24,90,2026-04-06,,x", "Line 3.*£241.45.*Line 4.*£95.40"),
        ("other,1,2026-04-06,,x", "Line 3.*not the name of a rate"),
        ("maximum,1e3,2026-04-06,,x", "Line 3.*amount"),
        ("maximum,-1,2026-04-06,,x", "Line 3.*less than £0"),
        ("maximum,400,6.4.26,,x", "Line 3.*not a day"),
        ("maximum,400,0026-04-06,,x", "Line 3.*four figures"),
        ("maximum,400,2026-04-06,,", "Line 3.*write something"),
        ("maximum,400", "Line 3 has 2 values"),
    ],
)
def test_a_file_with_a_mistake_is_refused_line_by_line_and_changes_nothing(cast, as_, lines, words):
    shown = loaded(as_(cast.finance), HEAD + "disability,10,2026-04-01,,Cabinet\n" + lines + "\n")
    assert shown.status_code == 422 and re.search(words, text(shown)), text(shown)[:3000]
    assert not ChargingRate.objects.exists()


def test_what_is_no_table_of_rates_is_refused(cast, as_):
    finance = as_(cast.finance)
    long = HEAD + "".join(f"maximum,{n},2026-04-01,,x\n" for n in range(201))
    for content in ("", "rate\n", HEAD, "a,b\n1,2\n", "\0", long, GOOD.replace("amount", "pounds")):
        assert loaded(finance, content).status_code == 422, content[:40]
    assert finance.post(LOAD, {}).status_code == 422
    assert not ChargingRate.objects.exists()
