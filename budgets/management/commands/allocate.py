"""``manage.py allocate SCHEME.json ANSWERS.json``: work out one budget without a database, for
checking.
"""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from budgets.allocation import readers
from budgets.allocation.allocator import Allocation, SchemeError, allocate
from budgets.allocation.answers import unpack
from budgets.allocation.readers import read_date

LARGEST_FILE = 5_000_000  # bytes; a scheme with its vectors is some tens of thousands


def read_json(path: str, what: str) -> Any:
    """A JSON file read exactly: numbers with a point as Decimal, no key twice, no NaN. Else
    SchemeError.
    """
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError):
        raise SchemeError(f"The {what} file {path} cannot be read.") from None
    if len(data) > LARGEST_FILE:
        raise SchemeError(f"The {what} file {path} is too large.")
    try:
        return readers.read_json(data)
    except SchemeError as problem:
        words = str(problem)
        raise SchemeError(
            f"The {what} file {path} is refused: {words[:1].lower()}{words[1:]}"
        ) from None


def as_printed(result: Allocation) -> dict[str, Any]:
    """The printed form: money as text with two decimals; whole points as a whole number, others as
    text.
    """
    points: int | str | None = result.points
    if result.points is not None and result.points.isdigit():
        points = int(result.points)
    return {
        "method": result.method,
        "points": points,
        "annual": f"{result.annual:.2f}",
        "weekly": None if result.weekly is None else f"{result.weekly:.2f}",
        "lines": [
            {"label": line.label, "detail": line.detail, "amount": f"{line.amount:.2f}"}
            for line in result.lines
        ],
    }


def run(scheme: str, answers: str, on: str | None = None) -> dict[str, Any]:
    """Read both files and allocate; ``on`` is an ISO date, today when left out. SchemeError: one
    sentence.
    """
    service_date = date.today() if on is None else read_date(on, "The date after --on")
    definition = read_json(scheme, "scheme")
    given, extras = unpack(read_json(answers, "answers"))
    return as_printed(allocate(definition, given, on=service_date, **extras))


class Command(BaseCommand):
    help = (
        "Work out an indicative budget from a scheme file and an answers file, and print it "
        "as JSON. "
        "Errors: one sentence on stderr, exit code 2."
    )
    requires_system_checks: list[
        str
    ] = []  # nothing here needs the database or the rest of the project

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scheme", help="scheme definition (docs/schemes.md)")
        parser.add_argument(
            "answers", help='{question: {"option": 0, ...}}, and overrides, add_ons, external'
        )
        parser.add_argument(
            "--on", metavar="DATE", help="service date, such as 2024-04-01; today if left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            printed = run(options["scheme"], options["answers"], options["on"])
        except SchemeError as problem:
            self.stderr.write(str(problem))
            raise SystemExit(2) from None
        self.stdout.write(json.dumps(printed, indent=2))
