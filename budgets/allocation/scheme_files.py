"""A scheme as a file: JSON and XLSX out, and the same back in. Pure: bytes and definitions, no
database.

A workbook has one sheet for each list of a scheme; what is no list stands in the sheet "scheme",
field beside value. Reading a file checks its shape only; whether the scheme is sound is said by
``check_scheme``.
"""

import io
import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from budgets.allocation.readers import SchemeError, read_json
from budgets.money.uploads import LARGEST, BadUpload, Line, Rows, one_of, read_sheets, read_table
from budgets.money.uploads import words as some_words

NO_BUDGET = "n/a"  # as published tables print it: met by universal services, which is not 0
COUNTS = ("points", "hours", "amount", "amount_year")  # what an option carries, by method
SINGLE = (
    "name",
    "method",
    "version",
    "source",
    "WARNING",
    "weeks",
    "valid_from",
    "valid_to",
    "max_points",
    "allow_between",
    "price_per_point",
    "threshold_points",
    "tool",
)
QUESTIONS = ("code", "title", "question", "outcome", "asked_of", "rate", "may_not_apply")
OPTIONS = ("question", "label", *COUNTS, "up_to", "note")
LISTS = {
    "table": ("from", "to", "amount_year"),
    "rates": ("code", "label", "amount", "unit", "valid_from", "valid_to", "source"),
    "add_ons": ("code", "label", "rate"),
    "caps": ("name", "amount_year"),
}
FLAGS = {"may_not_apply", "up_to", "allow_between"}
WHOLE = {"points", "hours", "from", "to", "max_points", "threshold_points"}
SHEETS = (
    "scheme",
    "questions",
    "options",
    "unpaid_support",
    "rounding",
    *LISTS,
    "notes",
    "vectors",
    "other",
)


def to_json(definition: dict[str, Any]) -> bytes:
    """The definition as a file for people to read and keep."""
    return (json.dumps(definition, indent=1, ensure_ascii=False) + "\n").encode()


def from_file(name: str, data: bytes) -> dict[str, Any]:
    """A definition from a JSON file or a workbook, whichever it is. BadUpload says what is wrong,
    line by line.
    """
    is_json = name.casefold().endswith(".json") or data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(
        b"{"
    )
    found = from_json(data) if is_json else from_xlsx(name, data)
    try:
        kept = json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadUpload(["The file holds a half character that can't be kept."]) from None
    if b"\\u0000" in kept:
        raise BadUpload(["The file holds a character that can't be kept (NUL)."])
    return found


