"""Going live by the pages: files, what they say before anything counts, and the buttons of two
officers.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from budgets import actions as money
from budgets.models import EnteredCase, ParallelRun, RunningImport
from budgets.views import going_live as views
from cases.models import Case, Seat
from tests.budgets import test_going_live as laid
from tests.budgets import test_running_import as running
from tests.budgets.test_going_live import FIRST, ONE, SECOND, lay, paid
from tests.budgets.test_running_import import CASE, LINE, table
from tests.cast import SINCE
from tests.statements import counted

HOME = reverse("budgets:going_live")
ENTER = reverse("budgets:enter_running")
LAY = reverse("budgets:lay_pay_day")
KEY = "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1"


def file(name, rows):
    return SimpleUploadedFile(name, table(name, rows).data)


def upload(client, cases=(CASE,), lines=(LINE,), key=KEY):
    data = {"key": key, "cases": file("cases.csv", cases), "lines": file("lines.csv", lines)}
    return client.post(ENTER, data)


def day_of(on):
    return {"on_day": on.day, "on_month": on.month, "on_year": on.year}


def do(client, address, what, key=KEY):
    return client.post(address, {"key": key, "do": what})


def text(response):
    return " ".join(response.content.decode().split())


def test_the_tables_are_shown_line_by_line_before_another_officer_lets_them_in(as_, cast):
    finance, other = as_(cast.finance), as_(cast.releaser)
    sent = upload(finance)
    address = reverse("budgets:running_import", args=[1])
    assert (sent.status_code, sent["Location"]) == (302, address)
    assert upload(finance)["Location"] == address  # the second press leads to the first result
    assert RunningImport.objects.count() == 1 and not Case.objects.exists()
    page = text(finance.get(address))
    for words in ("Ada Lark", "£312.10", "SW-17", "Another finance officer", "Withdraw"):
        assert words in page, words
    assert "Let these cases in" not in page
    assert do(finance, address, "release").status_code == 422 and not Case.objects.exists()
    assert "Let these cases in" in text(other.get(address))
    assert do(other, address, "release", views.__name__).status_code == 422  # no number of a form
    assert do(other, address, "release").status_code == 422  # a number of somebody else's
    key = "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b2"
    assert do(other, address, "release", key)["Location"] == address
    case = Case.objects.get()
    page = text(finance.get(HOME))
    assert "SW-17" in page and case.ref in page and "None yet" in page
    assert "Ada Lark" not in text(finance.get(address))  # the files are gone


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([CASE | {"basis": "nett"}], "Table of cases: Line 2, column &quot;basis&quot;"),
        ([CASE | {"team": "Südteam"}], "“Südteam” is not one of this council."),
        ([CASE, CASE], "the case stands in line 2 already."),
    ],
)
def test_what_is_wrong_is_listed_and_nothing_is_kept(as_, cast, cases, said):
    answer = upload(as_(cast.finance), cases)
    assert answer.status_code == 422 and said in text(answer)
    assert "nothing of them was taken" in text(answer)
    assert not RunningImport.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"PK\x03\x04rubbish", b'"a\nb'])
def test_a_file_that_is_no_table_has_its_sentence(as_, cast, data):
    for address, names in ((ENTER, ("cases", "lines")), (LAY, ("file",))):
        files = {name: SimpleUploadedFile("t.csv", data) for name in names}
        answer = as_(cast.finance).post(address, {"key": KEY, **day_of(FIRST), **files})
        assert answer.status_code == 422 and "govuk-error-summary" in text(answer)
    assert as_(cast.finance).post(ENTER, {"key": KEY}).status_code == 422
    assert not RunningImport.objects.exists() and not ParallelRun.objects.exists()


def test_somebody_of_the_same_name_and_birthday_is_pointed_out(as_, cast):
    running.entered(cast)
    more = CASE | {"case": "SW-21"}
    running.recorded(cast, [more], [LINE | {"case": "SW-21"}])
    page = text(as_(cast.releaser).get(reverse("budgets:running_import", args=[2])))
    assert "Somebody of this name and birthday is here already" in page


def test_tables_that_went_wrong_meanwhile_say_so_and_stay(as_, cast):
    first, second = running.recorded(cast), running.recorded(cast)
    money.release_import(imported=first, by=cast.releaser)
    address = reverse("budgets:running_import", args=[second.number])
    page = as_(cast.releaser).get(address)
    assert page.status_code == 200 and "was entered before" in text(page)
    assert do(as_(cast.releaser), address, "release").status_code == 422
    assert do(as_(cast.finance), address, "withdraw").status_code == 302


def test_a_pay_day_from_the_file_to_the_day_the_case_is_live(as_, cast):
    (case,) = running.entered(cast, [ONE], [LINE])
    finance, other = as_(cast.finance), as_(cast.releaser)
    rows = [paid(amount=laid.FOUR_WEEKS + 80)]
    sent = finance.post(LAY, {"key": KEY, **day_of(FIRST), "file": file("pay.csv", rows)})
    address = reverse("budgets:pay_day", args=[1])
    assert sent["Location"] == address
    page = text(finance.get(address))
    for words in ("£80.00 less", "£1,168.40", "£1,248.40", "As much as the contribution"):
        assert words in page, words
    assert do(finance, address, "close").status_code == 422
    accept = reverse("budgets:accept_difference", args=[1, 1])
    assert "SW-17" in text(other.get(accept))
    answer = other.post(accept, {"key": KEY, "reason": " "})
    assert answer.status_code == 422 and "field is required" not in text(answer)
    key = "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b3"
    assert finance.post(accept, {"key": key, "reason": "Old list"})["Location"] == address
    assert "Old list" in text(other.get(address))
    key = "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b4"
    assert do(other, address, "close", key)["Location"] == address
    assert not EnteredCase.objects.exclude(live_at=None).exists()
    assert "Let them go live" not in text(other.get(HOME))
    run = lay(cast, [paid(SECOND)], SECOND, by=cast.releaser)
    money.close_pay_day(run=run, by=laid.third_officer(cast))
    page = text(as_(cast.admin).get(HOME))
    assert "Let them go live" in page and "accepted" in page and "no difference" in page
    live = {"key": "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b5", "cases": [case.pk]}
    answer = other.post(HOME, live)
    assert answer.status_code == 422 and "another officer lets it go live" in text(answer)
    live["key"] = "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b6"
    page = as_(cast.admin).post(HOME, live, follow=True)
    assert "1 case is paid from here." in text(page)
    assert EnteredCase.objects.get().live_by == cast.admin


@pytest.mark.parametrize("who", ["worker", "manager", "person", "admin", "stranger", "outsider"])
def test_nobody_else_finds_these_pages(as_, cast, who):
    running.entered(cast, [ONE], [LINE])
    lay(cast, [paid()])
    Seat.objects.create(user=cast.stranger, council=cast.other, role="finance", valid_from=SINCE)
    pages = [
        reverse("budgets:running_import", args=[1]),
        reverse("budgets:pay_day", args=[1]),
        reverse("budgets:accept_difference", args=[1, 1]),
    ]
    pages += [] if who == "stranger" else [HOME, ENTER, LAY]
    for address in pages:
        assert as_(getattr(cast, who)).get(address).status_code == 404, address


def test_an_auditor_reads_and_does_nothing(as_, cast):
    running.entered(cast, [ONE], [LINE])
    lay(cast, [paid()])
    auditor = as_(cast.auditor)
    for address in (HOME, reverse("budgets:pay_day", args=[1])):
        page = auditor.get(address)
        assert page.status_code == 200 and "<form" not in text(page).split("<main")[1]
    for address in (ENTER, LAY, reverse("budgets:accept_difference", args=[1, 1])):
        assert auditor.get(address).status_code == 404
    do(auditor, reverse("budgets:pay_day", args=[1]), "withdraw")
    assert ParallelRun.objects.get().state == "open"


def test_a_page_reads_no_more_for_many_cases(as_, cast, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)

    def cases(first, count):
        names = [f"SW-{n}" for n in range(first, first + count)]
        rows = [ONE | {"case": n, "name": f"Ada {n}", "creditor_number": n} for n in names]
        running.entered(cast, rows, [LINE | {"case": n} for n in names])
        return names

    def costs():
        found = []
        for address in (HOME, reverse("budgets:pay_day", args=[1])):
            client = as_(cast.finance)
            client.get(address)
            with counted() as cost:
                assert client.get(address).status_code == 200
            found.append((len(cost.statements), cost.rows))
        return found

    names = cases(100, 3)
    run = lay(cast, [paid(reference=name, amount="1") for name in names])
    few = costs()
    names += cases(200, 6)
    money.withdraw_pay_day(run=run, by=cast.finance)
    lay(cast, [paid(reference=name, amount="1") for name in names])
    again = costs()
    assert [found[0] for found in again] == [found[0] for found in few]
    assert all(more[1] - before[1] <= 3 for more, before in zip(again, few, strict=True))


def test_pages_of_many_cases_are_turned(as_, cast, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 1)
    two = ONE | {"case": "SW-18", "name": "Bo Reed", "creditor_number": "S7002"}
    running.entered(cast, [ONE, two], [LINE, LINE | {"case": "SW-18"}])
    lay(cast, [paid(), paid(reference="SW-18", amount="1"), paid(reference="X", amount="2")])
    for address, first, second in (
        (HOME, "SW-17", "SW-18"),
        (reverse("budgets:pay_day", args=[1]), "SW-18", "somebody who was not entered"),
    ):
        client = as_(cast.finance)
        assert first in text(client.get(address)) and second not in text(client.get(address))
        assert second in text(client.get(f"{address}?page=2"))
    late = reverse("budgets:pay_day", args=[1])
    assert as_(cast.finance).get(f"{late}?page=x").status_code == 200


def test_what_was_paid_elsewhere_is_read_where_payments_are_read(as_, cast):
    (case,) = running.entered(cast, [ONE], [LINE])
    run = lay(cast, [paid()])
    money.close_pay_day(run=run, by=cast.releaser)
    page = text(as_(cast.finance).get(reverse("budgets:schedule", args=[case.ref])))
    assert page.count("From before") == 2
    for payment in case.payments.all():
        trace = reverse("budgets:trace", args=[case.ref, payment.pk])
        assert as_(cast.finance).get(trace).status_code == 200
    page = text(as_(cast.manager).get(reverse("cases:case", args=[case.ref])))
    assert "Before this record" in page and "Not needed" not in page
