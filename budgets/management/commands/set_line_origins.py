"""Give lines that a switch of route copied before copies kept their origin the line they came from.

Lists them, and changes nothing without --write.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from budgets.actions import line_origins


class Command(BaseCommand):
    help = "Lists lines that a switch copied without their origin; --write sets it"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="set what is found")

    def handle(self, *args: Any, **options: Any) -> None:
        for line, origin in list(line_origins.missing_origins()):
            where = f"{line.plan.case.ref}, plan {line.plan.number}"
            self.stdout.write(f"{where}: {line.what} is a copy of line {origin}")
        if options["write"]:
            self.stdout.write(f"{line_origins.set_origins()} lines have their origin now")
