"""Column layouts: what a council may say of its ledger's files, and a sentence for each mistake."""

import json

import pytest

from budgets.ledger import layouts
from budgets.ledger.layout_file import as_text, read_answer_layout, read_layout
from budgets.ledger.layouts import Column
from budgets.money.uploads import BadUpload
from tests.budgets.ledger_layouts import ANSWER, OUT, fields, fixed, read


def problems(layout):
    text = layout if isinstance(layout, str) else json.dumps(layout)
    answer = isinstance(layout, dict) and "outcomes" in layout
    with pytest.raises(BadUpload) as refused:
        (read_answer_layout if answer else read_layout)(text)
    return refused.value.problems


def with_columns(*columns, **more):
    return {"format": "csv", "columns": [*fields("line", "amount"), *columns], **more}


def fixed_columns(*columns):
    placed = [{**column, "width": 9} for column in fields("line", "amount")]
    return {"format": "fixed_width", "columns": [*placed, *columns]}


def answer_columns(*names, **more):
    return {"format": "csv", "columns": fields(*names), "outcomes": {"p": "paid"}, **more}


def test_a_council_that_says_nothing_has_csv_in_utf_8_with_headings():
    found = read(layouts.DEFAULT)
    assert (found.encoding, found.separator, found.headings) == ("utf-8", ",", True)
    assert (found.days, tuple(found.amounts)) == ("YYYY-MM-DD", ("pounds", "leading"))
    heads = "batch line creditor reference agreement payment what due from to amount".split()
    assert [column.heading for column in found.columns] == heads
    assert not found.fixed and not found.header_record and not found.trailer_record
    assert read(layouts.DEFAULT_ANSWER).outcomes == {"paid": "paid", "returned": "returned"}


def test_what_is_said_is_what_is_read():
    line = {"field": "line", "heading": "No", "width": 5, "fill": "0"}
    what = {"field": "what", "width": 3, "side": "right", "codes": {"regular": "REG"}}
    amounts = {"unit": "pence", "sign": "none"}
    parts = {"days": "DDMMYYYY", "encoding": "windows-1252", "amounts": amounts}
    found = read(
        {**fixed_columns(), "columns": [line, what, {"field": "amount", "width": 9}], **parts}
    )
    assert found.fixed and not found.headings and found.encoding == "windows-1252"
    assert (found.days, tuple(found.amounts)) == ("DDMMYYYY", ("pence", "none"))
    assert found.columns == (
        Column("line", "No", "", {}, 5, "right", "0"),
        Column("what", "what", "", {"regular": "REG"}, 3, "right", " "),
        Column("amount", "amount", "", {}, 9, "right", " "),
    )


def test_a_layout_may_say_everything_in_both_formats():
    for layout in (OUT, ANSWER):
        assert read(layout).trailer_record and read(fixed(layout)).fixed


