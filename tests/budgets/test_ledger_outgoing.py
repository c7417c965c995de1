"""A batch as a file for the ledger: the same bytes each time, and nothing cut in silence."""

import hashlib
import io
import tracemalloc
from datetime import date
from decimal import Decimal as D

import pytest

from budgets.ledger import outgoing
from budgets.ledger.cell_texts import (
    DAY_FORMATS,
    SIGNS,
    UNITS,
    AmountFormat,
    amount_text,
    day_text,
    read_amount,
    read_day,
)
from budgets.ledger.layouts import DEFAULT
from budgets.ledger.outgoing import OutgoingRow
from tests.budgets.ledger_layouts import OUT, constant, fields, fixed, read

APRIL = date(2026, 4, 6)
ROW = OutgoingRow(
    1, "AB34CD-1", "C0017", "person", "A1", "regular", APRIL, APRIL, date(2026, 5, 3), D("1200.00")
)


def written(layout, *rows, batch=7):
    out = io.BytesIO()
    told = outgoing.write(read(layout), batch, rows or [ROW], out)
    return out.getvalue(), told


def refusal(layout, *rows):
    with pytest.raises(ValueError) as refused:
        written(layout, *rows)
    return str(refused.value)


def columns(*names, **more):
    return {"format": "csv", "headings": False, "columns": fields(*names), **more}


def test_the_default_file_and_what_is_told_of_it():
    rows = ROW._replace(narrative="3"), ROW._replace(line=2, amount=D("0.05"), covers_to=None)
    data, told = written(DEFAULT, *rows)
    assert data.decode().split("\r\n") == [
        "batch,line,creditor,reference,agreement,payment,what,due,from,to,amount",
        "7,1,C0017,AB34CD-1,A1,3,regular,2026-04-06,2026-04-06,2026-05-03,1200.00",
        "7,2,C0017,AB34CD-1,A1,,regular,2026-04-06,2026-04-06,,0.05",
        "",
    ]
    assert (told.count, told.total) == (2, D("1200.05"))
    assert told.sha256 == hashlib.sha256(data).hexdigest()
    assert written(DEFAULT, *rows)[0] == data


def test_a_fixed_width_has_each_value_in_its_place():
    layout = {
        "format": "fixed_width",
        "encoding": "windows-1252",
        "days": "DDMMYYYY",
        "amounts": {"unit": "pence", "sign": "leading"},
        "columns": [
            {"field": "line", "width": 4, "fill": "0"},
            {"field": "narrative", "width": 8},
            {"field": "creditor", "width": 7, "side": "right", "fill": "0"},
            {"field": "due", "width": 8},
            {"field": "covers_from", "width": 8, "side": "right", "fill": "0"},
            {"field": "amount", "width": 9, "fill": "0"},
            {"field": "what", "width": 2, "codes": {"regular": "R", "charge": "C"}},
            {"field": "constant", "width": 3},
        ],
        "header_record": [{**constant("H"), "width": 2}, {"field": "total", "width": 8}],
        "trailer_record": [{**constant("TR"), "width": 3}, {"field": "count", "width": 3}],
    }
    credit = ROW._replace(line=12, what="charge", amount=D("-3.07"), covers_from=None)
    data, _told = written(layout, ROW._replace(narrative="Ré"), credit)
    assert data.decode("windows-1252").split("\r\n") == [
        "H   119693",
        "0001Ré      00C001706042026060420260001200" + "00R    ",
        "0012        00C00170604202600000000-00000307C    ",
        "TR   2",
        "",
    ]


def test_records_tell_batch_count_total_and_the_hash_of_the_lines():
    data, _told = written(OUT, ROW, ROW._replace(line=3))
    header, headings, *body, trailer, end = data.decode().split("\r\n")
    control = hashlib.sha256("".join(f"{line}\r\n" for line in body).encode()).hexdigest()
    assert header == f"H,7,2,2400.00,{control}" and trailer == f"T,2,2400.00,7,{control}"
    assert headings.startswith("is D,batch,") and body[0].startswith("D,7,1,") and end == ""


@pytest.mark.parametrize("text", ["=1+1", "+44", "@sum(1)", "-x", "=HYPERLINK(1)", "-5"])
def test_no_text_runs_as_a_formula_in_csv_and_a_sum_below_nothing_stays_a_number(text):
    assert written(columns("line", "amount", "narrative"), ROW._replace(narrative=text))[0] == (
        f"1,1200.00,'{text}\r\n".encode()
    )
    lower = ROW._replace(amount=D("-5.00"))
    assert written(columns("line", "amount"), lower)[0] == b"1,-5.00\r\n"


def test_separators_and_quotes_within_a_text_stay_in_their_cell():
    row = ROW._replace(narrative='a;"b"')
    data, _told = written(columns("line", "amount", "narrative", separator=";"), row)
    assert data == b'1;1200.00;"a;""b"""\r\n'


