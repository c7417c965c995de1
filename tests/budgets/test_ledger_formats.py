"""How a council's ledger writes: set on its page, looked at first, kept as rows with who and when;
a batch is written by what stood when it was claimed.
"""

import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.ledger import layouts
from budgets.ledger.layout_file import as_text
from budgets.models import LedgerFormat, Payment, PaymentBatch
from budgets.payments import ledger_formats
from cases.common.refusals import NotYet
from tests.budgets.ledger_layouts import ANSWER, OUT, fields
from tests.budgets.test_plan_pages import form_of, send, text
from tests.cast import Cast
from tests.race import together

PAGE = "/staff/ledger/"
NARROW = {
    "format": "fixed_width",
    "encoding": "windows-1252",
    "days": "DDMMYYYY",
    "amounts": {"unit": "pence", "sign": "none"},
    "columns": [
        {"field": "line", "width": 4, "fill": "0"},
        {"field": "creditor", "width": 8},
        {"field": "payee_kind", "width": 2, "codes": dict.fromkeys(("person", "nominated"), "P")},
        {"field": "what", "width": 1, "codes": {"regular": "R", "owed": "O", "recovered": "N"}},
        {"field": "reference", "width": 6},
        {"field": "due", "width": 8},
        {"field": "amount", "width": 9, "fill": "0"},
    ],
}
NARROW["columns"][2]["codes"] |= {"authorised": "A", "provider": "S"}


CODED = {"field": "what", "codes": {"regular": "R"}}


def set_format(cast, kind, value, by=None, seen=None):
    last = ledger_formats.last(cast.council, kind)
    return money.set_ledger_format(
        council=cast.council,
        by=by or cast.admin,
        kind=kind,
        text=value if isinstance(value, str) else as_text(value),
        seen=seen if seen is not None else (last.pk if last else 0),
    )


def make(cast):
    return money.make_batch(council=cast.council, by=cast.finance, until=timezone.localdate())


def test_a_batch_is_written_in_the_councils_own_columns(a_case, cast):
    case = a_case(at="running", days_ago=60)
    row = set_format(cast, "outgoing", NARROW)
    batch = make(cast)
    day = batch.payments.get(number=1).on
    first = f"0001S1001   P R{case.ref}{day:%d%m%Y}000032000"
    assert bytes(batch.file).split(b"\r\n")[0] == first.encode("cp1252")
    assert batch.layout == row and batch.count == 2
    # what a batch was claimed under holds for it, whatever the council sets afterwards
    set_format(cast, "outgoing", OUT)
    money.leave_out(payment=batch.payments.get(number=2), by=cast.releaser, why="Wait")
    batch.refresh_from_db()
    assert bytes(batch.file) == f"{first}\r\n".encode()


def test_a_value_that_does_not_fit_claims_nothing_and_names_its_column(a_case, cast):
    case = a_case(at="running", days_ago=60)
    cast.payee(case, "S100234")
    columns = [{**c, "width": 5} if c["field"] == "creditor" else c for c in NARROW["columns"]]
    set_format(cast, "outgoing", {**NARROW, "columns": columns})
    with pytest.raises(NotYet, match="can't be written, and nobody was paid.*column “creditor”"):
        make(cast)
    assert not PaymentBatch.objects.exists() and not Payment.objects.exists()


def test_a_layout_that_cannot_be_used_is_refused_with_every_mistake(cast):
    for kind, wrong, words in (
        ("outgoing", "{", "not JSON"),
        ("outgoing", {"format": "csv", "columns": fields("line")}, "none for “amount”"),
        ("outgoing", {**NARROW, "columns": [{**c, "width": 3} for c in NARROW["columns"]]}, "fit"),
        (
            "outgoing",
            {"format": "csv", "columns": [*fields("line", "amount"), CODED]},
            "no code for “owed”",
        ),
        ("answer", as_text(OUT), "must be one of"),
        ("creditor", "9" * 21, "at most 20 signs"),
        ("creditor", "A_9", "letters, figures, hyphens"),
        ("bank", "x", "Choose one"),
        ("outgoing", "x" * 20_001, "at most 20000"),
    ):
        with pytest.raises(NotYet, match=words):
            set_format(cast, kind, wrong)
    assert not LedgerFormat.objects.exists()


