"""A scheme out as a file and back in, by JSON and by workbook; files that are refused, place by
place.
"""

import io
import json

import openpyxl
import pytest

from budgets.allocation import scheme_files
from budgets.allocation.scheme_files import from_file, to_json, to_xlsx
from budgets.allocation.schemes import parse_scheme
from budgets.allocation.worked_examples import run_vectors
from budgets.money.uploads import BadUpload
from tests.budgets.samples import DEMO, FILES
from tests.budgets.test_allocation_methods import OTHER, linear, priced, with_add_ons

ALL = [json.loads(path.read_text(encoding="utf-8")) for path in FILES]
ALL += [linear(threshold_points="10.5"), priced(None, "0", "1000.01"), with_add_ons(DEMO), OTHER]


def changed(title, cell, value):
    """The demo scheme's workbook with one cell changed."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(DEMO)))
    book[title][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def report(data, name="scheme.xlsx"):
    with pytest.raises(BadUpload) as refused:
        from_file(name, data)
    return refused.value.problems


@pytest.mark.parametrize("definition", ALL, ids=lambda d: d["name"][:20])
def test_out_and_in_again_is_the_same_scheme(definition):
    assert from_file("scheme.json", to_json(definition)) == definition
    back = from_file("scheme.xlsx", to_xlsx(definition))
    assert parse_scheme(back) == parse_scheme(definition)
    if definition.get("vectors"):
        assert run_vectors(back) == []


def test_numbers_typed_in_a_workbook_are_read_as_typed():
    back = from_file("scheme.xlsx", changed("table", "C3", 1040.5))
    assert back["table"][1]["amount_year"] == "1040.5"
    assert (
        from_file("scheme.xlsx", changed("table", "C2", "n/a"))["table"][0]["amount_year"] is None
    )


@pytest.mark.parametrize(
    ("title", "cell", "value", "why"),
    [
        ("table", "C3", "=1000+40", "C3 holds a formula"),
        ("scheme", "A2", "colour", 'the field "colour" is not known'),
        ("options", "A2", "garden", 'Line 2 belongs to a question that is not there, "garden"'),
        ("questions", "G2", "maybe", "'maybe' is not one of true, false"),
        ("questions", "A3", None, "Line 3"),
        ("vectors", "B2", "{", 'Sheet "vectors"'),
        ("rounding", "B1", "units", '"unit" is missing'),
    ],
)
def test_what_is_wrong_in_a_workbook_is_named(title, cell, value, why):
    found = report(changed(title, cell, value))
    assert any(why in problem for problem in found), found


def test_files_that_are_no_scheme():
    assert "not JSON" in report(b"{", "x.json")[0]
    assert "stands there twice" in report(b'{"name": "a", "name": "b"}', "x.json")[0]
    assert "NaN" in report(b'{"weeks": NaN}', "x.json")[0]
    assert "an object" in report(b"[1]", "x.json")[0]
    assert "shape" in report(b'{"domains": 3}', "x.json")[0]
    assert "NUL" in report(b'{"name": "a\\u0000"}', "x.json")[0]
    assert "half character" in report(b'{"name": "a\\ud800"}', "x.json")[0]
    assert "not a workbook" in report(b"name,method\n", "x.csv")[0]
    assert "macros" in report(to_xlsx(DEMO), "x.xlsm")[0]
    assert from_file("x.json", b'{"price_per_point": 1.10}') == {"price_per_point": "1.10"}


def test_nothing_in_a_workbook_runs_as_a_formula():
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(DEMO | {"name": "=1+1"})))
    assert book["scheme"]["B2"].value == "=1+1" and book["scheme"]["B2"].data_type == "s"
    assert set(book.sheetnames) == set(scheme_files.SHEETS)
