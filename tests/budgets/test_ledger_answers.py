"""What the ledger answers: taken whole, or a sentence for each line that is wrong."""

import csv
import io
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgets.ledger import outgoing
from budgets.ledger.answers import Answer, SentLine, read_answers
from budgets.ledger.cell_texts import DAY_FORMATS, UNITS, day_text
from budgets.ledger.layouts import DEFAULT_ANSWER, SEPARATORS, WHATS
from budgets.ledger.outgoing import OutgoingRow
from budgets.money import uploads
from budgets.money.uploads import BadUpload
from tests.budgets.ledger_layouts import ANSWER, OUT, constant, fields, fixed, read

EXAMPLES = settings(derandomize=True, max_examples=60, database=None)
HEAD = "batch,line,reference,amount,outcome,reason,ledger_ref,on\n"
SENT = {
    1: SentLine(D("300.00"), "AB34CD-1"),
    2: SentLine(D("1200.00"), "EF56GH-1"),
    3: SentLine(D("0.05"), "JK78LM-4"),
}
MAY = date(2026, 5, 1)


def taken(text, layout=DEFAULT_ANSWER, sent=SENT, batch=7):
    data = text if isinstance(text, bytes) else text.encode()
    return read_answers(data, read(layout), batch, sent)


def problems(text, layout=DEFAULT_ANSWER, sent=SENT):
    with pytest.raises(BadUpload) as refused:
        taken(text, layout, sent)
    return refused.value.problems


GOOD = "7,1,AB34CD-1,300.00,paid,,L100,2026-05-01\n"


def test_each_line_has_its_answer_and_the_others_stay_open():
    found = taken(HEAD + "7,3,JK78LM-4,0.05,RETURNED,No such account,,\n\n" + GOOD)
    assert found == (
        Answer(3, "returned", "No such account", "", None),
        Answer(1, "paid", "", "L100", MAY),
    )


def test_a_mark_of_utf_8_other_columns_and_another_order_are_no_obstacle():
    text = "\ufeffLine; OUTCOME ;Their own;amount;batch;reference;Reason;ledger_ref;on\r\n"
    text += "1;Paid;=9;£300;7;AB34CD-1;;;\r\n"
    found = taken(text, {**DEFAULT_ANSWER, "separator": ";"})
    assert found == (Answer(1, "paid", "", "", None),)


def test_windows_1252_is_read_where_the_layout_says_so():
    text = HEAD + "7,1,AB34CD-1,300.00,returned,Zoë – closed,,\n"
    layout = {**DEFAULT_ANSWER, "encoding": "windows-1252"}
    assert taken(text.encode("windows-1252"), layout)[0].reason == "Zoë – closed"
    assert problems(text.encode("windows-1252")) == [
        "Line 2 is not UTF-8 text: it seems to be Windows-1252, which older programs write. "
        'Save it as "CSV UTF-8".',
        "The column layout says that the ledger writes UTF-8.",
    ]
    assert problems(text.encode("utf-8-sig"), layout)[0] == (
        "The file says of itself that it is UTF-8, so it is not Windows-1252 text."
    )
    assert problems(b"a\nb\x81\n", layout)[0].startswith("Line 2 is not Windows-1252 text. Save")


def by_reference(**more):
    return {
        "format": "csv",
        "headings": False,
        "columns": fields("reference", "amount", "outcome", "reason"),
        "outcomes": {"1": "paid", "9": "returned"},
        **more,
    }


def test_a_reference_alone_says_which_payment_it_is():
    assert taken("EF56GH-1,1200,1,\n", by_reference()) == (Answer(2, "paid", "", "", None),)
    assert problems("XX56GH-1,1200,1,\n", by_reference()) == [
        "Line 1: the reference “XX56GH-1” is not in batch 7."
    ]
    unnamed = {1: SentLine(D("1.00"), "")}
    assert problems(",1,1,\n", by_reference(), unnamed) == [
        "Line 1: the reference “” is not in batch 7."
    ]
    twice = {**SENT, 4: SentLine(D("1.00"), "EF56GH-1")}
    assert problems("EF56GH-1,1200,1,\n", by_reference(), twice) == [
        "Line 1: more than one line of batch 7 has the reference “EF56GH-1”."
    ]


def test_a_reference_that_a_spreadsheet_would_run_is_known_again():
    sent = {1: SentLine(D("1.00"), "=A1")}
    assert taken("'=A1,1,1,\n", by_reference(), sent)
    assert taken("=A1,1,1,\n", by_reference(), sent)