def test_what_was_set_is_never_changed_and_nothing_goes_back_to_the_default(a_case, cast):
    row = set_format(cast, "outgoing", NARROW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerFormat.objects.filter(pk=row.pk).update(text="")
    with pytest.raises(NotYet, match="stands already"):
        set_format(cast, "outgoing", NARROW)
    with pytest.raises(NotYet, match="meanwhile"):
        set_format(cast, "outgoing", OUT, seen=0)
    set_format(cast, "outgoing", "")
    a_case(at="running", days_ago=20)
    heads = bytes(make(cast).file).split(b"\r\n")[0].decode().split(",")
    assert heads[:4] == ["batch", "line", "creditor", "reference"]
    assert len(heads) == len(layouts.DEFAULT["columns"])


def test_a_creditor_number_has_the_councils_shape(a_case, cast):
    case = a_case(at="running", days_ago=20)
    set_format(cast, "creditor", "AA999999", by=cast.finance)

    def named(number):
        return money.name_payee(
            case=case, by=cast.finance, kind="person", name="Ada Wren", creditor=number
        )

    for number, words in (
        ("ABC123456", "a letter too many.*2 letters, 6 figures"),
        ("AB12345", "lacks a figure"),
        ("AB12345X", "Character 8"),
        ("", "Enter the creditor number"),
    ):
        with pytest.raises(NotYet, match=words) as no:
            named(number)
        assert no.value.field == "creditor"
    assert named(" ab 123456").creditor == "AB123456"


@pytest.mark.django_db(transaction=True)
def test_of_two_settings_at_once_one_wins_and_the_other_is_told():
    cast = Cast.make()
    each = iter([as_text(NARROW), as_text(OUT)])
    made, wrong = together(2, lambda: set_format(cast, "outgoing", next(each), seen=0).pk)
    (no,) = wrong
    assert isinstance(no, NotYet) and "meanwhile" in str(no) and len(made) == 1
    assert LedgerFormat.objects.count() == 1


# ---- the pages ----


def test_a_layout_is_looked_at_before_it_counts(cast, as_):
    admin, address = as_(cast.admin), f"{PAGE}outgoing/"
    first = text(admin.get(address))
    assert "DP 060426-030526" in first, "the sample of what stands"
    typed = form_of(admin, address) | {"text": as_text(NARROW)}
    shown = admin.post(address, typed | {"look": "on"})
    assert shown.status_code == 200 and not LedgerFormat.objects.exists()
    assert "0001S1001 P R" in text(shown) and json.dumps("nominated")[1:-1] in text(shown)
    for _press in range(2):
        assert admin.post(address, typed)["Location"] == PAGE
    row = LedgerFormat.objects.get()
    assert (row.kind, row.recorded_by) == ("outgoing", cast.admin)
    page = text(admin.get(PAGE))
    assert "The council’s own columns" in page and str(cast.admin) in page


def test_every_mistake_is_named_and_what_was_typed_stays(cast, as_):
    admin = as_(cast.finance)
    wrong = '{"format": "xml", "columns": [{"field": "line"}], "colour": "red"}'
    for more in ({"look": "on"}, {}):
        shown = send(admin, f"{PAGE}outgoing/", text=wrong, **more)
        assert shown.status_code == 422
        words = text(shown)
        assert "“format” must be one of" in words and "“colour” is not known here" in words
        assert "none for “amount”" in words and shown.context["form"]["text"].value() == wrong
    shown = send(admin, f"{PAGE}creditor/", text="A_9")
    assert shown.status_code == 422 and "letters, figures, hyphens" in text(shown)
    for typed in ({"seen": "x"}, {"text": "\0"}, {"seen": "9" * 30}, {"text": "x" * 30_000}):
        assert send(admin, f"{PAGE}outgoing/", **{"text": as_text(OUT)} | typed).status_code == 422
    assert not LedgerFormat.objects.exists()
    shown = text(admin.get(f"{PAGE}answer/"))
    assert "Account closed" in shown


def test_a_setting_is_the_councils_and_of_two_roles(cast, as_):
    set_format(cast, "answer", ANSWER)
    for user in (cast.worker, cast.manager, cast.panel, cast.person, cast.outsider):
        for address in (PAGE, f"{PAGE}outgoing/"):
            assert as_(user).get(address).status_code == 404, user
        with pytest.raises(NotYet, match="finance team or an administrator"):
            set_format(cast, "creditor", "9", by=user)
    assert "The council’s own columns" in text(as_(cast.auditor).get(PAGE))
    assert as_(cast.auditor).get(f"{PAGE}outgoing/").status_code == 404
    assert as_(cast.admin).get(f"{PAGE}bank/").status_code == 404
    assert ledger_formats.last(cast.other, "answer") is None
    with pytest.raises(NotYet):
        money.set_ledger_format(council=cast.other, by=cast.admin, kind="creditor", text="9")
