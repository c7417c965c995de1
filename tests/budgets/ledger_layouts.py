"""Column layouts for tests: a CSV and a fixed width that say everything, and their answers."""

from typing import Any

from budgets.ledger.layout_file import as_text, read_answer_layout, read_layout
from budgets.ledger.layouts import ANSWER_FIELDS, CONSTANT, FIELDS, IGNORED, NUMBERS

WIDTHS = {"narrative": 40, "reference": 12, "reason": 40, "ledger_ref": 20, "hash": 64, "total": 15}


def placed(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same columns with a width; numbers are filled with noughts."""
    return [
        {
            **cell,
            "width": WIDTHS.get(cell["field"], 12),
            "fill": "0" if cell["field"] in NUMBERS else " ",
        }
        for cell in cells
    ]


def constant(text: str) -> dict[str, Any]:
    return {"field": CONSTANT, "text": text, "heading": f"is {text}"}


def fields(*names: str) -> list[dict[str, Any]]:
    return [{"field": name} for name in names]


OUT: dict[str, Any] = {
    "format": "csv",
    "columns": [constant("D"), *fields(*(name for name in FIELDS if name != CONSTANT))],
    "header_record": [constant("H"), *fields("batch", "count", "total", "hash")],
    "trailer_record": [constant("T"), *fields("count", "total", "batch", "hash")],
}
ANSWER: dict[str, Any] = {
    "format": "csv",
    "columns": [{"field": IGNORED}, *fields(*(n for n in ANSWER_FIELDS if n != IGNORED))],
    "header_record": [constant("H"), *fields("batch")],
    "trailer_record": [constant("T"), *fields("count", "total", "batch")],
    "outcomes": {"P": "paid", "R1": "returned"},
}


def fixed(layout: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A CSV layout as one of fixed width."""
    lists = {name: placed(part) for name, part in layout.items() if isinstance(part, list)}
    return {**layout, **lists, "format": "fixed_width", **more}


def read(layout: dict[str, Any]):
    """The layout, outgoing or of an answer."""
    return (read_answer_layout if "outcomes" in layout else read_layout)(as_text(layout))