KNOWN = '"batch", "line"'
MISTAKES = [
    ("", "It is not JSON that can be read exactly."),
    ("[1, 2]", "A layout must be an object with named parts."),
    ('{"format": "csv", "format": "csv"}', 'The field "format" stands there twice.'),
    ('"\ud800"', "It is not JSON"),
    ({"columns": []}, 'Layout: “format” must be one of "csv", "fixed_width".'),
    ({"columns": []}, "Columns: there must be at least one and at most 100."),
    ({"format": "csv", "columns": {}}, "Layout: “columns” must be a list."),
    (with_columns(format="xml"), "Layout: “format” must be one of"),
    (with_columns(format=["csv"]), "Layout: “format” must be one of"),
    (
        with_columns(encoding="latin-1"),
        'Layout: “encoding” must be one of "utf-8", "windows-1252".',
    ),
    (with_columns(separator="."), "Layout: “separator” must be one of"),
    (with_columns(headings="yes"), "Layout: “headings” must be true or false."),
    (with_columns(days="MM/DD/YYYY"), "Layout: “days” must be one of"),
    (with_columns(amounts=3), "Layout: “amounts” must be an object with named parts."),
    (with_columns(amounts={"unit": "euros"}), 'amounts: “unit” must be one of "pounds", "pence".'),
    (with_columns(amounts={"sign": "+"}), "amounts: “sign” must be one of"),
    (with_columns(amounts={"point": 1}), "amounts: “point” is not known here."),
    (with_columns(colour="red"), "Layout: “colour” is not known here. Known are: format"),
    (with_columns(outcomes_=1), "Layout: “outcomes_” is not known here."),
    (with_columns({"field": "name"}), f"Column 3: “field” must be one of {KNOWN}"),
    (with_columns({"heading": "x"}), "Column 3: “field” must be one of"),
    (with_columns("due"), "Column 3: it must be an object with a field."),
    (with_columns({"field": "due", "heading": 3}), "Column 3: “heading” must be a text."),
    (with_columns({"field": "due", "heading": " "}), "Column 3: “heading” is empty."),
    (with_columns({"field": "due", "text": "x"}), "Column 3: “text” is not known here."),
    (with_columns({"field": "due", "width": 8}), "Column 3: “width” is not known here."),
    (with_columns({"field": "due", "codes": {}}), "Column 3: “codes” is not known here."),
    (with_columns({"field": "what", "codes": []}), "Column 3: “codes” must be an object"),
    (with_columns({"field": "what", "codes": {"owed": 1}}), "Column 3: each code must be a text."),
    (
        with_columns({"field": "what", "codes": {"bonus": "B"}}),
        'Column 3: there is no payment called "bonus". There are: regular, one_off, owed',
    ),
    (
        with_columns({"field": "constant", "text": "=1+1"}),
        'Column 3: "=1+1" would be run as a formula by a spreadsheet.',
    ),
    (
        with_columns({"field": "due", "heading": "@due"}),
        'Column 3: "@due" would be run as a formula by a spreadsheet.',
    ),
    (
        with_columns({"field": "constant", "text": "a\nb"}),
        'Column 3: "a\\nb" holds a sign that breaks a line.',
    ),
    (
        with_columns({"field": "constant", "text": "ł"}, encoding="windows-1252"),
        'Column 3: "ł" can\'t be written in Windows-1252.',
    ),
    (with_columns({"field": "line"}), "Columns: two are called “line”."),
    (with_columns({"field": "due", "heading": " LINE"}), "Columns: two are called “line”."),
    (with_columns(*fields("constant", "constant")), "Columns: two are called “constant”."),
    ({"format": "csv", "columns": fields("line")}, "Columns: there is none for “amount”."),
    ({"format": "csv", "columns": fields("amount")}, "Columns: there is none for “line”."),
    (with_columns(*fields(*["due"] * 99)), "Columns: there must be at least one and at most 100."),
    (
        fixed_columns({"field": "due"}),
        "Column 3: “width” must be a whole number from 1 to 500.",
    ),
    (fixed_columns({"field": "due", "width": True}), "Column 3: “width” must be a whole number"),
    (fixed_columns({"field": "due", "width": 501}), "Column 3: “width” must be a whole number"),
    (
        fixed_columns({"field": "due", "width": 9, "side": "middle"}),
        'Column 3: “side” must be one of "left", "right".',
    ),
    (
        fixed_columns({"field": "due", "width": 9, "fill": "x"}),
        'Column 3: “fill” must be one of " ", "0".',
    ),
    (
        fixed_columns({"field": "due", "width": 9, "fill": "0"}),
        "Column 3: what stands left is filled with blanks, or it would be changed.",
    ),
    (
        fixed_columns({"field": "constant", "text": "GENERAL", "width": 3}),
        'Column 3: "GENERAL" is wider than the width of 3.',
    ),
    ({**fixed_columns(), "separator": ","}, "Layout: “separator” is not known here."),
    ({**fixed_columns(), "headings": False}, "Layout: “headings” is not known here."),
    (
        {**fixed_columns(), "trailer_record": [{"field": "hash", "width": 63}]},
        "trailer_record, Column 1: the hash needs a width of 64.",
    ),
    (with_columns(header_record=fields("amount")), "header_record, Column 1: “field” must be one"),
    (with_columns(header_record={}), "Layout: “header_record” must be a list."),
    (answer_columns("line", "amount"), "Columns: there is none for “outcome”."),
    (answer_columns("line", "outcome"), "Columns: there is none for “amount”."),
    (answer_columns("line", "amount", "outcome"), "Columns: an answer must say which payment"),
    (answer_columns("batch", "amount", "outcome"), "Columns: an answer must say which payment"),
    (
        answer_columns("reference", "amount", "outcome", outcomes={"r": "returned"}),
        "Columns: a payment that comes back needs a column “reason”.",
    ),
    (
        answer_columns("reference", "amount", "outcome", outcomes={}),
        "outcomes: say which codes of the ledger mean “paid” or “returned”.",
    ),
    (answer_columns("reference", outcomes=[]), "Layout: “outcomes” must be an object"),
    (
        answer_columns("reference", outcomes={"x": "lost"}),
        'outcomes: the code "x" must mean “paid” or “returned”.',
    ),
    (
        answer_columns("reference", outcomes={"p": "paid", "P ": "returned"}),
        'outcomes: the code "P " is empty or stands there twice.',
    ),
    (
        answer_columns("reference", outcomes={" ": "paid"}),
        'outcomes: the code " " is empty or stands there twice.',
    ),
    (answer_columns("narrative"), "Column 1: “field” must be one of"),
    (answer_columns("reference", trailer_record=fields("hash")), "trailer_record, Column 1: “fi"),
    (
        answer_columns("reference", trailer_record=fields("count")),
        "trailer_record: it must begin with a constant, by which it is known.",
    ),
]


@pytest.mark.parametrize(("layout", "sentence"), MISTAKES)
def test_each_mistake_has_its_sentence(layout, sentence):
    found = problems(layout)
    assert any(said.startswith(sentence) for said in found), found
    assert len(found) == len(set(found)) and all(said.endswith(".") for said in found)


def test_two_answer_columns_of_one_field_are_refused_under_any_heading():
    twice = [{"field": "outcome", "heading": "State"}]
    layout = answer_columns("reference", "amount", "outcome")
    layout["columns"] += twice
    assert problems(layout) == ["Columns: two are called “outcome”."]
    crossed = [{"field": "on", "heading": "reference"}, {"field": "reference", "heading": "on"}]
    layout["columns"] = [*fields("amount", "outcome"), *crossed]
    assert read(layout).columns[2] == Column("on", "reference")


def test_all_mistakes_are_said_at_once():
    assert len(problems({"format": "csv", "days": 1, "columns": [{"field": "x"}, 3]})) == 5


def test_a_layout_is_typed_as_it_is_shown():
    assert json.loads(as_text(OUT)) == OUT and "\n" in as_text(OUT)
