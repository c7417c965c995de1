"""Uploaded tables: what is read, and a report that names every wrong line while nothing is
taken.
"""

import io
import zipfile
from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.money import uploads
from budgets.money.uploads import BadUpload, read_rows, read_sheets

COLUMNS = {"points": uploads.number, "cost": uploads.amount, "group": uploads.words}


def read(data, name="file.csv", **options):
    return read_rows(
        name,
        data if isinstance(data, bytes) else data.encode(),
        COLUMNS,
        optional=["group"],
        **options,
    )


def problems(data, name="file.csv"):
    with pytest.raises(BadUpload) as refused:
        read(data, name)
    return refused.value.problems


def book(fill):
    made = openpyxl.Workbook()
    fill(made.active)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sound(sheet):
    for row in (["Points", "Cost"], [5.0, 16.29], [7, "£3,000"]):
        sheet.append(row)


def test_marks_semicolons_pounds_and_empty_lines_are_no_obstacle():
    found = read(b"\xef\xbb\xbfPoints; COST ;Group\r\n1;2.50;x\r\n\r\n2;\xc2\xa33,000;\r\n;;\r\n")
    assert found.rows == (
        {"points": D(1), "cost": D("2.50"), "group": "x"},
        {"points": D(2), "cost": D("3000.00"), "group": None},
    )
    assert found.lines == (2, 4) and len(found) == 2 and list(found)[0]["group"] == "x"


def test_one_bad_row_in_a_thousand_is_named_and_nothing_is_taken():
    lines = ["points,cost"] + [f"{n % 90},{n * 7}.50" for n in range(1000)]
    assert len(read("\n".join(lines))) == 1000
    lines[617] = "12,1.234"
    assert problems("\n".join(lines)) == [
        (
            'Line 618, column "cost": Enter the amount with no more than two figures for the '
            "pence. It says '1.234'."
        )
    ]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("-4", "less than £0"),
        ("NaN", "in numbers"),
        ("1e5", "in numbers"),
        ("1.1234567890123", "two figures"),
        ("9" * 12, "more than"),
        ("", "amount is missing"),
        ("=1+1", "in numbers"),
    ],
)
def test_amounts_that_are_none(cell, why):
    found = problems(f"points,cost\n3,4\n3,{cell}\n")
    assert len(found) == 1 and why in found[0] and found[0].startswith('Line 3, column "cost"')


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file is empty"),
        (b"points,cost\n", "no lines under them"),
        (b"points\n1\n", '"cost" is missing'),
        (b"points,cost,cost\n1,2,3\n", '"cost" stands there twice'),
        (b"points,cost,name\n1,2,3\n", '"name" is not known'),
        (b"points,cost\n1,2,3\n", "Line 2 has 3 values"),
        (b"points,cost\n1;2\n", "Line 2 has 1 values"),
        (b'points,cost\n"1,2\n', "can't be read as CSV"),
        (b"points,cost\n1,\xa33\n", "Line 2 is not UTF-8"),
        ("points,cost\n1,2\n".encode("utf-16"), "not UTF-8"),
        (b"points,cost\n" + b"1,2\n" * 20_001, "more than 20,000 lines"),
        (b" " * 5_000_001, "larger than 5 MB"),
        (b"\xd0\xcf\x11\xe0old", "old workbook"),
    ],
)
def test_files_that_are_refused(data, why):
    assert why in problems(data)[0]


def test_a_long_report_is_cut_and_says_so():
    found = problems("points,cost\n" + "x,y\n" * 300)
    assert len(found) == 101 and found[-1] == "And 500 more."


def test_a_workbook_is_read_as_it_was_typed():
    for name in ("file.xlsx", "file.csv"):  # by what it is, not by its name
        assert [(r["points"], r["cost"]) for r in read(book(sound), name)] == [
            (D(5), D("16.29")),
            (D(7), D("3000")),
        ]
    days = read_rows(
        "x.xlsx",
        book(lambda s: (s.append(["on"]), s.append([date(2026, 4, 1)]))),
        {"on": uploads.day},
    )
    assert days.rows[0]["on"] == date(2026, 4, 1)


def test_formulas_merged_cells_and_errors_are_named_one_by_one():
    def spoilt(sheet):
        sound(sheet)
        sheet["B2"], sheet["A4"] = "=1+1", "#REF!"
        sheet.merge_cells("A3:B3")

    found = problems(book(spoilt), "file.xlsx")
    assert 'Sheet "Sheet": the cells A3:B3 are merged.' in found
    assert any("line 2: the cell B2 holds a formula" in x for x in found)
    assert any("line 4: the cell A4 holds an error" in x for x in found)


def test_macros_damage_bombs_and_second_sheets_are_refused():
    assert "macros" in problems(book(sound), "file.xlsm")[0]
    out = io.BytesIO(book(sound))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    assert "macros" in problems(out.getvalue(), "file.xlsx")[0]
    assert "damaged" in problems(b"PK\x03\x04nothing", "file.xlsx")[0]
    assert "not a workbook" in problems(b"points,cost\n1,2", "file.xlsx")[0]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/big.xml", b" " * 40_000_001)
    assert "too large once unpacked" in problems(bomb.getvalue(), "file.xlsx")[0]

    def far(sheet):
        sheet["XFD1048576"] = 1

    assert "more than 20,000 lines" in problems(book(far), "file.xlsx")[0]

    def wide(sheet):
        sheet["GR20000"] = 1

    assert "over more than 500,000 cells" in problems(book(wide), "file.xlsx")[0]

    def second(sheet):
        sound(sheet)
        sheet.parent.create_sheet("Other").append(["x"])

    assert "Only one sheet" in problems(book(second), "file.xlsx")[0]
    assert set(read_sheets("file.xlsx", book(second))) == {"Sheet", "Other"}


@pytest.mark.parametrize(
    ("text", "found"), [("2026-04-01", date(2026, 4, 1)), ("1/4/2026", date(2026, 4, 1))]
)
def test_days_as_people_write_them(text, found):
    assert uploads.day(text) == found


@pytest.mark.parametrize("text", ["", "2026-02-30", "31/2/2026", "4/2026", "tomorrow", "1/4/26"])
def test_days_that_are_none(text):
    with pytest.raises(ValueError, match="day"):
        uploads.day(text)


def test_other_readers():
    assert uploads.whole("12") == 12 and uploads.one_of("Adult", "Carer")("adult") == "Adult"
    for reader, text in (
        (uploads.whole, "1.5"),
        (uploads.whole, ""),
        (uploads.number, "-1"),
        (uploads.words, ""),
        (uploads.words, "x" * 201),
        (uploads.one_of("a", "b"), "c"),
    ):
        with pytest.raises(ValueError):
            reader(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    for name in ("a.csv", "a.xlsx"):
        try:
            read_rows(name, data, COLUMNS)
        except BadUpload as refused:
            assert refused.problems