OTHER = (
    "batch line 1 went out as “AB34CD-1”, and the answer is for “ZZ99ZZ-1”. Is it the answer to "
)
LINES = [
    ("8,1,AB34CD-1,300.00,paid,,,", "it is for batch “8”, and this is batch 7."),
    (",1,AB34CD-1,300.00,paid,,,", "it is for batch “”, and this is batch 7."),
    ("7,9,AB34CD-1,300.00,paid,,,", "batch 7 had no line “9”."),
    ("7,one,AB34CD-1,300.00,paid,,,", "batch 7 had no line “one”."),
    ("7,١,AB34CD-1,300.00,paid,,,", "batch 7 had no line “١”."),
    ("7,,AB34CD-1,300.00,paid,,,", "batch 7 had no line “”."),
    ("7,1,ZZ99ZZ-1,300.00,paid,,,", OTHER + "another batch, or another council's?"),
    (
        "7,1,AB34CD-1,299.99,paid,,,",
        "batch line 1 went out with £300.00, and the answer says £299.99.",
    ),
    (
        "7,1,AB34CD-1,-300.00,paid,,,",
        "batch line 1 went out with £300.00, and the answer says £-300.00.",
    ),
    ("7,1,AB34CD-1,,paid,,,", "“” is not an amount such as 1234.50."),
    ("7,1,AB34CD-1,30%,paid,,,", "“30%” is not an amount such as 1234.50."),
    (
        "7,1,AB34CD-1,300.00,lost,,,",
        "the outcome “lost” is not known. Known are: paid, returned.",
    ),
    ("7,1,AB34CD-1,300.00,,,,", "the outcome “” is not known. Known are: paid, returned."),
    ("7,1,AB34CD-1,300.00,returned,,,", "the payment came back, but no reason is given."),
    (
        "7,1,AB34CD-1,300.00,paid,,,1 May",
        "“1 May” is not a day from 2015 to 2100, written as YYYY-MM-DD.",
    ),
    (f"7,1,AB34CD-1,300.00,paid,{'x' * 201},,", f"“{'x' * 20}…” is longer than 200 characters."),
    (f"7,1,AB34CD-1,300.00,paid,,{'x' * 61},", f"“{'x' * 20}…” is longer than 60 characters."),
    ("7,1,AB34CD-1,300.00,paid", "it has 5 values, but there are 8 columns."),
    ("7,1,AB34CD-1,300.00,paid,,,,,x", "it has 10 values, but there are 8 columns."),
]


@pytest.mark.parametrize(("line", "sentence"), LINES)
def test_each_wrong_line_has_its_sentence_and_nothing_is_taken(line, sentence):
    good = "7,2,EF56GH-1,1200.00,paid,,,\n"
    assert problems(HEAD + good + line + "\n") == [f"Line 3: {sentence}"]


def test_a_line_answered_twice_is_named_with_its_first():
    assert problems(HEAD + GOOD + "7,2,EF56GH-1,1200.00,paid,,,\n" + GOOD) == [
        "Line 4: batch line 1 is answered already in line 2 of the file."
    ]


def test_all_wrong_lines_are_said_and_not_more_than_a_hundred():
    found = problems(HEAD + "7,1,AB34CD-1,1,lost,,,\n" * 130)
    assert len(found) == 101 and found[0].startswith("Line 2") and found[-1].startswith("And ")


WHOLE = [
    (b"", "The file is empty."),
    (b"\xef\xbb\xbf\r\n  \r\n", "The file is empty."),
    (HEAD, "The file has no answers."),
    ("batch,line\n7,1\n", "The column “reference” is missing."),
    (HEAD.replace("on", "line") + GOOD, "The column “line” stands there twice."),
    (GOOD, "The column “batch” is missing."),
    (b"PK\x03\x04\x00\x00", 'The file is not UTF-8 text. Save it as "CSV UTF-8".'),
    (HEAD.encode("utf-16"), 'The file is not UTF-8 text. Save it as "CSV UTF-8".'),
    (HEAD + "7,1,\x01\x02", "Line 2: this is not a text file."),
    (HEAD + '7,1,"AB', "Line 2 can't be read as CSV: unexpected end of data."),
    (b"x" * (uploads.LARGEST + 1), "The file is larger than 5 MB."),
    (HEAD + GOOD * (uploads.MOST_ROWS + 1), "The file has more than 20,000 lines."),
]


@pytest.mark.parametrize(("data", "sentence"), WHOLE, ids=[sentence for _, sentence in WHOLE])
def test_a_file_that_is_none_is_refused(data, sentence):
    assert sentence in problems(data)


def with_records(**more):
    records = {
        "header_record": [constant("H"), *fields("batch")],
        "trailer_record": [constant("T"), *fields("count", "total")],
    }
    return by_reference(**records, **more)