def test_words_become_the_ledgers_codes():
    coded = [{"field": "what", "codes": {"owed": "AR"}}, {"field": "payee_kind"}]
    layout = {**columns(), "columns": [*fields("line", "amount"), *coded]}
    assert written(layout, ROW._replace(what="owed"))[0] == b"1,1200.00,AR,person\r\n"
    assert refusal(layout) == ("Batch line 1, column “what”: the layout has no code for “regular”.")


MISFITS = [
    (fixed(OUT), {"creditor": "C" * 13}, "column “creditor”: “CCCCCCCCCCCCC” does not fit a col"),
    (fixed(OUT), {"amount": D("9999999999.99")}, "column “amount”: “9999999999.99” does not fit"),
    (OUT, {"narrative": "two\nlines"}, "column “narrative”: “two\nlines” holds a sign that breaks"),
    (OUT, {"narrative": "a\x85b"}, "column “narrative”: “a\x85b” holds a sign that breaks a line."),
    (
        {**OUT, "encoding": "windows-1252"},
        {"narrative": "Łucja"},
        "column “narrative”: “Łucja” can't be written in Windows-1252.",
    ),
    (OUT, {"narrative": "\ud800"}, "column “narrative”: “\ud800” can't be written in UTF-8."),
    (OUT, {"amount": D("1.005")}, "column “amount”: 1.005 is not in whole pence."),
    (
        {**OUT, "amounts": {"sign": "none"}},
        {"amount": D("-1.00")},
        "column “amount”: -1.00 is below 0, and the layout has no sign.",
    ),
]


@pytest.mark.parametrize(("layout", "change", "sentence"), MISFITS)
def test_what_does_not_fit_is_named_by_line_and_column(layout, change, sentence):
    said = refusal(layout, ROW._replace(line=4), ROW._replace(line=9, **change))
    assert said.startswith(f"Batch line 9, {sentence}")


def test_a_total_that_does_not_fit_is_named_too():
    layout = {**fixed(OUT), "trailer_record": [{"field": "total", "width": 4}]}
    assert refusal(layout) == (
        "Trailer record, column “total”: “1200.00” does not fit a column with a width of 4."
    )


def test_no_line_a_number_twice_and_rows_that_change_are_refused():
    with pytest.raises(ValueError, match="has no line to write"):
        outgoing.write(read(DEFAULT), 7, [], io.BytesIO())
    assert refusal(DEFAULT, ROW, ROW) == ("Batch line 1 comes after line 1: the numbers must rise.")
    once = (row for row in [ROW])  # read for the header record, and gone
    with pytest.raises(ValueError, match="changed while its file was written"):
        outgoing.write(read(OUT), 7, once, io.BytesIO())


def test_the_lines_can_be_had_one_by_one():
    rows = (ROW._replace(line=number) for number in (1, 2))
    assert list(outgoing.lines(read(columns("line", "amount")), 7, rows)) == [
        b"1,1200.00\r\n",
        b"2,1200.00\r\n",
    ]


class Many:
    """Rows that are made while they are read, as those of a database."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return (ROW._replace(line=number) for number in range(1, self.count + 1))


class Nowhere:
    def write(self, data):
        return len(data)


@pytest.mark.parametrize("layout", [OUT, fixed(OUT)])
def test_ten_thousand_lines_are_written_without_being_held(layout):
    layout = read(layout)
    outgoing.write(layout, 7, Many(10), Nowhere())
    tracemalloc.start()
    told = outgoing.write(layout, 7, Many(10_000), Nowhere())
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.count == 10_000 and told.total == 10_000 * ROW.amount
    assert most < 800_000, f"{most} bytes"  # the smaller of both files has 1.6 million


@pytest.mark.parametrize("form", DAY_FORMATS)
def test_a_day_is_read_as_it_is_written(form):
    for day in (date(2026, 1, 9), date(2024, 2, 29), date(2099, 12, 31), date(2015, 10, 11)):
        assert read_day(day_text(day, form), form) == day
    for wrong in ("", "31/02/2026", "20260231", "313131", "2026-13-01", "1/1/1999", "٠١٠١٢٠٢٦"):
        with pytest.raises(ValueError, match="is not a day from 2015 to 2100"):
            read_day(wrong, form)


def test_a_day_may_lack_its_noughts_only_where_something_stands_between():
    assert read_day("6/4/2026", "DD/MM/YYYY") == APRIL
    with pytest.raises(ValueError):
        read_day("642026", "DDMMYYYY")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sum_is_read_as_it_is_written(unit, sign):
    form = AmountFormat(unit, sign)
    for amount in (D("0.00"), D("0.07"), D("1234567.89"), D("300.00")):
        assert read_amount(amount_text(amount, form), form) == amount
        if sign != "none":
            assert read_amount(amount_text(-amount, form), form) == -amount
    for wrong in ("", "-", "1,23.00", "12%", "1.234", "1.", "x", "--1", "+1", "٣", "1 2"):
        with pytest.raises(ValueError, match="is not an amount such as"):
            read_amount(wrong, form)


def test_how_spreadsheets_write_a_sum_is_understood():
    for text, amount in (("£1,234.50", "1234.50"), ("300.5", "300.50"), ("300", "300.00")):
        assert str(read_amount(text, AmountFormat())) == amount
