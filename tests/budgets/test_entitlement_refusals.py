"""Facts that are refused: each with its sentence, and always one sentence."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from budgets.entitlement.fact_checks import FactsError
from budgets.entitlement.facts_file import LARGEST_FILE, read_facts, read_facts_file
from budgets.management.commands import entitlement


def document():
    """A sound document with a row of every fact."""
    line = {"plan": 1, "route": "direct_payment", "funder": "council", "amount": "200.00"}
    line |= {"from": "2026-04-06", "to": None, "weeks": None, "free": False, "origin": None}
    part = {"regular": "800.00", "owed": "10.00", "recovered": "0.00"}
    cover = {"covers_from": "2026-04-06", "covers_to": "2026-05-03", "amount": "810.00"}
    return {
        "pay_calendar": {"anchor": "2026-04-06", "cycle_weeks": 4},
        "lines": [
            line | {"id": "a", "unit": "week", "to": "2026-06-28"},
            line | {"id": "b", "unit": "once"},
            line | {"id": "c", "unit": "once", "plan": 2, "origin": "b"},
            line | {"id": "d", "unit": "month", "route": None, "funder": "health"},
        ],
        "prices": [{"line": "a", "from": "2026-05-04", "amount": "210.00"}],
        "decisions": [{"plan": 1, "from": "2026-04-06"}, {"plan": 2, "from": "2026-06-01"}],
        "contributions": [{"from": "2026-04-20", "weekly": "10.00", "told_on": "2026-04-15"}],
        "agreements": [{"from": "2026-04-06", "basis": "net"}],
        "suspensions": [{"from": "2026-05-01", "to": "2026-05-07", "make_good": False}],
        "end": None,
        "paid": [{"on": "2026-04-06", **cover, "of": part}],
        "charged": [cover],
        "recoveries": [{"on": "2026-06-01", "amount": "10.00"}],
        "settled": [{"on": "2026-06-01", "amount": "10.00"}],
        "extras": [{"on": "2026-06-01", "amount": "10.00"}],
    }


def put(value, *path):
    """A change: ``value`` at a path of the document."""

    def change(found):
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = value

    return change


def without(*path):
    def change(found):
        for step in path[:-1]:
            found = found[step]
        del found[path[-1]]

    return change


def again(part, **other):
    """A change: the first row of a part once more, with other values."""
    return lambda found: found[part].append(found[part][0] | other)


KIND = [
    (put([], "notes"), 'The document has an unknown field "notes".'),
    (put(1, "lines", 0, "note"), 'Row 1 of lines has an unknown field "note".'),
    (put("4", "pay_calendar", "weeks"), 'The pay calendar has an unknown field "weeks".'),
    (put("0.00", "paid", 0, "of", "x"), 'The parts of row 1 of paid has an unknown field "x".'),
    (without("pay_calendar"), 'The document lacks the field "pay_calendar".'),
    (without("pay_calendar", "anchor"), 'The pay calendar lacks the field "anchor".'),
    (without("lines", 1, "amount"), 'Row 2 of lines lacks the field "amount".'),
    (without("lines", 3, "route"), 'Row 4 of lines lacks the field "route".'),
    (without("contributions", 0, "told_on"), 'Row 1 of contributions lacks the field "told_on".'),
    (without("suspensions", 0, "make_good"), 'Row 1 of suspensions lacks the field "make_good".'),
    (without("paid", 0, "covers_to"), 'Row 1 of paid lacks the field "covers_to".'),
    (without("paid", 0, "of", "owed"), 'The parts of row 1 of paid lacks the field "owed".'),
    (put(None, "pay_calendar"), "The pay calendar must be an object with named fields."),
    (put({}, "lines"), "Lines of the document must be a list, not {}."),
    (put(None, "extras"), "Extras of the document must be a list, not null."),
    (put(["a"], "prices"), "Row 1 of prices must be an object with named fields."),
    (put(None, "paid", 0, "of"), "The parts of row 1 of paid must be an object with named fields."),
    (
        put(3, "pay_calendar", "cycle_weeks"),
        "Cycle_weeks of the pay calendar must be 2 or 4, not 3.",
    ),
    (
        put(True, "lines", 0, "plan"),
        "Plan of row 1 of lines must be a whole number from 1, not true.",
    ),
    (
        put(0, "decisions", 0, "plan"),
        "Plan of row 1 of decisions must be a whole number from 1, not 0.",
    ),
    (
        put("1", "lines", 0, "plan"),
        'Plan of row 1 of lines must be a whole number from 1, not "1".',
    ),
    (put(1, "lines", 0, "id"), "Id of row 1 of lines must be a text, not 1."),
    (put("", "lines", 0, "id"), 'Id of row 1 of lines must be a text, not "".'),
    (
        put("dp", "lines", 0, "route"),
        "Route of row 1 of lines must be one of direct_payment, council_managed, provider_held, "
        'not "dp".',
    ),
    (
        put("nhs", "lines", 0, "funder"),
        'Funder of row 1 of lines must be one of council, health, s117, person, not "nhs".',
    ),
    (
        put(["week"], "lines", 0, "unit"),
        "Unit of row 1 of lines must be one of hour, day, session, week, month, year, once, "
        'not ["week"].',
    ),
    (
        put("half", "agreements", 0, "basis"),
        'Basis of row 1 of agreements must be one of net, gross, person_first, not "half".',
    ),
    (put(1, "lines", 0, "free"), "Free of row 1 of lines must be true or false, not 1."),
    (
        put(None, "suspensions", 0, "make_good"),
        "Make_good of row 1 of suspensions must be true or false, not null.",
    ),
    (
        put(54, "lines", 0, "weeks"),
        "Weeks of row 1 of lines must be a whole number from 1 to 53, not 54.",
    ),
    (
        put(0, "lines", 0, "weeks"),
        "Weeks of row 1 of lines must be a whole number from 1 to 53, not 0.",
    ),
    (
        put(False, "lines", 0, "weeks"),
        "Weeks of row 1 of lines must be a whole number from 1 to 53, not false.",
    ),
]
AMOUNTS = [
    "-200.00",
    "200",
    "200.0",
    "200.000",
    "12345678.00",
    "1,200.00",
    "£200.00",
    " 200.00",
    "200.00\n",
    "٢٠٠.00",
    "1e2.00",
    "",
    200,
    True,
    None,
    ["200.00"],
]
DAYS = [
    "2026-02-29",
    "2026-4-6",
    "20260406",
    "2026-W15-1",
    "06/04/2026",
    "2014-12-31",
    "2101-01-01",
    "2026-04-06T00:00",
    "2026-04-06\n",
    "٢٠٢٦-04-06",
    "",
    20260406,
    True,
    ["2026-04-06"],
]
ONE_DAY = {"covers_from": "2026-05-03", "covers_to": "2026-05-31"}
BESIDE = [
    (
        put("2026-04-05", "lines", 0, "to"),
        "The last day of row 1 of lines, 2026-04-05, is before its first, 2026-04-06.",
    ),
    (
        put("2026-04-30", "suspensions", 0, "to"),
        "The last day of row 1 of suspensions, 2026-04-30, is before its first, 2026-05-01.",
    ),
    (
        put("2026-04-05", "paid", 0, "covers_to"),
        "The last day of row 1 of paid, 2026-04-05, is before its first, 2026-04-06.",
    ),
    (
        put("2026-04-05", "charged", 0, "covers_to"),
        "The last day of row 1 of charged, 2026-04-05, is before its first, 2026-04-06.",
    ),
    (put("a", "lines", 1, "id"), "The id of row 2 of lines is the id of another line."),
    (again("decisions", plan=2), "Two decisions begin on 2026-04-06."),
    (again("contributions", weekly="1.00"), "Two contributions begin on 2026-04-20."),
    (again("agreements", basis="gross"), "Two agreements begin on 2026-04-06."),
    (again("prices", amount="1.00"), "Two prices of one line begin on 2026-05-04."),
    (
        again("suspensions", **{"from": "2026-05-07", "to": None}),
        "The days of row 1 of suspensions and of row 2 of suspensions overlap.",
    ),
    (
        again("suspensions", **{"from": "2026-04-01", "to": "2026-12-31"}),
        "The days of row 2 of suspensions and of row 1 of suspensions overlap.",
    ),
    (again("paid", **ONE_DAY), "The days of row 1 of paid and of row 2 of paid overlap."),
    (again("charged", **ONE_DAY), "The days of row 1 of charged and of row 2 of charged overlap."),
    (
        put(None, "paid", 0, "covers_to"),
        "Of its first and last day of cover row 1 of paid has only one.",
    ),
    (
        put(None, "paid", 0, "covers_from"),
        "Of its first and last day of cover row 1 of paid has only one.",
    ),
    (put("x", "prices", 0, "line"), "There is no line for the price in row 1 of prices."),
    (
        put("2026-04-05", "prices", 0, "from"),
        "The price in row 1 of prices begins before its line.",
    ),
    (
        put({"from": "2026-05-01", "to": None, "make_good": True}, "suspensions", 0),
        "A suspension is made good only once it has an end, and row 1 of suspensions has none.",
    ),
    (
        put("10.01", "paid", 0, "of", "owed"),
        "The parts of row 1 of paid do not add up to its amount.",
    ),
    (
        put("x", "lines", 2, "origin"),
        "The origin of row 3 of lines must be another line that is paid once and has no origin.",
    ),
    (
        put("a", "lines", 2, "origin"),
        "The origin of row 3 of lines must be another line that is paid once and has no origin.",
    ),
    (
        put("c", "lines", 2, "origin"),
        "The origin of row 3 of lines must be another line that is paid once and has no origin.",
    ),
    (
        put("b", "lines", 0, "origin"),
        "The origin of row 1 of lines must be another line that is paid once and has no origin.",
    ),
    (
        put("c", "lines", 1, "origin"),
        "The origin of row 2 of lines must be another line that is paid once and has no origin.",
    ),
    (
        put(1, "lines", 2, "plan"),
        "Two copies of one line are in plan 1, one of them row 3 of lines.",
    ),
    (
        lambda found: found["lines"].append(found["lines"][2] | {"id": "e"}),
        "Two copies of one line are in plan 2, one of them row 5 of lines.",
    ),
    (
        put(6, "lines", 3, "weeks"),
        "Weeks a year are only for what is priced by the week, and row 4 of lines is not.",
    ),
    (
        put(6, "lines", 1, "weeks"),
        "Weeks a year are only for what is priced by the week, and row 2 of lines is not.",
    ),
    (put(None, "lines", 0, "route"), "The council pays row 1 of lines, so it needs a route."),
]


def test_the_document_that_is_changed_below_is_sound():
    read_facts(document())


@pytest.mark.parametrize(("change", "sentence"), KIND + BESIDE, ids=[s for _, s in KIND + BESIDE])
def test_refused_with_its_sentence(change, sentence):
    found = document()
    change(found)
    with pytest.raises(FactsError) as problem:
        read_facts(found)
    assert str(problem.value) == sentence


AMOUNT_FIELDS = [
    ("lines", 0, "amount"),
    ("prices", 0, "amount"),
    ("contributions", 0, "weekly"),
    ("paid", 0, "amount"),
    ("paid", 0, "of", "regular"),
    ("paid", 0, "of", "owed"),
    ("paid", 0, "of", "recovered"),
    ("charged", 0, "amount"),
    ("recoveries", 0, "amount"),
    ("settled", 0, "amount"),
    ("extras", 0, "amount"),
]
DAY_FIELDS = [
    ("pay_calendar", "anchor"),
    ("lines", 0, "from"),
    ("lines", 0, "to"),
    ("prices", 0, "from"),
    ("decisions", 0, "from"),
    ("contributions", 0, "from"),
    ("contributions", 0, "told_on"),
    ("agreements", 0, "from"),
    ("suspensions", 0, "from"),
    ("suspensions", 0, "to"),
    ("end",),
    ("paid", 0, "on"),
    ("paid", 0, "covers_from"),
    ("paid", 0, "covers_to"),
    ("charged", 0, "covers_from"),
    ("charged", 0, "covers_to"),
    ("recoveries", 0, "on"),
    ("settled", 0, "on"),
    ("extras", 0, "on"),
]
MAY_BE_EMPTY = {
    ("lines", 0, "to"),
    ("contributions", 0, "told_on"),
    ("suspensions", 0, "to"),
    ("end",),
}


def refusal(value, path):
    found = document()
    put(value, *path)(found)
    with pytest.raises(FactsError) as problem:
        read_facts(found)
    return str(problem.value)


@pytest.mark.parametrize("path", AMOUNT_FIELDS, ids=str)
def test_money_of_another_kind(path):
    for value in AMOUNTS:
        assert "must be an amount as text such as 200.00, not " in refusal(value, path), value


@pytest.mark.parametrize("path", DAY_FIELDS, ids=str)
def test_a_day_of_another_kind(path):
    for value in DAYS:
        sentence = refusal(value, path)
        assert "must be a day from 2015 to 2100 such as 2026-04-06, not " in sentence, value
    if path in MAY_BE_EMPTY:
        found = document()
        put(None, *path)(found)
        read_facts(found)
    else:
        assert refusal(None, path).endswith(".")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "It is not JSON that can be read exactly."),
        (b"{", "It is not JSON that can be read exactly."),
        (b"\xff\xfe", "It is not JSON that can be read exactly."),
        (b"[" * 100_000, "It is not JSON that can be read exactly."),
        (b"1" * 5_000, "It is not JSON that can be read exactly."),
        (b'{"end": NaN}', "It holds NaN, which is not a number."),
        (b'{"end": null, "end": null}', 'The field "end" stands there twice.'),
        (b'{"lines": [{"id": "a", "id": "a"}]}', 'The field "id" stands there twice.'),
        (b"[]", "The document must be an object with named fields."),
        (b"null", "The document must be an object with named fields."),
        (b" " * (LARGEST_FILE + 1), "The document is too large."),
    ],
)
def test_a_file_that_is_refused(data, sentence):
    with pytest.raises(FactsError) as problem:
        read_facts_file(data)
    assert str(problem.value) == sentence


def test_a_document_of_a_pay_calendar_alone_is_enough(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text('{"pay_calendar": {"anchor": "2026-04-06", "cycle_weeks": 2}}', "utf-8-sig")
    printed = entitlement.run(str(path), "2026-12-31")
    assert printed.pop("entitlement") == printed.pop("payments") == printed.pop("charges") == []
    assert set(printed.values()) == {"0.00"}


@pytest.mark.parametrize(
    ("name", "until", "sentence"),
    [
        ("facts.json", "2026-02-30", "The date after --until must be a day from 2015 to 2100"),
        ("facts.json", "tomorrow", "The date after --until must be a day from 2015 to 2100"),
        ("facts.json", "2101-01-01", "The date after --until must be a day from 2015 to 2100"),
        ("missing.json", "2026-04-06", "The facts file cannot be read."),
        (".", "2026-04-06", "The facts file cannot be read."),
        ("\0", "2026-04-06", "The facts file cannot be read."),
        ("broken.json", "2026-04-06", "It is not JSON that can be read exactly."),
        ("odd.json", "2026-04-06", "The document has an unknown field "),
    ],
)
def test_the_command_says_one_sentence_and_leaves_with_2(tmp_path, name, until, sentence):
    (tmp_path / "facts.json").write_text(json.dumps(document()))
    (tmp_path / "broken.json").write_text('{"pay_calendar":')
    (tmp_path / "odd.json").write_text(json.dumps(document() | {"a.\n\nb \ud800": 1}))
    out, err = StringIO(), StringIO()
    command = entitlement.Command(stdout=out, stderr=err, no_color=True)
    with pytest.raises(SystemExit) as stop:
        call_command(command, str(tmp_path / name), "--until", until)
    assert (stop.value.code, out.getvalue()) == (2, "")
    said = err.getvalue()
    assert said.startswith(sentence) and said.endswith(".\n") and said.count("\n") == 1