def from_json(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise BadUpload([f"The file is larger than {LARGEST // 1_000_000} MB."])
    try:
        found = read_json(data, str)  # a number with a point stays the text it is written as
    except SchemeError as wrong:
        raise BadUpload([str(wrong)]) from None
    if not isinstance(found, dict):
        raise BadUpload(["A scheme is an object with named fields."])
    try:
        for _title, _rows in _sheets(found):
            pass
    except (AttributeError, KeyError, TypeError):
        raise BadUpload(
            ["The file has not the shape of a scheme: see the fields in the documentation."]
        ) from None
    return found


# To a workbook.


def to_xlsx(definition: dict[str, Any]) -> bytes:
    """The definition as a workbook, every value as text, so that no digit is lost and nothing runs
    as a formula.
    """
    book = Workbook(write_only=True)
    for title, rows in _sheets(definition):
        sheet = book.create_sheet(title)
        for place, row in enumerate(rows):
            sheet.append([_cell(sheet, value, bold=place == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any, bold: bool) -> WriteOnlyCell:
    made = WriteOnlyCell(sheet, value if value != "" else None)
    if value != "":
        made.data_type = "s"
    if bold:
        made.font = Font(bold=True)
    return made


def _said(value: Any, field: str = "") -> str:
    """A field as text; "n/a" where an amount is left open on purpose."""
    if value is None:
        return NO_BUDGET if field in ("amount", "amount_year") else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


OWN_SHEET = {
    *SINGLE,
    *LISTS,
    "domains",
    "unpaid_support_multipliers",
    "rounding",
    "notes",
    "vectors",
}


def _sheets(definition: dict[str, Any]) -> Iterable[tuple[str, list[list[str]]]]:
    yield (
        "scheme",
        [["field", "value"], *([f, _said(definition[f])] for f in SINGLE if f in definition)],
    )
    yield from _question_sheets(definition.get("domains") or [])
    kept = definition.get("unpaid_support_multipliers") or {}
    yield (
        "unpaid_support",
        [["level", "kept"], *([level, _said(share)] for level, share in kept.items())],
    )
    rules = definition.get("rounding") or {}
    yield (
        "rounding",
        [["what", "unit", "mode"], *([w, _said(r["unit"]), r["mode"]] for w, r in rules.items())],
    )
    for title, fields in LISTS.items():
        rows = definition.get(title) or []
        yield title, [list(fields), *([_said(row.get(f, ""), f) for f in fields] for row in rows)]
    yield "notes", [["note"], *([note] for note in definition.get("notes") or [])]
    yield from _json_sheets(definition)


def _question_sheets(domains: list[dict[str, Any]]) -> Iterable[tuple[str, list[list[str]]]]:
    yield (
        "questions",
        [list(QUESTIONS), *([_said(d.get(f, "")) for f in QUESTIONS] for d in domains)],
    )
    options = [
        [d["code"], *(_said(o.get(f, ""), f) for f in OPTIONS[1:])]
        for d in domains
        for o in d.get("options", [])
    ]
    yield "options", [list(OPTIONS), *options]


def _json_sheets(definition: dict[str, Any]) -> Iterable[tuple[str, list[list[str]]]]:
    """The worked examples, and the fields that have no sheet of their own."""
    vectors = [
        [v.get("name", ""), json.dumps(v, ensure_ascii=False)]
        for v in definition.get("vectors") or []
    ]
    yield "vectors", [["name", "json"], *vectors]
    rest = [
        [field, json.dumps(value, ensure_ascii=False)]
        for field, value in definition.items()
        if field not in OWN_SHEET
    ]
    yield "other", [["field", "json"], *rest]


# From a workbook.


def from_xlsx(name: str, data: bytes) -> dict[str, Any]:
    """A definition from a workbook of the same sheets; sheets with nothing in them may be left
    out.
    """
    sheets = read_sheets(name, data)
    problems = [f'The sheet "{title}" is not known.' for title in sheets if title not in SHEETS]
    problems += ['The sheet "scheme" is missing.'] * ("scheme" not in sheets)
    read = _Book(sheets, problems)
    found: dict[str, Any] = {}
    for row in read.rows("scheme", ("field", "value"), required=("field",)):
        if row["field"] not in SINGLE:
            problems.append(f'Sheet "scheme": the field "{row["field"][:40]}" is not known.')
        elif row["value"] is not None:
            found[row["field"]] = value_of(row["field"], row["value"])
    found |= _questions(read, problems)
    kept = {row["level"]: row["kept"] for row in read.rows("unpaid_support", ("level", "kept"))}
    rules = read.rows("rounding", ("what", "unit", "mode"))
    rounding = {row["what"]: {"unit": row["unit"], "mode": row["mode"]} for row in rules}
    found |= {"unpaid_support_multipliers": kept} if kept else {}
    found |= {"rounding": rounding} if rounding else {}
    for title, fields in LISTS.items():
        rows = [_fields(row) for row in read.rows(title, fields, optional=fields)]
        found |= {title: rows} if rows else {}
    notes = [row["note"] for row in read.rows("notes", ("note",))]
    found |= {"notes": notes} if notes else {}
    vectors = [
        _json(row["json"], "vectors", problems)
        for row in read.rows("vectors", ("name", "json"), ("name",))
    ]
    found |= {"vectors": vectors} if vectors else {}
    found |= {
        row["field"]: _json(row["json"], "other", problems)
        for row in read.rows("other", ("field", "json"))
    }
    if problems:
        raise BadUpload(problems)
    return found


class _Book:
    """The sheets of a workbook; what is wrong in any of them is kept, so that all of it is told at
    once.
    """

    def __init__(self, sheets: dict[str, list[Line]], problems: list[str]) -> None:
        self.sheets, self.problems = sheets, problems

    def rows(
        self,
        title: str,
        fields: Collection[str],
        optional: Collection[str] = (),
        *,
        required: Collection[str] = (),
    ) -> Rows:
        lines = self.sheets.get(title) or []
        if len(lines) < 2:  # nothing but headings: an empty list
            return Rows((), ())
        columns = {field.casefold(): _reader(field) for field in fields}
        may_be_empty = [f for f in fields if f not in required] if required else optional
        try:
            return read_table(lines, columns, optional=may_be_empty)
        except BadUpload as wrong:
            self.problems += [f'Sheet "{title}": {problem}' for problem in wrong.problems]
            return Rows((), ())


def _reader(field: str) -> Callable[[str], Any]:
    if field in FLAGS:
        flag = one_of("true", "false")
        return lambda text: flag(text) == "true"
    return lambda text: some_words(text, 30_000)


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """Without the empty cells; a field whose amount is open on purpose is there and null."""
    return {field: value_of(field, value) for field, value in row.items() if value is not None}


def value_of(field: str, value: Any) -> Any:
    if field in FLAGS and isinstance(value, str):
        return {"true": True, "false": False}.get(value.casefold(), value)
    if field in ("amount", "amount_year") and value == NO_BUDGET:
        return None
    if (
        field in WHOLE
        and isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) < 10
    ):
        return int(value)
    return value


def _questions(read: _Book, problems: list[str]) -> dict[str, Any]:
    domains = []
    for row in read.rows(
        "questions", QUESTIONS, ("question", "outcome", "asked_of", "rate", "may_not_apply")
    ):
        domains.append(_fields(row) | {"options": []})
    by_code = {domain["code"]: domain for domain in domains}
    rows = read.rows("options", OPTIONS, (*COUNTS, "up_to", "note"))
    for number, row in zip(rows.lines, rows, strict=True):
        code = row.pop("question")
        if code in by_code:
            by_code[code]["options"].append(_fields(row))
        else:
            problems.append(
                f'Sheet "options": Line {number} belongs to a question that is not there, '
                f'"{code[:40]}".'
            )
    return {"domains": domains} if domains else {}


def _json(text: str, title: str, problems: list[str]) -> Any:
    try:
        return read_json(text.encode(), str)
    except SchemeError as wrong:
        problems.append(f'Sheet "{title}": {wrong}')
        return None
