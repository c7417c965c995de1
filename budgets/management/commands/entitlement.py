"""``manage.py entitlement FACTS.json --until DATE``: what the facts of one case come to, without a
database, for checking.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from budgets.entitlement.answer import answer, as_printed
from budgets.entitlement.fact_checks import FactsError
from budgets.entitlement.facts import Facts
from budgets.entitlement.facts_file import LARGEST_FILE, read_day, read_facts_file


def read_file(path: str) -> Facts:
    """The facts in a file. FactsError: it cannot be read, or what it says is refused."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError):
        raise FactsError("The facts file cannot be read.") from None
    return read_facts_file(data)


def run(path: str, until: str) -> dict[str, Any]:
    """The printed form of the answer; ``until`` is an ISO date. FactsError: one sentence."""
    last = read_day(until, "the date after --until")
    return as_printed(answer(read_file(path), last))


class Command(BaseCommand):
    help = (
        "Work out what a person is owed from a file of dated facts, and print it as JSON. "
        "Errors: one sentence on stderr, exit code 2."
    )
    requires_system_checks: list[str] = []  # nothing here needs the database or other parts

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("facts", help="dated facts of one case, as a JSON file")
        parser.add_argument(
            "--until", required=True, metavar="DATE", help="last day asked for, as 2026-04-06"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            printed = run(options["facts"], options["until"])
        except FactsError as problem:
            self.stderr.write(str(problem))
            raise SystemExit(2) from None
        self.stdout.write(json.dumps(printed, indent=2))