BODY = "AB34CD-1,300,1,\nJK78LM-4,0.05,9,Closed\n"
RECORDS = [
    (f"H,8\n{BODY}T,2,300.05\n", ["Line 1: it is for batch “8”, and this is batch 7."]),
    (f"H,7\n{BODY}T,3,300.05\n", ["Line 4: its count of answers is 3, but the file has 2."]),
    (f"H,7\n{BODY}T,,300.05\n", ["Line 4: its count of answers is –, but the file has 2."]),
    (
        f"H,7\n{BODY}T,2,300.06\n",
        ["Line 4: its total is £300.06, but the lines add up to £300.05."],
    ),
    (f"H,7\n{BODY}T,2,many\n", ["Line 4: “many” is not an amount such as 1234.50."]),
    (f"H,7\n{BODY}T,2\n", ["Line 4: it has 2 values, but there are 3 columns."]),
    (
        f"H,7\n{BODY}",
        [
            "Line 3: a record that begins with “T” should stand here. Is the file whole?",
        ],
    ),
    (
        f"{BODY}T,2,300.05\n",
        ["Line 1: a record that begins with “H” should stand here. Is the file whole?"],
    ),
    ("H,7\n", ["The trailer record is missing."]),
    ("H,7\nT,0,0.00\n", ["The file has no answers."]),
]


@pytest.mark.parametrize(("text", "sentences"), RECORDS)
def test_records_that_differ_are_refused(text, sentences):
    assert problems(text, with_records()) == sentences


def test_records_that_agree_are_taken():
    assert [one.line for one in taken(f"H,7\n{BODY}T,2,300.05,,\n", with_records())] == [1, 3]


def test_a_line_that_can_not_be_read_brings_no_second_sentence_about_the_total():
    assert problems("H,7\nAB34CD-1,x,1,\nT,1,300.00\n", with_records()) == [
        "Line 2: “x” is not an amount such as 1234.50."
    ]


def narrow():
    return {
        "format": "fixed_width",
        "amounts": {"unit": "pence", "sign": "none"},
        "days": "DDMMYY",
        "columns": [
            {"field": "reference", "width": 10, "side": "right", "fill": "0"},
            {"field": "amount", "width": 7, "fill": "0"},
            {"field": "on", "width": 6, "side": "right", "fill": "0"},
            {"field": "outcome", "width": 2},
            {"field": "reason", "width": 8},
        ],
        "outcomes": {"OK": "paid", "R": "returned"},
    }


def test_a_fixed_width_is_cut_where_the_layout_says():
    text = "00AB34CD-10030000010526OKfine    \r\n00JK78LM-40000005000000R Closed  \n\n"
    assert taken(text, narrow()) == (
        Answer(1, "paid", "fine", "", MAY),
        Answer(3, "returned", "Closed", "", None),
    )
    for bare in ("00AB34CD-10030000010526OK", "00AB34CD-10030000010526OK" + " " * 20):
        assert taken(bare, narrow()) == (Answer(1, "paid", "", "", MAY),)


def test_a_line_of_another_width_is_refused():
    for line, found in (("00AB34CD-1003000", 16), (f"00AB34CD-10030000010526OK{'x' * 9}", 34)):
        assert problems(line, narrow()) == [
            f"Line 1: it has {found} characters, but its columns have 33."
        ]
    assert problems("00AB34CD-100300000105", narrow())[0].startswith("Line 1: it has 21 char")


# Out and answered: a ledger that cuts our file by its columns and writes its answer beside it.

TEXTS = st.text(st.sampled_from("AbZ019-/ £éß&',;|\"=+@."), max_size=12).map(
    lambda text: " ".join(text.split())
)
ECHOED = ("batch", "line", "reference", "amount")
PLAIN = {
    "encoding": st.sampled_from(tuple(uploads.ENCODINGS)),
    "days": st.sampled_from(DAY_FORMATS),
    "amounts": st.fixed_dictionaries({"unit": st.sampled_from(UNITS), "sign": st.just("leading")}),
}


@st.composite
def batches(draw):
    numbers = draw(st.sets(st.integers(1, 99_999), min_size=1, max_size=6))
    return [
        OutgoingRow(
            line=line,
            reference=draw(TEXTS),
            creditor=draw(TEXTS),
            payee_kind="person",
            agreement=draw(TEXTS),
            what=draw(st.sampled_from(WHATS)),
            due=MAY,
            covers_from=draw(st.sampled_from((None, MAY))),
            covers_to=draw(st.sampled_from((None, MAY))),
            amount=D(draw(st.integers(-99_999_999, 99_999_999))).scaleb(-2),
            narrative=draw(TEXTS),
        )
        for line in sorted(numbers)
    ]


def answers_to(rows, draw):
    outcomes = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    return [
        Answer(row.line, "paid", "", f"L{row.line}", MAY)
        if paid
        else Answer(row.line, "returned", "No such payee: é", "", None)
        for row, paid in zip(rows, outcomes, strict=True)
    ]


def own_words(answer, layout):
    code = {"paid": "P", "returned": "r1"}[answer.outcome]
    day = day_text(answer.on, layout.days) if answer.on else ""
    return [code, answer.reason, answer.ledger_ref, day]


def cut(line, columns):
    cells, start = {}, 0
    for column in columns:
        cells[column.heading] = line[start : start + column.width]
        start += column.width
    return cells


def beside(cells, words, columns):
    """A line of the answer in fixed width: what came, as it came, and the ledger's own words."""
    own = dict(zip(("outcome", "reason", "ledger_ref", "on"), words, strict=True))
    return "".join(
        cells[column.field]
        if column.field in ECHOED
        else own.get(column.field, "").ljust(column.width)
        for column in columns
    )


def ledger_csv(text, out, layout, answers):
    """What a ledger writes that reads CSV."""
    sent = list(csv.reader(io.StringIO(text, newline=""), delimiter=out.separator))
    heads, body = sent[1], sent[2:-1]
    made = io.StringIO()
    writer = csv.writer(made, delimiter=layout.separator)
    writer.writerows([["H", "7"], ["Their own", *(c.heading for c in layout.columns[1:])]])
    for cells, answer in zip(body, answers, strict=True):
        row = dict(zip(heads, cells, strict=True))
        writer.writerow(["x", *(row[name] for name in ECHOED), *own_words(answer, layout)])
    writer.writerow(["T", *sent[-1][1:4]])
    return made.getvalue()


def ledger_fixed(text, out, layout, answers):
    """What a ledger writes that cuts lines by their widths."""
    sent = text.split("\r\n")[:-1]
    lines = [sent[0][:24]]
    for line, answer in zip(sent[1:-1], answers, strict=True):
        words = own_words(answer, layout)
        lines.append(beside(cut(line, out.columns), words, layout.columns))
    return "\n".join([*lines, sent[-1][:51]])


@EXAMPLES
@given(batches(), st.fixed_dictionaries(PLAIN), st.sampled_from(SEPARATORS), st.data())
def test_what_went_out_and_is_answered_comes_back_whole(rows, plain, separator, data):
    sent = {row.line: SentLine(row.amount, row.reference) for row in rows}
    answers = answers_to(rows, data.draw)
    for write_answer, change in (
        (ledger_csv, lambda layout: {**layout, "separator": separator}),
        (ledger_fixed, fixed),
    ):
        out, layout = read({**change(OUT), **plain}), read({**change(ANSWER), **plain})
        written = io.BytesIO()
        told = outgoing.write(out, 7, rows, written)
        assert told.count == len(rows) and told.total == sum(row.amount for row in rows)
        text = written.getvalue().decode(plain["encoding"])
        reply = write_answer(text, out, layout, answers).encode(plain["encoding"])
        assert read_answers(reply, layout, 7, sent) == tuple(answers)
        one = data.draw(st.sampled_from(rows))
        other = {**sent, one.line: SentLine(one.amount + D("0.01"), one.reference)}
        with pytest.raises(BadUpload, match="went out with"):
            read_answers(reply, layout, 7, other)
        with pytest.raises(BadUpload, match="and this is batch 8"):
            read_answers(reply, layout, 8, sent)


@EXAMPLES
@given(st.binary(max_size=60), st.sampled_from([DEFAULT_ANSWER, ANSWER, fixed(ANSWER), narrow()]))
def test_whatever_comes_is_taken_or_refused_with_sentences(data, layout):
    for encoding in uploads.ENCODINGS:
        with pytest.raises(BadUpload) as refused:
            taken(data, {**layout, "encoding": encoding})
        assert refused.value.problems and all(refused.value.problems)


@EXAMPLES
@given(st.integers(0, 5), st.integers(0, 120), st.sampled_from('0x\n,"-T'))
def test_a_file_with_one_sign_changed_gives_the_same_or_is_refused(line, place, sign):
    """But for what only the ledger knows: its reason, its number and its day."""
    text = HEAD + GOOD + "7,2,EF56GH-1,1200.00,returned,Closed,,\n"
    lines = text.split("\n")
    at = sum(len(one) + 1 for one in lines[: line % 3]) + place % len(lines[line % 3])
    try:
        found = taken(text[:at] + sign + text[at + 1 :])
    except BadUpload:
        return
    assert [(one.line, one.outcome) for one in found] == [(1, "paid"), (2, "returned")]
